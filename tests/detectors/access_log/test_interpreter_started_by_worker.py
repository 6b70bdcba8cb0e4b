"""Commands below worker processes."""

from __future__ import annotations

from tests.builders.event_logs import Event, audit, findings, sysmon, verdicts
from webshellhunt.model.verdict import Disposition

W3WP = r"C:\Windows\System32\inetsrv\w3wp.exe"
CMD = r"C:\Windows\System32\cmd.exe"


def started(pool: str, image: str = CMD, parent: str = W3WP) -> Event:
    return sysmon(
        1,
        Image=image,
        CommandLine="cmd /c whoami",
        ParentImage=parent,
        User="SYSTEM",
        ParentCommandLine=f'w3wp -ap "{pool}" -v x',
    )


def test_a_pool_of_exchange_starts_no_commands() -> None:
    (verdict,) = verdicts(started("MSExchangeOWAAppPool"))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7215", Disposition.MALICIOUS)
    assert "w3wp.exe of MSExchangeOWAAppPool started cmd /c whoami" in verdict.findings[0].message


def test_another_pool_is_suspicious() -> None:
    assert verdicts(started("Shop"))[0].disposition is Disposition.SUSPICIOUS
    process = audit(
        4688, NewProcessName=CMD, ParentProcessName=W3WP, CommandLine="cmd /c whoami", SubjectUserName="Shop"
    )
    assert verdicts(process)[0].disposition is Disposition.SUSPICIOUS


def test_an_encoded_command_is_more() -> None:
    encoded = sysmon(1, Image=CMD, ParentImage=W3WP, CommandLine="powershell -enc " + "A" * 60)
    assert verdicts(encoded)[0].disposition is Disposition.MALICIOUS


def test_compilers_and_commands_of_others_are_none() -> None:
    compiler = started("MSExchangeOWAAppPool", r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe")
    by_hand = started("x", parent=r"C:\Windows\explorer.exe")
    assert findings(compiler, by_hand) == {}
