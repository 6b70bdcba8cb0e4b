"""A negative number is a character of a double-byte code page for ``Chr``, and for nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import live
from webshellhunt.analysis.library.visual_basic.ansi_characters import ansi_character
from webshellhunt.pipeline import examine

WO = "\u6211"


@pytest.mark.parametrize(
    ("page", "number", "expected"),
    [
        ("", -12590, WO),
        ("<%@ codepage=936 %>", -12590, WO),
        ('<%@ Language="VBScript" CodePage="950" %>', -12590, b"\xce\xd2".decode("cp950")),
        ("<%@ codepage=949 %>", -12590, b"\xce\xd2".decode("cp949")),
        ("<%@ codepage=65001 %>", -12590, WO),
        ("", -1, None),
        ("", -40_000, None),
        ("", 12590, None),
    ],
)
def test_the_code_page_of_the_page_decides_else_the_likely_one(page: str, number: int, expected: str | None) -> None:
    assert ansi_character(number, page) == expected


@given(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5))
def test_each_character_is_found_by_the_code_that_asc_gives_it(character: str) -> None:
    code = int.from_bytes(character.encode("gbk"), "big") - 0x10000
    assert ansi_character(code) == character


@given(st.integers(-0x9000, 0x9000), st.text(max_size=30))
def test_any_number_is_a_character_or_none(number: int, page: str) -> None:
    found = ansi_character(number, page)
    assert found is None or len(found) == 1


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
    code = live(f"<·%Ex·ecute(Req·uest({expression}))%·>")
    verdict = examine(code.encode(), path="x.asp")
    assert key in {finding.facts.get("request_key") for finding in verdict.findings}


def test_the_key_is_read_in_the_code_page_that_the_page_names() -> None:
    code = live('<·%@ Language="VBScript" CodePage="950" %·><·%Ex·ecute(Req·uest(C·hr(-12590)))%·>')
    keys = {finding.facts.get("request_key") for finding in examine(code.encode(), path="x.asp").findings}
    assert b"\xce\xd2".decode("cp950") in keys
