"""ZIP archives with server pages, which the server executes only after unpacking."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from webshellhunt.decoding.carriers.part import CarriedPart, is_worth_opening

CARRIER = "ZIP archive"
_PAGES = (".aspx", ".ashx", ".asmx", ".ascx", ".asax", ".master", ".asp", ".asa", ".cer", ".cdx", ".soap", ".svc")
_MORE_PAGES = (".cshtml", ".vbhtml", ".asix", "web.config")
_END = b"PK\5\6"
_END_REACH = 65_557
_DIRECTORY_BYTES = 2 * 1024 * 1024
MOST_MEMBERS = 2000
"""Largest number of members read in an archive."""

MEMBER_BYTES = 8 * 1024 * 1024
"""Largest number of bytes read of a member."""

_TOTAL_BYTES = 64 * 1024 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    OverflowError,
    IndexError,
)


def open_carrier(data: bytes) -> Iterator[CarriedPart]:
    """Yield the members of an archive that are server pages by name, or contain server code or another carrier.

    At most 2,000 members are read, 8 MiB of each, 64 MiB of all. Encrypted members are skipped.
    """
    at = data.rfind(_END, max(0, len(data) - _END_REACH))
    # ``zipfile`` reads a whole directory at once, so its size is checked first.
    if at < 0 or len(data) < at + 22 or struct.unpack_from("<I", data, at + 12)[0] > _DIRECTORY_BYTES:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()[:MOST_MEMBERS]
            left = _TOTAL_BYTES
            for member in members:
                if member.is_dir() or member.flag_bits & 1 or member.compress_type not in _METHODS or left <= 0:
                    continue
                content = _read(archive, member, min(MEMBER_BYTES, left))
                left -= len(content)
                if member.filename.lower().endswith(_PAGES + _MORE_PAGES) or is_worth_opening(content):
                    yield _carried(data, member, content)
    except _BROKEN:
        return


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit_bytes: int) -> bytes:
    """Return the readable part of a member, up to a limit that makes decompression bombs harmless."""
    parts: list[bytes] = []
    try:
        with archive.open(member) as stream:
            while limit_bytes > 0 and (part := stream.read(min(limit_bytes, 1024 * 1024))):
                parts.append(part)
                limit_bytes -= len(part)
    except _BROKEN:
        pass  # The data before the damage counts.
    return b"".join(parts)


def _carried(data: bytes, member: zipfile.ZipInfo, content: bytes) -> CarriedPart:
    start = max(0, min(member.header_offset, len(data)))
    lengths = struct.unpack_from("<HH", data, start + 26) if start + 30 <= len(data) else (0, 0)
    end = min(len(data), start + 30 + sum(lengths) + member.compress_size)
    facts = {"member": member.filename, "modified": "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*member.date_time)}
    return CarriedPart(CARRIER, member.filename, content, start, end, facts=facts)
