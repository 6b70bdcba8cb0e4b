# ruff: noqa: E501 - one row is one line
"""Scheduled tasks: what a file says of a task, and that no file is too broken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.tasks import job_file, task_file
from webshellhunt.host.machine.scheduled_tasks import LARGEST_BYTES, Action, read_task, task_name


@pytest.mark.parametrize(
    ("triggers", "runs"),
    [
        ("<BootTrigger />", "at each start of Windows, as SYSTEM"),
        ("<TimeTrigger><Repetition><Interval>PT5M</Interval></Repetition></TimeTrigger>", "every 5 minutes, as SYSTEM"),
        ("<CalendarTrigger><Repetition><Interval>PT1H</Interval></Repetition></CalendarTrigger>", "every hour, as SYSTEM"),
        ("<CalendarTrigger><ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay></CalendarTrigger>", "daily, as SYSTEM"),
        ("<LogonTrigger /><BootTrigger />", "at each sign-in, at each start of Windows, as SYSTEM"),
        ("<LogonTrigger><Enabled>false</Enabled></LogonTrigger>", "as SYSTEM"),
        ("<TimeTrigger><Repetition><Interval>never</Interval></Repetition></TimeTrigger>", "once, as SYSTEM"),
    ],
)  # fmt: skip
def test_when_and_as_whom(triggers: str, runs: str) -> None:
    task = read_task(task_file("a.exe", triggers=triggers), "\\A")
    assert task is not None
    assert (task.runs, task.is_of_system) == (runs, True)


def test_a_hidden_and_disabled_task() -> None:
    settings = "<Hidden>true</Hidden><Enabled>false</Enabled>"
    task = read_task(task_file(class_id="{ab}", settings=settings, account="CONTOSO\\admin"), "\\A")
    assert task is not None
    assert (task.hidden, task.is_of_system, task.actions) == (True, False, (Action(class_id="{AB}"),))
    assert task.runs == "disabled, at each start of Windows, as CONTOSO\\admin"


def test_a_job_file() -> None:
    task = read_task(job_file("C:\\a.exe", "-k", hidden=True), "\\At1.job")
    assert task is not None
    assert (task.actions[0].text, task.account, task.hidden) == ("C:\\a.exe -k", "admin", True)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (r"C:\Windows\System32\Tasks\Microsoft\Windows\A\B", r"\Microsoft\Windows\A\B"),
        ("C/Windows/SysWOW64/Tasks/A", r"\A"),
        (r"C:\Windows\Tasks\At1.job", r"\At1.job"),
        (r"D:\Tasks\A", None),
    ],
)
def test_the_name_of_a_task_is_its_place(path: str, name: str | None) -> None:
    assert task_name(path) == name


@given(st.binary(max_size=400), st.sampled_from(["\\A", "\\A.job"]), st.booleans())
def test_any_bytes_are_read(data: bytes, name: str, job: bool) -> None:
    read_task(job_file("a")[: len(data)] + data if job else data, name)


def test_what_is_no_task() -> None:
    assert read_task(b"<configuration />", "\\A") is None
    assert read_task(b" " * (LARGEST_BYTES + 1), "\\A") is None
    assert read_task(b"\x02\x06\x01\x00", "\\A.job") is None
