"""Certificates that leave the server are a lead; listing them is not."""

from __future__ import annotations

from tests.builders.event_logs import cmdlet_event, findings, verdicts
from webshellhunt.model.verdict import Disposition


def test_it_is_told() -> None:
    (verdict,) = verdicts(cmdlet_event("Export-ExchangeCertificate", '-Thumbprint "AB" -BinaryEncoded "True"'))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7207", Disposition.UNEXPLAINED)


def test_honest_work_is_not() -> None:
    assert "WSH7207" not in findings(cmdlet_event("Get-ExchangeCertificate", '-Thumbprint "AB"'))
