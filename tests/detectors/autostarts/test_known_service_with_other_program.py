from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import SVCHOST, service


def test_the_message_names_the_other_program() -> None:
    found = finding("WSH4051", service("Spooler", r"C:\Windows\System32\spoolsrv.exe"))
    words = r"has the name of a known service, and starts C:\Windows\System32\spoolsrv.exe"
    assert found.message == f"the service Spooler {words}"


def test_the_other_library_of_a_service_is_named() -> None:
    found = finding("WSH4051", service("Schedule", SVCHOST, r"C:\Windows\System32\schedsvc2.dll"))
    assert "loads C:\\Windows\\System32\\schedsvc2.dll" in found.message


def test_another_edition_under_program_files_is_left_in_peace() -> None:
    assert findings("WSH4051", service("sshd", r"C:\Program Files\OpenSSH-Win64\sshd.exe")) == []
    assert findings("WSH4051", service("sshd", r"C:\Program Files\OpenSSH-Win64\sshx.exe")) != []
