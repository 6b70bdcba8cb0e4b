from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import IFEO, value


def test_the_replaced_program_is_named() -> None:
    found = finding("WSH4057", value("SOFTWARE", f"{IFEO}\\sethc.exe", "Debugger", "cmd.exe"))
    assert found.message == (
        "cmd.exe (the command interpreter of Windows) runs instead of sethc.exe, or inside it, at each start of that "
        "program: the sign-in screen gives anybody a shell as SYSTEM, without a password"
    )
    other = finding("WSH4057", value("SOFTWARE", f"{IFEO}\\w3wp.exe", "Debugger", "cmd.exe"))
    assert "sign-in" not in other.message


def test_debuggers_of_the_kits_are_left_in_peace() -> None:
    kit = r'"C:\Program Files (x86)\Windows Kits\10\Debuggers\x64\windbg.exe" -g'
    assert findings("WSH4057", value("SOFTWARE", f"{IFEO}\\app.exe", "Debugger", kit)) == []
