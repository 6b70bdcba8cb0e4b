"""The extents of what a condition decides over, in each language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import unit_of
from webshellhunt.analysis.checks import branches
from webshellhunt.analysis.checks.branches import Functions, iter_branches, iter_choices


def parts(text: str, language: str) -> list[tuple[str, str, str]]:
    """Return condition, consequence and alternative of each branch, a blank between two tokens."""
    unit = unit_of(text, language)
    values = unit.tokens.values

    def words(start: int, end: int) -> str:
        return " ".join(" ".join(values[start:end]).split())

    found = iter_branches(unit.index)
    return [(words(b.test.start, b.test.end), words(*b.holds), words(*b.other)) for b in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("If a Then b\nc", [("a", "b", "")]),
        ("If a Then b Else c\nd", [("a", "b", "c")]),
        ("If a Then\nb\nElse\nc\nEnd If\nd", [("a", "b", "c")]),
        ("If a Then\nb\nElseIf c Then\nd\nEnd If\ne", [("a", "b", "elseif c then d"), ("c", "d", "")]),
        ("If a Then\nIf b Then c\nd\nEnd If\ne", [("a", "if b then c d", ""), ("b", "c", "")]),
        (
            "If a Then\nIf b Then\nc\nElse\nd\nEnd If\nEnd If\ne",
            [("a", "if b then c else d end if", ""), ("b", "c", "d")],
        ),
        ("If a Then\nb", [("a", "b", "")]),
        ("If a Then", [("a", "", "")]),
    ],
)
def test_vbscript(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert parts(text, "vbscript") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if (a) b(); c();", [("a", "b ( ) ;", "")]),
        ("if (a) { b(); } else c(); d();", [("a", "{ b ( ) ; }", "c ( ) ;")]),
        ("if (a) b(); else { c(); } d();", [("a", "b ( ) ;", "{ c ( ) ; }")]),
        (
            "if (a) { b(); } else if (c) { d(); } e();",
            [("a", "{ b ( ) ; }", "if ( c ) { d ( ) ; }"), ("c", "{ d ( ) ; }", "")],
        ),
        ("if (a(b)) { c(); }", [("a ( b )", "{ c ( ) ; }", "")]),
        ("x = a ? b() : c();", [("a", "b ( )", "c ( )")]),
        ("if (a)", [("a", "", "")]),
        ("x.if(a);", []),
    ],
)
@pytest.mark.parametrize("language", ["c#", "jscript"])
def test_c_like(text: str, expected: list[tuple[str, str, str]], language: str) -> None:
    assert parts(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [("switch (a) { case 1: b(); break; default: c(); }", "c#"), ("Select Case a\nCase 1\nb\nEnd Select", "vb")],
)
def test_a_choice_decides_over_all_of_its_cases(text: str, language: str) -> None:
    unit = unit_of(text, language)
    (choice,) = iter_choices(unit.index)
    values = unit.tokens.values
    assert values[choice.test.start : choice.test.end] == ["a"]
    assert choice.covers(values.index("b"))
    assert not choice.covers(choice.test.start)


def test_the_size_of_all_branches_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branches, "MOST_TOKENS", 50)
    assert 0 < len(parts("if (a) { b(); } " * 100, "c#")) < 20


def test_the_innermost_function_with_a_name_counts() -> None:
    unit = unit_of("a(); function One() { b(); function Two() { c(); } var x = function () { d(); }; } e();", "jscript")
    functions, values = Functions(unit.index), unit.tokens.values
    names = [functions.name_at(values.index(word)) for word in ("a", "b", "c", "e")]
    assert names == [None, "one", "two", None]


@given(
    st.lists(
        st.sampled_from(["If ", "a ", "Then ", "Else ", "End If", "\n", "(", ")", "{", "}", "; ", "else "]), max_size=40
    ),
    st.sampled_from(["vbscript", "c#", "jscript", "vb"]),
)
def test_the_parts_are_in_the_code_after_each_other(words: list[str], language: str) -> None:
    unit = unit_of("".join(words), language)
    for branch in iter_branches(unit.index):
        ends = (branch.test.start, branch.test.end, *branch.holds, *branch.other)
        assert list(ends) == sorted(ends)
        assert ends[-1] <= len(unit.tokens)
