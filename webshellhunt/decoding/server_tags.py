"""Detection of server code in raw bytes: tags distinguished from noise, in linear time.

Any large binary contains two bytes such as ``<%`` by chance. The caller chooses the test of a block: ``has_word`` for
text, ``is_code`` for binaries (called, assigned or member names, few control characters, mostly ASCII),
``is_plain_code`` for data with each byte substituted, where even runs of NUL are letters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import merge
from itertools import islice

from webshellhunt.lazy_pattern import lazy_pattern

Judge = Callable[[bytes], bool]

_OPEN, _CLOSED = b"<%", b"%>"
# It never fails once begun, so the search continues after it: linear for any number of open quotes.
_TAG = lazy_pattern(
    rb"<(?:[sS][cC][rR][iI][pP][tT]|[oO][bB][jJ][eE][cC][tT])(?=[\s/])"
    rb"(?:[^<>\"']++|\"[^\"]{0,1024}+\"|'[^']{0,1024}+'|[\"'])*+"
)
_RUNAT = lazy_pattern(rb"(?i)\brunat\s*+=\s*+[\"']?\s*+server")
_CLOSE = lazy_pattern(rb"</[sS][cC][rR][iI][pP][tT]\s*+>?+")
_INCLUDE = lazy_pattern(rb"<!--\s*+#[iI][nN][cC][lL][uU][dD][eE]\s[^>]{1,1024}+>")
_HANDLER = lazy_pattern(rb"(?i)<%\s*+@\s*+(?:webhandler|webservice|servicehost)\b")
_WORD = lazy_pattern(rb"[A-Za-z]{3}")
_CODE = lazy_pattern(rb"\A\s*+(?:@\s*+[A-Za-z]|--|#@~\^)|[A-Za-z_]{3}\s*+[(=.\[\"]|[A-Za-z]{3} [A-Za-z_]")
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\v\f\r")
_ASCII = bytes(range(128))
_PRINTABLE = b"\t\r\n" + bytes(range(32, 127))
_SHORT = 64
_JUDGED = 4096
_UNCLOSED = 64 * 1024
_LOOKED_AT = 20_000


def has_word(inner: bytes) -> bool:
    """Return whether a block contains a word."""
    return _WORD.search(inner) is not None


def is_code(inner: bytes) -> bool:
    """Return whether a block is code rather than random bytes between two marks."""
    controls = len(inner) - len(inner.translate(None, _CONTROLS))
    others = len(inner.translate(None, _ASCII))
    allowed = len(inner) // (4 if len(inner) < _SHORT else 2)
    return controls <= len(inner) // 100 and others + controls <= allowed and _CODE.search(inner) is not None


def is_plain_code(inner: bytes) -> bool:
    """Return whether a block is code that begins with ASCII, without the substitution of NUL in a mailbox export."""
    head = inner[:_SHORT]
    return is_code(inner) and head.isascii() and not head.translate(None, _PRINTABLE) and b"AAA" not in inner[:256]


def iter_server_tags(data: bytes, judge: Judge | None = None) -> Iterator[tuple[int, int]]:
    """Yield the ranges of code blocks, server scripts, server objects and includes, in the order of their starts.

    Beyond a limit, the last range of a kind extends to the end of the data. ``judge`` is the test of a block (default:
    ``is_code``).
    """
    includes = (match.span() for match in _INCLUDE.finditer(data))
    return merge(*(_at_most(found, len(data)) for found in (_blocks(data, judge or is_code), _scripts(data), includes)))


def has_server_tags(data: bytes) -> bool:
    """Return whether bytes contain server code, also in UTF-16 or UTF-32."""
    if next(_blocks(data, is_code), None) or next(_scripts(data), None) or _INCLUDE.search(data):
        return True
    return data.count(b"\0") > len(data) // 4 and any(iter_server_tags(data.replace(b"\0", b"")))


def find_code_ranges(
    data: bytes, judge: Judge | None = None, *, limit_bytes: int = 16 * 1024 * 1024
) -> list[tuple[int, int]]:
    """Return the range from the first tag to the end of the last; several ranges if it would exceed the limit."""
    ranges: list[tuple[int, int]] = []
    for start, end in iter_server_tags(data, judge):
        if ranges and end - ranges[-1][0] <= limit_bytes:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
            continue
        ranges.extend((part, min(end, part + limit_bytes)) for part in range(start, end, limit_bytes))
    return ranges


def _at_most(ranges: Iterator[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """Yield a bounded number of ranges; a last one covers the others."""
    yield from islice(ranges, _LOOKED_AT)
    rest = next(ranges, None)
    if rest is not None:
        yield rest[0], length


def _blocks(data: bytes, judge: Judge) -> Iterator[tuple[int, int]]:
    """Yield the code blocks with text; a directive that turns the rest into code extends to the end."""
    for start, end in _innermost(data):
        inner = data[start + 2 : min(end - 2, start + _JUDGED)]
        if judge(inner):
            yield (start, len(data)) if _HANDLER.match(data, start) is not None else (start, end)


def _innermost(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the ranges of blocks that contain no opening mark; each byte is searched at most three times."""
    start = data.find(_OPEN)
    while start >= 0 and (end := data.find(_CLOSED, start + 2)) >= 0:
        last = data.rfind(_OPEN, start + 2, end + 1)
        if 0 <= last < end - 1:
            start = last
        if last == end - 1:  # its second character is the first one of the closing mark
            start = last
            continue
        yield start, end + 2
        start = data.find(_OPEN, end + 2)


def _scripts(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield scripts and objects that run at the server; an unclosed one has a limited range."""
    for match in _TAG.finditer(data):
        if _RUNAT.search(data, match.start(), min(match.end(), match.start() + _UNCLOSED)) is None:
            continue
        close = _CLOSE.search(data, match.end())
        yield match.start(), close.end() if close is not None else min(match.end() + _UNCLOSED, len(data))
        if close is None:
            return
