"""Tasks and consumers of WMI as acts."""

from __future__ import annotations

import pytest

from tests.builders.event_logs import Event, audit, event_record
from tests.builders.inert import live
from tests.builders.tasks import task_file
from webshellhunt.correlation.server_acts.lasting import (
    iter_bound_consumers,
    iter_registered_tasks,
    iter_started_tasks,
)
from webshellhunt.views.logged_acts import Gravity

WMI = "Microsoft-Windows-WMI-Activity"
SCHEDULER = "Microsoft-Windows-TaskScheduler"


def content(command: str, arguments: str = "") -> str:
    return task_file(command, arguments).decode("utf-16")


@pytest.mark.parametrize(("number", "field"), [(4698, "TaskContent"), (4702, "TaskContentNew")])
def test_a_registered_task(number: int, field: str) -> None:
    values = {"TaskName": "\\Updater", field: content(r"C:\PerfLogs\a.exe"), "SubjectUserName": "admin"}
    (act,) = iter_registered_tasks(event_record(audit(number, **values)))
    assert (act.gravity, act.who, act.shown) == (Gravity.GRAVE, "admin", r"task \Updater: C:\PerfLogs\a.exe")
    assert act.reason.endswith("(at each start of Windows, as SYSTEM)")


@pytest.mark.parametrize("text", ["", "no XML", "<Task />", content(r"C:\Program Files\Vendor\a.exe")])
def test_a_registered_task_that_is_ordinary(text: str) -> None:
    assert list(iter_registered_tasks(event_record(audit(4698, TaskName="\\A", TaskContent=text)))) == []


def test_a_started_task() -> None:
    event = Event(129, SCHEDULER, {"TaskName": "\\A", "Path": r"C:\Users\Public\a b.exe"})
    assert [act.gravity for act in iter_started_tasks(event_record(event))] == [Gravity.GRAVE]
    stock = {"TaskName": r"\Microsoft\Windows\Autochk\Proxy", "ActionName": r"C:\Windows\system32\rundll32.exe"}
    assert list(iter_started_tasks(event_record(Event(200, SCHEDULER, stock)))) == []


def consumer(name: str, cause: str) -> Event:
    return Event(5861, WMI, {"CONSUMER": name, "PossibleCause": live(cause)}, user=True)


def test_a_bound_consumer() -> None:
    cause = (
        'Binding EventFilter: \ninstance of __EventFilter\n{\n\tName = "F";\n};\nPerm. Consumer: \n'
        'instance of CommandLineEventConsumer\n{\n\tCommandLineTemplate = "C:\\\\PerfLogs\\\\a.exe -k";\n};\n'
    )
    (act,) = iter_bound_consumers(event_record(consumer('CommandLineEventConsumer="Updater"', cause)))
    assert act.shown == r'WMI consumer CommandLineEventConsumer="Updater": C:\PerfLogs\a.exe -k'
    assert act.reason.endswith("PerfLogs, where no program belongs")


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ('NTEventLogEventConsumer="SCM Event Log Consumer"', "instance of NTEventLogEventConsumer { };"),
        ('CommandLineEventConsumer="BVTConsumer"', 'CommandLineTemplate = "cscript KernCap.vbs";'),
        ("", ""),
    ],
)
def test_stock_consumers_are_none(name: str, cause: str) -> None:
    assert list(iter_bound_consumers(event_record(consumer(name, cause)))) == []
