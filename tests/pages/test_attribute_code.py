"""Server blocks in the values of attributes."""

from __future__ import annotations

from webshellhunt.pages.attribute_code import attribute_blocks, find_blocks
from webshellhunt.pages.page import Attribute, BlockKind

OPEN, CLOSE = "<" + "%", "%" + ">"


def test_closed_blocks_are_found_one_after_the_other() -> None:
    text = f"a{OPEN}= one {CLOSE}b{OPEN}# two {CLOSE}c{OPEN} three"
    assert [text[each.start : each.end].strip() for each in find_blocks(text, 0, len(text))] == ["one", "two"]


def test_the_block_of_an_attribute_has_the_language_of_the_page() -> None:
    text = f'b="{OPEN}# Eval(1) {CLOSE}"'
    attribute = Attribute("b", text[3:-1], 3, len(text) - 1)
    (block,) = attribute_blocks(text, (attribute,), "vb")
    assert (block.language, block.code(text).strip()) == ("vb", "Eval(1)")
    assert block.kind in BlockKind
