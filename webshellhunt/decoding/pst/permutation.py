"""The two encodings of blocks in a personal store; neither has a key.

The first substitutes byte for byte. Text given to Exchange with the inverse substitution is plain text on
disk. The second depends on a block's identifier and is its own inverse.

Source: [MS-PST] 5.1 and 5.2.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def _rows() -> tuple[bytes, bytes, bytes]:
    """Return the rows R, S and I of the specification."""
    raw = json.loads(Path(__file__).with_name("permutation.json").read_text(encoding="ascii"))
    encode, middle = bytes.fromhex(raw["encode"]), bytes.fromhex(raw["middle"])
    return encode, middle, bytes(encode.index(value) for value in range(256))


def encode_permuted(data: bytes) -> bytes:
    """Encode data as a store's writer does."""
    return data.translate(_rows()[0])


def decode_permuted(data: bytes) -> bytes:
    """Decode data as a store's reader does."""
    return data.translate(_rows()[2])


def apply_cyclic(data: bytes, block_id: int) -> bytes:
    """Encode or decode with the cyclic encoding, its own inverse."""
    first, middle, last = _rows()
    key = (block_id ^ block_id >> 16) & 0xFFFF
    out = bytearray(data)
    for index, byte in enumerate(out):
        low, high = key & 0xFF, key >> 8
        out[index] = (last[(middle[(first[(byte + low) & 0xFF] + high) & 0xFF] - high) & 0xFF] - low) & 0xFF
        key = (key + 1) & 0xFFFF
    return bytes(out)
