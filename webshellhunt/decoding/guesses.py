"""Undeclared readings: other decodings of the bytes, kept only if they show other code.

An attacker chooses a shell's encoding, and the configuration that declares it may be missing from the evidence. A guess
never replaces the server's reading but is added to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.decoding.codepages import EBCDIC, UTF7, UTF8, python_codec
from webshellhunt.decoding.decoded_text import MULTI_BYTE, DecodedText, read
from webshellhunt.lazy_pattern import lazy_pattern

_GUESSED = "guessed"
_SAMPLE_BYTES = 65_536
_MARKER = lazy_pattern(r"<%|[rR][uU][nN][aA][tT]\s*+=|<!--\s*+#")
_RAW_MARKER = lazy_pattern(rb"<%|[rR][uU][nN][aA][tT]\s*+=|<!--\s*+#")
_UTF32 = {
    "utf-32-le": re.compile(rb"<\0\0\0(?:%|[sS]\0\0\0[cC]\0\0\0[rR]|!\0\0\0-)\0\0\0"),
    "utf-32-be": re.compile(rb"\0\0\0<\0\0\0(?:%|[sS]\0\0\0[cC]\0\0\0[rR]|!\0\0\0-)"),
}
_UTF16 = {
    "utf-16-le": re.compile(rb"<\0(?:%|[sS]\0[cC]\0[rR]|!\0-)\0"),
    "utf-16-be": re.compile(rb"\0<\0(?:%|[sS]\0[cC]\0[rR]|!\0-)"),
}
# A section that begins with a character below U+0100 begins with A and one of A to D.
_UTF7_SECTION = lazy_pattern(rb"\+(A[A-D][A-Za-z0-9+/]++)-?+")
_EBCDIC_MARKER = lazy_pattern(rb"\x4c(?:\x6c|[\xa2\xe2][\x83\xc3][\x99\xd9])")
_META_CHARSET = lazy_pattern(rb"(?i)charset\s*+=\s*+[\"']?([\w-]{3,20}+)")
_HIGH = bytes(range(0x80, 0x100))
_HIGH_RUN = lazy_pattern(rb"[\x80-\xff]++")
_ODD_TRAIL = lazy_pattern(rb"[\x80-\xff][@\[\\\]^_`{|}~]")
_CHARDET_BEFORE, _CHARDET_BYTES = 512, 8192  # milliseconds for each kilobyte, so not all of it
_LEGACY = frozenset(("gbk", "gb18030", "cp950", "cp932", "cp949", "euc_jp", "euc_kr"))


def other_readings(data: bytes, first: DecodedText, ansi: str, *, is_code: bool) -> tuple[DecodedText, ...]:
    """Return the readings that show server code or ASCII characters which the first does not.

    ``is_code`` is true if code may be anywhere in the text without an opening tag.
    """
    kept: list[DecodedText] = []
    for reading in _guesses(data, first, ansi, is_code):
        if reading.text != first.text and all(reading.text != k.text for k in kept):
            kept.append(reading)
    return tuple(kept)


def _guesses(data: bytes, first: DecodedText, ansi: str, is_code: bool) -> Iterator[DecodedText]:
    if b"\0" in data:
        yield from _with_nuls(data, first)
    if may_be_utf7(data) and (found := _utf7(data, first.text)) is not None:
        yield found
    if _takes_ascii(first.encoding) and not _is_marked(first.text) and _RAW_MARKER.search(data):
        yield read(data, "ascii" if data.isascii() else ansi, _GUESSED)
    if data.isascii():
        return
    if first.reason in ("utf-8", "ansi"):
        yield from _ebcdic(data, first)
    yield from _legacy(data, first, ansi, is_code)


def may_be_utf7(data: bytes) -> bool:
    """Return whether a section of UTF-7 may be present; the search from the end finds the rare plus first."""
    return b"+" in data and data.rfind(b"+A") >= 0


def may_hide_utf7(data: bytes) -> bool:
    """Return whether a section of UTF-7 is present that begins with a character below U+0100."""
    return may_be_utf7(data) and _UTF7_SECTION.search(data) is not None


def may_be_ebcdic(data: bytes) -> bool:
    """Return whether an opening of server code in EBCDIC may be present."""
    return _EBCDIC_MARKER.search(data) is not None


def _takes_ascii(encoding: str) -> bool:
    """Return whether a codec may decode ASCII bytes differently; other codecs can't hide a marker."""
    wide = encoding.startswith(("utf-16", "utf-32"))
    return wide or encoding == UTF7 or encoding in MULTI_BYTE or encoding in EBCDIC


def _is_marked(text: str) -> bool:
    """Return whether a text contains an opening of server code."""
    return "<%" in text or _MARKER.search(text) is not None


def _with_nuls(data: bytes, first: DecodedText) -> Iterator[DecodedText]:
    """Yield UTF-32 and UTF-16 without a byte order mark: by a marker's bytes, else by the positions of NULs."""
    wide = first.encoding.startswith(("utf-16", "utf-32"))
    if wide and _is_marked(first.text):
        return
    for width, patterns in ((4, _UTF32), (2, _UTF16)):
        found = [(m.start() % width, codec) for codec, p in patterns.items() if (m := p.search(data)) is not None]
        # Shifted by one byte, either order looks like the other; the original is the one that ends with the data.
        if found:
            _, origin, codec = min(((len(data) - origin) % width, origin, codec) for origin, codec in found)
            if (codec, origin) != (first.encoding, first.origin % width):
                yield read(data, codec, _GUESSED, origin)
            return
    if wide:
        return
    sample = data[:_SAMPLE_BYTES]
    even, odd, half = sample[::2].count(0), sample[1::2].count(0), len(sample) // 2
    if odd > 0.4 * half and even < 0.05 * half:
        yield read(data, "utf-16-le", _GUESSED)
    elif even > 0.4 * half and odd < 0.05 * half:
        yield read(data, "utf-16-be", _GUESSED)


def _utf7(data: bytes, text: str) -> DecodedText | None:
    """Return the UTF-7 reading if its sections are complete and contain code; ``text`` is the first reading."""
    hidden = []
    for section in _UTF7_SECTION.finditer(data):
        digits = section[1]
        if len(digits) % 8 not in (0, 3, 6):
            continue
        reading = read(section[0], UTF7, _GUESSED).text
        if all(" " <= c <= "\xff" or c in "\t\r\n" for c in reading):
            hidden.append(reading)
    shown = "".join(hidden)
    if "<" in shown or "%" in shown or (len(shown) >= 4 and _is_marked(text)):
        return read(data, UTF7, _GUESSED)
    return None


def _ebcdic(data: bytes, first: DecodedText) -> Iterator[DecodedText]:
    """Yield the EBCDIC readings; its letters are bytes above 0x80, so that text is mostly such bytes."""
    sample = data[:_SAMPLE_BYTES]
    # In UTF-8 such bytes make up characters of two or more, so what the text is shorter by is half of them at least.
    if first.reason == "utf-8" and 2 * (len(data) - len(first.text)) < 0.3 * len(sample):
        return
    if len(sample) - len(sample.translate(None, _HIGH)) < 0.3 * len(sample):
        return
    if not may_be_ebcdic(data) or _is_marked(first.text):
        return
    for codec in EBCDIC:
        reading = read(data, codec, _GUESSED)
        if _MARKER.search(reading.text):
            yield reading


def _legacy(data: bytes, first: DecodedText, ansi: str, is_code: bool) -> Iterator[DecodedText]:
    """Yield double-byte readings in which other ASCII bytes are parts of characters than in the first."""
    codecs = []
    if first.reason == "declared" and first.encoding in MULTI_BYTE and is_utf8(data):
        codecs.append(UTF8)
    if first.reason == "utf-8" and ansi in MULTI_BYTE:
        codecs.append(ansi)
    guess = _double_byte(data, is_code) if first.reason == "ansi" and first.encoding not in MULTI_BYTE else None
    if guess is not None:
        codecs.append(guess)
    for codec in codecs:
        reading = read(data, codec, _GUESSED)
        if reading.text.encode("ascii", "ignore") != first.text.encode("ascii", "ignore"):
            yield reading


def _may_contain_code(data: bytes) -> bool:
    """Return whether bytes may contain an opening of server code or a password field.

    These codecs only remove ASCII characters, so a marker absent from the bytes is absent from each reading.
    """
    folded = data.lower()
    return any(word in folded for word in (b"<%", b"<!--", b"runat", b"passw"))


def is_utf8(data: bytes) -> bool:
    """Return whether bytes are strictly valid UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _double_byte(data: bytes, is_code: bool) -> str | None:
    """Return a probable double-byte codec: by the page's own ``charset``, else by chardet.

    chardet runs only if code or a password field is possible: ``is_code`` is true, or a marker is present.

    Single high bytes between letters are Western text; where all runs of them are even, a double-byte reading has
    the same ASCII characters, so it adds nothing.
    """
    sample = data[:_SAMPLE_BYTES]
    lengths = list(map(len, _HIGH_RUN.findall(sample)))
    first = _HIGH_RUN.search(sample)
    if first is None or all(n % 2 == 0 for n in lengths):
        return None
    named = _META_CHARSET.search(sample)
    codec = python_codec(named[1].decode("ascii", "ignore")) if named else None
    if codec in _LEGACY:
        return codec
    if 4 * sum(n > 1 for n in lengths) < len(lengths) and _ODD_TRAIL.search(sample) is None:
        return None
    if not (is_code or _may_contain_code(data)):
        return None
    import chardet  # 30 ms to import, for the few files that come this far

    start = max(0, first.start() - _CHARDET_BEFORE)
    guess = chardet.detect(sample[start : start + _CHARDET_BYTES])["encoding"]
    codec = python_codec(guess) if guess else None
    return codec if codec in _LEGACY else None
