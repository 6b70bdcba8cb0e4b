"""The severity of a fetch for a visitor depends on the values that the page passes on."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.pipeline import examine

PROXY = "request_fetched_for_visitor/vbscript-proxy"
LOCAL = "request_fetched_for_visitor/vbscript-local-port"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("web.setRequestHeader", "' web.setRequestHeader"),
        ('web.getResponseHeader("Content-Type")', '"text/plain"'),
    ],
)
def test_a_page_that_passes_values_one_way_has_a_lower_severity(old: str, new: str) -> None:
    assert finding(PROXY, "WSH1013").severity is Severity.HIGH
    assert finding(changed(PROXY, (old, new)), "WSH1013").severity is Severity.MEDIUM


@pytest.mark.parametrize("address", ['"http://a.example/" & Request("to")', 'Request.ServerVariables("HTTP_HOST")'])
def test_an_address_that_is_not_request_data_alone_is_no_finding(address: str) -> None:
    assert findings(changed(PROXY, ('Request.QueryString("to")', address)), "WSH1013") == []


def test_content_for_a_local_port_is_critical() -> None:
    found = finding(LOCAL, "WSH1013")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert "any port of this machine" in found.message
    assert "any address" in finding(PROXY, "WSH1013").message


def test_rewritten_links_are_critical() -> None:
    found = finding("request_fetched_for_visitor/vbscript-browsing-proxy", "WSH1013")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)


def test_an_address_compared_with_a_configuration_is_unexplained_at_most() -> None:
    page = """string uri = Request["u"]; var known = new XmlSerializer(t).Deserialize(f) as Known;
    foreach (var each in known.All) if (uri.StartsWith(each.Address)) ok = true;
    var web = (HttpWebRequest)WebRequest.Create(uri); web.Headers.Add("a", Request.Headers["a"]);
    web.GetRequestStream(); Response.ContentType = web.GetResponse().ContentType;"""
    assert severity_of(page) is Severity.MEDIUM
    assert severity_of(page.replace("uri.StartsWith(each.Address)", "each.On")) is Severity.HIGH


def severity_of(code: str) -> Severity:
    text = f'<\x25@ Page Language="C#" \x25><script runat="server">void Page_Load() {{ {code} }}</script>'
    (found,) = (
        each for each in examine(text.encode(), path="inetpub/wwwroot/p.aspx").findings if each.rule.id == "WSH1013"
    )
    return found.severity
