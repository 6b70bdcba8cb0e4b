"""Blocks: the content of a log as blocks of whole lines, in flat memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

BLOCK_BYTES: Final = 4 * 1024 * 1024
LONGEST_LINE: Final = 1024 * 1024
"""A longer line is cut into parts, of which none is a row."""

_GZIP = b"\x1f\x8b"
_UTF_8_MARK = b"\xef\xbb\xbf"

Read = Callable[[int, int], bytes]
"""Returns at most a number of bytes of the log from an offset on."""


class Block(NamedTuple):
    """Whole lines of a log; ``line`` is the number of the first one, from 1."""

    data: bytes
    line: int


def iter_blocks(read: Read) -> Iterator[Block]:
    """Yield the content of a log, decompressed if it is gzip, in blocks of whole lines.

    A log that grows or shrinks meanwhile ends where nothing is read any more. A damaged gzip stream ends at the damage.
    """
    pieces = _iter_pieces(read)
    rest, line = b"", 1
    for piece in pieces:
        data = rest + piece
        end = data.rfind(b"\n") + 1
        if end == 0 and len(data) < LONGEST_LINE:
            rest = data
            continue
        end = end or len(data)
        yield Block(data[:end], line)
        line += data.count(b"\n", 0, end)
        rest = data[end:]
    if rest:
        yield Block(rest, line)


def _iter_pieces(read: Read) -> Iterator[bytes]:
    """Yield the content in pieces of at most ``BLOCK_BYTES``, without a mark of UTF-8."""
    offset, unpacked = 0, None
    while chunk := read(offset, BLOCK_BYTES):
        if offset == 0:
            unpacked = zlib.decompressobj(wbits=31) if chunk.startswith(_GZIP) else None
            chunk_text = chunk.removeprefix(_UTF_8_MARK)
        else:
            chunk_text = chunk
        offset += len(chunk)
        if unpacked is None:
            yield chunk_text
        else:
            yield from _iter_unpacked(unpacked, chunk)


def _iter_unpacked(unpacked: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    """Yield what a chunk of gzip holds, bounded piece by piece; nothing after the end of the stream or damage."""
    try:
        while chunk and not unpacked.eof:
            yield unpacked.decompress(chunk, BLOCK_BYTES)
            chunk = unpacked.unconsumed_tail
    except zlib.error:
        return
