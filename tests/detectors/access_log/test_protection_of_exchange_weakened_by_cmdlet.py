"""Mitigations and scans that are switched off are leads; looking them up is not."""

from __future__ import annotations

from tests.builders.event_logs import cmdlet_event, findings, verdicts
from webshellhunt.model.verdict import Disposition


def test_it_is_told() -> None:
    (verdict,) = verdicts(cmdlet_event("Set-OrganizationConfig", '-MitigationsEnabled "False"'))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7221", Disposition.UNEXPLAINED)


def test_honest_work_is_not() -> None:
    assert "WSH7221" not in findings(cmdlet_event("Set-OrganizationConfig", '-MitigationsEnabled "True"'))
