"""DecodedText: a reading of bytes that maps each character to its bytes, for each kind of codec.

Codecs of fixed width need no table. For others, the first lookup creates checkpoints in one pass over the bytes.
"""

from __future__ import annotations

import codecs
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, Protocol

from webshellhunt.decoding.codepages import UTF7, UTF8
from webshellhunt.decoding.utf7 import Utf7Offsets, decode_utf7
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Span

_ASTRAL = lazy_pattern("[\U00010000-\U0010ffff]")
_STEP_CHARS = 1024
_STEP_BYTES = 256
MULTI_BYTE = frozenset(
    ("gbk", "gb18030", "hz", "cp950", "cp932", "cp949", "johab", "euc_jp", "euc_kr", "iso2022_jp", "iso2022_kr")
)
_SURROGATE = lazy_pattern("[\ud800-\udfff]")


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
    """Any codec with an incremental decoder: its state is saved every 256 bytes; between, it decodes bytewise."""

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
        last = step + 1 == len(self.chars)
        end = len(self.data) if last else (step + 1) * _STEP_BYTES - len(self.states[step + 1][0])
        return min(self._within(step, index), end)

    def _within(self, step: int, index: int) -> int:
        """Return the offset of a character after a step; decoded in other pieces, invalid ones may count more."""
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


@dataclass(frozen=True, slots=True)
class DecodedText:
    """One reading of ``data``.

    ``encoding`` is Python's name of the codec; ``reason`` is the reason for it: ``bom``, ``declared``, ``ascii``,
    ``utf-8``, ``ansi``, or ``guessed``. ``origin`` is the start of the text in ``data``, after a byte order mark.
    """

    encoding: str
    reason: str
    text: str
    data: bytes
    origin: int = 0
    _offsets: list[Offsets] = field(default_factory=list, init=False, repr=False, compare=False)

    def byte_offset(self, char_index: int) -> int:
        """Return a character's offset in ``data``; the end of the data for the end of the text."""
        if char_index >= len(self.text):
            return len(self.data)
        if not self._offsets:
            self._offsets.append(_offsets_of(self))
        return self.origin + self._offsets[0].at(max(0, char_index))

    def byte_span(self, start: int, end: int) -> Span:
        """Return the byte range of ``text[start:end]``."""
        first = self.byte_offset(start)
        return Span(first, self.byte_offset(end) if end > start else first)


def read(data: bytes, encoding: str, reason: str, origin: int = 0) -> DecodedText:
    """Decode ``data`` from ``origin`` on; bytes that don't decode become U+FFFD, and nothing raises."""
    return DecodedText(encoding, reason, decode(data[origin:] if origin else data, encoding), data, origin)


def decode(data: bytes, encoding: str) -> str:
    """Return the text of bytes, with at least one character for each sequence that doesn't decode."""
    if encoding == UTF8:
        return _decode_utf8(data)
    if encoding == UTF7:
        return decode_utf7(data)[0]
    if encoding.startswith("utf-16"):
        even = len(data) & ~1
        text = data[:even].decode(encoding, "surrogatepass")
        text = _SURROGATE.sub("\ufffd", text) if _SURROGATE.search(text) else text
        return text if even == len(data) else text + "\ufffd"
    if encoding.startswith("utf-32") or encoding in MULTI_BYTE or encoding == "ascii":
        return data.decode(encoding, "replace")
    return _decode_single(data, encoding)


def _decode_utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _SURROGATE.sub("\ufffd", data.decode("utf-8", "surrogateescape"))


def _decode_single(data: bytes, encoding: str) -> str:
    """Decode one byte per character."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return codecs.charmap_decode(data, "strict", _table(encoding))[0]


@cache
def _table(encoding: str) -> str:
    """Return the characters of all bytes; an undefined byte becomes the character of its number, as on Windows."""
    characters = [bytes((byte,)).decode(encoding, "ignore") or chr(byte) for byte in range(256)]
    return "".join(characters)


def _offsets_of(reading: DecodedText) -> Offsets:
    """Return the offset map for the codec."""
    data = reading.data[reading.origin :] if reading.origin else reading.data
    encoding = reading.encoding
    if encoding.startswith("utf-16"):
        return Utf16Offsets.of(reading.text, len(data))
    if encoding.startswith("utf-32"):
        return FixedOffsets(4, len(data))
    if encoding == UTF7:
        return Utf7Offsets.of(data)
    if len(reading.text) == len(data) and encoding not in MULTI_BYTE:
        return FixedOffsets(1, len(data))
    return Utf8Offsets.of(data) if encoding == UTF8 else SteppedOffsets.of(encoding, data)
