"""Event logs of Windows (``.evtx``), chunk by chunk: the only module that imports the package ``evtx``.

A log is a head of 4 KiB and chunks of 64 KiB. Each chunk is parsed by itself, below a head of our own: a damaged head,
a damaged chunk and the wrong number of chunks in the head of a log that was open cost only the damaged parts. Memory is
that of one chunk.

Source:
    [MS-EVEN6] 2.2.12 (binary XML); https://github.com/omerbenamram/evtx
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

from webshellhunt.errors import MissingDependencyError
from webshellhunt.logs.blocks import MOST_EMPTY_BYTES, Read

CHUNK_BYTES: Final = 64 * 1024
HEAD_BYTES: Final = 4 * 1024
MOST_CHUNKS: Final = 128 * 1024
"""8 GiB: twice the largest size that Windows accepts for a log."""
REMEDY: Final = "pip install 'webshellhunt[events]', or export the events as XML"
NEEDS: Final = f"event logs (.evtx) are NOT read: {REMEDY}"

_FILE_MARK: Final = b"ElfFile\0"
_CHUNK_MARK: Final = b"ElfChnk\0"
_AT_ONCE: Final = 64
_MOST_NAMED: Final = 20
_MOST_BROKEN_IN_CHUNK: Final = 1_000
_MOST_RANGES: Final = 10_000


class RawEvent(NamedTuple):
    """An event as JSON text, with the number and the time of its record; the time is empty if there is none."""

    number: int
    time: str
    text: str


@dataclass
class Damage:
    """The parts of an event log that can't be read, and the numbers of the records that can.

    Attributes:
        chunks: Offsets of the first broken chunks, in bytes.
        chunk_count: The number of broken chunks.
        records: The number of broken records in other chunks.
        is_cut: True if the log has more than ``MOST_CHUNKS``, or is mostly zeros.
        ranges: The first and the last number of each run of records.
    """

    chunks: list[int] = field(default_factory=list)
    chunk_count: int = 0
    records: int = 0
    is_cut: bool = False
    ranges: list[list[int]] = field(default_factory=list)

    def add_chunk(self, offset: int) -> None:
        """Count a broken chunk."""
        self.chunk_count += 1
        if len(self.chunks) < _MOST_NAMED:
            self.chunks.append(offset)

    def add_number(self, number: int) -> None:
        """Note the number of a record that was read."""
        if self.ranges and number == self.ranges[-1][1] + 1:
            self.ranges[-1][1] = number
        elif len(self.ranges) < _MOST_RANGES:
            self.ranges.append([number, number])

    def holes(self) -> tuple[tuple[int, int], ...]:
        """Return the first and the last number of each run of records that is missing; none if anything is broken."""
        if self.chunk_count or self.records or self.is_cut or len(self.ranges) >= _MOST_RANGES:
            return ()
        ordered = sorted(self.ranges)
        pairs = pairwise(ordered)
        return tuple((before[1] + 1, after[0] - 1) for before, after in pairs if after[0] > before[1] + 1)


def is_event_log(start: bytes) -> bool:
    """Return True if a file that starts so is an event log."""
    return start.startswith(_FILE_MARK)


def iter_raw_events(read: Read, damage: Damage) -> Iterator[RawEvent]:
    """Yield the events of a log in the order of the file, and count its broken parts in ``damage``.

    Raises:
        MissingDependencyError: The package ``evtx`` is not installed.
    """
    parser = _parser_class()
    if parser is None:
        raise MissingDependencyError(NEEDS)
    offset, end, left = HEAD_BYTES, HEAD_BYTES + MOST_CHUNKS * CHUNK_BYTES, MOST_EMPTY_BYTES
    while offset < end and left > 0 and (data := read(offset, _AT_ONCE * CHUNK_BYTES)):
        left -= 0 if data.strip(b"\0") else len(data)
        for at in range(0, len(data), CHUNK_BYTES):
            yield from _iter_chunk(parser, data[at : at + CHUNK_BYTES], offset + at, damage)
        offset += len(data)
    damage.is_cut = (offset >= end or left <= 0) and bool(read(offset, 1))


def _iter_chunk(parser: Callable[..., Any], chunk: bytes, offset: int, damage: Damage) -> Iterator[RawEvent]:
    """Yield the events of one chunk; one that was never used has only zeros."""
    if not chunk.startswith(_CHUNK_MARK):
        if any(chunk):
            damage.add_chunk(offset)
        return
    if len(chunk) < CHUNK_BYTES:
        damage.add_chunk(offset)
        chunk = chunk.ljust(CHUNK_BYTES, b"\0")
    broken = 0
    events = _attempt(lambda: parser(io.BytesIO(_head() + chunk), number_of_threads=1).records_json())
    if isinstance(events, _Failure):
        damage.add_chunk(offset)
        return
    while (event := _attempt(lambda: next(events, None))) is not None:
        if not isinstance(event, _Failure):
            damage.add_number(event["event_record_id"])
            yield RawEvent(event["event_record_id"], _plausible(event["timestamp"]), event["data"])
            continue
        broken += 1
        if event.is_panic or broken > _MOST_BROKEN_IN_CHUNK:
            damage.add_chunk(offset)
            return
    damage.records += broken


class _Failure(NamedTuple):
    """A failure of the parser; after a panic it can't be used any more."""

    is_panic: bool


def _attempt(work: Callable[[], Any]) -> Any:  # noqa: ANN401 - values of a library without types
    """Return the result of the parser, or its failure.

    Its Rust code panics on some damage, which is an exception outside of ``Exception``.
    """
    try:
        return work()
    except (RuntimeError, OSError, ValueError):
        return _Failure(is_panic=False)
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        return _Failure(is_panic=True)


def _plausible(timestamp: str) -> str:
    """Return the time of a record as ISO text; empty for the year 1601, which means none."""
    return "" if timestamp < "1990" else timestamp.replace(" UTC", "")


@lru_cache(maxsize=1)
def _head() -> bytes:
    """Return the head of an event log with one chunk."""
    head = _FILE_MARK + struct.pack("<QQQIHHHH", 0, 0, 1, 128, 1, 3, HEAD_BYTES, 1) + bytes(76)
    return (head + struct.pack("<II", 0, zlib.crc32(head))).ljust(HEAD_BYTES, b"\0")


@lru_cache(maxsize=1)
def _parser_class() -> Callable[..., Any] | None:
    """Return the parser, or ``None`` if it is not installed."""
    try:
        from evtx import PyEvtxParser
    except ImportError:
        return None
    parser: Callable[..., Any] = PyEvtxParser
    return parser
