"""Day chart: the outgoing traffic of each day as bars, with a mark at the days of a lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from webshellhunt.model.log_results import DayTotal
from webshellhunt.views.figures import bytes_in_words

WIDTH: Final = 1000
HEIGHT: Final = 150
LEFT: Final = 72
_TOP: Final = 18
_FLOOR: Final = 122
_MOST_BARS: Final = 180
_MOST_DAYS: Final = 20_000
_LEAST_DAYS: Final = 2


class DayBar(NamedTuple):
    """A bar of one day, or of several days of which it has the largest."""

    x: float
    y: float
    width: float
    height: float
    is_marked: bool
    words: str


class DayChart(NamedTuple):
    """A chart: its bars, the words at its axes, and the days with a mark."""

    bars: tuple[DayBar, ...]
    largest: str
    largest_day: date
    half: str
    first: date
    last: date
    marked: tuple[date, ...]
    days_a_bar: int


def day_chart(days: Sequence[DayTotal], measure: str) -> DayChart | None:
    """Return the chart; ``None`` for less than two days, or without any traffic."""
    totals, marked = _totals(days)
    if len(totals) < _LEAST_DAYS or not any(totals.values()):
        return None
    first, last, top = min(totals), max(totals), max(totals.values())
    count = (last - first).days + 1
    each = -(-count // _MOST_BARS)
    width = (WIDTH - LEFT) / -(-count // each)
    bars = []
    for at in range(0, count, each):
        column = [first + timedelta(days=number) for number in range(at, min(at + each, count))]
        largest = max(column, key=lambda day: totals.get(day, 0))
        total = totals.get(largest, 0)
        is_marked = any(day in marked for day in column)
        if total or is_marked:
            height = max(1.5, (_FLOOR - _TOP) * total / top) if total else 0.0
            words = f"{largest}: {in_words(total, measure)}{', a lead is about this day' if is_marked else ''}"
            x = LEFT + width * (at // each)
            bars.append(DayBar(x, _FLOOR - height, max(1.0, width - 1), height, is_marked, words))
    largest_day = max(totals, key=lambda day: (totals[day], day))
    half, whole = in_words(top // 2, measure), in_words(top, measure)
    return DayChart(tuple(bars), whole, largest_day, half, first, last, tuple(sorted(marked)), each)


def in_words(total: int, measure: str) -> str:
    """Return a total in words."""
    return bytes_in_words(total) if measure == "bytes" else f"{total:,}"


def _totals(days: Sequence[DayTotal]) -> tuple[dict[date, int], frozenset[date]]:
    """Return the totals by day and the days with a mark; of a huge span only the last days."""
    totals: dict[date, int] = {}
    for each in days:
        totals[each.day] = totals.get(each.day, 0) + max(0, each.total)
    if not totals:
        return {}, frozenset()
    oldest = max(totals).toordinal() - _MOST_DAYS
    kept = {day: total for day, total in totals.items() if day.toordinal() > oldest}
    return kept, frozenset(each.day for each in days if each.is_marked and each.day in kept)
