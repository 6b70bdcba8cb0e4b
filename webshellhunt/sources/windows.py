r"""Windows only: long paths, drive letters, the drives of the running machine, alternate data streams, priority.

Most functions are pure, so that they can be tested on any system.
"""

from __future__ import annotations

import ctypes
import os
import string
from collections.abc import Mapping

from webshellhunt.lazy_pattern import lazy_pattern

_DRIVE_ROOT = lazy_pattern(r"([A-Za-z]):[\\/]*")
_FIXED_DRIVE = 3  # DRIVE_FIXED of GetDriveTypeW
_NO_HANDLE = ctypes.c_void_p(-1).value
_NO_MORE = frozenset({38, 1, 50, 87})  # end of the list; a file system that has no streams, in three spellings
_MOST_STREAMS = 256
_BELOW_NORMAL = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS, which the processes of this one inherit
_READ_ONLY_VOLUME = 0x80000  # FILE_READ_ONLY_VOLUME of GetVolumeInformationW


def extended_path(path: str) -> str:
    r"""Return an absolute Windows path in the form without length limit and reserved names.

    After ``\\?\`` a path may be long, and reserved names (``COM1``, ``aux.aspx``), trailing dots and spaces are
    ordinary names: attackers used such folders because ordinary tools can't open them.

    Source: Microsoft, "Naming Files, Paths, and Namespaces".
    """
    text = path.replace("/", "\\")
    if text.startswith(("\\\\?\\", "\\\\.\\")):
        return text
    if text.startswith("\\\\"):
        return "\\\\?\\UNC" + text[1:]
    return "\\\\?\\" + text


def drive_root_letter(location: str) -> str | None:
    r"""Return the upper-case letter of a location that is a whole drive (``C:``, ``c:\``), otherwise ``None``."""
    match = _DRIVE_ROOT.fullmatch(location.removeprefix("\\\\?\\"))
    return match[1].upper() if match else None


def is_running_system(location: str, os_name: str, environment: Mapping[str, str]) -> bool:
    r"""Return True if a location is the system drive of the Windows that runs this program.

    Other drives of the machine don't count: they may be mounted images of other servers.
    """
    if os_name != "nt":
        return False
    letter = drive_root_letter(location)
    return letter is not None and letter == drive_root_letter(environment.get("SystemDrive", "C:"))


def machine_drives() -> tuple[str, ...]:
    """Return the letters of the fixed drives of this machine; none on other systems than Windows.

    Network, optical and removable drives are left out: they can block, and Exchange does not have sites there.
    """
    load = getattr(ctypes, "WinDLL", None)
    if load is None:
        return ()
    kernel32 = load("kernel32")
    present = kernel32.GetLogicalDrives()
    letters = [letter for bit, letter in enumerate(string.ascii_uppercase) if present >> bit & 1]
    return tuple(letter for letter in letters if kernel32.GetDriveTypeW(f"{letter}:\\") == _FIXED_DRIVE)


def volume_facts(path: str) -> tuple[str, str, bool] | None:
    """Return the top of the volume of a path, its file system, and whether it is read-only; ``None`` if unknown.

    Source: Microsoft, GetVolumePathNameW and GetVolumeInformationW.
    """
    load = getattr(ctypes, "WinDLL", None)
    if load is None:
        return None
    kernel32 = load("kernel32")
    top, name, flags = ctypes.create_unicode_buffer(1024), ctypes.create_unicode_buffer(64), ctypes.c_uint32()
    if not kernel32.GetVolumePathNameW(ctypes.c_wchar_p(path), top, len(top)):
        return None
    if not kernel32.GetVolumeInformationW(top, None, 0, None, None, ctypes.byref(flags), name, len(name)):
        return None
    return top.value, name.value, bool(flags.value & _READ_ONLY_VOLUME)


class _StreamData(ctypes.Structure):
    """WIN32_FIND_STREAM_DATA: the size and name of a stream, such as ``:name:$DATA``."""

    _fields_ = (("size", ctypes.c_int64), ("name", ctypes.c_wchar * 296))


def file_streams(path: str) -> list[tuple[str, int]]:
    """Return name and size of each alternate data stream of a file or directory; none on other systems than Windows.

    Raises:
        OSError: The streams can't be listed.

    Source: Microsoft, FindFirstStreamW.
    """
    load = getattr(ctypes, "WinDLL", None)
    if load is None:
        return []
    kernel32 = load("kernel32", use_last_error=True)
    kernel32.FindFirstStreamW.restype = ctypes.c_void_p
    data = _StreamData()
    handle = kernel32.FindFirstStreamW(ctypes.c_wchar_p(path), 0, ctypes.byref(data), 0)
    if handle is None or handle == _NO_HANDLE:
        number = ctypes.get_last_error()  # type: ignore[attr-defined,unused-ignore]
        if number in _NO_MORE:
            return []
        raise OSError(number, f"its streams can't be listed (error {number})", path)
    found: list[tuple[str, int]] = []
    try:
        while len(found) < _MOST_STREAMS:
            name = data.name.removeprefix(":").removesuffix(":$DATA")
            if name:
                found.append((name, data.size))
            if not kernel32.FindNextStreamW(ctypes.c_void_p(handle), ctypes.byref(data)):
                break
    finally:
        kernel32.FindClose(ctypes.c_void_p(handle))
    return found


def machine_environment() -> Mapping[str, str]:
    """Return the environment of this machine; used for a live source only."""
    return os.environ


def lower_own_priority() -> None:
    """Let other programs go before this process; nothing on other systems than Windows."""
    load = getattr(ctypes, "WinDLL", None)
    if load is None:
        return
    kernel32 = load("kernel32")
    kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    kernel32.SetPriorityClass.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
    kernel32.SetPriorityClass(kernel32.GetCurrentProcess(), _BELOW_NORMAL)
