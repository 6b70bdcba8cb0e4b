"""Errors of pages that Exchange ships or not."""

from __future__ import annotations

import pytest

from tests.builders.event_logs import Event, findings
from webshellhunt.model.rules import Confidence, Severity


def failed(path: str, number: int = 1309) -> Event:
    values = [
        "3005",
        "An unhandled exception has occurred.",
        *["x"] * 10,
        f"https://mail.contoso.com{path}?a=1",
        path,
        "203.0.113.5",
    ]
    return Event(number, "ASP.NET 4.0.30319.0", values)


def test_a_page_that_exchange_does_not_ship() -> None:
    found = findings(failed("/owa/auth/x.aspx"))["WSH7209"]
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)
    assert (found.facts["by"], "/owa/auth/x.aspx" in found.message) == (("203.0.113.5",), True)


def test_a_message_in_any_language_has_the_same() -> None:
    text = "Code d'événement : 3005\r\nURL de la demande : https://m/aspnet_client/x.aspx\r\nAdresse : 203.0.113.5\r\n"
    found = findings(Event(1309, "ASP.NET 4.0.30319.0", {"message": text}))["WSH7209"]
    assert found.facts["by"] == ("203.0.113.5",)


@pytest.mark.parametrize(
    "path", ["/owa/auth/logon.aspx", "/shop/default.aspx", "/owa/service.svc/x", "/ecp/default.aspx"]
)
def test_pages_of_exchange_and_of_other_sites_are_none(path: str) -> None:
    assert findings(failed(path)) == {}
