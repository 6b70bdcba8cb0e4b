"""Libraries as far as a hunt reads them without opening their tables: headers, version information, a path, texts."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_HEADER_AT = 0x80
_DIRECTORIES_AT = {0x10B: 96, 0x20B: 112}


def library(
    *texts: str,
    company: str | None = "Microsoft Corporation",
    debug_path: str | None = None,
    signed: bool = False,
    magic: int = 0x20B,
) -> bytes:
    """Return the least library that says all this; without ``company`` it has no version information."""
    directories = bytearray(16 * 8)
    optional = struct.pack("<H", magic).ljust(_DIRECTORIES_AT[magic], b"\0")
    head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", _HEADER_AT)
    head = head.ljust(_HEADER_AT, b"\0") + b"PE\0\0" + bytes(20)
    body = b"".join([_version(company), _debug(debug_path), *(text.encode() + b"\0" for text in texts)])
    signature = b"\x08\0\0\0\0\2\2\0" if signed else b""
    at = len(head) + len(optional) + len(directories) + len(body)
    struct.pack_into("<II", directories, 8 * 4, at if signed else 0, len(signature))
    return head + optional + bytes(directories) + body + signature


def _version(company: str | None) -> bytes:
    if company is None:
        return b""
    strings: Sequence[tuple[str, str]] = (("CompanyName", company), ("ProductName", "Product"))
    parts = [_aligned("VS_VERSION_INFO"), *(_aligned(key) + _aligned(value) for key, value in strings)]
    return b"".join(parts)


def _aligned(text: str) -> bytes:
    raw = text.encode("utf-16-le") + b"\0\0"
    return raw.ljust((len(raw) + 3) & ~3, b"\0")


def _debug(path: str | None) -> bytes:
    return b"" if path is None else b"RSDS" + bytes(20) + path.encode() + b"\0"
