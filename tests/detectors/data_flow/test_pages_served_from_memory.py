"""Providers of pages, and what they make pages of."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings

RULE, BASE64 = "WSH1061", "pages_served_from_memory/base64"
MADE = 'System.Convert.FromBase64String("PCU9IDEgKyAxICU+PHA+SGVsbG8=")'


def test_the_finding_says_when_the_server_runs_it() -> None:
    assert finding(BASE64, RULE).facts["runs"] == "at each start of the application (AppInitialize)"


@pytest.mark.parametrize(
    "made",
    [
        'System.Text.Encoding.UTF8.GetBytes("<p>Hello")',
        'System.Text.Encoding.UTF8.GetBytes(System.Web.HttpContext.Current.Request["page"])',
    ],
)
def test_a_text_and_a_request_make_pages_too(made: str) -> None:
    assert findings(changed(BASE64, (MADE, made)), RULE)


@pytest.mark.parametrize(
    "made",
    [
        'System.IO.File.ReadAllBytes("page.bin")',
        "Store.Read(VirtualPath)",
        "System.Text.Encoding.UTF8.GetBytes(System.Web.HttpContext.Current.Request.Url.Host)",
    ],
)
def test_other_contents_are_no_finding(made: str) -> None:
    assert findings(changed(BASE64, (MADE, made)), RULE) == []


def test_another_class_may_have_such_a_text() -> None:
    changes = ((": VirtualPathProvider", ""), (": VirtualFile", ""))
    assert findings(changed(BASE64, *changes), RULE) == []
