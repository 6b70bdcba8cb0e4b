"""What a page asks its visitors for, by name."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.checks.branches import iter_branches
from webshellhunt.analysis.checks.requested_values import RequestedValues
from webshellhunt.analysis.flow.page_analysis import PageAnalysis


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
