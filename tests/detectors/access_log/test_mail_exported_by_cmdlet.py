"""Exports of mailboxes: leads, and grave where the server serves the file."""

from __future__ import annotations

from tests.builders.event_logs import cmdlet_event, findings, verdicts
from webshellhunt.model.verdict import Disposition


def test_it_is_told() -> None:
    (verdict,) = verdicts(cmdlet_event("New-MailboxExportRequest", r'-Mailbox "a" -FilePath "\\backup\pst\a.pst"'))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7204", Disposition.UNEXPLAINED)


def test_honest_work_is_not() -> None:
    assert "WSH7204" not in findings(cmdlet_event("Get-MailboxExportRequest", '-Identity "a"'))


def test_one_to_a_directory_that_is_served_is_suspicious() -> None:
    served = r'-FilePath "\\localhost\c$\inetpub\wwwroot\aspnet_client\a.pst"'
    (verdict,) = verdicts(cmdlet_event("New-MailboxExportRequest", served))
    assert verdict.disposition is Disposition.SUSPICIOUS
