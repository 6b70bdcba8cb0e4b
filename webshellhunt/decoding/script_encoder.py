"""An exact decoder of Windows Script's Script Encoder (``VBScript.Encode``, ``JScript.Encode``).

A block is a start mark, the length and the text, then a checksum and an end mark::

    #@~^ LLLLLL== text CCCCCC== ^#~@

The length counts encoded characters, and the checksum adds up the decoded codes below U+0080; both are 32-bit little
endian in base64. A block whose checksum fails is decoded again in two ways that copies are known to need: with each
lead byte of a double-byte code page joined with the byte after it, and with DEL and TAB characters restored that a
text editor or a web page turned into spaces. The variant whose checksum is correct is used.

Source: measured on known answers and on published samples; the three substitution columns and the picking order are
in data files of this folder.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

_ESCAPES = {"&": "\n", "#": "\r", "*": ">", "!": "<", "$": "@"}
_START = lazy_pattern(r"#@~\^([A-Za-z0-9+/]{6})==")
_END = lazy_pattern(r"([A-Za-z0-9+/]{6})==\^#~@\x00?")
_DOUBLE = lazy_pattern(r"[^\x00-\x7f].?", re.DOTALL)


class EncodedBlock(NamedTuple):
    """An encoded block: its range in the text, its decoded text, and the results of its two checks.

    ``complete`` is false if the end mark is missing: then everything up to the end of the text is decoded.
    ``reading`` is empty if the block decodes unchanged, else ``double-byte`` or ``spaces repaired``, the assumption
    that makes its checksum correct.
    """

    start: int
    end: int
    text: str
    checksum_valid: bool
    complete: bool
    reading: str = ""

    @property
    def note(self) -> str | None:
        """The defect of the block as text, or ``None`` for an intact one."""
        if not self.complete:
            return "its end mark is missing"
        if not self.checksum_valid:
            return "its checksum is wrong: it was damaged or changed after encoding"
        if self.reading == "spaces repaired":
            return "its control characters had become spaces and were restored"
        return None


@lru_cache(maxsize=1)
def _tables() -> tuple[list[dict[str, str]], list[int]]:
    """Load the three substitution columns and the order in which positions pick them."""
    raw = json.loads(Path(__file__).with_name("script_encoder.json").read_text(encoding="ascii"))
    columns = [{chr(int(code)): chr(row[column]) for code, row in raw["decode"].items()} for column in range(3)]
    return columns, raw["pick"]


def decode_script(encoded: str, *, double_byte: bool = False) -> str:
    """Decode the text between the two marks; characters from U+0080 on pass unchanged and count as no position.

    With ``double_byte`` the character after one of those passes with it: the bytes of a double-byte code page, each
    read as a character.
    """
    if not double_byte or encoded.isascii():
        return "".join(_decoded(encoded, 0)[0])
    out: list[str] = []
    position = at = 0
    for pair in _DOUBLE.finditer(encoded):
        plain, position = _decoded(encoded[at : pair.start()], position)
        out += (*plain, pair[0])
        at = pair.end()
    return "".join((*out, *_decoded(encoded[at:], position)[0]))


def _decoded(encoded: str, position: int) -> tuple[list[str], int]:
    """Decode from a position on; return the text and the position after it."""
    columns, pick = _tables()
    out: list[str] = []
    skip = False
    for index, char in enumerate(encoded):
        if skip:
            skip = False
            continue
        if char == "@" and encoded[index + 1 : index + 2] in _ESCAPES and index + 1 < len(encoded):
            out.append(_ESCAPES[encoded[index + 1]])
            skip = True
        elif char < "\x80":
            out.append(columns[pick[position % 64]].get(char, char) if char == "\t" or char >= " " else char)
        else:
            out.append(char)
            continue
        position += 1
    return out, position


def iter_encoded(text: str) -> Iterator[EncodedBlock]:
    """Find and decode each encoded block of a text; a damaged one is decoded too and marked."""
    start = _START.search(text)
    while start is not None:
        # A block ends before the next one begins, so each character is looked at once for an end.
        following = _START.search(text, start.end())
        reach = following.start() if following is not None else len(text)
        end = _END.search(text, start.end(), reach)
        payload = text[start.end() : end.start() if end is not None else reach]
        reading = _read(payload, _number(end[1]) if end is not None else None)
        yield EncodedBlock(
            start=start.start(),
            end=end.end() if end is not None else reach,
            text=reading.text,
            checksum_valid=reading.valid,
            complete=end is not None,
            reading=reading.name,
        )
        start = following


class _Reading(NamedTuple):
    """A variant of a block's decoding: its text, and the checksum's result."""

    name: str
    text: str
    valid: bool


def _read(payload: str, wanted: int | None) -> _Reading:
    """Decode a block with the variant whose checksum is correct, else unchanged."""
    repaired = payload.replace("   ", "\t").replace(" ", "\x7f")
    ways = [("", payload, False)]
    ways += [("double-byte", payload, True)] if not payload.isascii() else []
    ways += [("spaces repaired", repaired, False), ("spaces repaired", repaired, True)] if " " in payload else []
    for name, encoded, double_byte in ways if wanted is not None else ():
        decoded = decode_script(encoded, double_byte=double_byte)
        if _checksum(_DOUBLE.sub("", decoded) if double_byte else decoded) == wanted:
            return _Reading(name, decoded, valid=True)
    return _Reading("", decode_script(payload), valid=False)


def _number(digits: str) -> int | None:
    """Decode six base64 digits to a 32-bit little-endian number."""
    try:
        return int.from_bytes(base64.b64decode(digits + "=="), "little")
    except (binascii.Error, ValueError):
        return None


def _checksum(decoded: str) -> int:
    """Add up the codes of the decoded characters that the encoder substitutes: those below U+0080."""
    return sum(decoded.encode("ascii", "ignore")) & 0xFFFFFFFF
