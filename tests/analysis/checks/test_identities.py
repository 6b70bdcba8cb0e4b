"""The names by which an application says who its visitor is."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.checks.identities import attribute_of, iter_identities


def words(text: str, language: str = "c#") -> list[str]:
    analysis = analyse(text, language)
    return [identity.words for identity in iter_identities(analysis.index, analysis.constants)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('x = User.IsInRole("a");', ["User.IsInRole"]),
        ("x = User.Identity.IsAuthenticated;", ["Identity.IsAuthenticated"]),
        ('x = Request.ServerVariables["AUTH_USER"];', ["AUTH_USER"]),
        ('x = Request.ServerVariables["HTTP_HOST"];', []),
        ('x = Session["Admin"];', ["the session's 'admin', which another page sets"]),
        ('x = Session["Admin"]; Session["admin"] = 1;', []),
        ('x = Session["admin"]; Session["admin"] = null;', ["the session's 'admin', which another page sets"] * 2),
        ('x = Session["admin"]; Session[key] = 1;', []),
        ('x = Session["admin"]; Session.Add("admin", 1);', []),
        ('x = Request.Cookies["admin"];', []),
    ],
)
def test_identities(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("[System.Web.Mvc.Authorize] class A { }", "c#", "the attribute authorize"),
        (
            "class A { [PrincipalPermission(SecurityAction.Demand)] void F() { } }",
            "c#",
            "the attribute principalpermission",
        ),
        ("<Authorize()> _\nClass A\nEnd Class", "vb", "the attribute authorize"),
        ("[Serializable] class A { }", "c#", None),
        ("Authorize(x);", "c#", None),
    ],
)
def test_attributes(text: str, language: str, expected: str | None) -> None:
    assert attribute_of(analyse(text, language).index) == expected
