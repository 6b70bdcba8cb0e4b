r"""Registry hives from a few lines of text, for described hosts.

::

    [ControlSet001\Services\W3SVC] 2020-01-05T09:30:00Z
    ImagePath = expand:%windir%\system32\svchost.exe -k iissvcs
    Start = dword:2
    DependOnService = multi:WAS;HTTP
    @ = the default value

A line in brackets is a key, with the time of its last change; the lines below it are its values. Text without one of
``dword:``, ``expand:``, ``multi:`` and ``hex:`` is a ``REG_SZ``.

Source: M. Suhanov, "Windows registry file format specification".
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from webshellhunt.errors import FixtureError

_NO_CELL = 0xFFFFFFFF
_START = datetime(1601, 1, 1, tzinfo=UTC)
_KINDS = {"expand": 2, "hex": 3, "dword": 4, "multi": 7}


class _Key(NamedTuple):
    keys: dict[str, _Key]
    values: dict[str, tuple[int, bytes]]
    ticks: list[int]


def described_hive(lines: Sequence[str], first_line: int) -> bytes:
    """Return the bytes of a hive.

    Raises:
        FixtureError: A line is neither a key nor a value; the error has its number.
    """
    root = here = _Key({}, {}, [0])
    for number, line in enumerate(lines, first_line):
        try:
            if line.startswith("["):
                path, _, when = line[1:].partition("]")
                here = root
                for name in path.split("\\"):
                    here = here.keys.setdefault(name, _Key({}, {}, [0]))
                here.ticks[0] = _ticks(when.strip())
            elif line.strip():
                name, _, text = line.partition(" = ")
                here.values["" if name == "@" else name] = _value(text)
        except (ValueError, TypeError) as error:
            raise FixtureError(f"this is neither a key nor a value of a hive: {error}", line=number) from error
    cells = bytearray(32)
    at = _add(cells, bytes(80))
    cells[at + 4 : at + 84] = _key(cells, "ROOT", root)
    return _with_base(cells, at)


def _ticks(text: str) -> int:
    return int((datetime.fromisoformat(text) - _START) / timedelta(microseconds=1)) * 10 if text else 0


def _value(text: str) -> tuple[int, bytes]:
    form, _, data = text.partition(":")
    kind = _KINDS.get(form, 1)
    if kind == 4:
        return kind, struct.pack("<I", int(data) & 0xFFFFFFFF)
    if kind == 3:
        return kind, bytes.fromhex(data)
    parts = "".join(f"{part}\0" for part in data.split(";")) if kind == 7 else data if kind == 2 else text
    return kind, f"{parts}\0".encode("utf-16-le")


def _add(cells: bytearray, content: bytes) -> int:
    at, size = len(cells), (len(content) + 11) // 8 * 8
    cells += struct.pack("<i", -size) + content.ljust(size - 4, b"\0")
    return at


def _key(cells: bytearray, name: str, key: _Key) -> bytes:
    """Add all below a key to the cells, and return its own cell."""
    names = sorted(key.keys, key=str.upper)
    below = [_add(cells, _key(cells, each, key.keys[each])) for each in names]
    values = [_add(cells, _value_cell(cells, *each)) for each in key.values.items()]
    listed = _add(cells, struct.pack(f"<2sH{len(below)}I", b"li", len(below), *below)) if below else _NO_CELL
    values_at = _add(cells, struct.pack(f"<{len(values)}I", *values)) if values else _NO_CELL
    raw = name.encode("latin-1")
    head = struct.pack("<2sHQII", b"nk", 0x2C if name == "ROOT" else 0x20, key.ticks[0], 0, 0)
    counts = struct.pack("<IIIIII", len(below), 0, listed, _NO_CELL, len(values), values_at)
    return head + counts + struct.pack("<II20xHH", _NO_CELL, _NO_CELL, len(raw), 0) + raw


def _value_cell(cells: bytearray, name: str, value: tuple[int, bytes]) -> bytes:
    kind, data = value
    is_short = len(data) <= 4
    where = data.ljust(4, b"\0") if is_short else struct.pack("<I", _add(cells, data))
    raw = name.encode("latin-1")
    size = len(data) | (0x80000000 if is_short else 0)
    return struct.pack("<2sHI4sIHH", b"vk", len(raw), size, where, kind, 1, 0) + raw


def _with_base(cells: bytearray, root: int) -> bytes:
    """Return the cells as one bin, after a base block with its checksum."""
    free = -len(cells) % 4096
    if free:
        cells += struct.pack("<i", free).ljust(free, b"\0")
    struct.pack_into("<4sII", cells, 0, b"hbin", 0, len(cells))
    base = bytearray(4096)
    struct.pack_into("<4sIIQIIIIIII", base, 0, b"regf", 1, 1, 0, 1, 5, 0, 1, root, len(cells), 1)
    checksum = 0
    for (word,) in struct.iter_unpack("<I", bytes(base[:508])):
        checksum ^= word
    struct.pack_into("<I", base, 508, checksum)
    return bytes(base + cells)
