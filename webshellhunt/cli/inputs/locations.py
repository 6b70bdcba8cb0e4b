"""The locations of a command: those on the command line, those of lists, and those of the servers in one of them."""

from __future__ import annotations

import os
import re
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from webshellhunt.cli.inputs.opening import source_options
from webshellhunt.cli.output import complain
from webshellhunt.cli.status import Outcome
from webshellhunt.errors import SeveralHostsError, UsageError, WebShellHuntError
from webshellhunt.many.fleet_hunt import unassigned
from webshellhunt.sources import Source, open_with

_MOST_BYTES: Final = 4 * 1024 * 1024
_MOST_LOCATIONS: Final = 10_000
_NAMED: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]{0,62})\s*=\s*(.+)", re.DOTALL)
_QUOTES: Final = ('"', "'")
_STANDARD_INPUT: Final = "-"


class Locations(NamedTuple):
    """The locations in order, the names that lists give to some of them, and the number of repeated ones."""

    paths: list[str]
    names: dict[str, str]
    repeated: int


def locations_of(arguments: Namespace) -> Locations:
    """Return the locations of the command line, then those of its lists; a repeated one of a list is left out.

    With ``--part``, they are those of one part. For workers on other machines, they become absolute.

    Raises:
        UsageError: There is none, or a list can't be read.
    """
    paths, names, repeated = list(arguments.locations), dict[str, str](), 0
    known = set(paths)
    for name in arguments.lists:
        for host, path in _entries(_text(name), name):
            if path in known:
                repeated += 1
                continue
            known.add(path)
            paths.append(path)
            if host:
                names[path] = host
    if not paths:
        raise UsageError("there is no location; pass one or more, or --from-list FILE with one a line")
    if len(paths) > _MOST_LOCATIONS:
        raise UsageError(f"there are {len(paths):,} locations; pass at most {_MOST_LOCATIONS:,}")
    part = getattr(arguments, "part", None)
    if part is not None:
        chosen = [path for path in paths if part.has(path)]
        complain(f"part {part}: {len(chosen):,} of {len(paths):,} locations")
        paths = chosen
    if getattr(arguments, "dask", None) is not None:
        _make_absolute(arguments)
        names = {_absolute(path): name for path, name in names.items()}
        paths = list(dict.fromkeys(map(_absolute, paths)))
    return Locations(paths, names, repeated)


def _make_absolute(arguments: Namespace) -> None:
    """Make the paths of the job absolute: the workers of a cluster have other current folders."""
    for name in ("signatures", "baselines", "accepted", "log_paths", "pattern_paths"):
        setattr(arguments, name, [_absolute(path) for path in getattr(arguments, name, ())])
    arguments.drives = [(letter, _absolute(path)) for letter, path in arguments.drives]


def _absolute(path: str) -> str:
    """Return the absolute path of what exists; another location may be that of a plug-in."""
    return os.path.abspath(path) if _exists(path) else path  # noqa: PTH100 - keeps the name of a link


def _text(name: str) -> str:
    """Return the text of a list.

    Raises:
        UsageError: It can't be read, or is too large to be one.
    """
    try:
        if name == _STANDARD_INPUT:
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as stream:
                data = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"the list can't be read: {getattr(error, 'strerror', None) or error}", path=name) from error
    if len(data) > _MOST_BYTES:
        raise UsageError(f"this is larger than {_MOST_BYTES // 1024**2} MiB, too large for a list", path=name)
    # PowerShell's ">" writes UTF-16.
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding, "strict" if encoding == "utf-16" else "surrogateescape")
    except UnicodeDecodeError as error:
        raise UsageError(
            "this is no text of UTF-8 or UTF-16; pass a list with one location a line", path=name
        ) from error


def _entries(text: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the name of the host, which may be empty, and the location of each line.

    Raises:
        UsageError: Half of the lines have a NUL, so that it is no text; one alone is a location that is not there.
    """
    lines = [line for line in map(str.strip, re.split(r"\r\n|\n|\r", text)) if line and not line.startswith("#")]
    wrong = [number for number, line in enumerate(lines, 1) if "\0" in line]
    if len(wrong) * 2 > len(lines):
        raise UsageError(f"line {wrong[0]} has a NUL, which no path has; pass a text file", path=name)
    for line in lines:
        named = None if _exists(line) else _NAMED.fullmatch(line)
        host, path = ("", line) if named is None else (named[1], named[2])
        yield host, _unquoted(path)


def _exists(line: str) -> bool:
    """Return True if the whole line is a path; a path may have any characters."""
    try:
        return Path(line).exists()
    except (OSError, ValueError):
        return False


def _unquoted(path: str) -> str:
    """Return a path without the quotes around it, as Explorer copies it."""
    is_quoted = len(path) > 2 and path[0] == path[-1] and path[0] in _QUOTES
    return path[1:-1] if is_quoted and not _exists(path) else path


def opened_alone(
    locations: Sequence[str], arguments: Namespace, outcome: Outcome, *, logs: bool
) -> tuple[list[str], Source | None]:
    """Return the locations; one alone is opened, because several servers in it are compared.

    ``logs`` is True if a location may be a log.
    """
    if len(locations) != 1:
        return list(locations), None
    options = source_options(arguments, logs=logs)
    try:
        return list(locations), open_with(locations[0], options)
    except SeveralHostsError as error:
        say_servers(locations[0], error, outcome)
        return list(error.locations), None
    except WebShellHuntError:
        return list(locations), None  # the hunt has the same error


def say_servers(location: str, error: SeveralHostsError, outcome: Outcome) -> None:
    """Say that a location has several servers; what is in none of them is said, and makes the outcome incomplete."""
    complain(f"{location}: {len(error.locations):,} servers are in it; each has a report of its own")
    rest = unassigned(error)
    if rest is not None:
        outcome.incomplete = True
        complain(f"{location}: {rest}; hunt it by itself")
