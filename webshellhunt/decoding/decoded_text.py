"""DecodedText: a reading of bytes that maps each character to its bytes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from functools import cache

from webshellhunt.decoding.codepages import UTF7, UTF8
from webshellhunt.decoding.offsets import FixedOffsets, Offsets, SteppedOffsets, Utf8Offsets, Utf16Offsets
from webshellhunt.decoding.utf7 import Utf7Offsets, decode_utf7
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Span

MULTI_BYTE = frozenset(
    ("gbk", "gb18030", "hz", "cp950", "cp932", "cp949", "johab", "euc_jp", "euc_kr", "iso2022_jp", "iso2022_kr")
)
_SURROGATE = lazy_pattern("[\ud800-\udfff]")


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
