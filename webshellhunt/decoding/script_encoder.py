"""The Script Encoder of Windows Script (``VBScript.Encode``, ``JScript.Encode``), decoded exactly.

A block is a start mark, the length and the text, then a checksum and an end mark::

    #@~^ LLLLLL== text CCCCCC== ^#~@

The length counts encoded characters and the checksum adds up the decoded codes, both as 32-bit little endian in base64.

Source: measured on known answers; the three substitution columns and the picking order are data beside this file.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_ESCAPES = {"&": "\n", "#": "\r", "*": ">", "!": "<", "$": "@"}
_MARK = re.compile(r"#@~\^(?P<length>[A-Za-z0-9+/]{6})==|(?P<sum>[A-Za-z0-9+/]{6})==\^#~@\x00?")


@dataclass(frozen=True, slots=True)
class EncodedBlock:
    """One encoded block: its range in the text, what it says, and whether its two checks hold.

    ``complete`` is false where the end mark is missing: then everything up to the end of the text is decoded.
    """

    start: int
    end: int
    text: str
    checksum_valid: bool
    length_valid: bool
    complete: bool


@lru_cache(maxsize=1)
def _tables() -> tuple[list[dict[str, str]], list[int]]:
    """Load the three substitution columns and the order in which positions pick them."""
    raw = json.loads(files("webshellhunt.decoding").joinpath("script_encoder.json").read_text(encoding="ascii"))
    columns = [{chr(int(code)): chr(row[column]) for code, row in raw["decode"].items()} for column in range(3)]
    return columns, raw["pick"]


def decode_script(encoded: str) -> str:
    """Decode the text between the two marks; characters from U+0080 on pass unchanged."""
    columns, pick = _tables()
    out: list[str] = []
    position = 0
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
    return "".join(out)


def iter_encoded(text: str) -> Iterator[EncodedBlock]:
    """Find and decode each encoded block of a text; a damaged one is decoded all the same and says so."""
    marks = list(_MARK.finditer(text))
    for start, following in zip(marks, [*marks[1:], None], strict=True):
        if start["length"] is None:
            continue
        end = following if following is not None and following["length"] is None else None
        stop = end.end() if end is not None else following.start() if following is not None else len(text)
        payload = text[start.end() : end.start() if end is not None else stop]
        decoded = decode_script(payload)
        yield EncodedBlock(
            start=start.start(),
            end=stop,
            text=decoded,
            checksum_valid=end is not None and _number(end["sum"]) == _checksum(decoded),
            length_valid=_number(start["length"]) == len(payload),
            complete=end is not None,
        )


def _number(digits: str) -> int | None:
    """Read six base64 digits as a 32-bit little-endian number."""
    try:
        return int.from_bytes(base64.b64decode(digits + "=="), "little")
    except (binascii.Error, ValueError):
        return None


def _checksum(decoded: str) -> int:
    """Add up the codes of the decoded characters, as the encoder did (one byte of a code page a character)."""
    return sum(map(ord, decoded)) & 0xFFFFFFFF
