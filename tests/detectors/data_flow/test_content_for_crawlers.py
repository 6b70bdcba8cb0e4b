"""Content from another server for crawlers, or by the name of the host, is one finding."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt import examine
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
    part = ("= http.responseText", '= Split(http.responseText, "|")(0)')
    assert finding(changed(FETCHED, part), "WSH1018").severity is Severity.HIGH
    for plain in ('"MSXML2." & "ServerXMLHTTP"', 'LCase("MSXML2.ServerXMLHTTP")'):
        honest = finding(changed(FETCHED, part, ('"MSXML2.ServerXMLHTTP"', plain)), "WSH1018")
        assert honest.severity is Severity.HIGH
    hidden = finding(changed(FETCHED, part, ('"MSXML2.ServerXMLHTTP"', '"MSXML2.Ser" & "verXMLHTTP"')), "WSH1018")
    assert hidden.severity is Severity.CRITICAL


ADDRESS, PIECES, EXPRESSION = (
    f"{STEM}/{name}" for name in ("csharp-base64-address", "vbscript-address-in-pieces", "jscript-expression")
)


@pytest.mark.parametrize("name", [FETCHED, ADDRESS, PIECES, EXPRESSION])
def test_the_whole_answer_of_another_server_is_critical(name: str) -> None:
    found = finding(name, "WSH1018")
    assert found.severity is Severity.CRITICAL
    assert "all that this server answers" in found.message


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (ADDRESS, "reader.ReadToEnd()", "reader.ReadToEnd().Split(';')[1]"),
        (ADDRESS, "Request.Url.AbsoluteUri", 'Request["id"]'),
        (ADDRESS, "aHR0cDovL3BhZ2VzLmV4YW1wbGUubmV0Lw==", "L3BhZ2VzLw=="),
        (PIECES, "HTTP_HOST", "HTTP_ACCEPT"),
        (PIECES, '"ht" & "tp://pag" & "es.example.net/"', '"/pages/"'),
        (EXPRESSION, "googlebot|baiduspider", "firefox"),
        (EXPRESSION, "HTTP_USER_AGENT", "HTTP_ACCEPT"),
    ],
)
def test_each_part_of_a_relay_is_needed(name: str, old: str, new: str) -> None:
    assert findings(changed(name, (old, new)), "WSH1018") == []


def test_the_user_agent_alone_is_high() -> None:
    asked = changed(PIECES, ("HTTP_HOST", "HTTP_USER_AGENT"), ('"URL"', '"HTTP_REFERER"'))
    found = finding(asked, "WSH1018")
    assert found.severity is Severity.HIGH
    assert "the user agent or referrer" in found.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Response.Write(Fetched(", "Context.Response.Output.Write(Fetched("),
        ("Response.Write(Fetched(", "var to = Response; to.Write(Fetched("),
        ("Response.Write(Fetched(", "Shown.Text = (Fetched("),
        ("Request.Url.AbsoluteUri", "Request.Url.ToString()"),
        (
            "Response.Write(Fetched(address",
            "var from = System.Net.WebRequest.Create(address + Request.Url).GetResponse().GetResponseStream();"
            "from.CopyTo(Response.OutputStream); Count(Fetched(address",
        ),
        ("Request.Url.AbsoluteUri", 'Request.Headers["Host"] + Request.RawUrl'),
    ],
)
def test_other_spellings_of_a_relay(old: str, new: str) -> None:
    assert findings(changed(ADDRESS, (old, new)), "WSH1018")


def test_a_redirect_counts_in_the_branch_only() -> None:
    moved = changed(SENT, ("if (Searched()) Http", "if (Searched()) Count(); Http"))
    assert findings(moved, "WSH1018") == []


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("HTTP_HOST", "HTTP_HOST", Severity.HIGH),
        ("Response.Write http", "Response.Clear: Response.Write http", Severity.CRITICAL),
        ('"&q="', '"&by=" & Request.ServerVariables("HTTP_USER_AGENT") & "&q="', Severity.CRITICAL),
    ],
)
def test_what_all_visitors_get_must_replace_the_page(old: str, new: str, severity: Severity) -> None:
    assert finding(changed(NAMED, (old, new)), "WSH1018").severity is severity


@pytest.mark.parametrize("host", ["localhost:3000", "127.0.0.1", "10.1.2.3", "192.168.0.9:80", "172.20.0.1"])
def test_this_machine_and_its_network_are_not_elsewhere(host: str) -> None:
    assert findings(changed(NAMED, ("pages.example.net", host)), "WSH1018") == []
    assert finding(changed(FETCHED, ("pages.example.net", host)), "WSH1018").severity is Severity.HIGH
    assert findings(changed(NAMED, ("pages.example.net", f"{host}.example.net")), "WSH1018")
    assert findings(changed(NAMED, ("pages.example.net", f"{host}@pages.example.net")), "WSH1018")


@pytest.mark.parametrize("asked", ["Request.UserAgent", 'Request.Headers["User-Agent"]'])
@pytest.mark.parametrize(("result", "is_found"), [("true", True), ("false", False)])
def test_a_function_that_returns_true_for_crawlers(asked: str, result: str, is_found: bool) -> None:
    code = (
        '<%@ Page Language="C#" %><script runat="server">bool Known(string u) {'
        ' foreach (var b in new[] { "googlebot", "bingbot" }) if (u.IndexOf(b) >= 0)'
        f" return {result}; return false; }}\nvoid Page_Load() {{"
        f' if (Known({asked})) Response.Redirect("http://pages.example.net/"); }}</script>'
    )
    found = examine(code.encode(), path="site/p.aspx").findings
    assert ("WSH1018" in {each.rule.id for each in found}) is is_found
