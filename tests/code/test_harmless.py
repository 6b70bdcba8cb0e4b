"""What an evaluator is given that can't be code."""

from __future__ import annotations

from collections.abc import Set

import pytest

from tests.builders.inert import analyse, roads
from webshellhunt.code.calls import Calls
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.harmless import is_harmless


def harmless(code: str, language: str = "vbscript", functions: Set[str] = frozenset()) -> bool:
    unit = build_unit(f"x = {code}", language, [(0, len(code) + 4)])
    return is_harmless(Calls(unit, {}), 2, len(unit.tokens), functions)


@pytest.mark.parametrize(
    "code",
    [
        'a = "x" And b',
        '"Update [users] Set a = 1 where id = " & id',
        '"update users set a = " & id',
        '"SELECT * From t where id = " & id',
        '"Insert Into t values(" & v & ")"',
        '" Delete * From [" & t',
        '"delete from t where id = " & id',
        '"delete from [t" & t & "] where id = " & id',
        '"insert into [t" & t & "] (a) values (" & v',
        '"update [users] set a = " & id',
        '"&h" & Mid(text, i + 1, 2)',
        "Left(text, 1) & Right(text, 7)",
        '"&h" & CStr(Hex(Asc(Mid(text, 3, 1))))',
    ],
)
def test_what_is_no_code(code: str) -> None:
    assert harmless(code)


@pytest.mark.parametrize(
    "code",
    [
        "text",
        '"Select Case 1" & text',
        'text & "Select * from t"',
        '"updated = 1:" & text',
        '"Select " & text',
        '"Select Ca" & text',
        '"insert into " & text',
        '"insert into rem " & text',
        '"delete from " & text',
        '"update rem set " & text',
        '"update a\' set " & text',
        '"update a:b = 1:c set " & text',
        '"Update [" & text',  # a name in brackets is one of VB, too, and may end where the visitor says
        "Mid(text, 2)",
        "Mid(text, 1, 9)",
        "Mid(text, 1, size)",
        "Mid(text, 1, 2) & other",
        "CStr(text)",
        "own.Left(text, 2)",
        "Left(text, 4) & Left(other, 5)",
        '"Execute " & Left(text, 2)',
        "Hex(text) & other",
        '"2 * 21"',
    ],
)
def test_what_may_be_code(code: str) -> None:
    assert not harmless(code)


def test_a_function_of_the_page_may_be_called_like_one_of_the_language() -> None:
    assert harmless("Left(text, 1)", functions=frozenset({"show"}))
    assert not harmless("Left(text, 1)", functions=frozenset({"left"}))


def test_an_array_of_the_page_may_be_called_like_a_function_of_the_language() -> None:
    code = "x = Left(1, 2)\nLeft(1, 2) = text"
    unit = build_unit(code, "vbscript", [(0, len(code))])
    assert not is_harmless(Calls(unit, {}), 2, 8)
    assert harmless("Left(1, 2)")


@pytest.mark.parametrize("code", ['"select * from t" + text', '"0x" + text.substr(i, 2)', "left(text, 2)"])
def test_jscript_has_no_such_words(code: str) -> None:
    assert not harmless(code, "jscript")


@pytest.mark.parametrize(
    ("code", "expected"), [("a.charAt(i)", True), ("a.b.charAt(0)", True), ("a.charAt(i) + b", False)]
)
def test_one_character_is_no_code(code: str, expected: bool) -> None:
    assert harmless(code, "jscript") is expected


@pytest.mark.parametrize(
    ("start", "reached"),
    [
        ("", False),
        ("String.prototype.charAt = f; ", True),
        ("o = { charAt: function (x) { return x; } }; ", True),
        ("function charAt(x) { return x; } ", True),
    ],
)
def test_one_character_of_a_pages_own_making_may_be_more(start: str, reached: bool) -> None:
    flows = roads(analyse(f'{start}t = Req·uest("k"); ev·al(t.charAt(0));', "jscript"))
    assert (("evaluate", "visitor", "k") in flows) is reached
