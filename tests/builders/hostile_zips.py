"""ZIP archives that no honest program writes, made from honest ones by changing headers."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

MEMBER = b"PK\x01\x02"
LOCAL = b"PK\x03\x04"


def with_field(data: bytes, mark: bytes, offset: int, value: bytes, number: int = 0) -> bytes:
    """Return an archive with other bytes in the header of one member."""
    changed, at = bytearray(data), -1
    for _ in range(number + 1):
        at = changed.index(mark, at + 1)
    changed[at + offset : at + offset + len(value)] = value
    return bytes(changed)


def with_extra(files: Mapping[str, bytes], extra: bytes) -> bytes:
    """Return an archive whose members have an extra field."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name, (2021, 3, 3, 4, 5, 6))
            member.extra = extra
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def ntfs_extra(modified: int, accessed: int, created: int) -> bytes:
    """Return the extra field with the times of NTFS, in units of 100 ns from 1601."""
    return struct.pack("<HHLHHQQQ", 0x000A, 32, 0, 1, 24, modified, accessed, created)


def named_twice(name: str, first: bytes, second: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, first)
        archive.writestr("y" + name[1:], second)
    return stream.getvalue().replace(("y" + name[1:]).encode(), name.encode())


def overlapping(name: str = "b.aspx") -> bytes:
    """Return an archive whose second member lies inside the data of the first one."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(name, b"hidden")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.aspx", inner.getvalue())
        archive.writestr(name, b"hidden")
    # The own place of the second member has no header, so that no third member is found there.
    alone = with_field(stream.getvalue(), LOCAL, 0, bytes(4), number=2)
    return with_field(alone, MEMBER, 42, struct.pack("<L", 36), number=2)
