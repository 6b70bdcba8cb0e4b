"""Functions of Visual Basic over texts, with known arguments."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import live
from tests.builders.library_runs import function
from webshellhunt.analysis.library.visual_basic.texts import ansi_character
from webshellhunt.pipeline import examine

CASES: list[tuple[str, list[Any], Any]] = [
    ("chr", [65], "A"),
    ("chr", [150], "\u2013"),
    ("chr", [-12590], "我"),
    ("chrw", [20320], "你"),
    ("asc", ["A"], 65),
    ("asc", ["€"], 128),
    ("asc", ["我"], -12590),
    ("ascw", ["\uffe5"], -27),
    ("ascb", [b"\x41\x42"], 65),
    ("mid", ["abcdef", 2, 3], "bcd"),
    ("mid", ["abcdef", 3], "cdef"),
    ("mid", ["abc", 0], "<unsolved>"),
    ("midb", [b"abcdef", 2, 2], b"bc"),
    ("left", ["abc", 2], "ab"),
    ("right", ["abc", 2], "bc"),
    ("right", ["abc", 0], ""),
    ("lcase", ["AbC"], "abc"),
    ("ucase", ["AbC"], "ABC"),
    ("trim", ["  a "], "a"),
    ("ltrim", ["  a "], "a "),
    ("rtrim", ["  a "], "  a"),
    ("len", ["abc"], 3),
    ("lenb", ["abc"], 6),
    ("instr", ["abcabc", "c"], 3),
    ("instr", [4, "abcabc", "c"], 6),
    ("instr", [1, "ABC", "b", 1], 2),
    ("instr", ["abc", "x"], 0),
    ("instrrev", ["abcabc", "b"], 5),
    ("strreverse", ["abc"], "cba"),
    ("strcomp", ["a", "B", 1], -1),
    ("replace", ["aXbX", "X", "-"], "a-b-"),
    ("replace", ["aXbX", "X", "-", 1, 1], "a-bX"),
    ("replace", ["aXbx", "X", "-", 1, -1, 1], "a-b-"),
    ("replace", ["abcd", "c", "-", 2], "b-d"),
    ("split", ["a,b,c", ","], ["a", "b", "c"]),
    ("split", ["a b"], ["a", "b"]),
    ("split", ["a,b,c", ",", 2], ["a", "b,c"]),
    ("split", ["aXbxc", "x", -1, 1], ["a", "b", "c"]),
    ("split", ["", ","], []),
    ("filter", [["ab", "cd", "ad"], "a"], ["ab", "ad"]),
    ("filter", [["ab", "cd", "ad"], "a", False], ["cd"]),
    ("filter", [["ab", "cd"], "A", True, 1], ["ab"]),
    ("join", [["a", "b"], "-"], "a-b"),
    ("join", [["a", 1]], "a 1"),
    ("space", [3], "   "),
    ("string", [3, "xy"], "xxx"),
    ("string", [2, 65], "AA"),
    ("strings.mid", ["abc", 2], "bc"),
]
WO = "\u6211"


@pytest.mark.parametrize(("name", "arguments", "result"), CASES)
def test_a_function_returns_what_it_does_at_run_time(name: str, arguments: list[Any], result: Any) -> None:
    assert function(name, *arguments, language="vbscript") == result


def test_a_text_that_would_be_too_large_is_not_made() -> None:
    assert function("string", 1 << 20, "a", language="vbscript") == "<unsolved>"
    assert function("replace", "a" * 2000, "a", "b" * 2000, language="vbscript") == "<unsolved>"


@given(st.integers(0, 255))
def test_asc_is_the_opposite_of_chr(code: int) -> None:
    character = function("chr", code, language="vbscript")

    assert function("asc", character, language="vbscript") == code


@given(st.text(), st.integers(1, 20), st.integers(0, 20))
def test_left_mid_and_right_agree(text: str, start: int, size: int) -> None:
    assert function("mid", text, 1, size, language="vbscript") == function("left", text, size, language="vbscript")
    assert function("mid", text, start, size, language="vbscript") == text[start - 1 : start - 1 + size]
    reverse = function("strreverse", text, language="vbscript")
    assert function("right", text, size, language="vbscript") == reverse[:size][::-1]


@given(st.text(alphabet="ab,"), st.just(","))
def test_join_is_the_opposite_of_split(text: str, separator: str) -> None:
    parts = function("split", text, separator, language="vbscript")

    assert function("join", parts, separator, language="vbscript") == text


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
