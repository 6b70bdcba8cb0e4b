"""Consumers of WMI in the event log."""

from __future__ import annotations

from tests.builders.event_logs import Event, verdicts
from webshellhunt.model.verdict import Disposition


def test_a_consumer_that_runs_a_command_is_suspicious() -> None:
    values = {
        "CONSUMER": 'CommandLineEventConsumer="Updater"',
        "PossibleCause": 'instance of CommandLineEventConsumer { CommandLineTemplate = "a.exe"; };',
    }
    (verdict,) = verdicts(Event(5861, "Microsoft-Windows-WMI-Activity", values, user=True))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7231", Disposition.SUSPICIOUS)
