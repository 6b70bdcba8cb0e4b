"""Columns: rows of cells within a width, each cell wrapped in its own column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from textwrap import TextWrapper
from typing import Final, NamedTuple

GAP: Final = 2
"""The blanks between two columns."""


class Column(NamedTuple):
    """A column: its title, the least width at which it is readable, and how a cell becomes lines of a width.

    ``most`` is its largest width, 0 for any.
    """

    title: str
    least: int
    lines: Callable[[str, int], Sequence[str]]
    most: int = 0


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of a width; long words are broken."""
    return TextWrapper(width=max(1, width), break_on_hyphens=False).wrap(text) or [""]


def fitted(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Return the widths of the columns, the widest ones narrowed; ``None`` if the least ones are wider than a line."""
    widths = [max([len(column.title), *(len(row[at]) for row in rows)]) for at, column in enumerate(columns)]
    widths = [min(each, column.most or each) for each, column in zip(widths, columns, strict=True)]
    least = [min(each, max(column.least, len(column.title))) for each, column in zip(widths, columns, strict=True)]
    room = width - GAP * (len(columns) - 1)
    if sum(least) > room:
        return None
    while sum(widths) > room:
        wide = [at for at, each in enumerate(widths) if each > least[at] and not columns[at].most]
        # A column with a largest width is narrowed last: its cells are cut, and not wrapped.
        wide = wide or [at for at, each in enumerate(widths) if each > least[at]]
        widths[max(wide, key=lambda at: widths[at])] -= 1
    return widths


def row_lines(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Yield the lines of one row."""
    parts = [column.lines(cell, width) for column, cell, width in zip(columns, cells, widths, strict=True)]
    for line in zip_longest(*parts, fillvalue=""):
        padded = (f"{part:<{width}}" for part, width in zip(line, widths, strict=True))
        yield (" " * GAP).join(padded).rstrip()
