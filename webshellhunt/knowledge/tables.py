"""Tables: the shipped data files, whose head contains a date and the sources.

The head consists of the first lines, which start with ``#``::

    # as of: 2026-10-08
    # source CSS: https://github.com/microsoft/CSS-Exchange

Then come the names of the columns and the rows, tab-separated. A list has no columns: each line is a value.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

_AS_OF = "as of"
_SOURCE = "source "


class Head(NamedTuple):
    """The head of a data file: the day on which its sources were read, and the sources by short name."""

    as_of: date | None
    sources: Mapping[str, str]


class Table(NamedTuple):
    """A data file: its head, its columns (none for a list) and its rows."""

    head: Head
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def data_file(name: str) -> Path:
    """Return the path of a data file of this package."""
    return Path(__file__).with_name(name)


def read_table(path: Path) -> Table:
    """Read a table; each row has as many cells as there are columns."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = _head(lines)
    named, *others = [tuple(line.split("\t")) for line in lines if not line.startswith("#")]
    return Table(head, named, tuple(others))


def read_list(path: Path) -> tuple[str, ...]:
    """Read a list: the lines after the head."""
    return tuple(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))


def read_head(path: Path) -> Head:
    """Read only the head of a data file."""
    with path.open(encoding="utf-8") as stream:
        return _head(stream)


def _head(lines: Iterable[str]) -> Head:
    named = dict(_named(lines))
    day = named.get(_AS_OF)
    sources = {name.removeprefix(_SOURCE): words for name, words in named.items() if name.startswith(_SOURCE)}
    return Head(date.fromisoformat(day) if day is not None else None, sources)


def _named(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in takewhile(lambda each: each.startswith("#"), lines):
        name, _, words = line[1:].strip().partition(": ")
        yield name, words
