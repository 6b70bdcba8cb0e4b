"""Bodies of a described host: the conversion of lines after ``| `` to bytes, by form and encoding.

Source: PE format, headers and resource section; VS_VERSIONINFO, VS_FIXEDFILEINFO.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import struct
from collections.abc import Mapping, Sequence
from typing import TypeVar

from webshellhunt.defang import refang_lines
from webshellhunt.errors import FixtureError

FORM_FIELDS = ("form", "encoding", "line-ends", "count", "after", "version")

_LARGEST_BYTES = 1 << 30
_FORMS = ("text", "defanged", "base64", "empty", "repeat", "insert", "program")
_BODILESS = ("empty", "program")
_LINE_ENDS = {"lf": "\n", "crlf": "\r\n"}
_ENCODINGS: Mapping[str, tuple[bytes, str]] = {
    "utf-8": (b"", "utf-8"),
    "utf-8-bom": (codecs.BOM_UTF8, "utf-8"),
    "utf-16-bom": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "utf-16be-bom": (codecs.BOM_UTF16_BE, "utf-16-be"),
    "utf-32-bom": (codecs.BOM_UTF32_LE, "utf-32-le"),
    "windows-1252": (b"", "cp1252"),
}
_Choice = TypeVar("_Choice")
_HEADERS = 0x200
_SECTION_AT = 0x1000
_RT_VERSION = 16
_LANGUAGE = 0x409
_DIRECTORIES = 16
_RESOURCES = 2  # the third of the data directories


def read_body(lines: Sequence[str], first_line: int) -> list[str]:
    """Return the text after each ``| ``; empty lines and comments may follow the body, but not interrupt it."""
    body: list[str] = []
    ended = False
    for number, line in enumerate(lines, first_line):
        if not line.strip() or line.startswith("# "):
            ended = True
        elif ended or not (line == "|" or line.startswith("| ")):
            raise FixtureError("each line of a body begins with '| '", line=number)
        else:
            body.append(line[2:])
    return body


def content(fields: Mapping[str, str], body: Sequence[str], line: int, base: bytes | None) -> bytes:
    """Return the bytes of a body.

    Args:
        fields: The fields of the file, with the defaults of the host.
        body: The lines of the body.
        line: The first line of the body, for errors.
        base: The file at the same path in the base, for ``form: insert``.

    Raises:
        FixtureError: The body doesn't fit its form or encoding.
    """
    form = one_of({form: form for form in _FORMS}, fields.get("form", "text"), "form", line)
    if (form in _BODILESS) != (not body):
        raise FixtureError("a file needs a body, unless its form is 'empty' or 'program', which have none", line=line)
    try:
        return _refanged(fields, body, line) if form == "defanged" else _plain(form, fields, body, line, base)
    except (UnicodeError, binascii.Error) as error:
        raise FixtureError(f"the body doesn't fit its form or encoding: {error}", line=line) from error


def one_of(choices: Mapping[str, _Choice], name: str, field: str, line: int) -> _Choice:
    """Return the choice for a word.

    Raises:
        FixtureError: The word is not among the choices, which the message lists.
    """
    if name not in choices:
        raise FixtureError(f"{field} '{name}' is none of {', '.join(choices)}", line=line)
    return choices[name]


def _refanged(fields: Mapping[str, str], body: Sequence[str], line: int) -> bytes:
    """Return the refanged bytes; without an encoding, bytes that aren't UTF-8 stay unchanged."""
    raw = refang_lines(body, line)
    ends = _line_ends(fields, line).encode()
    raw = raw.replace(b"\n", ends)
    if fields.get("encoding", "utf-8") == "utf-8":
        return raw
    return _encoded(raw.decode("utf-8"), fields, line)


def _plain(form: str, fields: Mapping[str, str], body: Sequence[str], line: int, base: bytes | None) -> bytes:
    if form == "empty":
        return b""
    if form == "program":
        return _program(fields.get("version", ""), line)
    if form == "base64":
        return base64.b64decode("".join(body), validate=True)
    ends = _line_ends(fields, line)
    text = "".join(f"{each}{ends}" for each in body)
    if form == "insert":
        return _inserted(fields, text, line, base)
    if form == "repeat":
        text *= _read_count(fields, len(text), line)
    return _encoded(text, fields, line)


def _program(version: str, line: int) -> bytes:
    parts = version.split(".")
    if len(parts) != 4 or not all(p.isascii() and p.isdigit() and len(p) <= 5 and int(p) < 1 << 16 for p in parts):
        raise FixtureError("'form: program' needs a 'version:', four numbers such as 15.2.792.3", line=line)
    first, second, third, fourth = map(int, parts)
    return versioned_program((first, second, third, fourth))


def _inserted(fields: Mapping[str, str], text: str, line: int, base: bytes | None) -> bytes:
    """Return the base's file with a text inserted after its first line that, stripped, equals ``after``."""
    if base is None:
        raise FixtureError("'form: insert' needs the same file in the base", line=line)
    lines = base.decode("utf-8").splitlines(keepends=True)
    at = next((i for i, each in enumerate(lines, 1) if each.strip() == fields.get("after")), None)
    if at is None:
        raise FixtureError("'after:' is not a line of the base's file", line=line)
    return "".join([*lines[:at], text, *lines[at:]]).encode()


def _encoded(text: str, fields: Mapping[str, str], line: int) -> bytes:
    bom, codec = one_of(_ENCODINGS, fields.get("encoding", "utf-8"), "encoding", line)
    return bom + text.encode(codec)


def _line_ends(fields: Mapping[str, str], line: int) -> str:
    return one_of(_LINE_ENDS, fields.get("line-ends", "lf"), "line-ends", line)


def _read_count(fields: Mapping[str, str], size_bytes: int, line: int) -> int:
    text = fields.get("count", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise FixtureError("'form: repeat' needs a 'count:', a number", line=line)
    if int(text) * size_bytes > _LARGEST_BYTES:
        raise FixtureError(f"the file would be larger than {_LARGEST_BYTES} bytes", line=line)
    return int(text)


def versioned_program(version: tuple[int, int, int, int]) -> bytes:
    """Return a PE file whose only section is a version resource; it has no code and no entry point."""
    section = _resources(_version_info(version))
    raw = len(section) + -len(section) % _HEADERS
    directories = [(_SECTION_AT, len(section)) if n == _RESOURCES else (0, 0) for n in range(_DIRECTORIES)]
    optional = struct.pack(
        "<HBBIIIIIIIIIHHHHHHIIIIHHIIIIII",
        0x10B, 14, 0, 0, raw, 0, 0, 0, _SECTION_AT, 0x400000, 0x1000, _HEADERS,
        6, 0, 0, 0, 6, 0, 0, 2 * _SECTION_AT, _HEADERS, 0, 3, 0x8540, 0x100000, 0x1000, 0x100000, 0x1000, 0,
        _DIRECTORIES,
    )  # fmt: skip
    optional += b"".join(struct.pack("<II", *each) for each in directories)
    file_header = struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, len(optional), 0x0102)
    table = struct.pack("<8sIIIIIIHHI", b".rsrc", len(section), _SECTION_AT, raw, _HEADERS, 0, 0, 0, 0, 0x40000040)
    dos = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40)
    return (dos + b"PE\0\0" + file_header + optional + table).ljust(_HEADERS, b"\0") + section.ljust(raw, b"\0")


def _version_info(version: tuple[int, int, int, int]) -> bytes:
    first, second, third, fourth = version
    numbers = (first << 16 | second, third << 16 | fourth)
    fixed = struct.pack("<13I", 0xFEEF04BD, 0x10000, *numbers, *numbers, 0x3F, 0, 0x40004, 1, 0, 0, 0)
    key = "VS_VERSION_INFO\0".encode("utf-16-le")
    head = 6 + len(key)
    padding = b"\0" * (-head % 4)
    size = head + len(padding) + len(fixed)
    return struct.pack("<HHH", size, len(fixed), 0) + key + padding + fixed


def _resources(content: bytes) -> bytes:
    """Return a resource tree of three levels (type, name, language) with one leaf."""
    level = 16 + 8
    leaf = 3 * level
    tree = b"".join(
        struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, number, at)
        for number, at in ((_RT_VERSION, level | 0x80000000), (1, 2 * level | 0x80000000), (_LANGUAGE, leaf))
    )
    return tree + struct.pack("<IIII", _SECTION_AT + leaf + 16, len(content), 0, 0) + content
