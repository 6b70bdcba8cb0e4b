r"""What only Windows has: long paths, drive letters, and the drives of the running machine.

Everything here is a pure function but ``machine_drives``, so that it is tested on any system.
"""

from __future__ import annotations

import ctypes
import os
import re
import string
from collections.abc import Mapping

_DRIVE_ROOT = re.compile(r"([A-Za-z]):[\\/]*")
_FIXED_DRIVE = 3  # DRIVE_FIXED of GetDriveTypeW


def extended_path(path: str) -> str:
    r"""Return an absolute Windows path in the form that lifts its limits.

    Behind ``\\?\`` a path may be long, and reserved names (``COM1``, ``aux.aspx``), trailing dots and spaces are names
    like any other: attackers used exactly those folders because ordinary tools can't open them.

    Source: Microsoft, "Naming Files, Paths, and Namespaces".
    """
    text = path.replace("/", "\\")
    if text.startswith(("\\\\?\\", "\\\\.\\")):
        return text
    if text.startswith("\\\\"):
        return "\\\\?\\UNC" + text[1:]
    return "\\\\?\\" + text


def drive_root_letter(location: str) -> str | None:
    r"""Return the upper-case letter of a location that is a drive as a whole (``C:``, ``c:\``), else ``None``."""
    match = _DRIVE_ROOT.fullmatch(location.removeprefix("\\\\?\\"))
    return match[1].upper() if match else None


def is_running_system(location: str, os_name: str, environment: Mapping[str, str]) -> bool:
    r"""Tell whether a location is the system drive of the Windows that runs this program.

    Another drive of the machine isn't it: that may well be a mounted image of another server.
    """
    if os_name != "nt":
        return False
    letter = drive_root_letter(location)
    return letter is not None and letter == drive_root_letter(environment.get("SystemDrive", "C:"))


def machine_drives() -> tuple[str, ...]:
    """Return the letters of the fixed drives of this machine; none where this isn't Windows.

    Network, optical and removable drives are left out: they can hang, and no site of an Exchange server lives there.
    """
    load = getattr(ctypes, "WinDLL", None)
    if load is None:
        return ()
    kernel32 = load("kernel32")
    present = kernel32.GetLogicalDrives()
    letters = [letter for bit, letter in enumerate(string.ascii_uppercase) if present >> bit & 1]
    return tuple(letter for letter in letters if kernel32.GetDriveTypeW(f"{letter}:\\") == _FIXED_DRIVE)


def machine_environment() -> Mapping[str, str]:
    """Return the environment of this machine; to be asked for a live source only."""
    return os.environ
