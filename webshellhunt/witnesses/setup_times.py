"""Times of setup: when many pages that Exchange ships came to a drive, or left it.

Only pages that are there now are counted, so that junk with any names, which comes and goes, is no setup.
"""

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from webshellhunt.containers.page_names import PAGE_EXTENSIONS, extension_of
from webshellhunt.host.machine.paths import folded, join_server_path
from webshellhunt.knowledge.exchange_names import is_shipped_at
from webshellhunt.ntfs.histories import FileHistory, Place
from webshellhunt.ntfs.listed_files import ListedFile
from webshellhunt.views.recorded_file import RecordedFile
from webshellhunt.witnesses.recorded_drive import Names, RecordedDrive

MANY: Final = 20
"""So many pages within an hour are the work of a program, such as setup, an update or a deployment."""

HOUR: Final = timedelta(hours=1)
_FEWEST = 3


class _Event(NamedTuple):
    when_utc: datetime
    names: Names


class SetupTimes:
    """The times at which setup or an update wrote and removed the pages of a drive."""

    def __init__(self, drive: RecordedDrive) -> None:
        self._drive = drive
        self._shipped = {key for key, (names, _) in drive.there.items() if self._is_shipped(names)}
        needed = min(MANY, max(_FEWEST, (len(self._shipped) + 1) // 2))
        self._came = _spans(self._arrivals(), needed)
        self._left = _spans(self._departures(), needed)

    def explain(self, page: RecordedFile) -> bool:
        """Return True if setup or an update brought a page that is gone, or removed one of unknown age.

        A page that came at another time is not explained by an update that happens when it goes.
        """
        created = page.created_utc or (page.name_created_utc if page.moved_here is None else None)
        if created is not None:
            return _is_in(self._came, created)
        return page.gone_utc is not None and _is_in(self._left, page.gone_utc)

    def became_stock(self, history: FileHistory) -> bool:
        """Return True if a file is a stock page now, so that its earlier names were those of a draft."""
        names = self._drive.names_of(history.place)
        key = folded(names) if names is not None else ()
        return history.deleted_utc is None and key in self._shipped

    def _is_shipped(self, names: Names) -> bool:
        if extension_of(names[-1]) not in PAGE_EXTENSIONS:
            return False
        return is_shipped_at(join_server_path(self._drive.volume.letter, names))

    def _arrivals(self) -> Iterator[_Event]:
        """Yield the creations of stock pages; one that came and went within the journal is none."""
        histories = {each.file: each for each in self._drive.records.histories}
        for record in self._drive.records.table.files:
            history = histories.get(record.reference)
            if history is None or not _came_and_went(history):
                yield from self._namings(record)
        for history in histories.values():
            if not _came_and_went(history):
                yield from self._event(history.created_utc, history.place)
                for each in history.renamings:
                    yield from self._event(each.when_utc, each.new)

    def _departures(self) -> Iterator[_Event]:
        for history in self._drive.records.histories:
            if not _came_and_went(history):
                yield from self._event(history.deleted_utc, history.place)
                for each in history.renamings:
                    yield from self._event(each.when_utc, each.old)

    def _namings(self, record: ListedFile) -> Iterator[_Event]:
        for name in record.names:
            yield from self._event(name.created_utc, Place(name.parent, name.name))

    def _event(self, when: datetime | None, place: Place) -> Iterator[_Event]:
        names = self._drive.names_of(place) if when is not None else None
        if when is not None and names is not None and folded(names) in self._shipped:
            yield _Event(when, folded(names))


def _came_and_went(history: FileHistory) -> bool:
    return history.created_utc is not None and history.deleted_utc is not None


def _spans(events: Iterable[_Event], needed: int) -> list[tuple[datetime, datetime]]:
    """Return the spans, in order and apart, in which so many different pages have an event within each hour."""
    spans: list[tuple[datetime, datetime]] = []
    window: deque[_Event] = deque()
    counts: Counter[Names] = Counter()
    for event in sorted(set(events)):
        window.append(event)
        counts[event.names] += 1
        while event.when_utc - window[0].when_utc > HOUR:
            old = window.popleft().names
            counts[old] -= 1
            if not counts[old]:
                del counts[old]
        if len(counts) < needed:
            continue
        start = window[0].when_utc
        if spans and start <= spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, event.when_utc))
    return spans


def _is_in(spans: list[tuple[datetime, datetime]], when: datetime) -> bool:
    """Return True if a time is in a span, or within an hour of one."""
    at = bisect_right(spans, when, key=lambda span: span[0])
    return any(start - HOUR <= when <= end + HOUR for start, end in spans[max(0, at - 1) : at + 1])
