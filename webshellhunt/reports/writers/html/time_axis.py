"""Time axis: the horizontal position of times that are seconds or years apart, so that each stays visible."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

_APART: Final = timedelta(hours=12)
"""Times that are further apart belong to different episodes, each with the date at its first time."""

_LEAST_LABEL: Final = 84
_LABEL: Final = 66
_LEAST_GAP: Final = 62
_YEAR: Final = 365.25


class Tick(NamedTuple):
    """A date at the axis, with its label from ``label_x`` on; without one if there is no space for it."""

    x: float
    label: str
    label_x: float


class Span(NamedTuple):
    """The time between two episodes, in words, at the middle of its place."""

    x: float
    label: str


class TimeAxis:
    """A scale of times: the distance of two neighbours grows with the logarithm of the time between them."""

    def __init__(self, times: Iterable[datetime], left: float, right: float) -> None:
        self._times: list[datetime] = sorted({in_utc(each) for each in times})
        weights = [0.0] if self._times else []
        for before, after in pairwise(self._times):
            weights.append(weights[-1] + 0.35 + math.log10(1 + (after - before).total_seconds() / 60))
        whole = weights[-1] if weights else 0.0
        middle = (left + right) / 2
        self._places = [left + (right - left) * each / whole if whole else middle for each in weights]
        self.left: float = left
        self.right: float = right

    def x(self, when: datetime) -> float:
        """Return the position of a time; one outside the scale is at its end."""
        when, times, places = in_utc(when), self._times, self._places
        if not times:
            return self.left
        at = bisect_right(times, when)
        if at == 0:
            return places[0]
        if at == len(times):
            return places[-1]
        part = (when - times[at - 1]) / (times[at] - times[at - 1])
        return places[at - 1] + part * (places[at] - places[at - 1])

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The first time of each episode, with its day where there is space."""
        ticks, free = [], -math.inf
        for when, place in self._episodes():
            label_x = min(place, self.right - _LABEL)
            fits = label_x >= free
            ticks.append(Tick(place, _day(when) if fits else "", label_x))
            free = label_x + _LEAST_LABEL if fits else free
        return tuple(ticks)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The times between episodes that have enough space for their words."""
        found = []
        for (before, after), (left, right) in zip(pairwise(self._times), pairwise(self._places), strict=True):
            if after - before >= _APART and right - left >= _LEAST_GAP:
                found.append(Span((left + right) / 2, apart_words(after - before)))
        return tuple(found)

    def _episodes(self) -> Iterator[tuple[datetime, float]]:
        last: datetime | None = None
        for when, place in zip(self._times, self._places, strict=True):
            if last is None or when - last >= _APART:
                yield when, place
            last = when


def in_utc(when: datetime) -> datetime:
    """Return a time in UTC; one without a zone is in UTC."""
    return when.astimezone(UTC) if when.tzinfo is not None else when.replace(tzinfo=UTC)


def apart_words(apart: timedelta) -> str:
    """Return a long time in words, such as ``5 months``."""
    days = apart.total_seconds() / 86_400
    for unit, length, least in (("year", _YEAR, 2 * _YEAR), ("month", _YEAR / 12, 61), ("day", 1, 1)):
        if days >= least:
            count = round(days / length)
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    hours = max(1, round(days * 24))
    return f"{hours} hour{'' if hours == 1 else 's'}"


def _day(when: datetime) -> str:
    return f"{when.year:04}-{when.month:02}-{when.day:02}"
