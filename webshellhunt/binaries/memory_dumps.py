"""Memory dumps of Windows, recognised by their first bytes.

Source: MINIDUMP_HEADER (minidumpapiset.h); the headers of kernel dumps in the documentation of the Windows debugger.
"""

from __future__ import annotations

_FORMATS = (
    (b"MDMP\x93\xa7", "a memory dump of a process"),
    (b"PAGEDU64", "a memory dump of the whole system"),
    (b"PAGEDUMP", "a memory dump of the whole system"),
)
_MARKS = tuple(mark for mark, _ in _FORMATS)
_LSASS = tuple(name.encode("utf-16-le") for name in ("lsass.exe", "LSASS.EXE", "lsasrv.dll"))


def find_dump_format(data: bytes) -> str | None:
    """Return the kind of memory dump in words; ``None`` if the data is no memory dump."""
    if not data.startswith(_MARKS):
        return None
    return next(words for mark, words in _FORMATS if data.startswith(mark))


def find_lsass(data: bytes) -> int | None:
    """Return the offset of a name of LSASS in a memory dump; ``None`` if no name is there."""
    place = max(data.find(name) for name in _LSASS)
    return None if place < 0 else place
