"""Described hosts: a whole host in one text file, read into a source in memory, for demonstrations and tests.

::

    webshellhunt-host: 1
    mtime: 2020-01-05T09:30:00Z        # defaults for every file below
    line-ends: crlf

    file: C:/inetpub/wwwroot/iisstart.htm
    | <html><body>It works.</body></html>

    file: C:/inetpub/wwwroot/x.aspx
    form: defanged
    expect: malicious WSH1001
    | ·<%@· Pa·ge ·%>

A file's fields are ``form`` (``text``, ``defanged``, ``base64``, ``empty``, ``repeat``: the body ``count`` times,
``insert``: the body after the line ``after`` of the same file in the base, ``program``: a minimal program with the file
version ``version``, without a body, ``hive``: a registry hive, see ``described_hive``), ``encoding`` (``utf-8``,
``utf-8-bom``, ``utf-16-bom``, ``utf-16be-bom``, ``utf-32-bom``, ``windows-1252``), ``line-ends`` (``lf``, ``crlf``),
``mtime``,
``attributes`` (``hidden``, ``system``), and ``expect``: the disposition that the hunt must return, and rules that
must be among its findings. Each line of a body begins with ``| ``. A drive ``C:`` becomes the folder ``C``;
``x.aspx:y.aspx`` is a stream of the file ``x.aspx``. A description with ``base: other.host`` in its head extends
another description, and replaces or adds files.

Source: PE format, headers and resource section; VS_VERSIONINFO, VS_FIXEDFILEINFO.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from webshellhunt.defang import read_fields, refang_lines, split_lines
from webshellhunt.errors import FixtureError, SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.verdict import Disposition
from webshellhunt.sources.described_hive import described_hive
from webshellhunt.sources.memory import MemorySource

_MAGIC = "webshellhunt-host"
_DEFAULTS = ("mtime", "encoding", "line-ends")
_ATTRIBUTES = {"hidden": "hidden", "system": "system"}
_LABELS = {disposition.label: disposition for disposition in Disposition}

BaseReader = Callable[[str], str]
"""Returns the text of a base description by its name."""

FORM_FIELDS = ("form", "encoding", "line-ends", "count", "after", "version")

_LARGEST_BYTES = 1 << 30
_FORMS = ("text", "defanged", "base64", "empty", "repeat", "insert", "program", "hive")
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


@dataclass(frozen=True, slots=True)
class Expectation:
    """The expected result for a described file: its disposition, and rules that must be among the findings."""

    disposition: Disposition
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DescribedFile:
    """One file of a described host; ``path`` is inside the source."""

    path: str
    data: bytes
    modified_utc: datetime | None = None
    expectation: Expectation | None = None
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DescribedHost:
    """A described host; the files of its base come before its own."""

    files: tuple[DescribedFile, ...]

    @property
    def expectations(self) -> dict[str, Expectation]:
        """Return the expectations by path inside the source."""
        return {file.path: file.expectation for file in self.files if file.expectation is not None}

    def source(self, location: str = "described host") -> MemorySource:
        """Build the host in memory.

        Raises:
            FixtureError: A path is described as a file and as a folder.
        """
        times = {f.path: Timestamps(modified_utc=f.modified_utc, original=True) for f in self.files if f.modified_utc}
        try:
            files = {f.path: f.data for f in self.files}
            attributes = {f.path: f.attributes for f in self.files if f.attributes}
            return MemorySource(files, times=times, location=location, attributes=attributes)
        except UsageError as error:
            raise FixtureError(error.message, path=error.path) from error


def open_described(path: Path) -> DescribedHost:
    """Read a ``.host`` file; its base is a file in the same folder.

    Raises:
        FixtureError: The description is malformed; the error has path and line.
        SourceError: The file or its base can't be read.
    """

    def read_base(name: str) -> str:
        if Path(name).name != name:
            raise FixtureError(f"the base '{name}' is not the name of a file in the same folder")
        return _read_text(path.with_name(name))

    try:
        return parse_described(_read_text(path), read_base=read_base)
    except FixtureError as error:
        raise FixtureError(error.message, path=error.path or str(path), line=error.line) from error


def parse_described(text: str, *, read_base: BaseReader | None = None) -> DescribedHost:
    """Read a description.

    ``read_base``: returns the text of the description in ``base:``, which must not have a base itself.

    Raises:
        FixtureError: The description is malformed; the error has the line.
    """
    stanzas = _stanzas(split_lines(text))
    first, head_lines = stanzas[0]
    head = read_fields(head_lines, first, (_MAGIC, "base", *_DEFAULTS))
    if next(iter(head.items()), None) != (_MAGIC, "1"):
        raise FixtureError(f"a described host starts with '{_MAGIC}: 1'", line=1)
    base = {file.path.lower(): file for file in _base_files(head.pop("base", None), read_base)}
    own: dict[str, DescribedFile] = {}
    for number, lines in stanzas[1:]:
        file = _read_file(number, lines, head, base)
        if file.path.lower() in own:
            raise FixtureError(f"'{file.path}' is described twice", line=number)
        own[file.path.lower()] = file
    kept = (file for key, file in base.items() if key not in own)
    return DescribedHost((*kept, *own.values()))


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SourceNotFoundError("no such description", path=str(path)) from error
    except OSError as error:
        raise UnreadableError(error.strerror or "can't be read", path=str(path)) from error
    except UnicodeDecodeError as error:
        raise FixtureError("a description is UTF-8 text", path=str(path)) from error


def _base_files(name: str | None, read_base: BaseReader | None) -> tuple[DescribedFile, ...]:
    if name is None:
        return ()
    if read_base is None:
        raise FixtureError(f"the base '{name}' can't be read without its folder: use open_described or pass read_base")
    try:
        return parse_described(read_base(name)).files
    except FixtureError as error:
        raise FixtureError(f"in the base: {error.message}", path=name, line=error.line) from error


def _stanzas(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Split a description before each ``file:``; each part has the number of its first line."""
    stanzas: list[tuple[int, list[str]]] = [(1, [])]
    for number, line in enumerate(lines, 1):
        if line.startswith("file:"):
            stanzas.append((number, []))
        stanzas[-1][1].append(line)
    return stanzas


def _read_file(
    first: int, lines: Sequence[str], head: Mapping[str, str], base: Mapping[str, DescribedFile]
) -> DescribedFile:
    body_at = next((i for i, line in enumerate(lines) if line.startswith("|")), len(lines))
    own = read_fields(lines[:body_at], first, ("file", "expect", "mtime", "attributes", *FORM_FIELDS))
    # The line ends and encoding of a host apply to text; defanged text has exact bytes of its own.
    inherited = {"mtime"} if own.get("form") == "defanged" else set(_DEFAULTS)
    fields = {name: value for name, value in head.items() if name in inherited} | own
    path = _source_path(fields["file"], first)
    under = base.get(path.lower())
    return DescribedFile(
        path=path,
        data=content(
            fields, read_body(lines[body_at:], first + body_at), first + body_at, None if under is None else under.data
        ),
        modified_utc=_read_time(fields["mtime"], first) if "mtime" in fields else None,
        expectation=_read_expectation(fields["expect"], first) if "expect" in fields else None,
        attributes=tuple(
            one_of(_ATTRIBUTES, word, "attribute", first) for word in fields.get("attributes", "").split()
        ),
    )


def _source_path(path: str, line: int) -> str:
    """Convert ``C:/inetpub/x`` into the path inside the source, ``C/inetpub/x``."""
    drive, colon, rest = path.partition(":")
    inside = f"{drive.upper()}{rest}" if colon and len(drive) == 1 and rest.startswith("/") else path
    plain = inside.rpartition("/")[0] + inside.rpartition("/")[2].replace(":", "", 1)
    if any(part in {"", ".", ".."} for part in inside.split("/")) or set(plain) & {"\\", "\0", ":"}:
        raise FixtureError(f"'{path}' is not a path such as C:/inetpub/wwwroot/web.config", line=line)
    return inside


def _read_time(text: str, line: int) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise FixtureError(f"'{text}' is not a time such as 2021-03-03T08:15:02Z", line=line) from error
    raise FixtureError(f"the time '{text}' has no time zone: end it with Z for UTC", line=line)


def _read_expectation(text: str, line: int) -> Expectation:
    word, *rules = text.split() or [""]
    return Expectation(one_of(_LABELS, word, "expected disposition", line), tuple(rules))


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

    ``fields``: the fields of the file, with the defaults of the host. ``line``: the first line of the body, for errors.
    ``base``: the file at the same path in the base, for ``form: insert``.

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
    if form == "hive":
        return described_hive(body, line)
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
