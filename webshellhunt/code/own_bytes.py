"""Own bytes: data in constants and lists of numbers that may be, or that are, a program."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from webshellhunt.lang.tokens import NUMBER
from webshellhunt.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from webshellhunt.code.flow import FlowAnalysis
    from webshellhunt.code.uses import Use

SHORTEST = 400
"""Characters of a constant from which on it may be a program."""
FEWEST = 64
"""Numbers of a list from which on it may be machine code."""
_LONGEST = 4_000_000
_HEAD = 4_096  # bytes that are decoded
_MOST = 200  # constants that are decoded
_FILE = lazy_pattern(r".{0,200}\.(?:dll|exe)|[\w.-]{2,100}\s*,\s*(?:version|culture|publickeytoken)\b.*", re.IGNORECASE)
_NAME = lazy_pattern(r"[\w.-]{2,100}")
_BASE64 = lazy_pattern(r"[\sA-Za-z0-9+/_-]{400,}={0,2}\s*")
_ENCODED = lazy_pattern(r"(?=[^0-9+/=]*[0-9+/=])[A-Za-z0-9+/]{20,}={0,2}")
_DECODING = frozenset({"frombase64string", "frombase64chararray", "fromhexstring", "transformfinalblock"})
_HEX = lazy_pattern(r"(?:\\?0?x?[0-9a-fA-F]{2}[\s,-]?){200,}")
_MOST_PLACES, _FAR = 100, 8  # uses of a variable of a loop, and tokens before it
_GZIP, _DEFLATE = 31, -15


def loads_by_name(analysis: FlowAnalysis, use: Use) -> bool:
    """True if a constant that may be given to a load is the name or the file of an assembly."""
    closer = analysis.unit.match.get(use.token + 1, -1)
    argument = next(iter(analysis.calls.split(use.token + 2, closer)), None) if closer > use.token else None
    if argument is None:
        return False
    given, unit = analysis.given_texts, analysis.unit
    for start, end in (each for place in (argument, *_looped(analysis, *argument)) for each in given.ranges_of(*place)):
        opener = unit.match.get(end - 1, end) if unit.is_op(end - 1, "}") else end  # a list of names
        for constant in given.within(start, end):
            is_all = (constant.start == start and constant.end == end) or constant.start > opener
            if _FILE.fullmatch(constant.value) or (is_all and _NAME.fullmatch(constant.value)):
                return True
    return False


def _looped(analysis: FlowAnalysis, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the values that an argument takes one by one, if it is the variable of a loop."""
    unit, lower = analysis.unit, analysis.calls.lower
    places = analysis.calls.indexes_of(frozenset({lower[start]})) if end == start + 1 else ()
    for at in places[:_MOST_PLACES]:
        begin = next((index + 1 for index in range(at + 1, min(at + 4, len(lower))) if lower[index] == "in"), None)
        number = unit.statement_at(at)
        if begin is not None and number is not None:
            first, last = unit.statements[number]
            around = (unit.match.get(index, -1) for index in range(at, max(first, at - _FAR) - 1, -1))
            yield begin, next((closer for closer in around if closer > begin), last)


def find_bytes(analysis: FlowAnalysis, token: int) -> int | None:
    """Return the token of bytes in the unit that may be given to a call, else of any; ``None`` without any."""
    given = list(analysis.given_texts.ranges(token))
    decodes = any(not _DECODING.isdisjoint(analysis.calls.lower[start:end]) for start, end in given)
    for start, end in given:
        for constant in analysis.given_texts.within(start, end):
            if _may_be_bytes(constant.value) or (decodes and _ENCODED.fullmatch(constant.value) is not None):
                return constant.start
    found = next((c.start for c in analysis.constants.values() if _may_be_bytes(c.value)), None)
    return _find_numbers(analysis) if found is None else found


def find_program(analysis: FlowAnalysis) -> int | None:
    """Return the token of a constant that decodes to a Windows program, compressed or not; ``None`` without any."""
    candidates = [c for c in analysis.constants.values() if _may_be_bytes(c.value)]
    return next((c.start for c in candidates[:_MOST] if is_program_text(c.value)), None)


def is_program_text(text: str) -> bool:
    """True if a text in base64 or hexadecimal is the start of a Windows program, compressed or not."""
    return any(raw.startswith(b"MZ") or _inflated(raw).startswith(b"MZ") for raw in _decoded(text))


def _decoded(text: str) -> list[bytes]:
    head = "".join(text[: 4 * _HEAD].split())
    found = []
    plain = head.replace("-", "+").replace("_", "/")
    digits = head.replace("\\x", "").replace("0x", "").replace(",", "").replace("-", "")
    with suppress(binascii.Error, ValueError):
        found.append(base64.b64decode(plain[: len(plain) // 4 * 4]))
    with suppress(ValueError):
        found.append(bytes.fromhex(digits[: len(digits) // 2 * 2]))
    return found


def _inflated(raw: bytes) -> bytes:
    """Return the start of what is compressed, by gzip or deflate; empty if nothing is."""
    for window in (_GZIP, _DEFLATE):
        try:
            return zlib.decompressobj(window).decompress(raw, _HEAD)
        except zlib.error:
            continue
    return b""


def _may_be_bytes(text: str) -> bool:
    if not SHORTEST <= len(text) <= _LONGEST:
        return False
    head = text[: 4 * SHORTEST]
    return _BASE64.fullmatch(head) is not None or _HEX.match(head) is not None


def _find_numbers(analysis: FlowAnalysis) -> int | None:
    """Return the first token of a list of many numbers."""
    kinds, run, first = analysis.unit.tokens.kinds, 0, 0
    for index in analysis.unit.tokens.of_kind(NUMBER):
        if run and index - first <= 3 * run + 3 and kinds[index - 1] != NUMBER:
            run += 1
        else:
            run, first = 1, index
        if run >= FEWEST:
            return first
    return None
