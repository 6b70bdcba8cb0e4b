"""Cleared logs, services and accounts as acts."""

from __future__ import annotations

import pytest

from tests.builders.event_logs import Event, audit, event_record
from webshellhunt.correlation.server_acts.system import iter_accounts, iter_cleared, iter_services, who_did
from webshellhunt.views.logged_acts import Gravity


def service(path: str, kind: str = "user mode service") -> list[tuple[Gravity, str]]:
    event = Event(7045, "Service Control Manager", {"ServiceName": "x", "ImagePath": path, "ServiceType": kind})
    return [(act.gravity, act.reason) for act in iter_services(event_record(event))]


def test_who_did_it() -> None:
    assert who_did(event_record(audit(1102, SubjectUserName="a", SubjectDomainName="D"))) == "D\\a"
    assert who_did(event_record(audit(1102, SubjectUserName="a"))) == "a"
    assert who_did(event_record(audit(1102))) == ""


def test_a_log_without_a_name() -> None:
    (act,) = iter_cleared(event_record(Event(104, "Microsoft-Windows-Eventlog", {})))
    assert act.shown == "the log an event log was cleared"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (r"C:\Windows\Temp\a b.exe -x", "its program is in the folder for temporary files"),
        (r"\??\C:\Windows\Temp\a.exe", "its program is in the folder for temporary files"),
        (r"cmd /c x", "a service is a program of its own, not a command"),
        (r"C:\inetpub\wwwroot\a.exe", "its program is in a directory that is served"),
    ],
)
def test_the_reason_of_a_service(path: str, reason: str) -> None:
    assert service(path) == [(Gravity.GRAVE, reason)]


@pytest.mark.parametrize("path", ["", " ", '"', "\\??\\", "x" * 5_000, r"system32\drivers\a.sys"])
def test_a_service_without_an_odd_place(path: str) -> None:
    assert service(path) == []


def test_the_system_itself_is_named() -> None:
    (act,) = iter_accounts(event_record(audit(4720, TargetUserName="DefaultAccount", SubjectUserSid="S-1-5-18")))
    assert (act.gravity, act.reason) == (Gravity.LEAD, "a way to return; the system itself did it, not a person")
