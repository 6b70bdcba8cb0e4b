"""Creation times on Linux, which ``os.stat`` lacks: from an extended attribute on NTFS, otherwise from ``statx``.

Source: the documentation of ntfs-3g, "Extended Attributes"; statx(2).
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from contextlib import suppress
from functools import lru_cache

from webshellhunt.model.filetime import filetime_ns
from webshellhunt.sources.mounts import CREATED

_AT_FDCWD, _NO_FOLLOW, _ONLY_BIRTH = -100, 0x100, 0x800
_STATX_BYTES = 256
_MASK_AT, _BIRTH_AT = 0, 80


def created_ns(path: str) -> int | None:
    """Return the creation time of a file in nanoseconds from 1970, or ``None`` if its file system has none.

    Links are not followed; nothing is changed.
    """
    if not sys.platform.startswith("linux"):
        return None
    with suppress(OSError, ValueError):
        ticks = int.from_bytes(os.getxattr(path, CREATED, follow_symlinks=False), "big")
        return filetime_ns(ticks)
    with suppress(OSError, ValueError, ctypes.ArgumentError):
        return _by_statx(os.fsencode(path))
    return None


def _by_statx(path: bytes) -> int | None:
    library = _library()
    if library is None or b"\0" in path:
        return None
    answer = ctypes.create_string_buffer(_STATX_BYTES)
    if library.statx(_AT_FDCWD, path, _NO_FOLLOW, _ONLY_BIRTH, answer) != 0:
        return None
    if not struct.unpack_from("=I", answer.raw, _MASK_AT)[0] & _ONLY_BIRTH:
        return None
    seconds, nanoseconds = struct.unpack_from("=qI", answer.raw, _BIRTH_AT)
    return int(seconds * 1_000_000_000 + nanoseconds)


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(None)
        return library if library.statx is not None else None
    except (OSError, AttributeError):
        return None
