"""Runs of view states that failed the check, against some of many users."""

from __future__ import annotations

from tests.builders.event_logs import Event, findings
from webshellhunt.model.rules import Confidence, Severity


def refused(minute: int, client: str = "203.0.113.5", code: str = "4009") -> Event:
    values = [
        code,
        "Viewstate verification failed.",
        *["x"] * 14,
        "https://m/owa/auth/x.aspx",
        "/owa/auth/x.aspx",
        client,
    ]
    return Event(1316, "ASP.NET 4.0.30319.0", values, time=f"2026-01-05T04:{minute:02}:00Z")


def test_many_of_one_client_within_an_hour_are_a_lead() -> None:
    found = findings(*(refused(minute) for minute in range(10)))["WSH7210"]
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.LOW)
    assert (found.facts["most_within_an_hour"], found.facts["by_client"]) == (10, "203.0.113.5")


def test_some_of_many_clients_are_a_note() -> None:
    found = findings(*(refused(minute, f"203.0.113.{minute}") for minute in range(30)))["WSH7210"]
    assert (found.severity, found.facts["most_within_an_hour"], found.facts["count"]) == (Severity.INFO, 1, 30)


def test_a_ticket_that_expired_is_none() -> None:
    assert findings(refused(1, code="4005")) == {}
