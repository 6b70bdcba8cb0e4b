"""Mutants: the same bytes with some of them changed, cut or doubled, always the same ones.

As many as the examples of Hypothesis: all of them in the nightly run, a few otherwise.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from hypothesis import settings

NIGHTLY: Final = 400
"""The examples of the nightly run."""
ORDINARY: Final = 15
"""The examples of each other run."""


def fewer(divisor: int) -> settings:
    """Return the settings of a dear test, which has a fraction of the examples of a run."""
    return settings(max_examples=settings().max_examples // divisor)


def share_of(count: int) -> int:
    """Return how many of some cases this run tries."""
    examples = settings().max_examples
    return min(count, max(examples, count * examples // NIGHTLY))


def mutants(data: bytes, count: int, seed: int = 1) -> Iterator[bytes]:
    """Yield damaged copies of a file: so many in the nightly run."""
    chance = random.Random(seed)
    for number in range(share_of(count)):
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
