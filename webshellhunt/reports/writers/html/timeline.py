"""Timeline: a lane for each file, one for the server and one for each wave, as shapes that a template draws.

::

    ProxyLogon          ├────────── window ──────────
    server                ▼ exploited       ┆ fix
    offline.aspx             ▲ planted ●━━━━━● used
                        2021-02-28   5 months   2021-08-17
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from webshellhunt.model.log_results import Moment, MomentKind
from webshellhunt.model.patches import FixState, Wave
from webshellhunt.model.report import Report
from webshellhunt.reports.printable import decodable, one_line, verbatim
from webshellhunt.reports.times import aware
from webshellhunt.reports.writers.html.environment import day, name_of, second
from webshellhunt.reports.writers.html.words import MOMENTS

WIDTH: Final = 1000
LEFT: Final = 232
ROW: Final = 30
TOP: Final = 46
MOST_LANES: Final = 16
MOST_WAVES: Final = 6
MOST_ROWS: Final = 500
MOST_TICKS: Final = 24
_LABEL: Final = 28
_BEYOND: Final = 18
_WINDOW: Final = timedelta(days=90)
LEGEND: Final = {MomentKind.FIRST_USED: "used, first and last"}
_USES: Final = (MomentKind.FIRST_USED, MomentKind.LAST_USED)
_DATED: Final = (MomentKind.PLANTED, MomentKind.EXPLOITED, MomentKind.CREATED)
_APART: Final = timedelta(hours=12)
"""Times that are further apart belong to different episodes, each with the date at its first time."""

_LEAST_LABEL: Final = 84
_DATE_LABEL: Final = 66
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
        self._times: list[datetime] = sorted({aware(each) for each in times})
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
        when, times, places = aware(when), self._times, self._places
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
            label_x = min(place, self.right - _DATE_LABEL)
            fits = label_x >= free
            ticks.append(Tick(place, day(when) if fits else "", label_x))
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


class Mark(NamedTuple):
    """A shape in a lane: its kind, its place, and the end of its range, if witnesses disagree."""

    kind: str
    x: float
    until_x: float | None
    words: str


class Bar(NamedTuple):
    """A bar: the time of use of a file, or the window of a wave."""

    kind: str
    x: float
    width: float
    words: str


class Lane(NamedTuple):
    """A row: its label, the whole text of it, and its shapes; ``y`` is its middle."""

    kind: str
    label: str
    words: str
    y: float
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


class Fix(NamedTuple):
    """The fixes of one moment: a line through all lanes with a label."""

    mark: Mark
    label: str
    label_x: float
    anchor: str


class Timeline(NamedTuple):
    """A drawing: its size, its lanes, the axis, and the fixes as lines through all lanes."""

    height: float
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    spans: tuple[Span, ...]
    fixes: tuple[Fix, ...]
    more_files: int
    kinds: tuple[tuple[str, str], ...]
    words: str


def timeline(report: Report) -> Timeline | None:
    """Return the drawing of a report's timeline; ``None`` without a dated event."""
    moments = report.timeline
    if not moments:
        return None
    ends = [each.until_utc for each in moments if each.until_utc is not None]
    axis = TimeAxis([*(each.when_utc for each in moments), *ends], LEFT + _BEYOND, WIDTH - _BEYOND)
    lanes, left_out = _lanes(moments)
    rows: list[Lane] = []
    for kind, label, words, bars, own in [*_waves(report, axis), *((*lane, (), m) for lane, m in lanes)]:
        y = TOP + ROW * len(rows) + ROW / 2
        used = tuple(_use_bars(own, axis)) if own else ()
        marks = tuple(_mark(each, axis) for each in own if each.kind is not MomentKind.FIXED)
        rows.append(Lane(kind, label, words, y, (*bars, *used), marks))
    present = {each.kind for each in moments}
    if MomentKind.FIRST_USED in present:
        present.discard(MomentKind.LAST_USED)  # of the same shape
    return Timeline(
        height=TOP + ROW * len(rows) + 20,
        lanes=tuple(rows),
        ticks=_ticks(axis),
        spans=axis.spans,
        fixes=tuple(_fixes(moments, axis)),
        more_files=left_out,
        kinds=tuple((kind.value, LEGEND.get(kind, words)) for kind, words in MOMENTS.items() if kind in present),
        words=_words(moments),
    )


def _ticks(axis: TimeAxis) -> tuple[Tick, ...]:
    """Return the dates of the axis; of many, those with a label."""
    ticks = axis.ticks
    return ticks if len(ticks) <= MOST_TICKS else tuple(each for each in ticks if each.label)


def _lanes(moments: Sequence[Moment]) -> tuple[list[tuple[tuple[str, str, str], list[Moment]]], int]:
    """Return the lanes of the server and of the files in the order of time, and the number of files without one."""
    server = [each for each in moments if not each.path and each.kind is not MomentKind.FIXED]
    files: dict[str, list[Moment]] = {}
    for each in moments:
        if each.path:
            files.setdefault(decodable(each.path), []).append(each)
    lanes = [(("server", "the server", "events without a file"), server)] if server else []
    for path, own in list(files.items())[:MOST_LANES]:
        name = one_line(name_of(path))
        label = name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}…"
        lanes.append((("file", label, verbatim(path, 300)), own))
    return lanes, max(0, len(files) - MOST_LANES)


def _waves(report: Report, axis: TimeAxis) -> Iterator[tuple[str, str, str, tuple[Bar, ...], list[Moment]]]:
    """Yield the waves in whose windows a file was planted or an exploit succeeded."""
    if report.patch_state is None:
        return
    days = [aware(each.when_utc).date() for each in report.timeline if each.kind in _DATED]
    shown = 0
    for state in report.patch_state.waves:
        first, last = state.wave.first_use, window_end(state.wave)
        fits = state.state is not FixState.NOT_APPLICABLE and any(first <= day <= last for day in days)
        if not fits or shown == MOST_WAVES:
            continue
        shown += 1
        left = _beyond(axis, first, is_end=False)
        width = max(2.0, _beyond(axis, last, is_end=True) - left)
        words = f"window of {state.wave.name}: {first} to {last}"
        label = one_line(state.wave.name, _LABEL)
        yield "wave", label, one_line(words, 300), (Bar("window", left, width, one_line(words, 300)),), []


def window_end(wave: Wave) -> date:
    """Return the end of a wave's window by its convention: a saved report has only the dates that it follows from."""
    return min(max(wave.disclosed, wave.fixed), date.max - _WINDOW) + _WINDOW


def _beyond(axis: TimeAxis, day: date, *, is_end: bool) -> float:
    """Return the place of a day; a bar that begins or ends outside the axis reaches the edge."""
    x = axis.x(datetime.combine(day, time.max if is_end else time.min, tzinfo=UTC))
    if is_end:
        return x + _BEYOND if x >= axis.right else x
    return x - _BEYOND if x <= axis.left else x


def _use_bars(moments: Sequence[Moment], axis: TimeAxis) -> Iterator[Bar]:
    uses = [each.when_utc for each in moments if each.kind in _USES]
    if len(uses) > 1:
        left, right = axis.x(min(uses)), axis.x(max(uses))
        yield Bar("use", left, max(1.0, right - left), f"used {second(min(uses))} to {second(max(uses))}")


def _fixes(moments: Sequence[Moment], axis: TimeAxis) -> Iterator[Fix]:
    """Yield the lines of fixes, one for each place; its label is at the side with more space."""
    groups: dict[float, list[Mark]] = {}
    labels: dict[float, str] = {}
    for each in moments:
        if each.kind is MomentKind.FIXED:
            mark = _mark(each, axis)
            groups.setdefault(mark.x, []).append(mark)
            labels.setdefault(mark.x, one_line(each.event, 40))
    taken: list[tuple[float, float]] = [(x - 14, x + 14) for x in groups]
    for x, marks in sorted(groups.items()):
        label = labels[x] + (f" and {len(marks) - 1} more" if len(marks) > 1 else "")
        is_right = x < WIDTH * 0.62
        label_x, width = (x + 15 if is_right else x - 15), 8 * len(label)
        place = (label_x, label_x + width) if is_right else (label_x - width, label_x)
        is_free = not any(place[0] < end and start < place[1] for start, end in taken)
        taken += [place] if is_free else []
        mark = marks[0]._replace(words=one_line("; ".join(mark.words for mark in marks), 600))
        yield Fix(mark, label if is_free else "", label_x, "start" if is_right else "end")


def _mark(moment: Moment, axis: TimeAxis) -> Mark:
    until = moment.until_utc
    is_range = until is not None and aware(until) > aware(moment.when_utc)
    return Mark(
        moment.kind.value,
        axis.x(moment.when_utc),
        axis.x(until) if until is not None and is_range else None,
        one_line(moment_words(moment), 400),
    )


def moment_words(moment: Moment) -> str:
    """Return a moment in one line."""
    until = f" or until {second(moment.until_utc)}" if moment.until_utc is not None else ""
    witness = f" ({moment.witness})" if moment.witness else ""
    return f"{second(moment.when_utc)}{until}: {moment.event}{witness}"


def _words(moments: Sequence[Moment]) -> str:
    """Return the drawing in words, for a reader who does not see it."""
    first, last = moments[0], moments[-1]
    if len(moments) == 1:
        return f"One event: {one_line(moment_words(first), 300)}. The table below has it."
    apart = aware(last.when_utc) - aware(first.when_utc)
    span = f" within {apart_words(apart)}" if apart.total_seconds() >= 3_600 else ""
    return (
        f"{len(moments):,} events{span}, from {one_line(moment_words(first), 300)} to "
        f"{one_line(moment_words(last), 300)}. The table below has all of them."
    )


def apart_words(apart: timedelta) -> str:
    """Return a long time in words, such as ``5 months``."""
    days = apart.total_seconds() / 86_400
    for unit, length, least in (("year", _YEAR, 2 * _YEAR), ("month", _YEAR / 12, 61), ("day", 1, 1)):
        if days >= least:
            count = round(days / length)
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    hours = max(1, round(days * 24))
    return f"{hours} hour{'' if hours == 1 else 's'}"
