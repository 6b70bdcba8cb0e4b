"""A command interpreter that a page starts without request data."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

CSHARP = "interpreter_started_by_page/csharp"


def test_the_evidence_starts_with_the_interpreter() -> None:
    found = finding(CSHARP, "WSH1024")
    assert "FileName" in found.evidence[0].excerpt
    assert found.message.endswith(": cmd.exe")


@pytest.mark.parametrize(
    "name",
    [
        "cmd",
        "CMD.EXE",
        "C:\\\\Windows\\\\System32\\\\cmd.exe",
        "%windir%\\\\system32\\\\cmd.exe",
        "powershell",
        "cmd /c ver",
    ],
)
def test_an_interpreter_in_any_folder_is_recognised(name: str) -> None:
    assert findings(changed(CSHARP, ("cmd.exe", name)), "WSH1024")


@pytest.mark.parametrize("name", ["cmdlets.exe", "type cmd.exe here", "mycmd", "powershell.txt"])
def test_other_names_are_no_interpreters(name: str) -> None:
    assert findings(changed(CSHARP, ("cmd.exe", name)), "WSH1024") == []


def test_the_output_is_not_needed() -> None:
    fixture = changed(CSHARP, ("StandardOutput.ReadToEnd", "WaitForExit"))
    assert finding(fixture, "WSH1024").severity is Severity.CRITICAL


def test_a_start_with_request_data_is_another_rule() -> None:
    fixture = changed(CSHARP, ('Arguments = "/c ver"', 'Arguments = Request["key"]'))
    assert findings(fixture, "WSH1024") == []


def test_without_a_start_a_name_is_only_a_word() -> None:
    fixture = changed(CSHARP, ("System.Diagnostics.Process", "Shop.Job"), ("StartInfo", "Line"))
    assert findings(fixture, "WSH1024") == []


@pytest.mark.parametrize(
    ("stem", "severity"),
    [("vbscript", Severity.CRITICAL), ("vbscript-twin", Severity.MEDIUM)],
)
def test_a_classic_page_is_critical_only_with_output(stem: str, severity: Severity) -> None:
    assert finding(f"interpreter_started_by_page/{stem}", "WSH1024").severity is severity


def test_a_grave_command_of_a_classic_page_is_high() -> None:
    fixture = changed("interpreter_started_by_page/vbscript-twin", ("dir D:", "whoami & dir D:"))
    assert finding(fixture, "WSH1024").severity is Severity.HIGH


def test_an_interpreter_that_is_not_given_to_the_call_is_no_sign_in_classic_asp() -> None:
    fixture = changed(
        "interpreter_started_by_page/vbscript-twin",
        ('shell.Run "', 'x = "cmd"\nshell.Run "D:\\tools\\list.exe '),
        ("cmd /c", "/c"),
    )
    assert findings(fixture, "WSH1024") == []
