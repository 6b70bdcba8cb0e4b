"""Links to other servers that only crawlers or visitors of search engines get are one finding."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

STEM = "links_for_crawlers"
STORED, REFERRER, BETWEEN = (
    f"{STEM}/{name}" for name in ("vbscript-stored-links", "csharp-script-by-referrer", "text-between-blocks")
)


def test_a_branch_that_ends_the_response_is_critical() -> None:
    found = finding(STORED, "WSH1046")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert found.message.endswith("(poker.example.org and 1 more), and nothing else")
    assert "slots" in found.evidence[0].excerpt


def test_one_link_in_a_branch_that_goes_on_is_high() -> None:
    found = finding(changed(REFERRER, ("Response.End();", "")), "WSH1046")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (STORED, "If Crawls(", "If Not Crawls("),
        (STORED, "If Crawls(", "If True = False And Known("),
        (STORED, "HTTP_USER_AGENT", "HTTP_ACCEPT"),
        (STORED, "Crawls = True", 'Crawls = "spider"'),
        (REFERRER, "UrlReferrer", "Url"),
        (REFERRER, "http://jump.example.net", "/scripts"),
        (REFERRER, "http://jump.example.net", "http://www.googletagmanager.com"),
        (BETWEEN, "> 0", "= 0"),
    ],
)
def test_each_part_is_needed(name: str, old: str, new: str) -> None:
    assert findings(changed(name, (old, new)), "WSH1046") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Response.Write "<title>Slots</title>"', "Response.Clear"),
        ("Crawls = True", "Crawls = 1"),
        ("HTTP_USER_AGENT", "HTTP_REFERER"),
        ("Baiduspider,Googlebot,Sogou", "slurp"),
        ("http://slots.example.net", "//slots.example.net"),
    ],
)
def test_other_spellings_are_found(old: str, new: str) -> None:
    assert findings(changed(STORED, (old, new)), "WSH1046")


def test_a_flag_and_the_other_branch() -> None:
    flagged = changed(
        BETWEEN,
        ('If InStr(who, "googlebot") > 0 Then', 'If InStr(who, "googlebot") > 0 Then seen = True\nIf seen Then'),
    )
    assert findings(flagged, "WSH1046")
    other = changed(BETWEEN, ("> 0 Then", "= 0 Then\nElse"))
    assert findings(other, "WSH1046")


def test_text_directly_after_the_condition_belongs_to_the_branch() -> None:
    assert findings(changed(BETWEEN, ("> 0 Then\n%>\n", "> 0 Then %>"), ("\n<\x25\nEnd If", "<\x25 End If")), "WSH1046")


def test_a_server_to_which_the_page_links_all_visitors_is_no_other() -> None:
    script = '<scr" + "ipt src=\'http://jump.example.net/j.js\'></scr" + "ipt>'
    link = (script, "<a href='http://jump.example.net/all'>All</a>")
    assert findings(changed(REFERRER, link), "WSH1046")
    linked = ("</script>", "</script>\n<a href='http://jump.example.net/'>Home</a>")
    assert findings(changed(REFERRER, link, linked), "WSH1046") == []
    other = ("</script>", "</script>\n<a href='http://shop.example.net/'>Home</a>")
    assert findings(changed(REFERRER, link, other), "WSH1046")
