"""Listing of a tar archive by the headers before its members.

Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Interchange Format"; GNU tar manual, "Basic Tar Format".
"""

from __future__ import annotations

from webshellhunt.containers.listing import ContainerListing
from webshellhunt.containers.recognition import is_tar_header
from webshellhunt.containers.window import Window

_BLOCK = 512
_NAME_BYTES = 4096
_MOST_READS = 20_000


def list_tar(window: Window) -> ContainerListing:
    """Return the names in a tar archive by its headers; the contents of the members are skipped."""
    listing, offset, long_name = ContainerListing(), 0, b""
    for _ in range(_MOST_READS):
        header = window.at(offset, _BLOCK)
        if len(header) == _BLOCK and not header.strip(b"\0"):
            listing.complete = True
            return listing
        if listing.is_full or not is_tar_header(header):
            return listing
        size = _number(header[124:136])
        kind = header[156:157]
        if kind in b"Lxg":
            long_name = _long_name(kind, window.at(offset + _BLOCK, min(size, _NAME_BYTES))) or long_name
        else:
            prefix = header[345:500].split(b"\0")[0] if header[257:262] == b"ustar" else b""
            name = long_name or (prefix + b"/" if prefix else b"") + header[:100].split(b"\0")[0]
            if kind != b"5" and not name.endswith(b"/"):
                listing.add(name.decode("utf-8", "replace"))
            long_name = b""
        offset += _BLOCK + (size + _BLOCK - 1) // _BLOCK * _BLOCK
    return listing


def _long_name(kind: bytes, content: bytes) -> bytes:
    """Return the name of the next member from a record of GNU tar or pax."""
    if kind == b"L":
        return content.split(b"\0")[0]
    for line in content.split(b"\n"):
        _, blank, pair = line.partition(b" ")
        if blank and pair.startswith(b"path="):
            return pair[5:]
    return b""


def _number(text: bytes) -> int:
    """Return a size: octal digits, or, after a first byte of 0x80, a big-endian number."""
    if text[:1] == b"\x80":
        return int.from_bytes(text[1:], "big") & 0xFFFFFFFFFFFF
    try:
        return max(int(text.strip(b" \0") or b"0", 8), 0)
    except ValueError:
        return 0
