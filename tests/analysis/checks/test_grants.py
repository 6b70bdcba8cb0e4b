"""Where a page lets somebody in, and by which conditions."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.checks import grants
from webshellhunt.analysis.checks.grants import Decision, iter_decisions, may_grant
from webshellhunt.lang.tree import Name


def decisions(text: str, language: str = "vbscript") -> list[Decision]:
    analysis = analyse(text, language)
    return list(iter_decisions(analysis.index, analysis.constants))


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
    assert [branch.test.text for branch in decision.around if isinstance(branch.test, Name)] == ["b", "a"]
    assert decision.by is None


def test_what_is_given_may_be_the_condition() -> None:
    (decision,) = decisions("valid = (a = b)")
    assert decision.around == ()
    assert decision.by is not None


def test_no_more_are_told_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grants, "MOST_GRANTS", 3)
    assert len(decisions('If a Then Session("ad·min") = True\n' * 9)) == 3


@pytest.mark.parametrize(
    ("word", "expected"), [("session", True), ("isadmin", True), ("checkuser", True), ("x", False)]
)
def test_code_without_a_word_of_a_grant_has_none(word: str, expected: bool) -> None:
    assert may_grant({word, "a"}) == expected
