"""A UTF-7 decoder like that of Windows: text, and the offset of each base64 section.

Python's own codec stops at the first invalid section and returns no offsets inside a long one.

Source: RFC 2152; UTF7Encoding of mscorlib (lenient: stray bits are dropped, high bytes stay unchanged).
"""

from __future__ import annotations

import base64
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

_SECTION = lazy_pattern(r"\+([A-Za-z0-9+/]*+)(-?+)")
_SURROGATE = lazy_pattern("[\ud800-\udfff]")
_ASTRAL = lazy_pattern("[\U00010000-\U0010ffff]")


class Section(NamedTuple):
    """A run of characters: from ``char_start`` at ``byte_start``, in base64 or one byte each."""

    char_start: int
    byte_start: int
    encoded: bool


def decode_utf7(data: bytes) -> tuple[str, tuple[Section, ...]]:
    """Return the text of UTF-7 bytes and its sections; never raises."""
    raw = data.decode("latin-1")
    parts: list[str] = []
    sections: list[Section] = []
    chars = done = 0
    for match in _SECTION.finditer(raw):
        if match.start() > done:
            sections.append(Section(chars, done, encoded=False))
            parts.append(raw[done : match.start()])
            chars += match.start() - done
        text = _section_text(match[1], match[2])
        sections.append(Section(chars, match.start(), encoded=match[1] != ""))
        parts.append(text)
        chars += len(text)
        done = match.end()
    if done < len(raw) or not sections:
        sections.append(Section(chars, done, encoded=False))
        parts.append(raw[done:])
    return "".join(parts), tuple(sections)


def _section_text(digits: str, close: str) -> str:
    """Return the characters of one section; ``+-`` is a plus sign."""
    if not digits:
        return "+" if close else ""
    units = len(digits) * 6 // 16
    raw = base64.b64decode(digits + "A" * (-len(digits) % 4) if len(digits) % 4 != 1 else digits[:-1])[: 2 * units]
    text = raw.decode("utf-16-be", "surrogatepass")
    return _SURROGATE.sub("\ufffd", text) if _SURROGATE.search(text) else text


class Utf7Offsets(NamedTuple):
    """The offset of each character of a UTF-7 text."""

    sections: Sequence[Section]
    wide: Sequence[int]
    size_chars: int
    size_bytes: int

    @classmethod
    def of(cls, data: bytes) -> Utf7Offsets:
        """Decode again, for the sections only."""
        text, sections = decode_utf7(data)
        return cls(sections, [m.start() for m in _ASTRAL.finditer(text)], len(text), len(data))

    def at(self, index: int) -> int:
        """Return the offset of the byte with the character's first bit."""
        if index >= self.size_chars:
            return self.size_bytes
        section = self.sections[bisect_right(self.sections, index, key=lambda s: s.char_start) - 1]
        inside = index - section.char_start
        if not section.encoded:
            return section.byte_start + inside
        # Each UTF-16 unit is 16 bits, each base64 digit 6; a character outside the BMP is two units.
        units = inside + bisect_left(self.wide, index) - bisect_left(self.wide, section.char_start)
        return section.byte_start + (1 + units * 16 // 6 if units else 0)
