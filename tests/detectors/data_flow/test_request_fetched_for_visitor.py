"""The severity of a fetch for a visitor depends on the values that the page passes on."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.pipeline import examine

PROXY = "request_fetched_for_visitor/vbscript-proxy"
LOCAL = "request_fetched_for_visitor/vbscript-local-port"


def test_a_relay_to_any_host_is_unexplained() -> None:
    """It is said whether headers and content pass both ways; that alone is no web shell."""
    whole, half = finding(PROXY, "WSH1013"), finding(changed(PROXY, ("web.setRequestHeader", "' ")), "WSH1013")
    assert (whole.severity, half.severity) == (Severity.MEDIUM, Severity.MEDIUM)
    assert "relays to any host" in whole.message
    assert "fetches any address" in half.message


@pytest.mark.parametrize("address", ['"http://a.example/" & Request("to")', 'Request.ServerVariables("HTTP_HOST")'])
def test_an_address_that_is_not_request_data_alone_is_no_finding(address: str) -> None:
    assert findings(changed(PROXY, ('Request.QueryString("to")', address)), "WSH1013") == []


def test_content_for_a_local_port_is_critical() -> None:
    found = finding(LOCAL, "WSH1013")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert "any port of this machine" in found.message


def test_rewritten_links_are_critical() -> None:
    found = finding("request_fetched_for_visitor/vbscript-browsing-proxy", "WSH1013")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)


LISTED = (
    """u = Request("u"): allowed = Array("http://a.example.org/", "http://b.example.org/")
    For i = 0 To UBound(allowed)
      If InStr(1, u, allowed(i)) = 1 Then ok = True
    Next
    If Not ok Then Response.End""",
    """u = Request("u")
    If Left(u, 21) <> "http://a.example.org/" Then Response.End""",
    """u = Request("u")
    Select Case Split(u, "/")(2)
    Case "a.example.org", "b.example.org"
      FETCH
    End Select""",
)
FETCHED = """Set web = CreateObject("MSXML2.ServerXMLHTTP"): web.open "GET", u, False: web.send
    Response.BinaryWrite web.responseBody"""


@pytest.mark.parametrize("check", LISTED)
def test_an_address_of_a_list_is_no_finding(check: str) -> None:
    page = check.replace("FETCH", FETCHED) if "FETCH" in check else f"{check}\n{FETCHED}"
    assert relays(page, "VBScript") == []
    free = page.replace("http://a.example.org/", "http://").replace("http://b.example.org/", "https://")
    free = free.replace('"a.example.org", "b.example.org"', "Else")
    assert [each.severity for each in relays(free, "VBScript")] == [Severity.MEDIUM]


def test_a_page_that_refuses_listed_hosts_relays_to_all_others() -> None:
    page = f'u = Request("u")\nIf InStr(u, "a.example.org") > 0 Then Response.End\n{FETCHED}'
    assert [each.severity for each in relays(page, "VBScript")] == [Severity.MEDIUM]


def test_an_address_compared_with_a_configuration_is_no_finding() -> None:
    page = """string uri = Request["u"]; var known = new XmlSerializer(t).Deserialize(f) as Known;
    foreach (var each in known.All) if (uri.StartsWith(each.Address)) ok = true;
    var web = (HttpWebRequest)WebRequest.Create(uri); web.Headers.Add("a", Request.Headers["a"]);
    web.GetRequestStream(); Response.ContentType = web.GetResponse().ContentType;"""
    assert relays(page, "C#") == []
    assert [each.severity for each in relays(page.replace("uri.StartsWith(each.Address)", "each.On"), "C#")] == [
        Severity.MEDIUM
    ]


@pytest.mark.parametrize(
    "check",
    [
        "if (!hosts.Contains(new Uri(uri).Host)) { Response.StatusCode = 403; return; }",
        "foreach (var each in ConfigurationManager.AppSettings[\"Hosts\"].Split(','))"
        " if (uri.StartsWith(each)) ok = true;"
        " if (!ok) Response.End();",
    ],
)
def test_a_host_of_a_list_is_no_finding(check: str) -> None:
    page = f"""var hosts = new[] {{ "a.example.org", "b.example.org" }}; bool ok = false; string uri = Request["u"];
    {check} var web = WebRequest.Create(uri); Response.ContentType = web.GetResponse().ContentType;"""
    assert relays(page, "C#") == []
    assert [each.severity for each in relays(page.replace(check, ""), "C#")] == [Severity.MEDIUM]


def relays(code: str, language: str) -> list[Finding]:
    text, path = f"<\x25\n{code}\n\x25>", "inetpub/wwwroot/p.asp"
    if language == "C#":
        text = f'<\x25@ Page Language="C#" \x25><script runat="server">void Page_Load() {{ {code} }}</script>'
        path = "inetpub/wwwroot/p.aspx"
    return [each for each in examine(text.encode(), path=path).findings if each.rule.id == "WSH1013"]
