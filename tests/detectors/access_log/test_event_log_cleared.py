"""Logs that were cleared, when and by whom."""

from __future__ import annotations

from tests.builders.event_logs import Event, findings, verdicts
from webshellhunt.model.verdict import Disposition

WHO = {"SubjectUserName": "admin", "SubjectDomainName": "CONTOSO"}
EVENTLOG = "Microsoft-Windows-Eventlog"


def test_the_security_log() -> None:
    (verdict,) = verdicts(Event(1102, EVENTLOG, WHO, "Security", user=True))
    (found,) = verdict.findings
    assert (found.rule.id, verdict.disposition) == ("WSH7211", Disposition.SUSPICIOUS)
    assert (found.facts["by"], found.facts["first"]) == (("CONTOSO\\admin",), "2021-03-03T04:05:06Z")
    assert found.facts["cleared_at"] == "2021-03-03T04:05:06Z"
    assert "the log Security was cleared" in found.message


def test_another_log_is_named() -> None:
    found = findings(Event(104, EVENTLOG, {**WHO, "Channel": "MSExchange Management"}, "System", user=True))["WSH7211"]
    assert "the log MSExchange Management was cleared" in found.message


def test_the_same_numbers_of_other_providers_are_none() -> None:
    assert findings(Event(104, "Some Service", WHO), Event(1102, "Other", WHO)) == {}
