"""Own bytes: data in constants and lists of numbers that may be, or that are, a program."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from webshellhunt.code.tokens import NUMBER
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
_GZIP, _DEFLATE = 31, -15


def loads_by_name(analysis: FlowAnalysis, use: Use) -> bool:
    """True if a constant that may be given to a load is the name or the file of an assembly."""
    closer = analysis.unit.match.get(use.token + 1, -1)
    argument = next(iter(analysis.calls.split(use.token + 2, closer)), None) if closer > use.token else None
    if argument is None:
        return False
    for start, end in analysis.given_texts.ranges_of(*argument):
        for constant in analysis.given_texts.within(start, end):
            is_all = constant.start == start and constant.end == end
            if _FILE.fullmatch(constant.value) or (is_all and _NAME.fullmatch(constant.value)):
                return True
    return False


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
