"""Traffic chart: the outgoing traffic of each day as bars of text.

::

    Outgoing bytes by day (largest: 4.1 GB on 2021-03-05)
      4.1 GB ┤           █
             ┤           █
      2.1 GB ┤           █
             ┤  ▁  ▂     █▃   ▁
           0 ┼───────────────────
             2021-02-22   2021-03-12
             ^ marks days with a lead: 2021-03-05
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from webshellhunt.model.log_results import DayTotal
from webshellhunt.reports.content.days import DayColumns, day_columns
from webshellhunt.views.figures import bytes_in_words, names_in_words

WIDTH: Final = 78
"""The width of the chart, in characters."""

MOST_LINES: Final = 14
"""The most lines of the chart."""

_HEIGHT: Final = 8
_LABEL: Final = 9


class _Style(NamedTuple):
    """The characters of a chart: the parts of a bar from low to full, the axes, and the mark of a day."""

    parts: str
    wall: str
    corner: str
    floor: str


_BLOCKS: Final = _Style("▁▂▃▄▅▆▇█", "┤", "┼", "─")
_ASCII: Final = _Style("_#", "|", "+", "-")


def traffic_chart(
    days: Sequence[DayTotal], *, unit: str = "bytes", width: int = WIDTH, only_ascii: bool = False
) -> list[str]:
    """Return the lines of a chart, none for less than two days or without any traffic.

    Args:
        days: Days with their totals; those with a lead have a mark below their bars.
        unit: ``bytes``, or the name of what is counted.
        width: The most characters of a line.
        only_ascii: True for a terminal without block characters.
    """
    chart = day_columns(days, max(10, width - _LABEL - 2))
    if chart is None:
        return []
    style, top = _ASCII if only_ascii else _BLOCKS, chart.largest.total
    lines = [f"Outgoing {unit} by day (largest: {_words(top, unit)} on {chart.largest.day})"]
    for row in range(_HEIGHT, 0, -1):
        label = _words(top, unit) if row == _HEIGHT else _words(top / 2, unit) if row == _HEIGHT // 2 else ""
        cells = (_cell(each.total, top, row, style) for each in chart.columns)
        lines.append(f"{label:>{_LABEL}} {style.wall}" + "".join(cells))
    lines.append(f"{'0':>{_LABEL}} {style.corner}" + style.floor * len(chart.columns))
    lines += _below(chart)
    return [line.rstrip()[:width] for line in lines]


def _cell(value: int, top: int, row: int, style: _Style) -> str:
    """Return the part of a bar in one row, counted from 1 at the floor; any traffic has at least the lowest part."""
    steps = len(style.parts)
    filled = max(1, round(value / top * _HEIGHT * steps)) if value else 0
    inside = min(steps, max(0, filled - (row - 1) * steps))
    return style.parts[inside - 1] if inside else " "


def _below(chart: DayColumns) -> list[str]:
    """Return the marks and the first and last day."""
    indent, width = " " * (_LABEL + 2), len(chart.columns)
    first, last, marked = str(chart.first), str(chart.last), chart.marked
    lines = [indent + "".join("^" if each.marked else " " for each in chart.columns)] if marked else []
    lines.append(indent + first + last.rjust(max(width - len(first), len(last) + 2)))
    if chart.days_a_column > 1:
        lines.append(f"{indent}each column is the largest of {chart.days_a_column} days")
    if marked:
        lines.append(f"{indent}^ days with a lead: {names_in_words(list(map(str, marked)))}")
    return lines


def _words(value: float, unit: str) -> str:
    if unit == "bytes":
        return bytes_in_words(value)
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= limit:
            return f"{value / (1000 if letter == 'k' else limit):.0f} {letter}"
    return f"{value:.0f}"
