"""The severity of a fetch for a visitor depends on the values that the page passes on."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

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


def test_rewritten_links_are_critical() -> None:
    found = finding("request_fetched_for_visitor/vbscript-browsing-proxy", "WSH1013")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
