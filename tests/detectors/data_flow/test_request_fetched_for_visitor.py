"""What weighs when the server asks an address for a visitor: that more than the address is passed on."""

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
def test_a_page_that_passes_on_one_way_only_is_less(old: str, new: str) -> None:
    assert finding(PROXY, "WSH1013").severity is Severity.HIGH
    assert finding(changed(PROXY, (old, new)), "WSH1013").severity is Severity.MEDIUM


@pytest.mark.parametrize("address", ['"http://a.example/" & Request("to")', 'Request.ServerVariables("HTTP_HOST")'])
def test_an_address_that_is_not_the_visitors_alone_is_not_told(address: str) -> None:
    assert findings(changed(PROXY, ('Request.QueryString("to")', address)), "WSH1013") == []


def test_orders_for_a_port_of_this_machine_are_sure() -> None:
    found = finding(LOCAL, "WSH1013")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)


def test_links_that_lead_back_to_the_page_are_sure() -> None:
    found = finding("request_fetched_for_visitor/vbscript-browsing-proxy", "WSH1013")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
