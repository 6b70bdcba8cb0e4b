"""A cmdlet that names a page, or puts a script into an address, against ordinary ones."""

from __future__ import annotations

from tests.builders.event_logs import cmdlet_event, findings, verdicts
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Disposition

TAG = "<" + 'script runat="server">'
PATH = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
EXPORT = r'-Mailbox "a" -FilePath "\\127.0.0.1\c$\inetpub\wwwroot\aspnet_client\x.aspx"'


def test_an_export_to_a_page_is_a_plant_at_its_path() -> None:
    (verdict,) = verdicts(cmdlet_event("New-MailboxExportRequest", EXPORT))
    assert (verdict.disposition, verdict.subject.path) == (Disposition.MALICIOUS, PATH)
    (found,) = verdict.findings
    assert (found.rule.id, found.severity, found.confidence) == ("WSH7201", Severity.CRITICAL, Confidence.HIGH)
    assert (found.facts["planted_path"], found.facts["planted_at"]) == (PATH, "2021-03-03T04:05:06Z")
    assert found.facts["by"] == ("contoso.local/Users/admin",)


def test_a_script_in_an_address_is_one_too() -> None:
    (verdict,) = verdicts(cmdlet_event("Set-OabVirtualDirectory", f'-ExternalUrl "http://f/{TAG}" -Identity "OAB"'))
    assert verdict.disposition is Disposition.MALICIOUS


def test_one_that_was_refused_is_an_attempt() -> None:
    (verdict,) = verdicts(cmdlet_event("New-MailboxExportRequest", EXPORT, number=6, error="no"))
    assert (verdict.disposition, verdict.findings[0].facts["refused"]) == (Disposition.SUSPICIOUS, True)
    assert "planted_at" not in verdict.findings[0].facts


def test_ordinary_addresses_and_requests_are_none() -> None:
    address = cmdlet_event("Set-OabVirtualDirectory", '-ExternalUrl "https://mail.contoso.com/OAB" -Identity "OAB"')
    request = cmdlet_event("New-ExchangeCertificate", r'-GenerateRequest "True" -RequestFile "C:\x.req"')
    export = cmdlet_event("New-MailboxExportRequest", r'-Mailbox "a" -FilePath "\\backup\pst\a.pst"')
    assert "WSH7201" not in findings(address, request, export)
