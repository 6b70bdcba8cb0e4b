"""The records of a page."""

from __future__ import annotations

import pytest

from webshellhunt.pages.page import Attribute, Block, BlockKind, find_value, resolve_character_references


def test_the_first_attribute_of_a_name_counts_whatever_its_case() -> None:
    attributes = (Attribute("ID", "a", 0, 1), Attribute("id", "b", 2, 3))
    assert find_value(attributes, "id") == "a"
    assert find_value(attributes, "name") is None


@pytest.mark.parametrize(("written", "value"), [("a&amp;b", "a&b"), ("&#x41;&#66;", "AB"), ("a&b", "a&b")])
def test_references_are_decoded(written: str, value: str) -> None:
    assert resolve_character_references(written) == value


def test_what_the_server_cuts_out_is_no_code() -> None:
    block = Block(BlockKind.CODE, "vb", 0, 9, 0, 9, cuts=((3, 6),))
    assert list(block.parts()) == [(0, 3), (6, 9)]
    assert block.code("abcXXXdef") == "abcdef"
