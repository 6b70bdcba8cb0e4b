"""Which new registrations are told, and how sure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from webshellhunt.detectors.configuration.registered_between_snapshots import find
from webshellhunt.host.iis.native_modules import find_known_image, normal_place
from webshellhunt.host.iis.registrations import (
    FILTER,
    HANDLER,
    MODULE,
    NATIVE_MODULE,
    SETTING,
    VIRTUAL_DIRECTORY,
    Registration,
    Snapshot,
)
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity

BEFORE = Snapshot("old.config", datetime(2021, 6, 1, 10, tzinfo=timezone(timedelta(hours=2))))
AFTER = Snapshot("new.config", datetime(2021, 6, 2, tzinfo=UTC))


def told(kind: str, target: str, since: Snapshot | None = AFTER, without: Snapshot | None = BEFORE) -> list[Finding]:
    known = find_known_image(normal_place(target))
    return list(find(Registration(kind, "n", target, "now.config", None, 3, 7, "<add />", since, without, known=known)))


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (NATIVE_MODULE, r"%windir%\System32\inetsrv\hhealth.dll"),
        (NATIVE_MODULE, r"C:\ProgramData\a.dll"),
        (FILTER, r"C:\Windows\System32\a.dll"),
        (MODULE, "System.Web.X, Y"),
        (VIRTUAL_DIRECTORY, r"C:\ProgramData\COM1"),
    ],
)
def test_an_odd_one_is_sure(kind: str, target: str) -> None:
    (found,) = told(kind, target)
    assert found.confidence is Confidence.HIGH
    assert found.facts["registered"] == target


@pytest.mark.parametrize(("kind", "target"), [(MODULE, "Vendor.X, Vendor"), (HANDLER, "Vendor.Handler, Vendor")])
def test_a_foreign_type_is_a_question(kind: str, target: str) -> None:
    (found,) = told(kind, target)
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (NATIVE_MODULE, r"C:\Program Files\Vendor\a.dll"),
        (HANDLER, r"C:\php\php-cgi.exe"),
        (HANDLER, r'"%ProgramFiles%\PHP\v8\php-cgi.exe"'),
        (VIRTUAL_DIRECTORY, r"D:\shop"),
    ],
)
def test_the_daily_work_of_administrators_is_information(kind: str, target: str) -> None:
    (found,) = told(kind, target)
    assert found.severity is Severity.INFO


def test_what_known_products_register_is_not_told() -> None:
    assert told(NATIVE_MODULE, r"%ProgramFiles%\IIS\Asp.Net Core Module\V2\aspnetcorev2.dll") == []


def test_a_copy_is_named_by_its_folder() -> None:
    one, two = (Snapshot(rf"C:\inetpub\history\CFGHISTORY_000000000{n}\applicationHost.config", None) for n in (1, 2))
    (found,) = told(MODULE, "Vendor.X", since=two, without=one)
    assert "is not in CFGHISTORY_0000000001, and is in CFGHISTORY_0000000002;" in found.message


@pytest.mark.parametrize("seconds", [0, -5, 59])
def test_copies_of_one_time_tell_no_window(seconds: int) -> None:
    assert BEFORE.written_utc is not None
    after = Snapshot("new.config", BEFORE.written_utc + timedelta(seconds=seconds))
    (found,) = told(MODULE, "Vendor.X", since=after)
    assert "the times of these copies do not date it" in found.message
    assert "between" not in found.message
    assert "absent_at" not in found.facts
    assert (found.facts["last_without"], found.facts["first_with"]) == ("old.config", "new.config")


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (NATIVE_MODULE, r"%windir%\System32\inetsrv\rewrite.dll"),
        (MODULE, "System.Web.Routing.UrlRoutingModule"),
        (HANDLER, r"%windir%\Microsoft.NET\Framework64\v4.0.30319\aspnet_isapi.dll"),
        (HANDLER, "System.Web.UI.PageHandlerFactory"),
        (VIRTUAL_DIRECTORY, r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa"),
    ],
)
def test_what_microsoft_registers_is_not_told(kind: str, target: str) -> None:
    assert told(kind, target) == []


def test_what_always_was_there_is_not_told() -> None:
    assert told(NATIVE_MODULE, r"C:\ProgramData\a.dll", None, None) == []


def test_times_are_utc_or_said_to_be_unknown() -> None:
    (found,) = told(MODULE, "Vendor.X")
    assert (found.facts["absent_at"], found.facts["present_at"]) == ("2021-06-01T08:00:00Z", "2021-06-02T00:00:00Z")
    (found,) = told(MODULE, "Vendor.X", without=Snapshot("old.config", None))
    assert "the times of these copies do not date it" in found.message


def test_a_setting_is_only_dated() -> None:
    (found,) = told(SETTING, r"C:\ProgramData\Vendor\agent.dll")
    assert found.severity is Severity.INFO
    assert found.facts["present_at"] == "2021-06-02T00:00:00Z"
