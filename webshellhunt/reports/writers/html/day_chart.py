"""Day chart: the outgoing traffic of each day as bars, with a mark at the days of a lead."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from webshellhunt.model.log_results import DayTotal
from webshellhunt.reports.content.days import day_columns
from webshellhunt.views.figures import bytes_in_words

WIDTH: Final = 1000
LEFT: Final = 72
_TOP: Final = 18
_FLOOR: Final = 122
_MOST_BARS: Final = 180


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
    chart = day_columns(days, _MOST_BARS)
    if chart is None:
        return None
    top, width, bars = chart.largest.total, (WIDTH - LEFT) / len(chart.columns), list[DayBar]()
    for at, each in enumerate(chart.columns):
        if each.total or each.marked:
            height = max(1.5, (_FLOOR - _TOP) * each.total / top) if each.total else 0.0
            words = f"{each.day}: {in_words(each.total, measure)}{', a lead is about this day' if each.marked else ''}"
            x = LEFT + width * at
            bars.append(DayBar(x, _FLOOR - height, max(1.0, width - 1), height, bool(each.marked), words))
    half, whole = in_words(top // 2, measure), in_words(top, measure)
    return DayChart(
        tuple(bars), whole, chart.largest.day, half, chart.first, chart.last, chart.marked, chart.days_a_column
    )


def in_words(total: int, measure: str) -> str:
    """Return a total in words."""
    return bytes_in_words(total) if measure == "bytes" else f"{total:,}"
