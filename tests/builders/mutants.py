"""Mutants: the same bytes with some of them changed, cut or doubled, always the same ones."""

from __future__ import annotations

import random
from collections.abc import Iterator


def mutants(data: bytes, count: int, seed: int = 1) -> Iterator[bytes]:
    """Yield damaged copies of a file."""
    chance = random.Random(seed)
    for number in range(count):
        changed = bytearray(data)
        if number % 10 == 0:
            yield bytes(changed[: chance.randrange(len(changed))])
            continue
        for _ in range(chance.choice((1, 2, 8, 40))):
            at = chance.randrange(len(changed))
            changed[at] = chance.choice((0, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        if number % 7 == 0:
            at = chance.randrange(len(changed))
            changed[at : at + chance.randrange(64)] = chance.randbytes(chance.randrange(64))
        yield bytes(changed)
