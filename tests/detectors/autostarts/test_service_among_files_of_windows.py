from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import SVCHOST, service
from webshellhunt.model.rules import Severity


def test_a_foreign_program_in_windows_is_told() -> None:
    found = finding("WSH4052", service("MSDTC Administrator", r"C:\Windows\SysWOW64\Wmdtc.exe"))
    assert "no known service of Windows or of a product has this program" in found.message


def test_remote_support_is_a_question() -> None:
    image = r'"C:\Program Files\TeamViewer\TeamViewer_Service.exe"'
    assert [each.severity for each in findings("WSH4052", service("TeamViewer", image))] == [Severity.LOW]


def test_the_library_of_another_service_of_windows_is_left_in_peace() -> None:
    assert findings("WSH4052", service("X", SVCHOST, r"%SystemRoot%\System32\icsvc.dll")) == []
    assert findings("WSH4052", service("X", SVCHOST, r"%SystemRoot%\System32\icsvx.dll")) != []
