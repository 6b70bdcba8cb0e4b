"""PE images made byte by byte: exports, imports, texts and version information, and no code that runs."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

_TOP, _RAW = 0x1000, 0x200


def image(
    *exports: str,
    imports: Mapping[str, Sequence[str]] | None = None,
    texts: Sequence[str] = (),
    company: str | None = None,
    is_library: bool = True,
    padding: int = 0,
) -> bytes:
    """Return a 64-bit image with one section."""
    body = bytearray()
    export_at = _exports(body, exports)
    import_at = _imports(body, imports or {})
    for text in texts:
        body += text.encode("latin-1") + b"\0"
    if company is not None:
        body += "VS_VERSION_INFO\0".encode("utf-16-le") + bytes(2)
        body += "CompanyName\0".encode("utf-16-le") + bytes(2) + f"{company}\0".encode("utf-16-le")
    body += bytes(padding)
    return _headers(len(body), export_at, import_at, is_library=is_library) + bytes(body) + bytes(-len(body) % 512)


def _exports(body: bytearray, names: Sequence[str]) -> int:
    """Append an export directory; return its address, or 0 without names."""
    if not names:
        return 0
    at, count = _TOP + len(body), len(names)
    tables = at + 40
    texts = tables + 10 * count
    pointers, stored = [], bytearray(b"x.dll\0")
    for name in sorted(names):
        pointers.append(texts + len(stored))
        stored += name.encode("ascii") + b"\0"
    body += struct.pack(
        "<IIHHIIIIIII", 0, 0, 0, 0, texts, 1, count, count, tables, tables + 4 * count, tables + 8 * count
    )
    body += struct.pack(f"<{count}I", *[_TOP] * count) + struct.pack(f"<{count}I", *pointers)
    body += struct.pack(f"<{count}H", *range(count)) + stored
    body += bytes(-len(body) % 8)
    return at


def _imports(body: bytearray, imports: Mapping[str, Sequence[str]]) -> int:
    """Append an import directory; return its address, or 0 without libraries."""
    if not imports:
        return 0
    rows = []
    for library, names in imports.items():
        hints = []
        for name in names:
            hints.append(_TOP + len(body))
            body += bytes(2) + name.encode("ascii") + bytes(1 + (len(name) + 1) % 2)
        library_at = _TOP + len(body)
        body += library.encode("ascii") + b"\0"
        body += bytes(-len(body) % 8)
        thunks = _TOP + len(body)
        body += struct.pack(f"<{len(hints) + 1}Q", *hints, 0)
        rows.append((thunks, 0, 0, library_at, thunks))
    at = _TOP + len(body)
    body += b"".join(struct.pack("<5I", *row) for row in rows) + bytes(20)
    return at


def _headers(size: int, export_at: int, import_at: int, *, is_library: bool) -> bytes:
    pages, raw = size + -size % 4096, size + -size % 512
    kind = 0x2022 if is_library else 0x22
    head = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0"
    head += struct.pack("<HHIIIHH", 0x8664, 1, 0x5F000000, 0, 0, 240, kind)
    head += struct.pack("<HBBIIIII", 0x20B, 14, 0, 0, raw, 0, 0, _TOP)
    head += struct.pack("<QIIHHHHHHIIIIHH", 0x180000000, 4096, 512, 6, 0, 0, 0, 6, 0, 0, _TOP + pages, 512, 0, 3, 0)
    head += struct.pack("<QQQQII", 0x100000, 4096, 0x100000, 4096, 0, 16)
    head += struct.pack("<4I", export_at, 40 if export_at else 0, import_at, 40 if import_at else 0) + bytes(112)
    head += b".text\0\0\0" + struct.pack("<IIIIIIHHI", size, _TOP, raw, _RAW, 0, 0, 0, 0, 0x60000020)
    return head + bytes(_RAW - len(head))
