"""Contents: the objects in a view state, also those inside of others, with their names, texts and programs.

An object of ``BinaryFormatter`` often has others in it: as an array of bytes, or as base64 in a string. Each is walked
over in turn, bounded in depth, number and bytes.
"""

from __future__ import annotations

import re
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from webshellhunt.decoding.view_state.encoded_text import decode_base64
from webshellhunt.decoding.view_state.records import HEADER, Records, walk_records
from webshellhunt.decoding.view_state.tokens import MARK, walk_tokens
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Span

DEEPEST: Final = 5
MOST_OBJECTS: Final = 60
MOST_BYTES: Final = 32 * 1024 * 1024
"""The most bytes of objects, in all levels together."""

LARGEST_PROGRAM: Final = 16 * 1024 * 1024
_MOST_PROGRAMS: Final = 8
_MOST_TEXTS: Final = 40
_LONGEST_TEXT: Final = 64 * 1024
_LONGEST_BASE64: Final = 8 * 1024 * 1024
_BEGINNINGS: Final = r"AAEAAAD/{5}|/wE[A-Za-z0-9+/]|TV[qprozB-Z]|H4sI"
_BASE64 = lazy_pattern(rf"(?<![A-Za-z0-9+/])(?:{_BEGINNINGS})[A-Za-z0-9+/\s]{{24,}}={{0,2}}", re.ASCII)
_HEADER_BYTES: Final = 17
_PE_OFFSET: Final = 0x3C


class Contents(NamedTuple):
    """The names, in the order in which they are met, and the texts and programs.

    ``texts`` are strings of limited length; ``programs`` are PE images. ``whole`` is false if an object is damaged, or
    a bound was reached.
    """

    libraries: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    programs: tuple[bytes, ...] = ()
    objects: int = 0
    whole: bool = True


@dataclass
class _Collected:
    libraries: dict[str, None] = field(default_factory=dict)
    classes: dict[str, None] = field(default_factory=dict)
    members: dict[str, None] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)
    programs: dict[bytes, None] = field(default_factory=dict)
    objects: int = 0
    left_bytes: int = MOST_BYTES
    whole: bool = True


def read_contents(*parts: bytes) -> Contents:
    """Return the contents of some parts, each an object of ``BinaryFormatter``, a view state, or a program."""
    found = _Collected()
    waiting = deque((part, 0) for part in parts)
    while waiting:
        data, depth = waiting.popleft()
        found.left_bytes -= len(data)
        if depth > DEEPEST or found.objects >= MOST_OBJECTS or found.left_bytes < 0:
            found.whole = False
            break
        waiting.extend((inner, depth + 1) for inner in _take(data, found))
    return Contents(
        tuple(found.libraries),
        tuple(found.classes),
        tuple(found.members),
        tuple(found.texts),
        tuple(found.programs),
        found.objects,
        found.whole,
    )


def objects_in(data: bytes, spans: Sequence[Span]) -> Iterator[bytes]:
    """Yield the objects at some ranges of a view state, with the usual header.

    The reader of .NET takes any numbers in the first bytes, and what is at these ranges it reads as an object.
    """
    for span in spans:
        part = data[span.start : span.end]
        yield HEADER + part[len(HEADER) :] if len(part) >= _HEADER_BYTES else part


def _take(data: bytes, found: _Collected) -> Iterator[bytes]:
    """Note the names in one part, and yield the parts inside of it."""
    if data.startswith(MARK):
        walk = walk_tokens(data)
        found.classes |= dict.fromkeys(walk.types)
        yield from objects_in(data, walk.objects)
    elif data.startswith(HEADER):
        found.objects += 1
        records = walk_records(data)
        found.whole = found.whole and records.complete
        _note(records, found)
        yield from _inside(data, records, found)
    else:
        _note_program(data, found)


def _note(records: Records, found: _Collected) -> None:
    found.libraries |= dict.fromkeys(records.libraries)
    found.classes |= dict.fromkeys(records.classes)
    found.members |= dict.fromkeys(records.members)


def _inside(data: bytes, records: Records, found: _Collected) -> Iterator[bytes]:
    """Yield the arrays and the strings of an object that may be parts; note the other strings."""
    for span in records.arrays:
        yield from _unpacked(data[span.start : span.end])
    for span in records.strings:
        raw = data[span.start : min(span.end, span.start + _LONGEST_BASE64)]
        text = raw.decode("utf-8", "replace")
        encoded = [match[0] for match in _BASE64.finditer(text)][:_MOST_PROGRAMS]
        for each in encoded:
            yield from _unpacked(decode_base64("".join(each.split())))
        if (not encoded or len(encoded[0]) < len(text) // 2) and len(found.texts) < _MOST_TEXTS:
            found.texts[text[:_LONGEST_TEXT]] = None


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Yield bytes if they may be a part, decompressed if they are gzip."""
    if data.startswith(b"\x1f\x8b"):
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, LARGEST_PROGRAM)
        except zlib.error:
            return
    if data.startswith((MARK, HEADER)) or _program_in(data) is not None:
        yield data


def _note_program(data: bytes, found: _Collected) -> None:
    program = _program_in(data)
    if program is not None and len(found.programs) < _MOST_PROGRAMS:
        found.programs[program] = None


def _program_in(data: bytes) -> bytes | None:
    """Return the PE image that begins in the first bytes, or ``None``."""
    at = data.find(b"MZ", 0, 64)
    if at < 0 or len(data) < at + _PE_OFFSET + 4:
        return None
    header = at + int.from_bytes(data[at + _PE_OFFSET : at + _PE_OFFSET + 4], "little")
    return data[at : at + LARGEST_PROGRAM] if data[header : header + 4] == b"PE\0\0" else None
