"""Builds registry hives from nothing but the published format: just enough for a reader, or for regipy, to walk."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from webshellhunt.host.machine.paths import fold
from webshellhunt.host.machine.registry_log import checksum, marvin32


class Typed(NamedTuple):
    """A value of any type: ``REG_EXPAND_SZ`` is ``Typed(2, "%windir%")``, ``REG_QWORD`` is ``Typed(11, 5)``."""

    kind: int
    data: str | bytes | int


HiveValue = str | bytes | int | Sequence[str] | Typed
HiveTree = Mapping[str, "HiveValue | HiveTree"]
"""A key: its values (text, bytes, a number, several texts, any type) and its keys (mappings) by name.

The default value has an empty name.
"""


class Written(dict[str, "HiveValue | HiveTree"]):
    """A key with the time of its last change."""

    def __init__(self, when: datetime, tree: HiveTree) -> None:
        super().__init__(tree)
        self.when = when


_NO_CELL = 0xFFFFFFFF
_SEGMENT = 16_344
_MOST_LISTED = 1_012


def ticks_of(when: datetime) -> int:
    """Return the FILETIME of a time."""
    return int((when - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000


class _Cells:
    def __init__(self) -> None:
        self.data = bytearray(b"hbin".ljust(32, b"\0"))

    def add(self, content: bytes) -> int:
        offset = len(self.data)
        size = (4 + len(content) + 7) // 8 * 8
        self.data += struct.pack("<i", -size) + content.ljust(size - 4, b"\0")
        return offset


def build_hive(tree: HiveTree, *, list_kind: bytes = b"lh") -> bytes:
    """Return the bytes of a hive whose root holds a tree.

    Args:
        tree: What the root key holds.
        list_kind: How subkeys are listed: ``lf``, ``lh``, ``li`` or ``ri`` (lists of lists).
    """
    cells = _Cells()
    # Windows keeps the root key in the first cell, and some readers look nowhere else.
    root = cells.add(bytes(80))
    cells.data[root + 4 : root + 84] = _key_content(cells, "ROOT", tree, list_kind, root=True)
    size = (len(cells.data) + 4095) // 4096 * 4096
    free = size - len(cells.data)
    if free:
        cells.data += struct.pack("<i", free).ljust(free, b"\0")
    struct.pack_into("<II", cells.data, 4, 0, size)
    base = bytearray(4096)
    struct.pack_into("<4sIIQIIIIIII", base, 0, b"regf", 1, 1, 0, 1, 5, 0, 1, root, size, 1)
    struct.pack_into("<I", base, 508, checksum(base))
    return bytes(base + cells.data)


def dirty(before: bytes, after: bytes, *, old: bool = False) -> tuple[bytes, bytes, bytes]:
    """Return a hive whose last changes are in its logs alone, and the two logs.

    Args:
        before: The hive without the changes.
        after: The hive with them.
        old: Write the one log in the format of Windows before Server 2012 R2; the second is empty then.
    """
    hive = bytearray(before)
    struct.pack_into("<II", hive, 4, 8, 7)
    struct.pack_into("<I", hive, 508, checksum(hive))
    old_cells, new_cells = before[4096:].ljust(len(after) - 4096, b"\0"), after[4096:]
    changed = [at for at in range(0, len(new_cells), 4096) if new_cells[at : at + 4096] != old_cells[at : at + 4096]]
    if old:
        vector = bytes(0xFF if at in changed else 0 for at in range(0, len(new_cells), 4096))
        pages = b"".join(new_cells[at : at + 4096] for at in changed)
        body = b"DIRT" + vector
        return bytes(hive), _log_head(after, 1, 8) + body.ljust((len(body) + 511) // 512 * 512, b"\0") + pages, b""
    half = (len(changed) + 1) // 2
    first = _log_head(after, 6, 8) + _log_entry(new_cells, changed[:half], 8)
    return bytes(hive), first, _log_head(after, 6, 9) + _log_entry(new_cells, changed[half:], 9)


def _log_head(after: bytes, kind: int, number: int) -> bytes:
    head = bytearray(after[:512])
    struct.pack_into("<II", head, 4, number, number)
    struct.pack_into("<I", head, 28, kind)
    struct.pack_into("<I", head, 508, checksum(head))
    return bytes(head)


def _log_entry(cells: bytes, places: Sequence[int], number: int) -> bytes:
    body = b"".join(struct.pack("<II", at, 4096) for at in places)
    body += b"".join(cells[at : at + 4096] for at in places)
    size = (40 + len(body) + 511) // 512 * 512
    body = body.ljust(size - 40, b"\0")
    head = struct.pack("<4sIIIIIQ", b"HvLE", size, 0, number, len(cells), len(places), marvin32(body))
    return head + struct.pack("<Q", marvin32(head)) + body


def software_hive(
    *, exchange: Mapping[str, str] | None = None, system_root: str | None = "C:\\Windows", list_kind: bytes = b"lh"
) -> bytes:
    """Return a SOFTWARE hive as Windows and Exchange leave it, reduced to what a survey asks for.

    Args:
        exchange: ``MsiInstallPath`` by version key (``v15``).
        system_root: Where Windows is.
        list_kind: See ``build_hive``.
    """
    windows: dict[str, HiveValue | HiveTree] = {"CurrentBuild": "14393", "InstallDate": 1577836800}
    if system_root is not None:
        windows["SystemRoot"] = system_root
    microsoft: dict[str, HiveValue | HiveTree] = {"Windows NT": {"CurrentVersion": windows}}
    if exchange is not None:
        microsoft["ExchangeServer"] = {
            version: {"Setup": {"MsiProductMajor": 15, "MsiInstallPath": path}} for version, path in exchange.items()
        }
    return build_hive({"Classes": {}, "Microsoft": microsoft}, list_kind=list_kind)


def _add_key(cells: _Cells, name: str, tree: HiveTree, list_kind: bytes) -> int:
    return cells.add(_key_content(cells, name, tree, list_kind))


def _key_content(cells: _Cells, name: str, tree: HiveTree, list_kind: bytes, *, root: bool = False) -> bytes:
    keys = sorted(((n, v) for n, v in tree.items() if isinstance(v, Mapping)), key=lambda item: item[0].upper())
    values = [(n, v) for n, v in tree.items() if not isinstance(v, Mapping)]
    offsets = [(_add_key(cells, child, below, list_kind), child) for child, below in keys]
    subkeys = _add_list(cells, offsets, list_kind) if offsets else _NO_CELL
    listed = _NO_CELL
    if values:
        listed = cells.add(b"".join(struct.pack("<I", _add_value(cells, n, v)) for n, v in values))
    ascii_name = name.isascii()
    raw = name.encode("ascii" if ascii_name else "utf-16-le")
    flags = (0x20 if ascii_name else 0) | (0x0C if root else 0)
    ticks = ticks_of(tree.when) if isinstance(tree, Written) else 0
    head = struct.pack("<2sHQII", b"nk", flags, ticks, 0, 0)
    counts = struct.pack("<IIIIII", len(offsets), 0, subkeys, _NO_CELL, len(values), listed)
    tail = struct.pack("<IIIIIIIHH", _NO_CELL, _NO_CELL, 0, 0, 0, 0, 0, len(raw), 0)
    return head + counts + tail + raw


def _add_list(cells: _Cells, offsets: list[tuple[int, str]], list_kind: bytes) -> int:
    if list_kind == b"ri" or len(offsets) > _MOST_LISTED:
        kind, most = (b"li", 2) if list_kind == b"ri" else (list_kind, _MOST_LISTED)
        leaves = [_add_list(cells, offsets[at : at + most], kind) for at in range(0, len(offsets), most)]
        return cells.add(struct.pack("<2sH", b"ri", len(leaves)) + b"".join(struct.pack("<I", leaf) for leaf in leaves))
    hashed = {b"li": lambda _: b"", b"lf": _first_four, b"lh": _hash}[list_kind]
    body = b"".join(struct.pack("<I", offset) + hashed(name) for offset, name in offsets)
    return cells.add(struct.pack("<2sH", list_kind, len(offsets)) + body)


def _first_four(name: str) -> bytes:
    return name.encode("latin-1", "replace")[:4].ljust(4, b"\0")


def _hash(name: str) -> bytes:
    value = 0
    for char in fold(name):
        value = (value * 37 + ord(char)) & 0xFFFFFFFF
    return struct.pack("<I", value)


def _add_value(cells: _Cells, name: str, value: HiveValue) -> int:
    kind, data = _encoded(value)
    raw = name.encode("ascii" if name.isascii() else "utf-16-le")
    inline = len(data) <= 4
    where = data.ljust(4, b"\0") if inline else struct.pack("<I", _add_data(cells, data))
    size = len(data) | (0x80000000 if inline else 0)
    return cells.add(
        struct.pack("<2sHI", b"vk", len(raw), size) + where + struct.pack("<IHH", kind, name.isascii(), 0) + raw
    )


def _add_data(cells: _Cells, data: bytes) -> int:
    if len(data) <= _SEGMENT:
        return cells.add(data)
    parts = [cells.add(data[at : at + _SEGMENT]) for at in range(0, len(data), _SEGMENT)]
    listed = cells.add(struct.pack(f"<{len(parts)}I", *parts))
    return cells.add(struct.pack("<2sHI", b"db", len(parts), listed))


def _encoded(value: HiveValue) -> tuple[int, bytes]:
    if isinstance(value, Typed):
        data = value.data
        if isinstance(data, int):
            return value.kind, data.to_bytes(8 if value.kind == 11 else 4, "big" if value.kind == 5 else "little")
        return value.kind, (data + "\0").encode("utf-16-le") if isinstance(data, str) else data
    if isinstance(value, int):
        return 4, struct.pack("<I", value)
    if isinstance(value, str):
        return 1, (value + "\0").encode("utf-16-le")
    if isinstance(value, bytes):
        return 3, value
    return 7, "".join(f"{text}\0" for text in (*value, "")).encode("utf-16-le")
