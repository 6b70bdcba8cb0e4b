"""Extents of a stream on the volume, and reads through them: plain, sparse and compressed.

Source:
    The documentation of the Linux-NTFS project ("Data Runs", "Compression"); [MS-XCA] 2.5 (LZNT1).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final, NamedTuple

from webshellhunt.containers.window import ReadAt
from webshellhunt.errors import UnreadableError

_MOST_RUNS: Final = 1_000_000
_DAMAGED: Final = "the extents of its content are damaged"
_CHUNK: Final = 4096
_DAMAGED_CONTENT: Final = "its compressed content is damaged"


class Run(NamedTuple):
    """Clusters of a stream from ``first`` on; ``place`` is their first cluster on the volume, ``None`` for a hole."""

    first: int
    clusters: int
    place: int | None


def decode_runs(data: bytes, first: int) -> list[Run]:
    """Return the extents that a record has in encoded form, of a stream from cluster ``first`` on.

    Raises:
        UnreadableError: They are damaged.
    """
    found: list[Run] = []
    at, place = 0, 0
    while at < len(data) and data[at] and len(found) < _MOST_RUNS:
        count_size, place_size = data[at] & 0xF, data[at] >> 4
        middle, end = at + 1 + count_size, at + 1 + count_size + place_size
        if not 0 < count_size <= 8 or place_size > 8 or end > len(data):
            raise UnreadableError(_DAMAGED)
        clusters = int.from_bytes(data[at + 1 : middle], "little")
        place += int.from_bytes(data[middle:end], "little", signed=True)
        if not clusters or clusters >> 48 or place < 0:
            raise UnreadableError(_DAMAGED)
        found.append(Run(first, clusters, place if place_size else None))
        first += clusters
        at = end
    return found


class StreamExtents:
    """The extents of one stream, read by its own offsets."""

    def __init__(self, runs: list[Run], cluster_bytes: int, read: ReadAt, unit: int = 0) -> None:
        """Take the extents.

        ``runs``: the extents in the order of the stream. ``unit``: clusters that are compressed together; 0 if the
        stream is not compressed.
        """
        self._runs = runs
        self._starts = [run.first for run in runs]
        self._cluster = cluster_bytes
        self._read = read
        self._unit = unit
        self._unpacked = (-1, b"")

    def read(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from an offset; the caller has bounded them by the size of the stream.

        Raises:
            UnreadableError: A part of them is not in the image.
        """
        if self._unit:
            return self._read_compressed(offset, count)
        parts: list[bytes] = []
        index = max(bisect_right(self._starts, offset // self._cluster) - 1, 0)
        while count > 0:
            if index >= len(self._runs):
                raise UnreadableError(_DAMAGED)
            run = self._runs[index]
            inside = offset - run.first * self._cluster
            if inside < 0:
                raise UnreadableError(_DAMAGED)
            wanted = min(count, run.clusters * self._cluster - inside)
            if wanted > 0:
                parts.append(self._part(run, inside, wanted))
                offset, count = offset + wanted, count - wanted
            index += 1
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _part(self, run: Run, inside: int, wanted: int) -> bytes:
        if run.place is None:
            return bytes(wanted)
        data = self._read(run.place * self._cluster + inside, wanted)
        if len(data) < wanted:
            raise UnreadableError("its content lies outside of the image, which is cut or damaged")
        return data

    def _read_compressed(self, offset: int, count: int) -> bytes:
        size = self._unit * self._cluster
        parts: list[bytes] = []
        while count > 0:
            number, inside = divmod(offset, size)
            part = self._unpack(number)[inside : inside + count]
            parts.append(part)
            offset, count = offset + len(part), count - len(part)
        return b"".join(parts)

    def _unpack(self, number: int) -> bytes:
        """Return a unit of a compressed stream; if its last clusters are a hole, the others are compressed."""
        if self._unpacked[0] == number:
            return self._unpacked[1]
        size, stored, present = self._unit * self._cluster, [], 0
        first, end = number * self._unit, (number + 1) * self._unit
        index = max(bisect_right(self._starts, first) - 1, 0)
        while index < len(self._runs) and self._runs[index].first < end:
            run = self._runs[index]
            start, stop = max(first, run.first), min(end, run.first + run.clusters)
            if run.place is not None and stop > start:
                wanted = (stop - start) * self._cluster
                stored.append(self._part(run, (start - run.first) * self._cluster, wanted))
                present += stop - start
            index += 1
        data = b"".join(stored)
        if present < self._unit:
            data = decompress_lznt1(data, size) if present else b""
        data = data.ljust(size, b"\0")
        self._unpacked = (number, data)
        return data


def decompress_lznt1(data: bytes, limit_bytes: int) -> bytes:
    """Return the content of a compressed buffer, at most ``limit_bytes`` of it.

    Raises:
        UnreadableError: The buffer is damaged.
    """
    out = bytearray()
    at = 0
    while at + 2 <= len(data) and len(out) < limit_bytes:
        header = int.from_bytes(data[at : at + 2], "little")
        if not header:
            break
        end = at + 2 + (header & 0xFFF) + 1
        if end > len(data):
            raise UnreadableError(_DAMAGED_CONTENT)
        chunk = data[at + 2 : end]
        out += _decompress_chunk(chunk) if header & 0x8000 else chunk
        out += bytes(-len(out) % _CHUNK)  # a short chunk within the buffer is followed by zeros
        at = end
    return bytes(out[:limit_bytes])


def _decompress_chunk(data: bytes) -> bytearray:
    out = bytearray()
    at, end = 0, len(data)
    shift, threshold = 12, 16  # the farther into the chunk, the more bits of a pair are its distance
    while at < end and len(out) < _CHUNK:
        flags = data[at]
        at += 1
        if not flags:
            out += data[at : at + 8]
            at += 8
            continue
        for bit in range(8):
            if at >= end or len(out) >= _CHUNK:
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            if at + 2 > end or not out:
                raise UnreadableError(_DAMAGED_CONTENT)
            pair = data[at] | data[at + 1] << 8
            at += 2
            while len(out) > threshold:
                threshold <<= 1
                shift -= 1
            distance, length = (pair >> shift) + 1, (pair & ((1 << shift) - 1)) + 3
            if distance > len(out):
                raise UnreadableError(_DAMAGED_CONTENT)
            _repeat(out, distance, min(length, _CHUNK - len(out)))
    return out[:_CHUNK]


def _repeat(out: bytearray, distance: int, length: int) -> None:
    """Append ``length`` bytes from ``distance`` before the end; they may overlap with the new ones."""
    start = len(out) - distance
    if distance >= length:
        out += out[start : start + length]
        return
    pattern = bytes(out[start:])
    out += (pattern * (length // distance + 1))[:length]
