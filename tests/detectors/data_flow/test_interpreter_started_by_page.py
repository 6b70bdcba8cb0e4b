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


@pytest.mark.parametrize(
    ("old", "new"),
    [("StandardOutput.ReadToEnd", "WaitForExit"), ('Arguments = "/c ver"', 'Arguments = Request["key"]')],
)
def test_each_part_is_needed_and_no_request_data(old: str, new: str) -> None:
    fixture = changed(CSHARP, (old, new), ("started.StartInfo.RedirectStandardOutput = true;", ""))
    assert findings(fixture, "WSH1024") == []


def test_a_classic_page_has_a_lower_severity() -> None:
    assert finding("interpreter_started_by_page/vbscript", "WSH1024").severity is Severity.MEDIUM
