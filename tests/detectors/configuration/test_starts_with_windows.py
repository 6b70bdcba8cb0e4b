"""Start-up folders and start scripts: which of them are told, and in which words."""

from __future__ import annotations

import pytest

from tests.builders.shortcuts import shortcut
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.pipeline import examine

STARTUP = r"C:\ProgramData\Microsoft\Windows\Start Menu\Programs\StartUp"


def found(data: bytes, path: str) -> list[Finding]:
    return [each for each in examine(data, path=path).findings if each.rule.id == "WSH4083"]


def test_the_message_names_the_program_and_when_it_runs() -> None:
    (finding,) = found(shortcut(r"C:\PerfLogs\a.exe", "-k"), f"{STARTUP}\\a.lnk")
    assert finding.message == r"Windows runs C:\PerfLogs\a.exe (PerfLogs, where no program belongs) at each sign-in"
    assert finding.facts["undo"] == f"Remove {STARTUP}\\a.lnk"


def test_the_sure_entry_of_a_policy_comes_first() -> None:
    text = "[Startup]\r\n0CmdLine=a.cmd\r\n1CmdLine=C:\\PerfLogs\\b.cmd\r\n[Shutdown]\r\n0CmdLine=c.cmd\r\n"
    (finding,) = found(text.encode("utf-16"), r"C:\Windows\System32\GroupPolicy\Machine\Scripts\scripts.ini")
    assert finding.severity is Severity.MEDIUM
    assert r"C:\PerfLogs\b.cmd" in finding.message


@pytest.mark.parametrize(
    ("target", "severities"),
    [
        (r"C:\Users\exadmin\AppData\Local\Vendor\a.exe", [Severity.LOW]),
        (r"\\files.contoso.example\tools\a.exe", [Severity.LOW]),
        (r"C:\Program Files\Vendor\a.exe", []),
    ],
)
def test_what_is_a_question_and_what_is_none(target: str, severities: list[Severity]) -> None:
    assert [each.severity for each in found(shortcut(target), f"{STARTUP}\\a.lnk")] == severities


@pytest.mark.parametrize("path", [r"C:\Tools\a.vbs", STARTUP.replace("StartUp", "Tools") + r"\a.exe"])
def test_other_folders_are_left_alone(path: str) -> None:
    assert found(b"' text", path) == []
