"""The configuration of the scripting agent: a question, and more if its script acts."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

PROGRAM = "scripting_agent_runs_code/program"
ACT = r"Start-Process C:\Windows\Temp\none.exe"


def test_the_finding_names_the_act() -> None:
    found = finding(PROGRAM, "WSH4090")
    assert found.severity is Severity.HIGH
    assert "the script starts programs" in found.message
    assert found.evidence[0].line == 4


def test_without_an_act_it_is_a_question() -> None:
    assert finding("scripting_agent_runs_code/archive", "WSH4090").severity is Severity.LOW


def test_the_sample_of_setup_is_left_alone() -> None:
    assert findings("scripting_agent_runs_code/program-twin", "WSH4090") == []


@pytest.mark.parametrize(
    "harmless", ["# Start-Process x", "<!-- Start-Process x -->", "Get-Process", "$startprocess = 1", "Set-Mailbox x"]
)
def test_comments_and_other_words_are_no_acts(harmless: str) -> None:
    assert finding(changed(PROGRAM, (ACT, harmless)), "WSH4090").severity is Severity.LOW


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (r"Import-Module C:\Users\Public\none.psm1", "names a program in an odd place, the public folder of all users"),
        (r"Set-Content C:\Pages\none.aspx $a", "writes pages or programs"),
        ("Add-RoleGroupMember 'Organization Management' -Member none", "gives rights or copies of mail to others"),
        ("'&lt;!--'; Start-Process none; '--&gt;'", "starts programs"),
    ],
)
def test_each_act_is_told(script: str, words: str) -> None:
    assert words in finding(changed(PROGRAM, (ACT, script)), "WSH4090").message


@pytest.mark.parametrize(
    "harmless",
    [
        r"& C:\Scripts\mailbox.ps1",
        r"$m | Out-File D:\Logs\m.log",
        "Add-MailboxPermission $m -User a",
        "Send-MailMessage",
    ],
)
def test_what_organisations_do_is_a_question(harmless: str) -> None:
    assert finding(changed(PROGRAM, (ACT, harmless)), "WSH4090").severity is Severity.LOW
