"""Histories of PowerShell: whose they are, and which part of a line is shown."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.pipeline import examine

NAME = r"AppData\Roaming\Microsoft\Windows\PowerShell\PSReadLine\ConsoleHost_history.txt"
COPY = live("reg sa·ve hklm\\s·am C:\\Tools\\s -Password s3cret\n")


def found(text: str, profile: str) -> list[Finding]:
    examined = examine(text.encode(), path=f"{profile}\\{NAME}")
    return [each for each in examined.findings if each.rule.id == "WSH7232"]


@pytest.mark.parametrize(
    ("profile", "severity"),
    [
        (r"C:\Windows\System32\config\systemprofile", Severity.HIGH),
        (r"C:\Users\MSExchangeOWAAppPool", Severity.HIGH),
        (r"C:\Users\.NET v4.5", Severity.HIGH),
        (r"C:\Users\exadmin", Severity.MEDIUM),
    ],
)
def test_a_grave_command_in_any_profile(profile: str, severity: Severity) -> None:
    (finding,) = found(f"whoami\n{COPY}", profile)
    assert finding.severity is severity
    assert (finding.evidence[0].line, "s3cret" in finding.evidence[0].excerpt) == (2, False)


@pytest.mark.parametrize(
    ("profile", "severities"),
    [
        (r"C:\Windows\SysWOW64\config\systemprofile", [Severity.LOW]),
        (r"C:\Windows\ServiceProfiles\LocalService", [Severity.MEDIUM]),
        (r"C:\Users\exadmin", []),
    ],
)
def test_ordinary_commands(profile: str, severities: list[Severity]) -> None:
    assert [each.severity for each in found("whoami\n", profile)] == severities


def test_an_empty_history_is_none() -> None:
    assert found(" ", r"C:\Users\DefaultAppPool") == []
