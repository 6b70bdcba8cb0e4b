"""Server code inside the attributes of server tags: ``<%# %>`` and ``<%$ %>`` blocks, plain or as references.

The runtime decodes character references before it looks for a block, so ``&lt;%# … %&gt;`` is a block.

Source: TemplateParser.ProcessAttributes, ControlBuilder.PreprocessAttribute of System.Web.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.pages.page import Attribute, Block, BlockKind, resolve_character_references

_OPEN = lazy_pattern(r"<%(?:\s*+(\#:?|\$|=|:))?")
_KINDS = {
    "#": BlockKind.DATABIND,
    "#:": BlockKind.DATABIND,
    "$": BlockKind.EXPRESSION_BUILDER,
    "=": BlockKind.EXPRESSION,
    ":": BlockKind.ENCODED_EXPRESSION,
}


class AttributeCode(NamedTuple):
    """A server block in a text: its kind, its code, and its range with the delimiters."""

    kind: BlockKind
    start: int
    end: int
    outer_start: int
    outer_end: int


def find_blocks(text: str, start: int, end: int) -> Iterator[AttributeCode]:
    """Yield the closed server blocks in ``text[start:end]``, none of which overlap."""
    at = start
    while (opened := _OPEN.search(text, at, end)) is not None:
        close = text.find("%>", opened.end(), end)
        if close < 0:
            return
        yield AttributeCode(_KINDS.get(opened[1] or "", BlockKind.CODE), opened.end(), close, opened.start(), close + 2)
        at = close + 2


def attribute_blocks(text: str, attributes: tuple[Attribute, ...], language: str) -> Iterator[Block]:
    """Yield the blocks in the values of a server tag's attributes."""
    for attribute in attributes:
        if "<%" not in attribute.value:
            continue
        plain = list(find_blocks(text, attribute.start, attribute.end))
        for found in plain:
            code = text[found.start : found.end]
            decoded = resolve_character_references(code)
            yield Block(found.kind, language, *found[1:], decoded=None if decoded == code else decoded)
        if not plain:
            span = attribute.start, attribute.end
            for hidden in find_blocks(attribute.value, 0, len(attribute.value)):
                code = attribute.value[hidden.start : hidden.end]
                yield Block(hidden.kind, language, *span, *span, decoded=code)
