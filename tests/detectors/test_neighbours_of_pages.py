"""Transport agents, scheduled tasks and profiles: which of them are told, and how sure."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity
from webshellhunt.pipeline import examine

AGENT = "transport_agent_from_elsewhere/program_data"
TASK = "task_runs_from_odd_place/public"
PROFILE = "profile_runs_hidden_code/download"


@pytest.mark.parametrize(
    "path",
    [
        r"C:\Program Files\Microsoft\Exchange Server\V15\TransportRoles\agents\Rule"
        r"\Microsoft.Exchange.MessagingPolicies.TransportRuleAgent.dll",
        r"%ExchangeInstallPath%TransportRoles\agents\Hygiene\Microsoft.Exchange.Transport.Agent.Hygiene.dll",
    ],
)
def test_an_agent_of_exchange_is_not_told(path: str) -> None:
    own = ("Security.AgentFactory", "Microsoft.Exchange.AgentFactory")
    assert findings(changed(AGENT, (r"C:\ProgramData\security.dll", path), own), "WSH4017") == []


def test_an_agent_beside_its_own_file_is_inside_wherever_exchange_lies() -> None:
    home = "D:/Mail/TransportRoles/Agents/agents.config"
    library = r"D:\Mail\Bin\Microsoft.Exchange.Transport.Agent.InterceptorAgent.dll"
    own = ("Security.AgentFactory", "Microsoft.Exchange.AgentFactory")
    assert findings(changed(AGENT, (r"C:\ProgramData\security.dll", library), own, path=home), "WSH4017") == []
    assert findings(changed(AGENT, (r"C:\ProgramData", r"D:\Mail\..\x"), path=home), "WSH4017")


def test_a_product_is_a_question() -> None:
    assert finding("transport_agent_from_elsewhere/product", "WSH4017").severity is Severity.LOW
    assert finding(AGENT, "WSH4017").severity is Severity.MEDIUM


def test_another_file_has_no_agents() -> None:
    assert findings(changed(AGENT, path="TransportRoles/Agents/other.config"), "WSH4017") == []


def task(command: str, arguments: str = "", path: str = "Windows/System32/Tasks/A") -> list[tuple[Severity, str]]:
    xml = (
        '<?xml version="1.0" encoding="UTF-16"?><Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">'
        f"<Actions><Exec><Command>{command}</Command><Arguments>{arguments}</Arguments></Exec></Actions></Task>"
    )
    verdict = examine(xml.encode("utf-16"), path=path)
    return [(found.severity, found.message) for found in verdict.findings if found.rule.id == "WSH4018"]


@pytest.mark.parametrize(
    ("command", "arguments", "expected"),
    [
        (r"%PUBLIC%\a.exe", "", Severity.MEDIUM),
        ("cmd.exe", r"/c &quot;C:\Windows\Temp\a.bat&quot;", Severity.MEDIUM),
        ("rundll32", r"C:\PerfLogs\a.dll,Start", Severity.MEDIUM),
        (r"C:\ProgramData\Vendor\a.exe", "", Severity.LOW),
        (r"C:\ProgramData\Vendor\a.exe", r"-o C:\Users\Public\a", Severity.LOW),
    ],
)
def test_where_a_task_runs_from(command: str, arguments: str, expected: Severity) -> None:
    ((severity, _),) = task(command, arguments)
    assert severity is expected


@pytest.mark.parametrize("command", [r"%windir%\system32\defrag.exe", r"C:\Program Files\V\a.exe", ""])
def test_an_ordinary_task(command: str) -> None:
    assert task(command, "-x") == []


def test_the_arguments_of_a_hidden_command_are_not_repeated() -> None:
    ((_, message),) = task("powershell", "-enc " + "QQBBAEEAQQ" * 5 + " -Password s3cret-of-ours")
    assert message == "it runs a base64-encoded command with powershell"


def test_only_in_the_folder_of_tasks() -> None:
    assert task(r"C:\Users\Public\a.exe", path="inetpub/wwwroot/A") == []


def test_evidence_is_the_line_of_the_command() -> None:
    (evidence,) = finding(TASK, "WSH4018").evidence
    assert evidence.excerpt.strip() == r"<Command>C:\Users\Public\u.exe</Command>"


def test_a_profile_that_names_a_program_in_an_odd_place() -> None:
    fixture = changed(PROFILE, ("Invoke-Expression", "$text ="))
    assert findings(fixture, "WSH4019") == []
    started = changed(PROFILE, ("Invoke-Expression", r"Start-Process $env:PUBLIC\a.exe #"))
    assert len(findings(started, "WSH4019")) == 1


def test_a_profile_elsewhere_is_no_profile() -> None:
    assert findings(changed(PROFILE, path="Scripts/profile.ps1"), "WSH4019") == []
