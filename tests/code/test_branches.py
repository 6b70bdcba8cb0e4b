"""Where a condition's consequences begin and end, in each language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.code import branches
from webshellhunt.code.branches import iter_branches
from webshellhunt.code.calls import Calls
from webshellhunt.code.cutting import build_unit


def parts(text: str, language: str) -> list[tuple[str, str, str]]:
    """Return condition, consequence and alternative of each branch, a blank between two tokens."""
    unit = build_unit(text, language, [(0, len(text))])
    values = unit.tokens.values

    def words(part: tuple[int, int]) -> str:
        return " ".join(value.strip() for value in values[slice(*part)]).strip()

    return [(words(a), words(b), words(c)) for a, b, c in iter_branches(unit, Calls(unit).lower)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("If a Then b\nc", [("a", "b", "")]),
        ("If a Then b Else c\nd", [("a", "b", "else c")]),
        ("If a Then\nb\nElse\nc\nEnd If\nd", [("a", "b", "else  c")]),
        ("If a Then\nb\nElseIf c Then\nd\nEnd If\ne", [("a", "b", "elseif c then  d"), ("c", "d", "")]),
        ("If a Then\nIf b Then c\nd\nEnd If\ne", [("a", "if b then c  d", ""), ("b", "c", "")]),
        (
            "If a Then\nIf b Then\nc\nElse\nd\nEnd If\nEnd If\ne",
            [("a", "if b then  c  else  d  end if", ""), ("b", "c", "else  d")],
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
        ("if (a) b(); c();", [("a", "b ( )", "")]),
        ("if (a) { b(); } else c(); d();", [("a", "{ b ( ) ;", "else c ( )")]),
        ("if (a) b(); else { c(); } d();", [("a", "b ( )", "else { c ( ) ;")]),
        (
            "if (a) { b(); } else if (c) { d(); } e();",
            [("a", "{ b ( ) ;", "else if ( c ) { d ( ) ;"), ("c", "{ d ( ) ;", "")],
        ),
        ("if (a(b)) { c(); }", [("a ( b )", "{ c ( ) ;", "")]),
        ("if (a)", [("a", "", "")]),
        ("x.if(a); if a", []),
    ],
)
@pytest.mark.parametrize("language", ["c#", "jscript"])
def test_c_like(text: str, expected: list[tuple[str, str, str]], language: str) -> None:
    found = [tuple(" ".join(part.split()) for part in branch) for branch in parts(text, language)]
    assert found == [tuple(" ".join(part.split()) for part in branch) for branch in expected]


def test_no_more_is_read_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branches, "MOST_TOKENS", 50)
    assert 0 < len(parts("if (a) { b(); } " * 100, "c#")) < 20


@given(
    st.lists(
        st.sampled_from(["If ", "a ", "Then ", "Else ", "End If", "\n", "(", ")", "{", "}", "; ", "else "]), max_size=40
    ),
    st.sampled_from(["vbscript", "c#", "jscript", "vb"]),
)
def test_ranges_lie_in_the_unit_one_behind_another(words: list[str], language: str) -> None:
    text = "".join(words)
    unit = build_unit(text, language, [(0, len(text))])
    for condition, holds, other in iter_branches(unit, Calls(unit).lower):
        ends = (*condition, *holds, *other)
        assert list(ends) == sorted(ends)
        assert ends[-1] <= len(unit.tokens)
