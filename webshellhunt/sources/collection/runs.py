"""Runs of a sparse file: Velociraptor stores the parts with data one after another, and an index of their places.

Source: Velociraptor, actions/proto/transport.proto (Index, Range); older versions have one range a line.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

_MOST_RUNS = 1_000_000
_LARGEST_FILE = 1 << 60
_FIELDS = ("file_offset", "original_offset", "file_length", "length")


class Run(NamedTuple):
    """A part of a file: ``length`` bytes from ``offset`` on, of which ``stored_length`` are stored at ``stored_at``.

    Units: bytes.
    """

    offset: int
    length: int
    stored_at: int
    stored_length: int


class Runs:
    """The runs of one file, in the order of their offsets; bytes without a stored run are zero."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = [run for run in runs if run.stored_length]
        self._starts = [run.offset for run in self._runs]
        self.size_bytes: int = max((run.offset + run.length for run in runs), default=0)
        self.stored_bytes: int = max((run.stored_at + run.stored_length for run in self._runs), default=0)

    def read(self, read_stored: Callable[[int, int], bytes], limit_bytes: int, offset: int) -> bytes:
        """Return at most ``limit_bytes`` bytes from an offset in the original file; ``read_stored(count, offset)``."""
        end = min(offset + limit_bytes, self.size_bytes)
        if offset < 0 or offset >= end:
            return b""
        pieces: list[bytes] = []
        at = offset
        for run in self._from(offset):
            if run.offset >= end:
                break
            start, stop = max(at, run.offset), min(end, run.offset + run.stored_length)
            if stop <= start:
                continue
            data = read_stored(stop - start, run.stored_at + start - run.offset)[: stop - start]
            pieces += [bytes(start - at), data, bytes(stop - start - len(data))]
            at = stop
        return b"".join([*pieces, bytes(end - at)])

    def _from(self, offset: int) -> Iterable[Run]:
        first = max(0, bisect_right(self._starts, offset) - 1)
        return (self._runs[place] for place in range(first, len(self._runs)))


def read_runs(data: bytes) -> Runs | None:
    """Return the runs in an index, or ``None`` if it isn't one: other JSON, negative numbers, or overlapping runs."""
    try:
        ranges = _ranges(data.decode("utf-8"))
        runs = [run for each in ranges if (run := _run(each)) is not None]
    except (ValueError, RecursionError, TypeError):
        return None
    if not runs or len(runs) != len(ranges) or len(runs) > _MOST_RUNS:
        return None
    end = 0
    for run in runs:
        if run.offset < end:
            return None
        end = run.offset + run.length
    return Runs(runs) if end <= _LARGEST_FILE else None


def _ranges(text: str) -> list[object]:
    try:
        whole = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if len(line) > 2]
    if isinstance(whole, dict) and isinstance(whole.get("ranges"), list):
        return list(whole["ranges"])
    return [whole]


def _run(value: object) -> Run | None:
    """Return a range as a run; fields that are zero are left out by the collector."""
    if not isinstance(value, dict) or not set(value) & set(_FIELDS):
        return None
    numbers = [value.get(name, 0) for name in _FIELDS]
    if not all(type(number) is int and 0 <= number <= _LARGEST_FILE for number in numbers):
        return None
    stored_at, offset, stored_length, length = numbers
    return Run(offset, length, stored_at, min(stored_length, length))
