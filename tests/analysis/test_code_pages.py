"""Characters that a page makes of numbers, in its code page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.constants import text_of
from tests.builders.inert import live
from webshellhunt.pipeline import examine

WO = "\u6211"


def key_of(expression: str, directive: str = "") -> set[object]:
    """Return the keys that a page reads which makes them of numbers."""
    code = live(f"{directive}<·%Ex·ecute(Req·uest({expression}))%·>")
    return {finding.facts.get("request_key") for finding in examine(code.encode(), path="x.asp").findings}


@pytest.mark.parametrize(
    ("expression", "key"),
    [
        ("C·hr(-12590)", WO),
        ("C·hr(-12590) & C·hr(97)", f"{WO}a"),
        ("C·hr(-12000-590)", WO),
        ("C·hrW(-12590)", "\uced2"),
    ],
)
def test_a_request_key_is_shown_as_the_visitor_sends_it(expression: str, key: str) -> None:
    assert key in key_of(expression)


@pytest.mark.parametrize(
    ("directive", "expected"),
    [
        ("<·%@ codepage=936 %·>", WO),
        ('<·%@ Language="VBScript" CodePage="950" %·>', b"\xce\xd2".decode("cp950")),
        ("<·%@ codepage=949 %·>", b"\xce\xd2".decode("cp949")),
        ("<·%@ codepage=65001 %·>", WO),
    ],
)
def test_the_key_is_read_in_the_code_page_that_the_page_names(directive: str, expected: str) -> None:
    assert expected in key_of("C·hr(-12590)", directive)


@given(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5))
def test_each_character_is_found_by_the_code_that_asc_gives_it(character: str) -> None:
    code = int.from_bytes(character.encode("gbk"), "big") - 0x10000
    assert text_of(f"C·hr({code})", "vbscript") == character
