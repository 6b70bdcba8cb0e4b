"""Bypasses of a sign-in at their edges; whole pages are tested with the rule."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse, live, unit_of
from tests.builders.steps import at_most
from webshellhunt.analysis.checks.branches import iter_branches
from webshellhunt.analysis.checks.bypasses import Bypass, HiddenTexts, RequestedValues, iter_bypasses, may_sign_in
from webshellhunt.analysis.flow.page_analysis import PageAnalysis

CODES = "Chr(97) & Chr(98) & Chr(99) & Chr(100)"


def ways(text: str, language: str = "vbscript") -> list[Bypass]:
    analysis = analyse(text, language)
    if not may_sign_in(analysis.texts, analysis.words()):
        return []
    return list(iter_bypasses(analysis.index, analysis.constants, analysis.joined_constants, [live(text)]))


@pytest.mark.parametrize(
    "condition",
    [
        f'Request("pwd") = {CODES}',
        f'{CODES} = Request("pwd")',
        f'({CODES}) = Request("pwd")',
        f'Request("pwd") <> {CODES}',
        f'StrComp(Request("pwd"), {CODES}) = 0',
        f'LCase(Trim(Request("pwd"))) = {CODES}',
        'Request("pwd") = "ab" & "cd"',
        'Request("pwd") = Replace("axbxcxd", "x", "")',
    ],
)
def test_however_it_is_compared(condition: str) -> None:
    assert [way.constant for way in ways(f'If {condition} Then Session("ad·min") = True')] == ["abcd"]


@pytest.mark.parametrize(
    "condition",
    [
        f'Request({CODES}) = "x"',
        f'Left(Request("pwd"), Len({CODES})) > 3',
        'Request("pwd") = "abcd"',
        'Request("pwd") = name & "cd"',
        f'Request("pwd") > {CODES}',
        'Session("pwd") & "" = ""',
    ],
)
def test_what_is_not_compared_with_what_is_hidden(condition: str) -> None:
    assert ways(f'If {condition} Then Session("ad·min") = True') == []


def test_a_page_that_asks_for_no_password_has_no_sign_in() -> None:
    text = f'If Request("x") = {CODES} Then Session("ad·min") = True'
    assert ways(text) == []
    assert len(ways(f"pwd = 1\n{text}")) == 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ('If Request("zz")="b" Then Session("ad·min")=1\n', "vbscript"),
        (f'If Request("zz")={CODES} Then Session("ad·min")=1\n', "vbscript"),
        ('zz=Request("zz")\nIf zz="b" Then Session("ad·min")=1\n', "vbscript"),
        ('if(Request["zz"]=="b"){Session["ad·min"]=true;', "c#"),
    ],
)
def test_much_of_it_costs_little(text: str, language: str) -> None:
    with at_most(20_000_000):
        ways('pwd=Request("pwd");\n' + text * 1_000, language)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("If a = Chr(97) Then x", True),
        ('If a = "b" & "c" Then x', True),
        ('If a = "b" & c Then x', False),
        ('If a = "b" Then x', False),
        ("b = Chr(97) & Chr(98)\nIf a = b Then x", True),
        ("b = Chr(97) & c\nIf a = b Then x", False),
        ('b = "x"\nIf a = b Then x', False),
    ],
)
def test_hidden_texts(text: str, expected: bool) -> None:
    index = unit_of(text, "vbscript").index
    (branch,) = iter_branches(index)
    assert HiddenTexts(index).may_be_in(branch.test) == expected


def values(analysis: PageAnalysis) -> RequestedValues:
    return RequestedValues(analysis.index, analysis.constants)


def asked(text: str, language: str = "vbscript") -> list[str]:
    return list(values(analyse(text, language)).by_place.values())


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ('x = Req·uest("a") & Req·uest.Form("b")', "vbscript", ["a", "b"]),
        ('x = Req·uest(name)', "vbscript", [""]),
        ('x = Context.Req·uest.Query·String["c"];', "c#", ["c"]),
        ("x = word.Text + login.Password;", "c#", ["word", "password"]),
        ('x = Request.ServerVariables("d")', "vbscript", []),
        ('x = rows("e") & Session("f").Value', "vbscript", []),
    ],
)  # fmt: skip
def test_names(text: str, language: str, names: list[str]) -> None:
    assert asked(text, language) == names


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('z = Req·uest("a")', "a"),
        ('z = Trim(LCase(Req·uest("a")))', "a"),
        ('z = Req·uest("a")\nz = rows("b")', None),
        ('z = Req·uest("a")\nz = Req·uest("b")', None),
        ('z = rows(Req·uest("a"))', None),
        ("z = 1", None),
    ],
)
def test_a_variable_holds_one_name_or_none(lines: str, expected: str | None) -> None:
    analysis = analyse(f"{lines}\nIf z = 1 Then x", "vbscript")
    *_, last = analysis.index.named("z")
    assert values(analysis).key_at(last) == expected


@pytest.mark.parametrize(
    ("condition", "alone"),
    [('Req·uest("a") = "b"', True), ('Len(Req·uest("a")) > 3 And z = "c"', True), ('Req·uest("a") = rows("b")', False)],
)
def test_conditions_of_the_request_alone(condition: str, alone: bool) -> None:
    analysis = analyse(f'z = Req·uest("z")\nIf {condition} Then x', "vbscript")
    (branch,) = iter_branches(analysis.index)
    assert values(analysis).are_all_of(branch.test) == alone
