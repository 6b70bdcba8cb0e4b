"""Threads of worker processes in other programs, and of others in them."""

from __future__ import annotations

from tests.builders.event_logs import Event, findings, sysmon, verdicts
from webshellhunt.model.verdict import Disposition

W3WP = r"C:\Windows\System32\inetsrv\w3wp.exe"
SYSTEM = r"C:\Windows\System32"


def made(source: str, target: str) -> Event:
    return sysmon(8, SourceImage=source, TargetImage=target, SourceUser="SYSTEM")


def test_a_thread_in_another_program_is_suspicious_and_in_lsass_malicious() -> None:
    (verdict,) = verdicts(made(W3WP, rf"{SYSTEM}\svchost.exe"))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7220", Disposition.SUSPICIOUS)
    assert "w3wp.exe made a thread in svchost.exe" in verdict.findings[0].message
    assert verdicts(made(W3WP, rf"{SYSTEM}\lsass.exe"))[0].disposition is Disposition.MALICIOUS


def test_a_program_from_an_odd_place_in_a_worker_process_is_suspicious() -> None:
    (verdict,) = verdicts(made(r"C:\Users\Public\a.exe", W3WP))
    assert verdict.disposition is Disposition.SUSPICIOUS
    assert r"C:\Users\Public\a.exe made a thread in w3wp.exe" in verdict.findings[0].message


def test_windows_and_security_software_are_none() -> None:
    honest = (rf"{SYSTEM}\csrss.exe", r"C:\Program Files\Security\agent.exe", W3WP)
    assert findings(*(made(each, W3WP) for each in honest)) == {}
    assert findings(made(rf"{SYSTEM}\csrss.exe", rf"{SYSTEM}\svchost.exe")) == {}
