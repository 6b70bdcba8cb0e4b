"""Which new registrations are told, and how sure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from webshellhunt.detectors.registered_between_snapshots import find
from webshellhunt.discovery.registrations import (
    FILTER,
    HANDLER,
    MODULE,
    NATIVE_MODULE,
    VIRTUAL_DIRECTORY,
    Registration,
    Snapshot,
)
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence

BEFORE = Snapshot("old.config", datetime(2021, 6, 1, 10, tzinfo=timezone(timedelta(hours=2))))
AFTER = Snapshot("new.config", datetime(2021, 6, 2, tzinfo=UTC))


def told(kind: str, target: str, since: Snapshot | None = AFTER, without: Snapshot | None = BEFORE) -> list[Finding]:
    return list(find(Registration(kind, "n", target, "now.config", None, 3, 7, "<add />", since, without)))


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


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (NATIVE_MODULE, r"C:\Program Files\Vendor\a.dll"),
        (MODULE, "Vendor.X, Vendor"),
        (HANDLER, r"C:\php\php-cgi.exe"),
        (VIRTUAL_DIRECTORY, r"D:\shop"),
    ],
)
def test_an_ordinary_one_is_a_question(kind: str, target: str) -> None:
    (found,) = told(kind, target)
    assert found.confidence is Confidence.MEDIUM


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
    assert "between an unknown time and" in found.message
