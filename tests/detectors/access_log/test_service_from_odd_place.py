"""Services, by the place of their program."""

from __future__ import annotations

import pytest

from tests.builders.event_logs import Event, audit, findings, verdicts
from webshellhunt.model.verdict import Disposition


def made(path: str, kind: str = "user mode service") -> Event:
    return Event(
        7045, "Service Control Manager", {"ServiceName": "x", "ImagePath": path, "ServiceType": kind}, "System"
    )


@pytest.mark.parametrize(
    "path",
    [
        r"%COMSPEC% /Q /c echo x",
        r"C:\Windows\system32\cmd.exe /c start x",
        r"C:\Windows\Temp\x.exe -k",
        r'"C:\Users\Public\x.exe"',
        r"C:\inetpub\wwwroot\aspnet_client\x.exe",
        "powershell.exe -nop -w hidden -c x",
    ],
)
def test_commands_and_odd_places(path: str) -> None:
    (verdict,) = verdicts(made(path))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7212", Disposition.SUSPICIOUS)


@pytest.mark.parametrize(
    "path",
    [
        r"C:\Windows\System32\svchost.exe -k netsvcs",
        r'"C:\Program Files\Contoso\agent.exe" --service',
        r"%SystemRoot%\PSEXESVC.exe",
        r"\??\C:\Windows\System32\drivers\x.sys",
    ],
)
def test_ordinary_places_are_none(path: str) -> None:
    assert findings(made(path)) == {}


def test_drivers_in_folders_for_temporary_files_and_program_data_are_leads() -> None:
    assert verdicts(made(r"C:\Windows\Temp\cpuz.sys", "kernel mode driver"))[0].disposition is Disposition.UNEXPLAINED
    assert verdicts(made(r"C:\ProgramData\Contoso\a.exe"))[0].disposition is Disposition.UNEXPLAINED


def test_the_security_log_says_the_same() -> None:
    event = audit(4697, ServiceName="x", ServiceFileName=r"C:\PerfLogs\x.exe", SubjectUserName="admin")
    assert findings(event)["WSH7212"].facts["by"] == ("admin",)
