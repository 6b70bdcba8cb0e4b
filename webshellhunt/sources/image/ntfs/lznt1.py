"""LZNT1, the compression of NTFS.

Source:
    [MS-XCA] 2.5 (LZNT1 Algorithm Details).
"""

from __future__ import annotations

from typing import Final

from webshellhunt.errors import UnreadableError

_CHUNK: Final = 4096
_DAMAGED: Final = "its compressed content is damaged"


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
            raise UnreadableError(_DAMAGED)
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
                raise UnreadableError(_DAMAGED)
            pair = data[at] | data[at + 1] << 8
            at += 2
            while len(out) > threshold:
                threshold <<= 1
                shift -= 1
            distance, length = (pair >> shift) + 1, (pair & ((1 << shift) - 1)) + 3
            if distance > len(out):
                raise UnreadableError(_DAMAGED)
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
