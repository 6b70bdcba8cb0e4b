"""Scripts, frames and forms of other hosts in the pages of Exchange."""

from __future__ import annotations

import pytest

from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

AUTH = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth"


def disposition(text: str, path: str = rf"{AUTH}\logon.aspx") -> tuple[Disposition, list[str]]:
    verdict = examine(text.encode(), path=path)
    return verdict.disposition, [each.rule.id for each in verdict.findings]


@pytest.mark.parametrize(
    "element",
    [
        '<script src="https://cdn.example.net/a.js"></script>',
        "<SCRIPT async type='text/javascript' SRC=//203.0.113.7/a.js></SCRIPT>",
        '<iframe src="http://example.net/a"></iframe>',
        '<form method="post" action="https://example.net/auth.owa">',
    ],
)
def test_another_host_is_suspicious(element: str) -> None:
    assert disposition(f"<html>{element}</html>") == (Disposition.SUSPICIOUS, ["WSH2014"])


def test_a_captcha_is_usual() -> None:
    element = '<script src="https://www.google.com/recaptcha/api.js"></script>'
    assert disposition(element) == (Disposition.BENIGN, [])


@pytest.mark.parametrize(
    "element",
    [
        '<script src="/owa/auth/15.1.2375/scripts/premium/flogon.js"></script>',
        '<a href="https://example.net/">Help</a>',
        '<form action="/owa/auth.owa" method="POST">',
    ],
)
def test_the_own_host_and_links_are_no_finding(element: str) -> None:
    assert disposition(element) == (Disposition.BENIGN, [])


def test_other_sites_load_what_they_like() -> None:
    element = '<script src="https://cdn.example.net/a.js"></script>'
    assert disposition(element, r"C:\inetpub\wwwroot\shop\a.aspx") == (Disposition.BENIGN, [])
