"""An error of the mitigation service is information; the same number of another source says nothing."""

from __future__ import annotations

from tests.builders.event_logs import Event, findings
from webshellhunt.model.rules import Severity

TEXT = "An unexpected exception occurred. Diagnostic information: Exception encountered while fetching mitigations."


def test_it_is_information() -> None:
    found = findings(Event(1008, "MSExchange Mitigation Service", [TEXT]))["WSH7222"]
    assert found.severity is Severity.INFO


def test_the_same_number_of_another_source() -> None:
    assert findings(Event(1008, "Microsoft-Windows-Perflib", [TEXT])) == {}
