"""Transaction logs of a registry hive (``LOG1``, ``LOG2``), replayed in memory on the pages that are read.

Windows writes changes to the logs first and to the hive up to an hour later, so that the hive of a running server is
nearly always *dirty*: its last changes are in the logs alone. Logs of both formats are applied as Windows applies
them: entries with a valid hash, in unbroken order, from both files (new format, since Server 2012 R2); marked sectors
of one file (old format).

Source: M. Suhanov, "Windows registry file format specification"; the hash is Marvin32.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from webshellhunt.errors import SourceError

_PAGE = 64 * 1024
_SECTOR = 512
_BASE_BLOCK = 4096
_HEAD = struct.Struct("<4sIIIIIQQ")
_MOST_BYTES = 64 * 1024 * 1024
_MOST_HASHED = 32 * 1024 * 1024
_LARGEST_ENTRY = 16 * 1024 * 1024
_LARGEST_OFFSET = 0x7FFF_FFFF
_MASK = 0xFFFFFFFF
_NEW, _OLD = b"HvLE", b"DIRT"
NO_LOGS = "its transaction logs (LOG1 and LOG2) were not collected"

Overlay = dict[int, list[tuple[int, bytes]]]
"""Changes by the number of a page of 64 KiB: place in the page, and new bytes, in the order of their writing."""

LogSet = Sequence[Callable[[int, int], bytes]]
"""Functions that read the logs of a hive, each from an offset (first argument), at most a number of bytes (second)."""


class _Entry(NamedTuple):
    """One write to the hive: its number, and the new bytes of each changed page."""

    number: int
    data: bytes
    pages: int


def find_overlay(base: bytes, logs: LogSet) -> tuple[Overlay, str]:
    """Return the changes in the logs of a hive, and why changes are missing (empty if none are).

    ``logs``: its logs, in any order; those that are empty, damaged or of another hive are not used.
    """
    first, second = struct.unpack_from("<II", base, 4)
    is_valid = checksum(base) == struct.unpack_from("<I", base, 508)[0]
    if first == second and is_valid:
        return {}, ""
    opened = [head for head in map(_open, logs) if head is not None]
    if not opened:
        return {}, "its transaction logs are empty or damaged" if logs else NO_LOGS
    is_new = [log for log in opened if log.kind == _NEW]
    overlay = _replay(is_new, second if is_valid else 0) if is_new else _replay_old(opened, base)
    return overlay, "" if overlay else "its transaction logs have no changes that fit it"


def checksum(base: bytes | bytearray) -> int:
    """Return the checksum of a base block."""
    value = 0
    for (word,) in struct.iter_unpack("<I", base[:508]):
        value ^= word
    return {0: 1, _MASK: _MASK - 1}.get(value, value)


class _Log(NamedTuple):
    """A log whose base block is valid, with the kind of its content."""

    read_at: Callable[[int, int], bytes]
    base: bytes
    kind: bytes
    number: int


def _open(read_at: Callable[[int, int], bytes]) -> _Log | None:
    try:
        head = read_at(0, _SECTOR + 4)
    except SourceError:
        return None
    if len(head) < _SECTOR + 4 or head[:4] != b"regf" or checksum(head) != struct.unpack_from("<I", head, 508)[0]:
        return None
    first, second = struct.unpack_from("<II", head, 4)
    kind = head[_SECTOR:]
    return _Log(read_at, head[:_SECTOR], kind, first) if first == second and kind in (_NEW, _OLD) else None


def _replay(logs: Sequence[_Log], least: int) -> Overlay:
    """Return the changes of logs in the new format: entries in unbroken order, the log with earlier ones first."""
    overlay: Overlay = {}
    last: int | None = None
    left = _MOST_HASHED
    for log in sorted(logs, key=lambda each: each.number):
        if log.number < least or (last is not None and log.number > last + 1):
            continue
        expected = log.number
        for entry in _entries(log, left):
            if entry.number != expected:
                break
            left -= len(entry.data)
            expected += 1
            if last is None or entry.number > last:
                _apply(overlay, entry)
                last = entry.number
    return overlay


def _entries(log: _Log, left: int) -> Iterator[_Entry]:
    """Yield the entries of a log until one is damaged, or a bound is reached."""
    at = _SECTOR
    while at < _MOST_BYTES and left > 0:
        try:
            head = log.read_at(at, _HEAD.size)
            size = int.from_bytes(head[4:8], "little")
            if head[:4] != _NEW or len(head) < _HEAD.size or not _HEAD.size <= size <= _LARGEST_ENTRY:
                return
            data = log.read_at(at, size)
        except SourceError:
            return
        _, _, _, number, bins, pages, body_hash, head_hash = _HEAD.unpack_from(data)
        is_whole = len(data) == size and not size % _SECTOR and not bins % _BASE_BLOCK
        if not is_whole or marvin32(data[:32]) != head_hash or marvin32(data[_HEAD.size :]) != body_hash:
            return
        yield _Entry(number, data, pages)
        at += size
        left -= size


def _apply(overlay: Overlay, entry: _Entry) -> None:
    start = _HEAD.size + 8 * entry.pages
    for at in range(_HEAD.size, min(start, len(entry.data) - 7), 8):
        offset, size = struct.unpack_from("<II", entry.data, at)
        _put(overlay, offset, entry.data[start : start + size])
        start += size


def _put(overlay: Overlay, offset: int, data: bytes) -> None:
    """Add new bytes at an offset, which counts from the end of the base block."""
    at = _BASE_BLOCK + offset
    while data and at <= _LARGEST_OFFSET:
        start = at % _PAGE
        part = data[: _PAGE - start]
        overlay.setdefault(at // _PAGE, []).append((start, part))
        data = data[len(part) :]
        at += len(part)


def _replay_old(logs: Sequence[_Log], base: bytes) -> Overlay:
    """Return the changes of a log in the old format, which was written at the same time as the hive."""
    overlay: Overlay = {}
    for log in logs:
        if log.base[12:20] == base[12:20]:
            vector_bytes = min(struct.unpack_from("<I", log.base, 40)[0], _LARGEST_OFFSET) // _SECTOR // 8
            try:
                vector = log.read_at(_SECTOR + 4, vector_bytes)
                start = _SECTOR + (4 + vector_bytes + _SECTOR - 1) // _SECTOR * _SECTOR
                sectors = log.read_at(start, _MOST_BYTES)
            except SourceError:
                continue
            marked = (8 * at + bit for at, byte in enumerate(vector) if byte for bit in range(8) if byte >> bit & 1)
            for place, number in zip(range(0, len(sectors), _SECTOR), marked, strict=False):
                _put(overlay, _SECTOR * number, sectors[place : place + _SECTOR])
            return overlay
    return overlay


def marvin32(data: bytes) -> int:
    """Return the hash that protects an entry of a log."""
    low, high = 0x7A4E55C5, 0x82EF4D88
    whole = len(data) & ~3
    tail = int.from_bytes(data[whole:] + b"\x80", "little")
    for (word,) in struct.iter_unpack("<I", data[:whole] + tail.to_bytes(4, "little") + bytes(4)):
        low = (low + word) & _MASK
        high ^= low
        low = (((low << 20 | low >> 12) & _MASK) + high) & _MASK
        high = (high << 9 | high >> 23) & _MASK ^ low
        low = (((low << 27 | low >> 5) & _MASK) + high) & _MASK
        high = (high << 19 | high >> 13) & _MASK
    return high << 32 | low
