"""The search of an event log, or of exported events, for the events that some questions need.

Some collectors write local times as if they were UTC. Sysmon states the time of each of its events in UTC as a value of
its own, so that the difference is known.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain
from typing import Final, NamedTuple, Protocol, runtime_checkable

from webshellhunt.errors import MissingDependencyError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.logs.blocks import Blocks, Read
from webshellhunt.logs.event_fields import read_json_event, utc_text
from webshellhunt.logs.events import NEEDS, Damage, is_event_log, iter_raw_events
from webshellhunt.logs.exported_events import ExportedEvent, is_xml, iter_json_events, iter_xml_events
from webshellhunt.logs.questions import Question, Tally
from webshellhunt.model.findings import Gap
from webshellhunt.model.traffic import LogFile, Record, read_time

MISSING_EXTRA: Final = "missing-extra"
"""The code of the gap for an event log, if the package that reads it is not installed."""

LOCAL_TIMES: Final = "local-times"
"""The code of a note that local times were corrected."""

_START_BYTES = 512
_ZONE_EVENTS = 2_000
_ZONE_SIZE = 8 * 1024 * 1024
# The number of an event in the JSON of the parser; the head comes before the values.
_EVENT_ID = lazy_pattern(r'"EventID":(?:\{"#attributes":\{[^{}]{0,200}\},"#text":)?"?(\d{1,6})')

_QUARTER: Final = timedelta(minutes=15)
_MOST: Final = timedelta(hours=14)
_SHARE: Final = 0.9
_LEAST: Final = 3


class EventsRead(NamedTuple):
    """The search of one log: its extent, the tally of each question, and the gaps."""

    log: LogFile
    answers: list[tuple[Question, Tally]]
    gaps: list[Gap]


@runtime_checkable
class TakesHoles(Protocol):
    """A tally that needs to know which records of an event log are missing."""

    def take_holes(self, log: LogFile, holes: Sequence[tuple[int, int]]) -> None:
        """Take the first and the last number of each run of records that the log lacks; an export has none."""
        ...


def search_events(read: Read, log: LogFile, questions: Sequence[Question]) -> EventsRead:
    """Read a whole event log once, as ``rows.LogSearch.run`` reads a text log.

    A question gets the events with a number of ``event_ids``, and those with one of its ``words`` in any value.
    """
    return _EventSearch(log, questions).run(read)


class _Wanted:
    """The questions that need an event."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._ids = [each.event_ids for each in questions]
        self._words = [tuple(word.decode("utf-8", "replace") for word in sorted(each.words)) for each in questions]

    def positions(self, number: int, text: str) -> list[int]:
        """Return the positions of the questions that need an event with this number and this text."""
        lowered = text.lower() if any(self._words) else ""
        pairs = zip(self._ids, self._words, strict=True)
        return [at for at, (ids, words) in enumerate(pairs) if number in ids or any(word in lowered for word in words)]


class _EventSearch:
    """The search of one log; its counters are those of its extent."""

    def __init__(self, log: LogFile, questions: Sequence[Question]) -> None:
        self._log = log
        self._questions = [each for each in questions if log.kind in each.kinds]
        self._tallies = [each.tally(log) for each in self._questions]
        self._wanted = _Wanted(self._questions)
        self._damage = Damage()
        self._first = ""
        self._last = ""
        self._behind = timedelta()
        self._rows = 0
        self._broken = 0

    def run(self, read: Read) -> EventsRead:
        """Read the log to its end."""
        start = read(0, _START_BYTES)
        gaps: list[Gap] = []
        try:
            if is_event_log(start) or self._log.path.lower().endswith(".evtx"):
                self._take_raw(read)
            elif start:
                self._take_exported(read)
        except MissingDependencyError:
            gaps.append(Gap(MISSING_EXTRA, "logs", self._log.path, NEEDS, matters=True))
        damage = self._damage
        self._broken += damage.records + damage.chunk_count
        first, last = (read_time(utc_text(each)) for each in (self._first, self._last))
        log = self._log._replace(rows=self._rows + self._broken, broken=self._broken, first_utc=first, last_utc=last)
        holes = damage.holes()
        for tally in self._tallies if holes else ():
            if isinstance(tally, TakesHoles):
                tally.take_holes(log, holes)
        return EventsRead(log, list(zip(self._questions, self._tallies, strict=True)), [*gaps, *self._gaps()])

    def _take_raw(self, read: Read) -> None:
        for event in iter_raw_events(read, self._damage):
            self._rows += 1
            self._extend(event.time)
            found = _EVENT_ID.search(event.text)
            positions = self._wanted.positions(int(found[1]) if found is not None else -1, event.text)
            if positions:
                self._give(positions, _fields_of(event.text), event.number)

    def _take_exported(self, read: Read) -> None:
        blocks = Blocks(read)
        xml = is_xml(next(Blocks(read).pieces(), b"")[:_START_BYTES])
        events = iter_xml_events(read, blocks) if xml else iter_json_events(read, blocks)
        first = _first_events(events)
        self._behind = zone_of(event.fields for event in first if event.fields is not None)
        for event in chain(first, events):
            if event.fields is None:
                self._broken += 1
                continue
            self._rows += 1
            if "time" in event.fields:
                event.fields["time"] = shifted(event.fields["time"], self._behind)
            self._extend(event.fields.get("time", ""))
            positions = self._wanted.positions(int(event.fields["event_id"]), event.text)
            self._give(positions, event.fields, event.place)
        self._log = self._log._replace(truncated=blocks.truncated)

    def _give(self, positions: Sequence[int], fields: dict[str, str] | None, place: int) -> None:
        """Hand an event to the tallies that need it."""
        if fields is None:
            self._broken += bool(positions)
            return
        number = fields.pop("number", "")
        line = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else place
        record = Record(self._log.path, line, self._log.kind, fields)
        for position in positions:
            self._tallies[position].take(record)

    def _extend(self, time: str) -> None:
        """Keep the earliest and the latest time; the order of a log that has wrapped is not that of time."""
        if time:
            self._first = min(self._first or time, time)
            self._last = max(self._last, time)

    def _gaps(self) -> Iterator[Gap]:
        damage, path = self._damage, self._log.path
        if damage.chunk_count:
            places = ", ".join(str(offset) for offset in damage.chunks[:3])
            parts = "1 broken part" if damage.chunk_count == 1 else f"{damage.chunk_count:,} broken parts"
            reason = f"{parts} of 64 KiB (at byte {places}); the rest was read"
            yield Gap("broken-event-log", "logs", path, reason)
        if self._behind:
            reason = f"its times are local, {zone_words(self._behind)} according to Sysmon; they were corrected"
            yield Gap(LOCAL_TIMES, "logs", path, reason)
        if damage.is_cut:
            reason = "only the first 8 GiB of this event log, or those before 64 MiB of zeros, were read"
            yield Gap("too-large", "logs", path, reason, matters=True)


def _first_events(events: Iterator[ExportedEvent]) -> list[ExportedEvent]:
    """Return the first events of an export, by which its zone is known."""
    first: list[ExportedEvent] = []
    size = 0
    for event in events:
        first.append(event)
        size += len(event.text)
        if len(first) >= _ZONE_EVENTS or size >= _ZONE_SIZE:
            break
    return first


def _fields_of(text: str) -> dict[str, str] | None:
    try:
        return read_json_event(json.loads(text))
    except (ValueError, RecursionError):
        return None


def zone_of(events: Iterable[Mapping[str, str]]) -> timedelta:
    """Return how far the times of events are behind UTC; nothing if no event states both, or they disagree."""
    votes: Counter[int] = Counter()
    for fields in events:
        own, stated = read_time(fields.get("time", "")), read_time(utc_text(fields.get("data.utctime", "")))
        if own is not None and stated is not None and fields.get("provider", "").endswith("Sysmon"):
            votes[round((stated - own) / _QUARTER)] += 1
    ((quarters, count),) = votes.most_common(1) or ((0, 0),)
    behind = quarters * _QUARTER
    agreed = count >= _LEAST and count >= _SHARE * votes.total() and abs(behind) <= _MOST
    return behind if agreed else timedelta()


def shifted(time: str, behind: timedelta) -> str:
    """Return a time in UTC."""
    when = read_time(time)
    if when is None or not behind:
        return time
    try:
        return utc_text((when + behind).isoformat())
    except OverflowError:
        return time


def zone_words(behind: timedelta) -> str:
    """Return a difference from UTC in words."""
    minutes = abs(int(behind.total_seconds() // 60))
    side = "behind" if behind > timedelta() else "ahead of"
    return f"{minutes // 60} h {minutes % 60:02} min {side} UTC"
