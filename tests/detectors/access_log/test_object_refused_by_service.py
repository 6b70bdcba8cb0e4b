"""Serialised objects that a service refused, whatever the number of the event."""

from __future__ import annotations

from tests.builders.event_logs import Event, cmdlet_event, findings, verdicts
from webshellhunt.model.verdict import Disposition

UM = "MSExchange Unified Messaging"


def test_unified_messaging() -> None:
    (verdict,) = verdicts(Event(1423, UM, ["UM", "System.InvalidCastException: Unable to cast object\r\n   at A.B()"]))
    (found,) = verdict.findings
    assert (found.rule.id, verdict.disposition) == ("WSH7208", Disposition.SUSPICIOUS)


def test_an_app_that_was_sent() -> None:
    error = "System.InvalidCastException: Unable to cast object"
    assert "WSH7208" in findings(cmdlet_event("Get-App", "", number=8, error=error))
    assert "WSH7208" in findings(Event(4999, "MSExchange Common", ["at BinaryFormatter.Deserialize(Stream)"]))


def test_other_errors_of_the_same_services_and_the_same_error_elsewhere_are_none() -> None:
    other = Event(1423, UM, ["System.OutOfMemoryException"])
    elsewhere = Event(1026, ".NET Runtime", ["System.InvalidCastException"])
    app = cmdlet_event("Get-App", "", number=6, error="The operation couldn't be performed")
    assert findings(other, elsewhere, app) == {}
