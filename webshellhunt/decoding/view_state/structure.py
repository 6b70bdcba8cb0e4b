"""The structure of a view state: its protection, and its contents where they are readable.

==========  ===========================================================================================
Protection  The bytes
==========  ===========================================================================================
none        the mark, one value, and nothing after it
signed      the mark, one value, and after it as many bytes as a digest has
encrypted   no mark, whole blocks of a cipher and perhaps a digest, and nothing that is readable
unknown     anything else: cut off, damaged, followed by something else, or of another format
==========  ===========================================================================================

An object of ``BinaryFormatter`` in it often has others inside: as an array of bytes, or as base64 in a string. Each is
walked over in turn, bounded in depth, number and bytes.
"""

from __future__ import annotations

import re
import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from webshellhunt.decoding.view_state.encoded_text import decode_base64
from webshellhunt.decoding.view_state.records import HEADER, Records, walk_records
from webshellhunt.decoding.view_state.tokens import MARK, walk_tokens
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Span

DIGEST_SIZES: Mapping[str, int] = {
    "MD5": 16, "SHA1": 20, "HMACSHA256": 32, "HMACSHA384": 48, "HMACSHA512": 64,
}  # fmt: skip
"""The bytes of a signature by the name of its algorithm in ``machineKey``; 3DES and AES there sign with SHA1."""

LARGEST_BYTES: Final = 4 * 1024 * 1024
_BLOCK: Final = 8
_LEAST_ENCRYPTED: Final = 32
_LOOKED_AT: Final = 4096
_OLD_MARKS = (b"t<", b"l<", b"p<", b"o<", b"d<")


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


class Protection(StrEnum):
    """The protection of a view state, by its bytes alone."""

    NONE = "none"
    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    UNKNOWN = "unknown"


class ViewState(NamedTuple):
    """A view state: its bytes, its protection, the algorithms that have a signature of its length, and its contents.

    ``end`` is the offset after the value, ``None`` if it is not known. ``format`` is the format in words.
    """

    data: bytes
    protection: Protection
    format: str
    end: int | None = None
    algorithms: tuple[str, ...] = ()
    contents: Contents = Contents()

    @property
    def has_object(self) -> bool:
        """Return True if it has an object of ``BinaryFormatter``, which ASP.NET deserialises."""
        return bool(self.contents.objects)


def read_view_state(data: bytes) -> ViewState:
    """Read the structure of a view state."""
    data = data[:LARGEST_BYTES]
    if data.startswith(MARK):
        return _read_plain(data)
    if data.startswith(HEADER):
        return ViewState(data, Protection.UNKNOWN, "BinaryFormatter", contents=read_contents(data))
    if data.startswith(_OLD_MARKS):
        return ViewState(data, Protection.UNKNOWN, "LosFormatter of ASP.NET 1.x")
    if _is_encrypted(data):
        return ViewState(data, Protection.ENCRYPTED, "encrypted")
    return ViewState(data, Protection.UNKNOWN, "not a view state")


def _read_plain(data: bytes) -> ViewState:
    walk = walk_tokens(data)
    contents = read_contents(*objects_in(data, walk.objects))
    if walk.end is None and not walk.objects:
        contents = read_contents(_cut_off_object(data))
    classes = tuple(dict.fromkeys((*walk.types, *contents.classes)))
    contents = contents._replace(classes=classes, whole=contents.whole and walk.end is not None)
    after = len(data) - len(data[: walk.end])
    algorithms = tuple(name for name, size in DIGEST_SIZES.items() if size == after)
    protection = Protection.SIGNED if algorithms else Protection.UNKNOWN
    if walk.end is None:
        protection, algorithms = Protection.UNKNOWN, ()
    elif after == 0:
        protection = Protection.NONE
    return ViewState(data, protection, "ObjectStateFormatter", walk.end, algorithms, contents)


def _cut_off_object(data: bytes) -> bytes:
    """Return the object of a view state of which a log kept only the beginning; empty if there is none."""
    at = data.find(HEADER + b"\xff\xff\xff\xff")
    return data[at:] if at >= 0 else b""


def _is_encrypted(data: bytes) -> bool:
    """Return True if the length fits blocks and a digest, and the bytes are spread as those of a cipher."""
    if len(data) < _LEAST_ENCRYPTED:
        return False
    sizes = (0, *DIGEST_SIZES.values())
    if not any((len(data) - size) % _BLOCK == 0 and len(data) - size >= 2 * _BLOCK for size in sizes):
        return False
    looked = data[:_LOOKED_AT]
    expected = 256 * (1 - (255 / 256) ** len(looked))
    return len(set(looked)) >= 0.8 * expected
