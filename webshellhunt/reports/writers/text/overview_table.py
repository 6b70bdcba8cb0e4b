"""The table before the details: each accused subject in one row, or in a few lines on a narrow terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.content.phrases import UNKNOWN
from webshellhunt.reports.content.subjects import NOT_APPLICABLE, ShownVerdict
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.writers.text.layout import (
    Column,
    common_top,
    fitted,
    folded,
    paint,
    row_lines,
    short_path,
    wrapped,
)

WIDTH_IN_FILE: Final = 160
"""The width of the table in a file, which has no width of its own."""

_CELL: Final = 160
_VERBS: Final = {"by ": "there", "after ": "planted"}
_LEAST_FILE: Final = 26
_SHARE_OF_FILE: Final = 0.3


def table_lines(rows: Sequence[ShownVerdict], hidden: int, options: Options) -> Iterator[str]:
    """Yield the table of the accused subjects, grouped by disposition, and the folder that its paths leave out.

    ``hidden`` is the number of subjects that have no row, since they are only counted by rule.
    """
    if not rows:
        return
    cut = "..." if options.only_ascii else "…"
    top = common_top([each.verdict.subject.path for each in rows])
    path = partial(short_path, top=top, cut=cut)
    width = options.width or WIDTH_IN_FILE
    columns = _columns(path, max(_LEAST_FILE, round(width * _SHARE_OF_FILE)))
    cells = [_cells(each, path) for each in rows]
    widths = fitted(columns, cells, width)
    if widths is not None:
        yield paint(next(row_lines(columns, [each.title for each in columns], widths)), "title", options)
    last: Disposition | None = None
    for each, row in zip(rows, cells, strict=True):
        disposition = each.verdict.disposition
        if disposition is not last:
            yield paint(disposition.label.upper(), disposition.label, options)
            last = disposition
        if widths is not None:
            yield from row_lines(columns, row, widths)
        else:
            yield from _stacked(row, path, width)
    if hidden:
        yield from folded(f"and {hidden:,} more, by rule below (--all lists each)", options.width)
    if top:
        yield f"{cut}{top[-1]} is {top}"


def _columns(path: Callable[[str, int], str], most: int) -> tuple[Column, ...]:
    return (
        Column("#", 1, lambda text, width: [f"{text:>{width}}"]),
        Column("file", _LEAST_FILE, lambda text, width: [path(text, width)], most),
        Column("what it is", 20, wrapped),
        Column("since", 10, wrapped),
        Column("by which hole", 13, wrapped),
        Column("used", 14, wrapped),
        Column("now", 11, wrapped),
    )


def _cells(each: ShownVerdict, path: Callable[[str, int], str]) -> tuple[str, ...]:
    texts = (each.what, each.since.words, each.route.words.removeprefix("in the "), each.used, each.presence)
    return (str(each.number), path(each.subject.path, _CELL), *(one_line(text, _CELL) for text in texts))


def _stacked(cells: Sequence[str], path: Callable[[str, int], str], width: int) -> Iterator[str]:
    """Yield a row as lines: the path, its kind, and the rest as a sentence."""
    number, shown, what, since, route, used, presence = cells
    indent = " " * 5
    yield f"{number:>3}  {short_path(shown, width - 5)}"
    yield from folded(what, width, indent=indent, hanging=f"{indent}  ", breaks_words=True)
    parts = [_since(since), _route(route)]
    parts += [] if used == NOT_APPLICABLE else [_used(used)]
    yield from folded("; ".join([*parts, presence]), width, indent=indent, hanging=f"{indent}  ", breaks_words=True)


def _used(used: str) -> str:
    """Return the use as a part of a sentence."""
    if used.startswith(("once", *"123456789")):
        return f"used {used}"
    return f"use {used}" if used.startswith((UNKNOWN, "not in ")) else used


def _since(since: str) -> str:
    """Return since when a subject is there, as a part of a sentence."""
    if since == UNKNOWN:
        return "planting time unknown"
    verb = next((verb for word, verb in _VERBS.items() if since.startswith(word)), "since")
    return f"{verb} {since}"


def _route(route: str) -> str:
    """Return the hole as a part of a sentence."""
    if route == UNKNOWN:
        return "hole unknown"
    return f"in the {route}" if route.startswith("window of ") else f"by {route}"
