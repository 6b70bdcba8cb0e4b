"""A task with the name or in the folder of Windows' tasks."""

from __future__ import annotations

from tests.builders.tasks import task_file
from webshellhunt.pipeline import examine

FOLDER = r"C:\Windows\System32\Tasks\Microsoft\Windows"


def messages(data: bytes, path: str) -> list[str]:
    return [each.message for each in examine(data, path=f"{FOLDER}\\{path}").findings if each.rule.id == "WSH4080"]


def test_a_stock_name_with_another_action() -> None:
    (message,) = messages(task_file("powershell.exe", r"-f C:\Scripts\a.ps1"), r"Defrag\ScheduledDefrag")
    assert message.startswith("it has the name of a task of Windows, and runs powershell.exe")


def test_a_stock_task() -> None:
    assert messages(task_file(r"%windir%\system32\defrag.exe", "-c -h -k -g -$"), r"Defrag\ScheduledDefrag") == []
