"""Where a page lets somebody in, and by which conditions."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.code import grants
from webshellhunt.code.grants import Decision, iter_decisions, key_of, operands


def decisions(text: str, language: str = "vbscript") -> list[Decision]:
    return list(iter_decisions(analyse(text, language)))


def targets(text: str, language: str = "vbscript") -> list[str]:
    return [decision.grant.target for decision in decisions(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ('If a Then Session("ad·min") = True', "vbscript", "the session's 'admin'"),
        ('If a Then Session("user" & "id") = "1"', "vbscript", "the session's 'userid'"),
        ('if (a) { Session["ad·min"] = true; }', "c#", "the session's 'admin'"),
        ('if (a) FormsAuthentication.SetAuth·Cookie("x", false);', "c#", "the ticket of forms authentication"),
        ("if (a) isAdmin = true;", "jscript", "isAdmin"),
        ("if (a) { e.Authenticated = true; }", "c#", "Authenticated"),
        ("bool CheckLogin(string p) { if (p == a) return true; return false; }", "c#", "the sign-in"),
        ("bool CheckLogin(string p) { return p == a; }", "c#", "the sign-in"),
        ("Function IsValid(p)\nIf p = a Then IsValid = True\nEnd Function", "vbscript", "the sign-in"),
        ("valid = (a = b)", "vbscript", "valid"),
    ],
)
def test_what_lets_in(text: str, language: str, expected: str) -> None:
    assert targets(text, language) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        'Session("ad·min") = True',
        'If a Then Session("color") = True',
        'If a Then Session("ad·min") = ""',
        'If a Then Session("ad·min") = rows("name")',
        "If a Then Session(b) = True",
        "If a Then valid = False",
        "If a Then counter = True",
        "If valid = True Then b = 1",
    ],
)
def test_what_does_not(text: str) -> None:
    assert targets(text) == []


def test_conditions_come_from_the_inside() -> None:
    text = 'If a Then\nIf b Then\nc = 1\nElse\nSession("ad·min") = True\nEnd If\nEnd If'
    (decision,) = decisions(text)
    unit = analyse(text, "vbscript").unit
    assert [unit.value(branch.condition[0]) for branch in decision.around] == ["b", "a"]
    assert decision.by is None


def test_what_is_given_may_be_the_condition() -> None:
    (decision,) = decisions("valid = (a = b)")
    assert decision.around == ()
    assert decision.by is not None


def test_no_more_are_told_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grants, "MOST_GRANTS", 3)
    assert len(decisions('If a Then Session("ad·min") = True\n' * 9)) == 3


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('Session("a")', "a"),
        ('Session.Contents("a")', "a"),
        ("Session(a)", ""),
        ('Session("a" & "b")', "ab"),
        ("Session", ""),
        ('Session("a", "b")', ""),
    ],
)
def test_keys(text: str, key: str) -> None:
    analysis = analyse(text, "vbscript")
    assert key_of(analysis, analysis.calls.name(0)) == key


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a = x", ("=", "")), ("a = ((x)) + b", ("=", "+")), ("If (x) = a Then", ("if", "=")), ("f(x) = a", ("(", ")"))],
)
def test_operands_are_found_over_brackets_but_those_of_a_call(text: str, expected: tuple[str, str]) -> None:
    unit = analyse(text, "vbscript").unit
    at = unit.tokens.values.index("x")
    assert operands(unit, unit.tokens.values, at, at + 1) == expected
