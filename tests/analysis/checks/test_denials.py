"""The parts of a code that deny a visitor access."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.checks.branches import Range
from webshellhunt.analysis.checks.denials import Denials


def denies(text: str, language: str) -> bool:
    analysis = analyse(text, language)
    return Denials(analysis.index, analysis.constants).denies(Range(0, analysis.unit.tokens.values.index("last")))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Response.End\nlast", "vbscript", True),
        ('Response.Redirect "a"\nlast', "vbscript", True),
        ('Response.Redirect("a", false); last();', "c#", False),
        ("throw new HttpException(403, a); last();", "c#", True),
        ("Response.StatusCode = 403; last();", "c#", True),
        ("Response.StatusCode = 200; last();", "c#", False),
        ('Response.Status = "401 Unauthorized"\nlast', "vbscript", True),
        ("FormsAuthentication.RedirectToLoginPage(); last();", "c#", True),
        ("x = list.End\nlast", "vbscript", False),
        ("this.Out(); last(); void Out() { Response.End(); }", "c#", True),
        ("a.Out(); last(); void Out() { Response.End(); }", "c#", False),
        ("One(); last(); void One() { Two(); } void Two() { Response.End(); }", "c#", False),
    ],
)
def test_denials(text: str, language: str, expected: bool) -> None:
    assert denies(text, language) == expected
