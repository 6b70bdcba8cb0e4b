"""Log scan: the logs of a host, read once and in parallel for all questions."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from webshellhunt.errors import SourceError
from webshellhunt.fence import Fence
from webshellhunt.logs.blocks import Read
from webshellhunt.logs.event_search import MISSING_EXTRA, search_events
from webshellhunt.logs.events import REMEDY
from webshellhunt.logs.kinds import HEAD_BYTES, kind_by_content, unread_format
from webshellhunt.logs.questions import Interest, MergingTally, Question, RowsTally, Tally
from webshellhunt.logs.rows import LogSearch
from webshellhunt.model.findings import Gap
from webshellhunt.model.traffic import LogFile, LogKind, Record
from webshellhunt.scan.executors import Executor, Future
from webshellhunt.scan.log_places import FoundLog
from webshellhunt.scan.watch import Watch
from webshellhunt.sources.source import Source
from webshellhunt.views.figures import count_in_words

IN_FLIGHT: Final = 8
_BATCH_BYTES: Final = 32 * 1024 * 1024
_BATCH_LOGS: Final = 64
_BROKEN_SHARE: Final = 100
"""A gap names a log if more than one row in this many is broken."""


class Within:
    """A question that takes records of a period only, by their own times."""

    def __init__(self, question: Question, since: datetime | None, until: datetime | None) -> None:
        self.question: Question = question
        self.kinds: frozenset[LogKind] = question.kinds
        self.words: frozenset[bytes] = question.words
        self.event_ids: frozenset[int] = question.event_ids
        self._since = since
        self._until = until

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        """Return the interest of the question."""
        return self.question.interest(path, kind)

    def tally(self, log: LogFile) -> Tally:
        """Return a tally that leaves out the records outside the period, unless it takes all rows."""
        tally = self.question.tally(log)
        return tally if isinstance(tally, RowsTally) else WithinTally(tally, self._since, self._until)


class WithinTally(NamedTuple):
    """A tally of the records of a period."""

    tally: Tally
    since: datetime | None
    until: datetime | None

    def take(self, record: Record) -> None:
        """Take a record of the period; one without a time is left out."""
        when = record.when_utc
        if when is None or (self.since is not None and when < self.since):
            return
        if self.until is None or when < self.until:
            self.tally.take(record)


class LogResults:
    """The tallies of all logs.

    Attributes:
        logs: The logs that were read, with their extents.
        gaps: The logs that were not, or not completely.
        is_interrupted: True if the reading ended before all logs were read.
    """

    def __init__(self) -> None:
        self.logs: list[LogFile] = []
        self.gaps: list[Gap] = []
        self.is_interrupted: bool = False
        self._tallies: dict[int, list[Tally]] = {}
        self._merged: dict[tuple[int, Hashable], MergingTally] = {}

    def add(self, log: LogFile, tallies: Iterable[tuple[int, Tally]], gaps: Iterable[Gap]) -> None:
        """Add the results of one log; one that needs an extra was not read."""
        found = list(gaps)
        if not any(gap.code == MISSING_EXTRA for gap in found):
            self.logs.append(log)
        self.gaps += found
        for number, tally in tallies:
            self._add(number, tally.tally if isinstance(tally, WithinTally) else tally)

    def _add(self, number: int, tally: Tally) -> None:
        """Add a tally, merged into one with the same key if it can be."""
        if isinstance(tally, MergingTally):
            known = self._merged.setdefault((number, tally.key), tally)
            if known is not tally:
                known.merge(tally)
                return
        self._tallies.setdefault(number, []).append(tally)

    def of(self, number: int) -> list[Tally]:
        """Return the tallies of a question by its number, in the order of the logs."""
        return self._tallies.get(number, [])


_Outcome = tuple[LogFile, list[tuple[int, Tally]], list[Gap]]
_Searched = tuple[LogFile, list[tuple[Question, Tally]], list[Gap]]


def read_logs(
    sources: Sequence[Source],
    found: Iterable[FoundLog],
    questions: Sequence[Question],
    executor: Executor,
    watch: Watch | None = None,
) -> LogResults:
    """Read logs on an executor, small ones together, and return the tallies of the questions.

    A ``KeyboardInterrupt`` (Ctrl-C) ends the reading; the results until then are returned.

    ``sources``: the source of the hunt, and those of the logs that the user names. ``found``: the logs, with the
    numbers of their sources.
    """
    results = LogResults()
    waiting: deque[tuple[Future[list[_Outcome]], list[FoundLog]]] = deque()
    try:
        for batch in _batches(found):
            waiting.append((executor.submit(search_logs, sources, batch, questions), batch))
            while len(waiting) > IN_FLIGHT or (waiting and waiting[0][0].done()):
                _collect(results, *waiting.popleft(), watch)
        while waiting:
            _collect(results, *waiting.popleft(), watch)
    except KeyboardInterrupt:
        results.is_interrupted = True
    finally:
        for future, _ in waiting:
            future.cancel()
    results.gaps = list(_by_folder(results.gaps))
    return results


def search_logs(sources: Sequence[Source], batch: Sequence[FoundLog], questions: Sequence[Question]) -> list[_Outcome]:
    """Return the extent, the tallies by the number of their question, and the gaps of each log of a batch."""
    numbers = {id(question): number for number, question in enumerate(questions)}
    outcomes: list[_Outcome] = []
    for each in batch:
        fence = Fence(each.log.path, "logs")
        nothing: _Searched = (each.log, [], [])
        log, tallies, gaps = fence.step("log", partial(_search, sources[each.place], each, questions), nothing)
        named = [(numbers[id(question)], tally) for question, tally in tallies]
        outcomes.append((log, named, [*gaps, *fence.gaps]))
    return outcomes


def _search(source: Source, found: FoundLog, questions: Sequence[Question]) -> _Searched:
    """Search one log; what was taken before an error of its source is lost, as its extent is unknown."""

    def read(offset: int, size: int) -> bytes:
        return source.read(found.entry_path, size, offset)

    try:
        if found.log.kind is LogKind.EVENTS:
            log, tallies, gaps = search_events(read, found.log, questions)
        else:
            log, tallies = LogSearch(found.log, questions).run(read)
            gaps = []
            other = kind_by_content(read(0, HEAD_BYTES)) if log.rows and log.broken == log.rows else None
            if other not in (None, log.kind):  # its name, or its folder, is that of another log
                return _search(source, found._replace(log=found.log._replace(kind=other)), questions)
        return log, tallies, [*gaps, *_damaged(log, read)]
    except SourceError as error:
        gap = Gap("unreadable", "logs", found.log.path, error.message, matters=True)
        return found.log._replace(truncated=True), [], [gap]


def _damaged(log: LogFile, read: Read) -> Iterator[Gap]:
    """Yield the gaps of a log that is cut off, or of which a share of the rows can't be read."""
    if log.truncated:
        reason = (
            f"the file is cut off, damaged, or mostly zeros; {count_in_words(log.rows, 'row')} before that were read"
        )
        yield Gap("log-cut-off", "logs", log.path, reason, matters=True)
    if not log.broken or log.broken * _BROKEN_SHARE < log.rows:
        return
    share = f"{log.broken:,} of {count_in_words(log.rows, 'row')}"
    at = "" if log.first_broken_line is None else f", the first in line {log.first_broken_line:,}"
    why = "" if log.kind is LogKind.EVENTS else ": they have not the columns of the log"
    if why and log.broken == log.rows:
        why = ": no line above them names their columns (#Fields)"
    reason = f"{share} can't be read{at}{why}"
    known = unread_format(read(0, HEAD_BYTES)) if log.broken == log.rows else None
    if known is None:
        yield Gap("log-rows-broken", "logs", log.path, reason, matters=log.broken == log.rows)
    else:
        reason = f"not supported: {known}; {share} can't be read"
        yield Gap("log-format-not-read", "logs", log.path, reason, matters=True)


def _by_folder(gaps: Iterable[Gap]) -> Iterator[Gap]:
    """Yield gaps, those of event logs that need an extra as one for each folder."""
    unread: dict[str, list[Gap]] = {}
    for gap in gaps:
        if gap.code != MISSING_EXTRA:
            yield gap
            continue
        unread.setdefault(gap.path[: max(gap.path.rfind("/"), gap.path.rfind("\\")) + 1], []).append(gap)
    for folder, members in unread.items():
        were = "was" if len(members) == 1 else "were"
        reason = f"{count_in_words(len(members), 'event log')} {were} NOT read: {REMEDY}"
        yield Gap(
            MISSING_EXTRA, "logs", folder or (members[0].path if len(members) == 1 else "."), reason, matters=True
        )


def _batches(found: Iterable[FoundLog]) -> Iterator[list[FoundLog]]:
    batch: list[FoundLog] = []
    size = 0
    for each in found:
        batch.append(each)
        size += each.log.size_bytes
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_LOGS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _collect(results: LogResults, future: Future[list[_Outcome]], batch: list[FoundLog], watch: Watch | None) -> None:
    """Add the results of a batch; a process that died loses its logs, each of which becomes a gap."""
    fence = Fence(batch[0].log.path, "logs")
    lost: list[_Outcome] = []
    for log, tallies, gaps in fence.step("logs", future.result, lost):
        results.add(log, tallies, gaps)
    if fence.gaps:
        reason = "the process that read it ended with an error"
        results.gaps += [Gap("log-not-read", "logs", each.log.path, reason, matters=True) for each in batch]
    if watch is not None:
        watch.read(len(batch), sum(each.log.size_bytes for each in batch), batch[-1].log.path)
