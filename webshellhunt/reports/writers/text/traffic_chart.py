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

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from webshellhunt.views.figures import bytes_in_words, names_in_words

WIDTH: Final = 78
"""The width of the chart, in characters."""

MOST_LINES: Final = 14
"""The most lines of the chart."""

_HEIGHT: Final = 8
_LABEL: Final = 9
_LEAST_DAYS: Final = 2
_MOST_DAYS: Final = 20_000


class _Style(NamedTuple):
    """The characters of a chart: the parts of a bar from low to full, the axes, and the mark of a day."""

    parts: str
    wall: str
    corner: str
    floor: str


_BLOCKS: Final = _Style("▁▂▃▄▅▆▇█", "┤", "┼", "─")
_ASCII: Final = _Style("_#", "|", "+", "-")


def traffic_chart(
    days: Sequence[tuple[date, int]],
    *,
    unit: str = "bytes",
    marked: Collection[date] = (),
    width: int = WIDTH,
    only_ascii: bool = False,
) -> list[str]:
    """Return the lines of a chart, none for less than two days or without any traffic.

    Args:
        days: Days with their totals; days without one are 0. The same day twice counts together.
        unit: ``bytes``, or the name of what is counted.
        marked: Days with a mark below their bars.
        width: The most characters of a line.
        only_ascii: True for a terminal without block characters.
    """
    totals = _by_day(days)
    if len(totals) < _LEAST_DAYS or not any(totals.values()):
        return []
    style = _ASCII if only_ascii else _BLOCKS
    first, last = min(totals), max(totals)
    columns = _columns(first, last, max(10, width - _LABEL - 2))
    heights = [max((totals.get(day, 0) for day in column), default=0) for column in columns]
    top = max(heights)
    largest = max(totals, key=lambda day: (totals[day], day))
    title = f"Outgoing {unit} by day (largest: {_words(top, unit)} on {largest})"
    lines = [title]
    for row in range(_HEIGHT, 0, -1):
        label = _words(top, unit) if row == _HEIGHT else _words(top / 2, unit) if row == _HEIGHT // 2 else ""
        lines.append(f"{label:>{_LABEL}} {style.wall}" + "".join(_cell(h, top, row, style) for h in heights))
    lines.append(f"{'0':>{_LABEL}} {style.corner}" + style.floor * len(columns))
    lines += _below(columns, set(marked))
    return [line.rstrip()[:width] for line in lines]


def _by_day(days: Sequence[tuple[date, int]]) -> dict[date, int]:
    """Return the totals by day; of a huge span only the last days."""
    totals: dict[date, int] = {}
    for day, value in days:
        totals[day] = totals.get(day, 0) + max(0, value)
    if not totals:
        return {}
    oldest = max(totals).toordinal() - _MOST_DAYS
    return {day: value for day, value in totals.items() if day.toordinal() > oldest}


def _columns(first: date, last: date, most: int) -> list[list[date]]:
    """Return the days of each column: one, or as many as the width needs."""
    count = (last - first).days + 1
    each = -(-count // most)
    days = [first + timedelta(days=number) for number in range(count)]
    return [days[start : start + each] for start in range(0, count, each)]


def _cell(value: int, top: int, row: int, style: _Style) -> str:
    """Return the part of a bar in one row, counted from 1 at the floor; any traffic has at least the lowest part."""
    steps = len(style.parts)
    filled = max(1, round(value / top * _HEIGHT * steps)) if value else 0
    inside = min(steps, max(0, filled - (row - 1) * steps))
    return style.parts[inside - 1] if inside else " "


def _below(columns: Sequence[Sequence[date]], marked: Collection[date]) -> list[str]:
    """Return the marks and the first and last day."""
    indent = " " * (_LABEL + 2)
    marks = "".join("^" if any(day in marked for day in column) else " " for column in columns)
    first, last = str(columns[0][0]), str(columns[-1][-1])
    ends = first + last.rjust(max(len(columns) - len(first), len(last) + 2))
    lines = [indent + marks] if marks.strip() else []
    lines.append(indent + ends)
    if len(columns[0]) > 1:
        lines.append(f"{indent}each column is the largest of {len(columns[0])} days")
    if marks.strip():
        shown = sorted(str(day) for column in columns for day in column if day in marked)
        lines.append(f"{indent}^ days with a lead: {names_in_words(shown)}")
    return lines


def _words(value: float, unit: str) -> str:
    if unit == "bytes":
        return bytes_in_words(value)
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= limit:
            return f"{value / (1000 if letter == 'k' else limit):.0f} {letter}"
    return f"{value:.0f}"
