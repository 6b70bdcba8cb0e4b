"""The steps that remove an autostart of the registry."""

from __future__ import annotations

import pytest

from tests.persistence import rows_registry as rows
from tests.persistence.plants import Change, added
from webshellhunt.model.report import Step
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

RUN = f"{rows.WIN}\\Run"


def steps(*changes: Change) -> list[Step]:
    files: dict[str, bytes] = {}
    for change in changes:
        change(files)
    report = hunt(MemorySource(files))
    return [each for each in report.assessment.next_steps if any(item.startswith("HK") for item in each.items)]


@pytest.mark.parametrize(
    ("change", "text", "command"),
    [
        (rows.service("Upd", r"C:\PerfLogs\a.exe"), "Stop and delete the service Upd", 'sc.exe delete "Upd"'),
        (rows.service("Upd", r"C:\PerfLogs\a.exe", Start=4), ": it is disabled now", 'sc.exe delete "Upd"'),
        (rows.service("Upd", r"C:\PerfLogs\a.exe", Start=3), ": it starts on demand", 'sc.exe delete "Upd"'),
        (rows.service("Upd", r"C:\PerfLogs\a.exe"), "Its program is not in the evidence", 'sc.exe stop "Upd"'),
        (rows.service("Spooler", r"C:\PerfLogs\a.exe"), "Do not delete the service", ""),
        (
            rows.service("V", r"C:\Program Files\V\v.exe", FailureCommand=r"C:\PerfLogs\a.exe"),
            "each time it fails",
            "sc.exe failure",
        ),
        (rows.value("SOFTWARE", RUN, "u", r"C:\PerfLogs\a.exe"), "Remove the value u", '/v "u" /f'),
        (
            rows.value("SOFTWARE", f"{rows.NT}\\Winlogon", "Shell", r"explorer.exe,C:\PerfLogs\a.exe"),
            "Delete the value only if that server does not have it",
            "",
        ),
        (rows.value("USER", f"Software\\{RUN}", "u", r"C:\PerfLogs\a.exe"), "Remove the value u", ""),
        (
            rows.value("SYSTEM", "Services\\PortProxy\\v4tov6\\tcp", "*/81", "::1/80"),
            "port proxy",
            "delete v4tov6 listenaddress=* listenport=81",
        ),
        (
            rows.task("V\\U", rows.program(r"C:\PerfLogs\a.exe")),
            "Delete the scheduled task",
            'schtasks /Delete /TN "\\V\\U" /F',
        ),
        (
            rows.task("Microsoft\\Windows\\Defrag\\ScheduledDefrag", rows.program(r"C:\PerfLogs\a.exe")),
            "back to that of Windows",
            "",
        ),
        (
            rows.value("SOFTWARE", "Microsoft\\.NETFramework", "InstallRoot", r"C:\PerfLogs\net"),
            "Set the value InstallRoot back to that of Windows",
            "",
        ),
        (
            rows.service("W3SVC", rows.SVCHOST, Security={"Security": rows.HIDDEN}),
            "Do not delete the service: Windows or Exchange needs it",
            "",
        ),
        (
            rows.value("SOFTWARE", f"{rows.NT}\\Winlogon\\SpecialAccounts\\UserList", "helpdesk$", 0),
            "Remove the value helpdesk$",
            "",
        ),
        (
            rows.value("SOFTWARE", "Microsoft\\WebManagement\\Server", "EnableRemoteManagement", 1),
            "Set EnableRemoteManagement back",
            "",
        ),
    ],
)
def test_the_step_of_an_autostart(change: Change, text: str, command: str) -> None:
    (step,) = steps(change)
    assert text in step.text
    assert any(command in item for item in step.items[1:]) if command else len(step.items) == 1


def test_the_step_of_a_service_says_that_its_program_is_missing() -> None:
    there, gone = (
        next(iter(steps(rows.service("Upd", r"C:\PerfLogs\a.exe"), added(f"C/PerfLogs/{name}.exe", "MZ")))).text
        for name in "ab"
    )
    assert there.endswith("Keep its program as evidence first.")
    assert "Its program is missing" in gone


def test_two_values_of_one_key_are_two_steps() -> None:
    change = rows.software({RUN: {"a": r"C:\PerfLogs\a.exe", "b": r"C:\PerfLogs\b.exe"}})
    assert len(steps(change)) == 2


@pytest.mark.parametrize("name", ['x" & calc {doubt}', "x$(calc)", "*", "x`calc", "x%a%", "x\\", "x\n"])
def test_a_name_with_signs_of_a_shell_has_no_command(name: str) -> None:
    (step,) = steps(rows.value("SOFTWARE", RUN, name, r"C:\PerfLogs\a.exe"))
    assert len(step.items) == 1


def test_an_address_with_signs_of_a_shell_has_no_command() -> None:
    key = "Services\\HTTP\\Parameters\\UrlAclInfo"
    usual, other = (
        [*steps(rows.value("SYSTEM", key, name, b"1"))] for name in ("http://+:80/owa/x/", "http://+:80/owa/(calc)/")
    )
    assert usual[0].items[1:] == ("netsh http delete urlacl url=http://+:80/owa/x/",)
    assert len(other[0].items) == 1
