"""Shortcuts (``.lnk``): the program that one starts, and its arguments.

Source:
    [MS-SHLLINK] 2.1 to 2.5
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

_MARK: Final = bytes.fromhex("4c0000000114020000000000c000000000000046")
_HEAD: Final = 76
_LONGEST: Final = 4_096
_ID_LIST, _LINK_INFO, _ARGUMENTS, _UNICODE = 0x1, 0x2, 0x20, 0x80
_TEXTS: Final = (0x4, 0x8, 0x10, _ARGUMENTS)
_RELATIVE: Final = 0x8
_VARIABLES: Final = 0xA0000001
_LOCAL_PATH: Final = 0x1


class Shortcut(NamedTuple):
    """A shortcut: the program that it starts, and its arguments; texts are empty if the file does not have them."""

    target: str
    arguments: str


def read_shortcut(data: bytes) -> Shortcut | None:
    """Return the program of a shortcut; ``None`` for another file."""
    if not data.startswith(_MARK) or len(data) < _HEAD:
        return None
    (flags,) = struct.unpack_from("<I", data, 20)
    at = _HEAD
    if flags & _ID_LIST:
        at += 2 + _number(data, at, "<H")
    target = ""
    if flags & _LINK_INFO:
        size = _number(data, at, "<I")
        target = _local_path(data[at : at + size])
        at += size
    texts: dict[int, str] = {}
    for flag in _TEXTS:
        if flags & flag:
            texts[flag], at = _counted(data, at, wide=bool(flags & _UNICODE))
    if flags & 0x40:
        at = _counted(data, at, wide=bool(flags & _UNICODE))[1]
    target = target or _of_variables(data, at) or texts.get(_RELATIVE, "")
    return Shortcut(target, texts.get(_ARGUMENTS, ""))


def _number(data: bytes, at: int, form: str) -> int:
    if at + struct.calcsize(form) > len(data):
        return 0
    number: int = struct.unpack_from(form, data, at)[0]
    return number


def _local_path(info: bytes) -> str:
    """Return the path of a link information, with the suffix that it has in common with a share."""
    if not _number(info, 8, "<I") & _LOCAL_PATH:
        return ""
    base, suffix = (_ended(info, _number(info, at, "<I")) for at in (16, 24))
    return base + suffix


def _ended(info: bytes, at: int) -> str:
    return info[at : at + _LONGEST].partition(b"\0")[0].decode("cp1252", "replace") if at else ""


def _counted(data: bytes, at: int, *, wide: bool) -> tuple[str, int]:
    """Return a text after the number of its characters, and the offset of its end."""
    size = _number(data, at, "<H") * (2 if wide else 1)
    raw = data[at + 2 : at + 2 + min(size, 2 * _LONGEST)]
    return raw.decode("utf-16-le" if wide else "cp1252", "replace"), at + 2 + size


def _of_variables(data: bytes, at: int) -> str:
    """Return the target with variables, which is in one of the blocks at the end."""
    for _ in range(32):
        size, mark = _number(data, at, "<I"), _number(data, at + 4, "<I")
        if size < 8:
            return ""
        if mark == _VARIABLES:
            return data[at + 268 : at + 788].decode("utf-16-le", "replace").partition("\0")[0]
        at += size
    return ""
