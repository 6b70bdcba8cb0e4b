"""Mutation of inputs: bytes changed, cut, doubled, nested and joined with those of other inputs, by a seeded chance."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_BYTES = (0, 1, 0x0A, 0x20, 0x22, 0x27, 0x3C, 0x7F, 0x80, 0xC0, 0xE2, 0xFE, 0xFF)
_NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_DIGITS = re.compile(rb"\d+")
_TEXTS = (b"0", b"-1", b"9" * 20, b"65536", b"2147483648", b"1e99", b"0x7fffffff")
_LONGEST = 64


class Mutator:
    """Makes new inputs of known ones."""

    def __init__(self, chance: random.Random, words: Sequence[bytes], most_bytes: int) -> None:
        self._chance = chance
        self._words = words
        self._most = most_bytes
        self._ways = (
            self._change, self._change, self._number, self._cut, self._delete, self._double, self._insert, self._text,
            self._swap, self._nest,
        ) + ((self._word, self._word, self._wrap) if words else ())  # fmt: skip

    def mutant(self, data: bytes, other: bytes) -> bytes:
        """Return a mutant of an input, now and then joined with a part of another one."""
        made = bytearray(data)
        if other and self._chance.random() < 0.15:
            self._splice(made, other)
        for _ in range(self._chance.choice((1, 1, 1, 2, 3, 6, 16))):
            self._chance.choice(self._ways)(made)
        return bytes(made[: self._most])

    def _span(self, data: bytearray) -> tuple[int, int]:
        start = self._chance.randrange(len(data) + 1)
        return start, min(len(data), start + self._chance.randint(1, _LONGEST))

    def _change(self, data: bytearray) -> None:
        if data:
            at = self._chance.randrange(len(data))
            data[at] = self._chance.choice((data[at] ^ 1 << self._chance.randrange(8), *_BYTES))

    def _number(self, data: bytearray) -> None:
        size = self._chance.choice((2, 4, 8))
        at = self._chance.randrange(max(1, len(data) - size + 1))
        number = self._chance.choice((*_NUMBERS, len(data), self._chance.randrange(1 << 16)))
        data[at : at + size] = (number % (1 << 8 * size)).to_bytes(size, self._chance.choice(("little", "big")))

    def _cut(self, data: bytearray) -> None:
        del data[self._chance.randrange(len(data) + 1) :]

    def _delete(self, data: bytearray) -> None:
        start, end = self._span(data)
        del data[start:end]

    def _double(self, data: bytearray) -> None:
        start, end = self._span(data)
        data[end:end] = data[start:end] * self._chance.choice((1, 1, 2, 7, 40))

    def _insert(self, data: bytearray) -> None:
        at = self._chance.randrange(len(data) + 1)
        data[at:at] = self._chance.randbytes(self._chance.randint(1, 8))

    def _text(self, data: bytearray) -> None:
        """Change a number that is written in digits."""
        found = list(_DIGITS.finditer(data))
        if found:
            each = self._chance.choice(found)
            data[each.start() : each.end()] = self._chance.choice(_TEXTS)

    def _swap(self, data: bytearray) -> None:
        first, second = sorted((self._span(data), self._span(data)))
        if first[1] <= second[0]:
            data[first[0] : second[1]] = (
                data[second[0] : second[1]] + data[first[1] : second[0]] + data[first[0] : first[1]]
            )

    def _nest(self, data: bytearray) -> None:
        """Repeat what lies before a place before it, and what lies after it after it."""
        start, end = self._span(data)
        left, right = bytes(data[max(0, start - 12) : start]), bytes(data[end : end + 12])
        times = self._chance.choice((2, 9, 60))
        data[start:end] = left * times + data[start:end] + right * times

    def _word(self, data: bytearray) -> None:
        at = self._chance.randrange(len(data) + 1)
        end = at if self._chance.random() < 0.7 else min(len(data), at + self._chance.randint(1, 8))
        data[at:end] = self._chance.choice(self._words)

    def _wrap(self, data: bytearray) -> None:
        start, end = self._span(data)
        data[start:end] = self._chance.choice(self._words) + data[start:end] + self._chance.choice(self._words)

    def _splice(self, data: bytearray, other: bytes) -> None:
        at, start = self._chance.randrange(len(data) + 1), self._chance.randrange(len(other))
        part = other[start : start + self._chance.randint(1, max(1, len(other)))]
        data[at : at + self._chance.choice((0, len(part), len(data)))] = part


def smaller(data: bytes, chance: random.Random) -> list[bytes]:
    """Return inputs that lack a part of one: halves first, then smaller pieces, then single bytes in any order."""
    found, size = list[bytes](), len(data) // 2
    while size >= 1:
        starts = list(range(0, len(data), size))
        if size < 4:
            chance.shuffle(starts)
        found += [data[:start] + data[start + size :] for start in starts[:200]]
        size //= 2
    return found
