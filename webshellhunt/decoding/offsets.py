"""Maps from the characters of a decoded text to byte offsets, for each kind of codec.

Codecs of fixed width need no table. For others, the first lookup creates checkpoints in one pass over the bytes.
"""

from __future__ import annotations

import codecs
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from webshellhunt.lazy_pattern import lazy_pattern

_ASTRAL = lazy_pattern("[\U00010000-\U0010ffff]")
_STEP_CHARS = 1024
_STEP_BYTES = 4096


class Offsets(Protocol):
    """A map from a character index to the offset of its first byte in the decoded bytes."""

    def at(self, index: int) -> int:
        """Return the offset of a character's first byte; the length of the data past the end."""
        ...


class FixedOffsets(NamedTuple):
    """Every character has the same width in bytes."""

    width: int
    size_bytes: int

    def at(self, index: int) -> int:
        """Return the offset of a character's first byte."""
        return min(index * self.width, self.size_bytes)


class Utf16Offsets(NamedTuple):
    """Two bytes a character, four outside the Basic Multilingual Plane."""

    wide: Sequence[int]
    size_bytes: int

    @classmethod
    def of(cls, text: str, size_bytes: int) -> Utf16Offsets:
        """Record the positions of the wide characters."""
        return cls([m.start() for m in _ASTRAL.finditer(text)], size_bytes)

    def at(self, index: int) -> int:
        """Return the offset of a character's first byte."""
        return min(2 * (index + bisect_left(self.wide, index)), self.size_bytes)


class Utf8Offsets(NamedTuple):
    """One to four bytes a character; a byte that is not UTF-8 is one character, stored as a lone surrogate."""

    text: str
    checkpoints: Sequence[int]

    @classmethod
    def of(cls, data: bytes) -> Utf8Offsets:
        """Create a checkpoint every 1,024 characters."""
        text = data.decode("utf-8", "surrogateescape")
        total, points = 0, [0]
        for start in range(0, len(text), _STEP_CHARS):
            total += _utf8_size(text[start : start + _STEP_CHARS])
            points.append(total)
        return cls(text, points)

    def at(self, index: int) -> int:
        """Return the offset of a character's first byte."""
        index = min(index, len(self.text))
        step, rest = divmod(index, _STEP_CHARS)
        return self.checkpoints[step] + (_utf8_size(self.text[index - rest : index]) if rest else 0)


def _utf8_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


class SteppedOffsets(NamedTuple):
    """Any codec with an incremental decoder: its state is saved every 4,096 bytes; between, it decodes bytewise."""

    codec: str
    data: bytes
    chars: Sequence[int]
    states: Sequence[tuple[bytes, int]]

    @classmethod
    def of(cls, codec: str, data: bytes) -> SteppedOffsets:
        """Decode once, and save the decoder's state at each step."""
        decoder = codecs.getincrementaldecoder(codec)("replace")
        count = 0
        chars: list[int] = []
        states: list[tuple[bytes, int]] = []
        for start in range(0, len(data), _STEP_BYTES):
            chars.append(count)
            states.append(decoder.getstate())
            count += _fed(decoder, data[start : start + _STEP_BYTES])
        return cls(codec, data, chars, states)

    def at(self, index: int) -> int:
        """Return the offset of a character's first byte."""
        step = bisect_right(self.chars, index) - 1
        if step < 0:
            return 0
        decoder = codecs.getincrementaldecoder(self.codec)("replace")
        decoder.setstate(self.states[step])
        count, start = self.chars[step], step * _STEP_BYTES - len(self.states[step][0])
        for offset in range(step * _STEP_BYTES, len(self.data)):
            made = _fed(decoder, self.data[offset : offset + 1])
            if not made:
                continue
            end = offset + 1 - len(decoder.getstate()[0])
            if index < count + made:
                # Several characters at once: an invalid sequence, whose bytes were decoded one by one.
                return start if index == count else max(start, end - (count + made - index))
            count, start = count + made, end
        return min(start + max(0, index - count), len(self.data))


def _fed(decoder: codecs.IncrementalDecoder, data: bytes) -> int:
    """Return the number of characters that further bytes add; an undecodable sequence adds one."""
    try:
        return len(decoder.decode(data))
    except UnicodeError:
        decoder.reset()
        return 1
