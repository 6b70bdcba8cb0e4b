"""Fleet hunt: ``hunt_many`` and its result, of which the reports are on the disk until they are used."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import overload

from webshellhunt.containers.page_names import ARCHIVE_EXTENSIONS, IMAGE_EXTENSIONS, RUN_EXTENSIONS, extension_of
from webshellhunt.errors import SeveralHostsError, UnexpectedError, WrongTypeError
from webshellhunt.fleets import FleetTally
from webshellhunt.hunt_arguments import cache_of, job_of, require_functions
from webshellhunt.many.coordinator import Coordinator, Ended, Key, Place, places_of, workers_of
from webshellhunt.many.hunt_task import FEW_FILES, MOST_FILES, Task, require_inputs, unpacked
from webshellhunt.many.spool import Spool
from webshellhunt.model.arguments import type_words
from webshellhunt.model.fleet import Fleet, Unopened
from webshellhunt.model.limits import Job
from webshellhunt.model.progress import Cancel
from webshellhunt.model.report import Report
from webshellhunt.model.result_cache import ResultCache
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.scan.executors import Executor, SerialExecutor
from webshellhunt.scan.watch import CallbackFailed, called

Location = str | os.PathLike[str]
OnReport = Callable[[Report], object]

NOT_REACHED = "the run was interrupted before it was hunted"
_MOST_NAMED = 3
_TO_EXAMINE = RUN_EXTENSIONS | ARCHIVE_EXTENSIONS | IMAGE_EXTENSIONS | {"log", "evtx", "rar", ""}  # a folder has none


class FleetHunt(Sequence[Report]):
    """The result of ``hunt_many``: a sequence of the reports, with the locations that have none.

    Attributes:
        reports: The reports in the order of the list. They are read from a temporary file one at a time, so that a loop
            over ten thousand of them needs the memory of one.
        unopened: The locations without a report, each with the reason, in the order of the list.
        notes: Sentences about the run itself, such as the loss of a cluster.
        interrupted: True if the run was interrupted or cancelled; the reports until then are complete.
    """

    def __init__(
        self, reports: Sequence[Report], unopened: tuple[Unopened, ...], notes: tuple[str, ...], *, interrupted: bool
    ) -> None:
        self.reports: Sequence[Report] = reports
        self.unopened: tuple[Unopened, ...] = unopened
        self.notes: tuple[str, ...] = notes
        self.interrupted: bool = interrupted

    def __repr__(self) -> str:
        return f"<FleetHunt of {len(self.reports)} reports, {len(self.unopened)} unopened>"

    def __len__(self) -> int:
        return len(self.reports)

    @overload
    def __getitem__(self, at: int) -> Report: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Report]: ...
    def __getitem__(self, at: int | slice) -> Report | Sequence[Report]:
        return self.reports[at]

    def fleet(self) -> Fleet:
        """Return the comparison of all hosts."""
        tally = FleetTally()
        for report in self.reports:
            tally.add(report)
        for each in self.unopened:
            tally.add_unopened(each.location, each.sentence, each.name)
        return tally.fleet()


class _Reports(Sequence[Report]):
    """Reports that are read from a spool on each use."""

    def __init__(self, spool: Spool, chosen: Sequence[tuple[int, str | None]]) -> None:
        self._spool = spool
        self._chosen = chosen

    def __len__(self) -> int:
        return len(self._chosen)

    @overload
    def __getitem__(self, at: int) -> Report: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Report]: ...
    def __getitem__(self, at: int | slice) -> Report | Sequence[Report]:
        if isinstance(at, slice):
            return _Reports(self._spool, self._chosen[at])
        number, name = self._chosen[at]
        report = report_of(unpacked(self._spool[number]), name)
        assert report is not None
        return report


def hunt_many(
    locations: Iterable[Location | tuple[str, Location]],
    *,
    job: Job | None = None,
    executor: Executor | None = None,
    on_report: OnReport | None = None,
    cancel: Cancel | None = None,
    cache: ResultCache | Location | None = None,
    times: str = "auto",
    password: str | None = None,
    snapshots: bool = False,
) -> FleetHunt:
    """Hunt through several servers at once and return their reports in the order of the list.

    The unit of work is a location: a worker opens it, hunts through it and returns the report. A source with more than
    50,000 files is split into parts, or one with more than 4,000 where there are fewer sources than workers. The
    reports are those of ``hunt`` one after another, apart from their times.

    Args:
        locations: The locations, as for ``open_source``; or pairs of a name and a location. The name is that of the
            host if the evidence has none. A repeated location is hunted through once; several servers in one location
            have a report each.
        job: Rules and limits; our own rules and the default limits if omitted. Its paths are read by the workers.
        executor: Where hunts run; in this thread if omitted. Any executor of ``concurrent.futures`` serves, and
            ``open_executor`` opens processes, or a cluster.
        on_report: Called in this thread with each report as soon as its hunt ends, in any order.
        cancel: Called between results, and several times a second while workers are busy; once it returns True, the run
            ends as by Ctrl-C.
        cache: As for ``hunt``; a file of this machine, which all hunts share.
        times: As for ``open_source``, for all locations, here and below.
        password: The password of encrypted archives.
        snapshots: True to open the volume shadow copies of disk images, too.

    A location that can't be opened is a row in ``unopened``, and stops no other one. The work of a worker that died is
    done again; a file that ends each worker is a gap. If the executor is lost, processes of this machine do the rest.
    A ``KeyboardInterrupt`` (Ctrl-C) ends the run with the reports so far.

    Raises:
        WrongTypeError: An argument has a wrong type; it is a ``TypeError``, too.
        SignatureError: No rule compiles, or a path of rules has none.
        UsageError: A baseline, a file of acceptances or one of patterns can't be read, or the cache or its key is in
            the evidence of any location.
        UnexpectedError: ``on_report`` or ``cancel`` raised an error, which is the cause.

    Examples:
        >>> import tempfile
        >>> from pathlib import Path
        >>> import webshellhunt as wsh
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     (Path(folder) / "a.aspx").write_bytes(b"<p>")
        ...     hunted = wsh.hunt_many([("EXCH01", folder), "E:/absent"])
        3
        >>> [report.host.name for report in hunted.reports], [each.location for each in hunted.unopened]
        (['EXCH01'], ['E:/absent'])
    """
    job = job_of(job, "hunt_many")
    job = replace(job, limits=replace(job.limits, listed_files=job.limits.entries))  # files of hosts are compared
    require_functions("hunt_many", executor, on_report=on_report, cancel=cancel)
    places = places_of(_pairs(locations))
    require_inputs(job)
    options = SourceOptions(times=times, password=password, logs=job.logs.read, snapshots=snapshots)
    gathering, executor = _Gathering(places, on_report), executor or SerialExecutor()
    tasks = tasks_of(places, job, options, executor, _required(cache_of(cache, "hunt_many"), places, job))
    coordinator = Coordinator(tasks, executor, say=gathering.notes.append, cancel=cancel)
    try:
        for ended in coordinator.run():
            gathering.add(ended)
    except KeyboardInterrupt:
        gathering.interrupted = True
    except CallbackFailed as error:
        raise UnexpectedError(str(error)) from error.__cause__
    return gathering.result()


def _required(cache: ResultCache | None, places: Sequence[Place], job: Job) -> ResultCache | None:
    """Return a cache that is outside the evidence of all places: the first hunt would create it in that of the last."""
    if cache is not None:
        from webshellhunt.scan.result_cache.opening import require_place  # an import that few hunts need

        require_place(cache, [*(place.location for place in places), *job.logs.paths])
    return cache


def tasks_of(
    places: Sequence[Place], job: Job, options: SourceOptions, executor: Executor, cache: ResultCache | None = None
) -> Iterator[tuple[Place, Task]]:
    """Yield each place with its task; with a cache, which one hunt uses as a whole, no source is split."""
    most = MOST_FILES if len(places) >= workers_of(executor) else FEW_FILES
    for place in places:
        yield place, Task(place.location, options, job, most if cache is None else None, cache)


def report_of(result: object, name: str | None) -> Report | None:
    """Return the report in a result, under the name of the list if the evidence names no computer."""
    report = result.report if isinstance(result, UnexpectedError) else result
    if not isinstance(report, Report):
        return None
    is_named = name is None or report.host.name is not None
    return report if is_named else replace(report, host=report.host._replace(name=name))


def unassigned(error: SeveralHostsError) -> str | None:
    """Return a sentence for the paths to examine that are in none of several servers; ``None`` if there are none."""
    rest = [path for path in error.others if extension_of(path) in _TO_EXAMINE]
    if not rest:
        return None
    more = f" and {len(rest) - _MOST_NAMED:,} more" if len(rest) > _MOST_NAMED else ""
    return f"not examined, because it is of none of these servers: {', '.join(rest[:_MOST_NAMED])}{more}"


class _Gathering:
    """The results so far, by their place in the list."""

    def __init__(self, places: Iterable[Place], on_report: OnReport | None) -> None:
        self.notes: list[str] = []
        self.interrupted: bool = False
        self._left = {place.key: place for place in places}
        self._spool = Spool()
        self._found: dict[Key, tuple[int, str | None]] = {}
        self._unopened: dict[Key, Unopened] = {}
        self._on_report = on_report

    def add(self, ended: Ended) -> None:
        """Add the result of a place."""
        place = self._left.pop(ended.place.key)
        self._left |= {each.key: each for each in ended.servers}
        report = report_of(ended.result, place.name)
        if report is not None:
            self._found[place.key] = (self._spool.add(ended.content), place.name)
            self._tell(report)
            return
        rest = ended.result
        sentence = unassigned(rest) if isinstance(rest, SeveralHostsError) else str(rest)
        if sentence is not None:
            self._unopened[place.key] = Unopened(place.name or place.location, place.location, sentence)

    def _tell(self, report: Report) -> None:
        on_report = self._on_report
        if on_report is None:
            return
        try:
            called("on_report", lambda: on_report(report))
        except CallbackFailed as error:
            raise UnexpectedError(str(error), path=report.location, report=report) from error.__cause__

    def result(self) -> FleetHunt:
        """Return all results in the order of the list."""
        for key, place in self._left.items():
            self._unopened[key] = Unopened(place.name or place.location, place.location, NOT_REACHED)
        found = [self._found[key] for key in sorted(self._found)]
        unopened = tuple(self._unopened[key] for key in sorted(self._unopened))
        return FleetHunt(_Reports(self._spool, found), unopened, tuple(self.notes), interrupted=self.interrupted)


class InOrder:
    """Results in the order of the list: one that comes too early waits in a spool."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._order = deque(places)
        self._early: dict[Key, int] = {}
        self._spool = Spool()

    def after(self, ended: Ended) -> Iterator[Ended]:
        """Yield the results that are next, now that one more has ended."""
        if self._order[0].key != ended.place.key:
            self._early[ended.place.key] = self._spool.add(ended.content)
            self._insert(ended)
            return
        self._order.popleft()
        self._order.extendleft(reversed(ended.servers))
        yield ended
        while self._order and self._order[0].key in self._early:
            yield self._taken(self._order.popleft())

    def rest(self) -> Iterator[Ended | Place]:
        """Yield the rest after the end of the run: early results, and places without one."""
        for place in self._order:
            yield self._taken(place) if place.key in self._early else place

    def _insert(self, ended: Ended) -> None:
        """Insert the servers of a place after it."""
        at = next(number for number, each in enumerate(self._order, 1) if each.key == ended.place.key)
        for number, server in enumerate(ended.servers):
            self._order.insert(at + number, server)

    def _taken(self, place: Place) -> Ended:
        content = self._spool[self._early.pop(place.key)]
        return Ended(place, unpacked(content), content)


def _pairs(locations: object) -> list[tuple[str | None, str]]:
    """Return the name and the location of each entry.

    Raises:
        WrongTypeError: An entry is neither a location nor a pair of a name and a location.
    """
    if isinstance(locations, str | bytes | os.PathLike) or not isinstance(locations, Iterable):
        raise WrongTypeError(f"hunt_many: locations is {type_words(locations)}; pass several paths, such as a list")
    pairs: list[tuple[str | None, str]] = []
    for each in locations:
        name, location = each if isinstance(each, tuple) and len(each) == 2 else (None, each)
        path = os.fspath(location) if isinstance(location, os.PathLike) else location
        if not isinstance(path, str) or not isinstance(name, str | None):
            advice = "pass paths as str or pathlib.Path, or pairs of a name and a path"
            raise WrongTypeError(f"hunt_many: locations contains a value {type_words(each)}; {advice}")
        pairs.append((name, path))
    return pairs
