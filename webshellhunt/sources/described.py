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
version ``version``, without a body), ``encoding`` (``utf-8``, ``utf-8-bom``,
``utf-16-bom``, ``utf-16be-bom``, ``utf-32-bom``, ``windows-1252``), ``line-ends`` (``lf``, ``crlf``), ``mtime``,
``attributes`` (``hidden``, ``system``), and ``expect``: the disposition that the hunt must return, and rules that
must be among its findings. Each line of a body begins with ``| ``. A drive ``C:`` becomes the folder ``C``;
``x.aspx:y.aspx`` is a stream of the file ``x.aspx``. A description with ``base: other.host`` in its head extends
another description, and replaces or adds files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from webshellhunt.defang import read_fields, split_lines
from webshellhunt.errors import FixtureError, SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.verdict import Disposition
from webshellhunt.sources.described_body import FORM_FIELDS, content, one_of, read_body
from webshellhunt.sources.memory import MemorySource

_MAGIC = "webshellhunt-host"
_DEFAULTS = ("mtime", "encoding", "line-ends")
_ATTRIBUTES = {"hidden": "hidden", "system": "system"}
_LABELS = {disposition.label: disposition for disposition in Disposition}

BaseReader = Callable[[str], str]
"""Returns the text of a base description by its name."""


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


def read_described(text: str, *, read_base: BaseReader | None = None) -> MemorySource:
    """Return a description as a source in memory; arguments and errors as for `parse_described`."""
    return parse_described(text, read_base=read_base).source()


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

    Args:
        text: The description.
        read_base: Returns the text of the description in ``base:``, which must not have a base itself.

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
