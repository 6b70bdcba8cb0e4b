"""What an evaluator is given that can't be code."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse, roads, unit_of
from webshellhunt.analysis.flow.evaluated import Evaluations


def harmless(code: str, language: str = "vbscript", start: str = "") -> bool:
    text = f"{start}x = Ev·al({code})" if language != "jscript" else f"{start}x = ev·al({code});"
    index = unit_of(text, language).index
    evaluations = Evaluations(index)
    return all(map(evaluations.is_harmless, evaluations.calls))


@pytest.mark.parametrize(
    "code",
    [
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
    assert harmless("Left(text, 1)", start="Function show(a)\nEnd Function\n")
    assert not harmless("Left(text, 1)", start="Function left(a, b)\nEnd Function\n")


def test_an_array_of_the_page_may_be_called_like_a_function_of_the_language() -> None:
    assert not harmless("Left(1, 2)", start="Left(1, 2) = text\n")
    assert harmless("Left(1, 2)")


@pytest.mark.parametrize(
    "code",
    [
        'a = "x" And b',
        '"Update [users] Set a = 1 where id = " & a',
        '"SELECT * From t where id = " & a',
        '" Delete * From [" & a',
    ],
)
def test_truth_values_and_queries_are_no_code(code: str) -> None:
    assert roads(analyse(f'a = Req·uest("k")\nx = Ev·al({code})', "vbscript")) == []


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
