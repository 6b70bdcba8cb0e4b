"""Times of a subject: those of its file, those that its content states, and the hours common to most files."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Finding

SLACK = timedelta(days=1)
"""Times that differ by less than this agree."""

SLACK_OF_LOGS = timedelta(minutes=1)
"""The same for a time in a log of the same machine: a request is logged when it ends."""

FILE_KINDS: Mapping[str, str] = {"created_utc": "created", "modified_utc": "last changed"}
"""The file times that date a file, the more reliable first: a copied file keeps its last change."""

NAME_KIND = "name_created_utc"
"""The time in the name of a file record: no program can set it, but a renaming takes the time of the file."""

DATING_KINDS: Mapping[str, str] = {NAME_KIND: "created, as the file system recorded with its name", **FILE_KINDS}
"""The times that date a planting, the more reliable first."""

_CONTENT_FACTS = {
    "planted_at": "its content states this time",
    "submitted": "the mail in it was sent then",
    "delivered": "the mail in it arrived then",
    "created": "its content was created then",
}
COPYING = timedelta(hours=1)
"""If most files have times within so short a span, a copy or an installation set them: they date no single file."""

_MOST = 0.8
_LEAST_FILES = 8
CREATION, LAST_WRITE = "recorded_created", "recorded_written"
_RECORD_FACTS = {
    CREATION: "the change journal of the drive recorded its creation",
    LAST_WRITE: "the change journal of the drive recorded that it was last written",
}
_IN_LOGS = "the logs of the server have the act"
_CENTURY = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
_TICK = timedelta(microseconds=1)
_MOST_APART = COPYING // _TICK
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class TimeWitness(NamedTuple):
    """A time of a subject and its witness in words; ``exact`` for the planting itself, else a time near it."""

    when: datetime
    by: str
    exact: bool = False


class Bounds(NamedTuple):
    """The last time at which the content of a subject was not there, and the first at which it was.

    ``without`` and ``having`` are their witnesses in words. ``is_changed`` is true if the subject itself is older: the
    last snapshot without its content has other content. ``slack`` are the differences that don't contradict the bounds.
    """

    earliest: datetime | None = None
    latest: datetime | None = None
    without: str = ""
    having: str = ""
    is_changed: bool = False
    slack: tuple[timedelta, timedelta] = (SLACK, SLACK)

    def hold(self, when: datetime) -> bool:
        """Return True if a time does not contradict the bounds by more than the slack."""
        nearest = self.nearest(when)
        return abs(nearest - when) <= self.slack[nearest < when]

    def not_before(self, when: datetime, witness: str) -> Bounds:
        """Return the bounds with a request at which it was not there, if that is later than the known bound."""
        if self.earliest is not None and self.earliest >= when:
            return self
        return self._replace(earliest=when, without=witness, slack=(SLACK_OF_LOGS, self.slack[1]))

    def not_after(self, when: datetime, witness: str) -> Bounds:
        """Return the bounds with a moment at which it was there, if that is earlier than the known bound."""
        if self.latest is not None and self.latest <= when:
            return self
        return self._replace(latest=when, having=witness, slack=(self.slack[0], SLACK_OF_LOGS))

    def nearest(self, when: datetime) -> datetime:
        """Return the time within the bounds that is nearest to a time."""
        if self.earliest is not None and when < self.earliest:
            return self.earliest
        return self.latest if self.latest is not None and when > self.latest else when


class CommonHours(NamedTuple):
    """For each kind of file time, the hour that contains most times of the host, if there is one."""

    created_utc: tuple[datetime, datetime] | None = None
    modified_utc: tuple[datetime, datetime] | None = None
    changed_utc: tuple[datetime, datetime] | None = None
    name_created_utc: tuple[datetime, datetime] | None = None

    def holds(self, kind: str, when: datetime) -> bool:
        """Return True if a file time is in the common hour of its kind."""
        hour: tuple[datetime, datetime] | None = getattr(self, kind)
        return hour is not None and hour[0] <= when <= hour[1]


class FileTimes(NamedTuple):
    """The view of a subject's times; correlation builds it, because ``common_hours`` come from the whole host.

    ``recorded`` is the creation in the change journal. ``is_foreign`` is true for a page in a directory of setup that
    Exchange does not ship there. ``same_created`` is the name of another file of its directory with exactly its time of
    creation.
    """

    times: Timestamps
    content: tuple[TimeWitness, ...] = ()
    common_hours: CommonHours = CommonHours()
    recorded: datetime | None = None
    is_foreign: bool = False
    same_created: str | None = None

    def iter_own(self, kinds: Mapping[str, str] = FILE_KINDS) -> Iterator[tuple[str, datetime]]:
        """Yield the kind and the time of each file time that dates the file; none for the times of a copy."""
        if self.times.original:
            for kind in kinds:
                when = utc_time(getattr(self.times, kind))
                if when is not None:
                    yield kind, when


def iter_content_times(findings: Sequence[Finding]) -> Iterator[TimeWitness]:
    """Yield the times that the findings of a subject read from its content, or from logs."""
    for finding in findings:
        logged = "planted_path" in finding.facts
        for name, by in _CONTENT_FACTS.items():
            when = _parsed(finding.facts.get(name))
            if when is not None:
                yield TimeWitness(when, _IN_LOGS if logged else by, exact=name == "planted_at")


def iter_fact_times(findings: Sequence[Finding], name: str) -> Iterator[datetime]:
    """Yield the times that the findings of a subject have as a fact."""
    yield from (when for each in findings if (when := _parsed(each.facts.get(name))) is not None)


def iter_recorded_times(findings: Sequence[Finding], kind: str = CREATION) -> Iterator[TimeWitness]:
    """Yield the times of a creation, or of the last write, that the file system recorded."""
    yield from (TimeWitness(when, _RECORD_FACTS[kind], exact=True) for when in iter_fact_times(findings, kind))


def bounds_of(findings: Sequence[Finding]) -> Bounds:
    """Return the bounds from the first finding that has a lower one: the snapshots around the planting."""
    for finding in findings:
        absent, other, present = (_parsed(finding.facts.get(name)) for name in ("absent_at", "other_at", "present_at"))
        earliest = absent or other
        if earliest is not None:
            copy = "a copy of the configuration" if "registered" in finding.facts else "a shadow copy"
            without = f"absent in {copy}" if absent is not None else f"other content in {copy}"
            return Bounds(earliest, present, without, f"present in {copy}", is_changed=absent is None)
    return Bounds()


class FileHours:
    """The original times of files by their kind, in microseconds and so in little room."""

    def __init__(self) -> None:
        self._of: dict[str, array[int]] = {kind: array("q") for kind in CommonHours._fields}

    def add(self, times: Timestamps) -> None:
        """Add the times of a file, if they are its own."""
        for kind, when in _ticks(times):
            self._of[kind].append(when)

    def remove(self, times: Timestamps) -> None:
        """Remove the times of a file that was added."""
        for kind, when in _ticks(times):
            self._of[kind].remove(when)

    def common(self, times: Iterable[Timestamps]) -> CommonHours:
        """Return the hours of most times, by their kind: of those that were added, and of some more."""
        all_of = FileHours()
        for each in times:
            all_of.add(each)
        return CommonHours(**{kind: _common_hour(sorted((*all_of._of[kind], *self._of[kind]))) for kind in self._of})


def _ticks(times: Timestamps) -> Iterator[tuple[str, int]]:
    for kind in CommonHours._fields if times.original else ():
        when = utc_time(getattr(times, kind))
        if when is not None:
            yield kind, (when - _CENTURY[0]) // _TICK


def find_common_hours(times: Iterable[Timestamps]) -> CommonHours:
    """Return the hours of most times, by their kind."""
    return FileHours().common(times)


def _common_hour(times: Sequence[int]) -> tuple[datetime, datetime] | None:
    best = (0, 0, 0)
    first = 0
    for last, when in enumerate(times):
        while when - times[first] > _MOST_APART:
            first += 1
        best = max(best, (last - first + 1, first, last))
    count, first, last = best
    if count < max(_LEAST_FILES, _MOST * len(times)):
        return None
    return _CENTURY[0] + times[first] * _TICK, _CENTURY[0] + times[last] * _TICK


def utc_time(when: datetime | None) -> datetime | None:
    """Return a time in UTC; ``None`` for one outside of this century, which no server of this kind has seen."""
    try:
        when = when.replace(tzinfo=UTC) if when is not None and when.tzinfo is None else when
        return when.astimezone(UTC) if when is not None and _CENTURY[0] <= when <= _CENTURY[1] else None
    except OverflowError:
        return None


def days_in_words(span: timedelta) -> str:
    """Return a span in days, the numbers up to twelve as words."""
    days = round(span.total_seconds() / 86_400)
    number = _NUMBERS[days] if 0 < days < len(_NUMBERS) else f"{days:,}"
    return f"{number} day{'' if days == 1 else 's'}"


def _parsed(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return utc_time(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return None
