"""Auditing that is switched off, against on."""

from __future__ import annotations

from tests.builders.event_logs import cmdlet_event, findings, verdicts
from webshellhunt.model.verdict import Disposition


def test_it_is_told() -> None:
    (verdict,) = verdicts(cmdlet_event("Set-AdminAuditLogConfig", '-AdminAuditLogEnabled "False"'))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7205", Disposition.UNEXPLAINED)


def test_honest_work_is_not() -> None:
    assert "WSH7205" not in findings(cmdlet_event("Set-AdminAuditLogConfig", '-AdminAuditLogEnabled "True"'))
