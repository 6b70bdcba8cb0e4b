"""Builds registry hives from nothing but the published format: just enough for a reader, or for regipy, to walk."""

from __future__ import annotations

import struct
from collections.abc import Mapping

HiveTree = Mapping[str, "str | bytes | int | HiveTree"]
"""A key: its values (text, bytes or a number) and its keys (mappings) by name."""

_NO_CELL = 0xFFFFFFFF


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
    checksum = 0
    for (word,) in struct.iter_unpack("<I", bytes(base[:508])):
        checksum ^= word
    struct.pack_into("<I", base, 508, checksum)
    return bytes(base + cells.data)


def software_hive(
    *, exchange: Mapping[str, str] | None = None, system_root: str | None = "C:\\Windows", list_kind: bytes = b"lh"
) -> bytes:
    """Return a SOFTWARE hive as Windows and Exchange leave it, reduced to what a survey asks for.

    Args:
        exchange: ``MsiInstallPath`` by version key (``v15``).
        system_root: Where Windows is.
        list_kind: See ``build_hive``.
    """
    windows: dict[str, str | bytes | int | HiveTree] = {"CurrentBuild": "14393", "InstallDate": 1577836800}
    if system_root is not None:
        windows["SystemRoot"] = system_root
    microsoft: dict[str, str | bytes | int | HiveTree] = {"Windows NT": {"CurrentVersion": windows}}
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
    head = struct.pack("<2sHQII", b"nk", flags, 0, 0, 0)
    counts = struct.pack("<IIIIII", len(offsets), 0, subkeys, _NO_CELL, len(values), listed)
    tail = struct.pack("<IIIIIIIHH", _NO_CELL, _NO_CELL, 0, 0, 0, 0, 0, len(raw), 0)
    return head + counts + tail + raw


def _add_list(cells: _Cells, offsets: list[tuple[int, str]], list_kind: bytes) -> int:
    if list_kind == b"ri":
        leaves = [_add_list(cells, offsets[at : at + 2], b"li") for at in range(0, len(offsets), 2)]
        return cells.add(struct.pack("<2sH", b"ri", len(leaves)) + b"".join(struct.pack("<I", leaf) for leaf in leaves))
    hashed = {b"li": lambda _: b"", b"lf": _first_four, b"lh": _hash}[list_kind]
    body = b"".join(struct.pack("<I", offset) + hashed(name) for offset, name in offsets)
    return cells.add(struct.pack("<2sH", list_kind, len(offsets)) + body)


def _first_four(name: str) -> bytes:
    return name.encode("latin-1", "replace")[:4].ljust(4, b"\0")


def _hash(name: str) -> bytes:
    value = 0
    for char in name.upper():
        value = (value * 37 + ord(char)) & 0xFFFFFFFF
    return struct.pack("<I", value)


def _add_value(cells: _Cells, name: str, value: str | bytes | int) -> int:
    if isinstance(value, int):
        kind, data = 4, struct.pack("<I", value)
    elif isinstance(value, str):
        kind, data = 1, (value + "\0").encode("utf-16-le")
    else:
        kind, data = 3, value
    raw = name.encode("latin-1")
    inline = len(data) <= 4
    where = data.ljust(4, b"\0") if inline else struct.pack("<I", cells.add(data))
    size = len(data) | (0x80000000 if inline else 0)
    return cells.add(struct.pack("<2sHI", b"vk", len(raw), size) + where + struct.pack("<IHH", kind, 1, 0) + raw)
