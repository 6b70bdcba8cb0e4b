"""Content from another server for crawlers, or by the name of the host, is one finding."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

STEM = "content_for_crawlers"
FETCHED, SENT, NAMED = (
    f"{STEM}/{name}" for name in ("vbscript-fetched", "csharp-sent-elsewhere", "vbscript-under-this-name")
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (FETCHED, "serves crawlers or visitors of search engines"),
        (SENT, "redirects to another server"),
        (NAMED, "the name of this host"),
    ],
)
def test_the_message(name: str, words: str) -> None:
    assert words in finding(name, "WSH1018").message


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (FETCHED, 'InStr(who, "googlebot") > 0 Or InStr(who, "baiduspider") > 0', 'who = "mobile"'),
        (FETCHED, "HTTP_USER_AGENT", "HTTP_ACCEPT"),
        (FETCHED, 'Response.Write Fetched("http://pages.example.net/")', 'Response.Write "hello"'),
        (SENT, "UrlReferrer", "FilePath"),
        (SENT, "http://shop.example.net/", "/shop/"),
        (SENT, "google|baidu|bing", "partner"),
        (NAMED, "http://pages.example.net/", "/pages/"),
        (NAMED, "http://pages.example.net/", "http://pagead2.googlesyndication.com/pagead/ads?host="),
        (NAMED, "HTTP_HOST", "HTTP_ACCEPT"),
        (NAMED, "QUERY_STRING", "HTTP_ACCEPT"),
    ],
)
def test_each_part_is_needed(name: str, old: str, new: str) -> None:
    assert findings(changed(name, (old, new)), "WSH1018") == []


def test_a_hidden_object_name_makes_it_critical() -> None:
    assert finding(FETCHED, "WSH1018").severity is Severity.HIGH
    for plain in ('"MSXML2." & "ServerXMLHTTP"', 'LCase("MSXML2.ServerXMLHTTP")'):
        honest = finding(changed(FETCHED, ('"MSXML2.ServerXMLHTTP"', plain)), "WSH1018")
        assert honest.severity is Severity.HIGH
    hidden = finding(changed(FETCHED, ('"MSXML2.ServerXMLHTTP"', '"MSXML2.Ser" & "verXMLHTTP"')), "WSH1018")
    assert hidden.severity is Severity.CRITICAL
