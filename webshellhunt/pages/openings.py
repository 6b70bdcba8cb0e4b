"""Detection of server code in files that IIS does not execute, such as a page renamed to a picture.

``<%`` occurs by chance once in 64 KiB of compressed data, and in format strings and templates of other languages: such
a file is no page. A page begins with a directive, an include or ``runat=server``, or with a block that is closed and
whose first bytes are code. These conditions don't apply to files that IIS executes: there each ``<%`` counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern

OF_CLIENTS: Final = frozenset({"cjs", "css", "js", "jsx", "map", "mjs", "ts", "tsx", "vue"})
"""Extensions of sources and bundles of client scripts and styles, whose templates are for browsers."""
SYSTEM_SCRIPTS: Final = frozenset(
    {"bat", "cmd", "config", "hta", "jse", "ps1", "psm1", "sct", "vbe", "vbs", "wsc", "wsf"}
)
"""Extensions of files that Windows runs or reads as text, with any bytes."""
NOT_OF_PROGRAMS: Final = OF_CLIENTS | SYSTEM_SCRIPTS | {
    "bak", "bmp", "cfm", "csv", "dat", "eot", "gif", "htm", "html", "ico", "jpeg", "jpg", "json", "jsp", "jspx", "log",
    "old", "pdf", "php", "phtml", "png", "shtm", "shtml", "stm", "svg", "tmp", "ttf", "txt", "webp", "woff", "woff2",
    "xhtml", "xml",
}  # fmt: skip
"""Extensions that programs don't have: an executable header in such a file hides a page."""

_WINDOW = 4096
_WINDOWS = 5
_CONTROLS_SHARE = 50
"""A text has at most one control character in this many bytes; random bytes have five times as many."""
# Three of them begin and end a part in Japanese or Korean (ISO 2022), and ^Z ends a text of DOS.
_CONTROLS: Final = bytes(c for c in range(32) if c not in b"\b\t\n\v\f\r\x0e\x0f\x1a\x1b") + b"\x7f"
_PRINTABLE: Final = bytes(range(32, 127)) + b"\t\n\r"
_EBCDIC: Final = bytes(byte for byte in range(256) if bytes([byte]).decode("cp037") in f"{_PRINTABLE.decode()}\x85")
_WIDE: Final = (("utf-16-le", 2), ("utf-16-be", 2), ("utf-32-le", 4), ("utf-32-be", 4))

# The expressions are for bytes whose ASCII letters are lower-case; each begins with a literal, to which a search skips.
_DIRECTIVE: Final = re.compile(rb"<(?:%\s*+@\s*+[a-z][^%<>\x00-\x08]{0,2048}+%>|!--\s*+\#\s*+include\s)")
_RUNAT: Final = re.compile(rb"runat\s*+=\s*+[\"']?+\s*+(?:server|&\#)")
_OTHERS = lazy_pattern(rb"<(?:\?php\s|\?=\s*+(?:\$[a-z_]\w|[a-z_]\w{3,40}+\s*+\()|jsp:[a-z]{3}|cfexecute\s)")
_OPEN: Final = re.compile(rb"<%")
_SOURCE_NAME = lazy_pattern(r"\.(?:cs|vb)(?:[^a-z./\\][^./\\]{0,40}|\.?(?:bak|old|orig|org|save|copy|tmp|txt))?\Z")
_SOURCE_START = lazy_pattern(
    rb"(?:\xef\xbb\xbf)?+(?:\s++|//[^\n]*+\n|/\*[^*]{0,8192}+(?:\*(?!/)[^*]{0,8192}+){0,64}+\*/|'[^\n]*+\n)*+"
    rb"(?:using\s++[a-z_]|namespace\s++[a-z_]|imports\s++[a-z_]|option\s++(?:strict|explicit|compare|infer)\b"
    rb"|(?:public|internal|partial|friend|static|abstract|sealed)\s++[a-z])"
)
_CODE = lazy_pattern(rb"\A\s*+(?:--|#@~\^)|[a-z_]{3}\s*+[(=.\[\"]|[a-z]{3}\s++[a-z_]")
# A conversion of printf or Python, or a delimiter in quotes as template engines have it.
_NO_CODE = lazy_pattern(
    rb"(?:\(\w++\))?+[-+0#]*+(?:\d++|\*)?+(?:\.(?:\d++|\*))?+(?:hh?+|ll?+|[lqjzt])?+[a-z%](?![\w(.=\[:+-]|\s*+[=(])"
    rb"|[\"'`]\s*+(?:[,;:)\]}.+&|?]|\Z)"
)
_WORDS: Final = tuple(
    (word, re.compile(word + (rb"(?<![\w$/]" + word + rb")" + after)))
    for words, after in (
        ((b"eval", b"execute"), rb"(?:global)?[\s(]{1,8}+(?:request|session|unescape|chr|\w{1,20}+\()"),
        (
            (b"request", b"response", b"server", b"createobject", b"processbuilder"),
            rb"\s{0,4}+(?:[(\[]|\.(?!class)[a-z]{4})",
        ),
    )
    for word in words
)
_HEAD = 48
_BEGIN = 768
_JUDGED = 4096
_REACH = 64 * 1024
"""Largest distance of a word from its delimiters in binary data, where delimiters occur by chance."""
_START: Final = re.compile(rb"<(?:[%?]|!--|jsp:|cfexecute|\0[%?]\0|\0\0\0[%?])")  # of any opening in this module
_WIDE_OPENING: Final = re.compile(rb"<(?=\0[%?]\0|\0\0\0[%?]\0\0\0)")
_WIDE_WORDS: Final = tuple("runat".encode(codec) for codec in ("utf-16-le", "utf-32-le"))
_WIDE_REACH = 16 * 1024 * 1024
_MOST = 10_000
"""Largest number of openings checked; a file with more counts as a page."""


def is_text(data: bytes) -> bool:
    """Return True if bytes are text from the start to the end, in any encoding that the server reads."""
    if all(_is_plain(part) for part in _windows(data)):
        return True
    head = data[:_WINDOW]
    return len(head.translate(None, _EBCDIC)) * 20 < len(head) or any(_is_wide(head, *each) for each in _WIDE)


def opens_page(folded: bytes, *, binary: bool = False, strict: bool = False) -> bool:
    """Return True if server code of ASP.NET, classic ASP or JSP begins somewhere in a file that is not executed.

    Args:
        folded: the bytes, or the text in UTF-8, with ASCII letters lower-case.
        binary: the bytes are no text, so that an opening may stand there by chance.
        strict: a block must contain a server keyword; for client scripts, which have templates.
    """
    if _DIRECTIVE.search(folded) is not None or _has_runat(folded):
        return True
    last = folded.rfind(b"%>")
    if last < 0:
        return False
    if not strict and _has_block(folded, last, binary=binary):
        return True
    return _has_word(folded, last, _REACH if binary else len(folded), [(0, last)])


def is_source_copy(name: str, folded: bytes) -> bool:
    """Return True if a file is source code of C# or Visual Basic, or a copy of some that nothing compiles.

    The name says so (``x.cs``, ``x.cs1``, ``x.vb_old``, ``x.aspx.cs.bak``) and the text begins as source does. Tags in
    it are texts of a program that writes pages; a page that got such a name begins as a page.

    ``folded``: its bytes with ASCII letters lower-case.
    """
    return _SOURCE_NAME.search(name.lower()) is not None and _SOURCE_START.match(folded) is not None


def opens_anything(folded: bytes) -> bool:
    """Return True if a page of any language begins in binary data."""
    places = [found.start() for found in islice(_START.finditer(folded), _MOST + 1)]
    if _opens_narrow(folded) if len(places) > _MOST else _opens_at(folded, places):
        return True
    if folded.count(0) * 4 < len(folded) and not _opens_wide(folded, places):
        return False
    return _opens_narrow(folded[:_WIDE_REACH].translate(None, b"\0"))  # UTF-16 and UTF-32, from any byte on


def _opens_narrow(folded: bytes) -> bool:
    """Return True if a page begins in binary data, one byte a character."""
    return opens_page(folded, binary=True) or _OTHERS.search(folded) is not None


def _opens_at(folded: bytes, places: Sequence[int]) -> bool:
    """Return the same, in one pass: ``places`` are all places where an opening may stand."""
    last, end = folded.rfind(b"%>"), 0
    blocks: list[tuple[int, int]] = []
    for at in places:
        if _DIRECTIVE.match(folded, at) is not None or _OTHERS.match(folded, at) is not None:
            return True
        start = at + 2
        if start > last or not folded.startswith(b"<%", at):
            continue
        if _opens_block(folded, start, binary=True):
            return True
        if start > end:
            end = folded.find(b"%>", start)
            blocks.append((start, end))
    return _has_runat(folded) or _has_word(folded, last, _REACH, blocks)


def _has_runat(folded: bytes) -> bool:
    return folded.rfind(b"runat") >= 0 and _RUNAT.search(folded) is not None


def _opens_wide(folded: bytes, places: Sequence[int]) -> bool:
    """Return True if a page may begin in UTF-16 or UTF-32; with too many places, each byte is looked at."""
    if len(places) > _MOST:
        at = _WIDE_OPENING.search(folded)
    else:
        at = next(filter(None, (_WIDE_OPENING.match(folded, place) for place in places)), None)
    return at is not None or any(folded.rfind(word) >= 0 for word in _WIDE_WORDS)


def _windows(data: bytes) -> Iterator[bytes]:
    """Yield all of a short file, else parts of it, the first and the last among them."""
    last = max(0, len(data) - _WINDOW)
    step = max(_WINDOW, last // (_WINDOWS - 1))
    return (data[at : at + _WINDOW] for at in (*range(0, last, step), last))


def _is_plain(part: bytes) -> bool:
    return (len(part) - len(part.translate(None, _CONTROLS))) * _CONTROLS_SHARE <= len(part)


def _is_wide(head: bytes, codec: str, width: int) -> bool:
    """Return True if a quarter of the characters is ASCII in a codec in which other bytes have hardly any."""
    if head.count(0) * 16 < len(head):  # each ASCII character has a NUL; errors make decoding slow
        return False
    text = head.decode(codec, "ignore")
    letters = text.encode("ascii", "ignore")
    others = letters.translate(None, _PRINTABLE)
    return len(text) * width * 2 >= len(head) and len(letters) * 4 >= len(text) and len(others) * 20 < len(letters)


def _has_block(folded: bytes, last: int, *, binary: bool) -> bool:
    """Return True if a closed block begins with code."""
    openings = enumerate(_OPEN.finditer(folded, 0, last))
    return any(number == _MOST or _opens_block(folded, at.end(), binary=binary) for number, at in openings)


def _opens_block(folded: bytes, start: int, *, binary: bool) -> bool:
    """Return True if what stands from a place on, up to a closing delimiter, begins with code."""
    close = folded.find(b"%>", start, start + _JUDGED + 1)
    return _is_code(folded[start : close if close >= 0 else start + _JUDGED], binary=binary)


def _is_code(inner: bytes, *, binary: bool) -> bool:
    """Return True if the beginning of a block is code."""
    if _NO_CODE.match(inner) is not None:
        return False
    if len(inner) == _JUDGED and (not binary or _reads_as_text(inner)):
        return True  # the code may come behind a long comment, or behind blanks
    if not binary:
        return _CODE.search(inner) is not None
    parts = (inner,) if len(inner) <= _HEAD else (inner[:_HEAD], inner)
    return any(_reads_as_text(part) and _CODE.search(part) is not None for part in parts)


def _reads_as_text(part: bytes) -> bool:
    """Return True if a part has few control characters and few non-ASCII characters."""
    begin = part[:_BEGIN]
    if (len(begin) - len(begin.translate(None, _CONTROLS))) * 100 > len(part):  # noise has enough of them there
        return False
    controls = len(part) - len(part.translate(None, _CONTROLS))
    others = len(part.translate(None, _PRINTABLE)) - controls
    return controls * 100 <= len(part) and others * (4 if len(part) <= _HEAD else 2) <= len(part)


def _has_word(folded: bytes, last: int, reach: int, blocks: Sequence[tuple[int, int]]) -> bool:
    """Return True if a closed block contains a server keyword.

    ``last`` is the last closing delimiter, and ``blocks`` are ranges that have all closed blocks.
    """
    for word, pattern in _WORDS:
        if all(folded.rfind(word, start, end) < 0 for start, end in blocks):
            continue
        opened, closed, done = -1, -1, 0
        for found in pattern.finditer(folded, 0, last):
            at = found.start()
            opened = max(opened, folded.rfind(b"<%", done, at))
            closed = max(closed, folded.rfind(b"%>", done, at))
            done = max(0, at - 1)
            if opened > closed and at - opened <= reach and folded.find(b"%>", at, min(last + 2, at + reach)) >= 0:
                return True
    return False
