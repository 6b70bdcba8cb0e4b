"""Reparse points: links to another path, and files whose content is kept elsewhere.

Source:
    [MS-FSCC] 2.1.2 (Reparse Point Data Structures and Tags).
"""

from __future__ import annotations

import struct
from typing import Final

from webshellhunt.ntfs.records import text_of

SYMLINK: Final = 0xA000_000C
MOUNT_POINT: Final = 0xA000_0003
WOF: Final = 0x8000_0017
DEDUP: Final = 0x8000_0013
_CLOUD: Final = 0x9000_001A
_CLOUD_MASK: Final = 0xFFFF_0FFF
_HSM: Final = frozenset({0xC000_0004, 0x8000_0006})


def link_target(content: bytes) -> str | None:
    r"""Return the target of a symbolic link or junction as Windows writes it (``\??\D:\x``), or ``None``."""
    if len(content) < 20:
        return None
    tag, at, length = struct.unpack_from("<I4xHH", content)
    if tag not in (SYMLINK, MOUNT_POINT):
        return None
    start = (20 if tag == SYMLINK else 16) + at
    return text_of(content[start : start + length]) or None


def content_problem(content: bytes) -> str | None:
    """Return the reason why the content of a file is not in its stream, or ``None`` if it is."""
    tag = int.from_bytes(content[:4], "little")
    if tag == DEDUP:
        return (
            "it is deduplicated, and its content is in the chunk store of Windows: mount the image on a Windows server "
            "with the feature Data Deduplication, and hunt the drive"
        )
    if tag == WOF:
        return "it is compressed by Windows (WOF), which is not read: mount the image on Windows, and hunt the drive"
    if tag & _CLOUD_MASK == _CLOUD or tag in _HSM:
        return "its content was moved to other storage, and only its name is in the image"
    return None
