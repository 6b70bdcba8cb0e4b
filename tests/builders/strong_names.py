"""Strong-name keys, as the compiler reads them."""

from __future__ import annotations

import random
import struct

_BITS = 1024
_EXPONENT = 65537


def key_pair(seed: int) -> bytes:
    """Return a private key in the form of CryptoAPI, made from a seed: fit for tests alone.

    Source: Microsoft, "RSA/Schannel Key BLOBs".
    """
    numbers = random.Random(seed)
    p, q = (_prime(numbers) for _ in range(2))
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    head = struct.pack("<IIIII", 0x0207, 0x2400, 0x32415352, _BITS, _EXPONENT)
    half, whole = _BITS // 16, _BITS // 8
    parts = ((p * q, whole), (p, half), (q, half), (d % (p - 1), half), (d % (q - 1), half), (pow(q, -1, p), half))
    return head + b"".join(number.to_bytes(size, "little") for number, size in (*parts, (d, whole)))


def _prime(numbers: random.Random) -> int:
    while True:
        found = numbers.getrandbits(_BITS // 2) | 1 | 3 << (_BITS // 2 - 2)
        if found % _EXPONENT != 1 and all(pow(base, found - 1, found) == 1 for base in (2, 3, 5, 7)):
            return found
