"""Transport agents, by the place of their assembly."""

from __future__ import annotations

from tests.builders.event_logs import cmdlet_event, findings, verdicts
from webshellhunt.model.verdict import Disposition


def test_it_is_told() -> None:
    (verdict,) = verdicts(cmdlet_event("Install-TransportAgent", r'-Name "x" -AssemblyPath "C:\Windows\Temp\x.dll"'))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7206", Disposition.SUSPICIOUS)


def test_honest_work_is_not() -> None:
    assert "WSH7206" not in findings(cmdlet_event("Get-TransportAgent", ""))


def test_the_agent_of_a_product_is_a_lead() -> None:
    place = r'-Name "x" -AssemblyPath "C:\Program Files\Contoso\x.dll"'
    (verdict,) = verdicts(cmdlet_event("Install-TransportAgent", place))
    assert verdict.disposition is Disposition.UNEXPLAINED


def test_an_attempt_that_failed_is_less() -> None:
    (verdict,) = verdicts(cmdlet_event("Install-TransportAgent", r'-AssemblyPath ".\x.dll"', number=6, error="no"))
    assert verdict.disposition is Disposition.UNEXPLAINED
