"""The outgoing traffic of each day in columns, for charts: each column is the largest of one or more days."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from webshellhunt.model.log_results import DayTotal

_LEAST_DAYS: Final = 2
_MOST_DAYS: Final = 20_000


class DayColumn(NamedTuple):
    """A column: its largest day with its total, and the days in it that have a lead."""

    day: date
    total: int
    marked: tuple[date, ...]


class DayColumns(NamedTuple):
    """The columns of a chart in the order of time, the first and the last day, and the latest of the largest days."""

    columns: tuple[DayColumn, ...]
    first: date
    last: date
    largest: DayColumn
    days_a_column: int

    @property
    def marked(self) -> tuple[date, ...]:
        """The days that have a lead."""
        return tuple(day for column in self.columns for day in column.marked)


def day_columns(days: Sequence[DayTotal], most: int) -> DayColumns | None:
    """Return at most so many columns; ``None`` for less than two days, or without any traffic.

    Days without a total are 0, and the same day twice counts together. Of a huge span only the last days count.
    """
    totals: dict[date, int] = {}
    for each in days:
        totals[each.day] = totals.get(each.day, 0) + max(0, each.total)
    oldest = max(totals).toordinal() - _MOST_DAYS if totals else 0
    totals = {day: total for day, total in totals.items() if day.toordinal() > oldest}
    if len(totals) < _LEAST_DAYS or not any(totals.values()):
        return None
    marked = {each.day for each in days if each.is_marked}
    first, last = min(totals), max(totals)
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    each_has = -(-len(every) // most)
    columns = []
    for at in range(0, len(every), each_has):
        column = every[at : at + each_has]
        largest = max(column, key=lambda day: totals.get(day, 0))
        columns.append(DayColumn(largest, totals.get(largest, 0), tuple(day for day in column if day in marked)))
    day = max(totals, key=lambda day: (totals[day], day))
    return DayColumns(tuple(columns), first, last, DayColumn(day, totals[day], ()), each_has)
