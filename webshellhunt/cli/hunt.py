"""``webshellhunt hunt``: hunt through the locations, and write each report as soon as its hunt ends.

A few locations are hunted through one after another, each with all processes. Many of them, and those of a cluster, are
hunted through at once, each by one worker. ``webshellhunt logs`` is a hunt that reads the logs alone.
"""

from __future__ import annotations

from argparse import Namespace
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Final

from webshellhunt.cli.collecting import Collector, open_collector
from webshellhunt.cli.inputs.job import cache_of, inputs_of, job_for
from webshellhunt.cli.inputs.locations import locations_of, opened_alone, say_servers
from webshellhunt.cli.inputs.opening import require_log, source_options
from webshellhunt.cli.output import complain, complain_of_bug
from webshellhunt.cli.outputs import open_outputs, output_files, outputs_of
from webshellhunt.cli.own_process import bound_memory, make_way
from webshellhunt.cli.progress import Details, ProgressLine
from webshellhunt.cli.report_folder import ReportFolder
from webshellhunt.cli.signals import SIGNALS, end_workers
from webshellhunt.cli.status import Outcome
from webshellhunt.errors import SeveralHostsError, SourceError, UnexpectedError, UsageError, WebShellHuntError
from webshellhunt.keeping.stores import is_bag
from webshellhunt.many.coordinator import Coordinator, Ended, Place
from webshellhunt.many.fleet_hunt import NOT_REACHED, InOrder, report_of, tasks_of
from webshellhunt.many.hunt_task import packed, require_inputs
from webshellhunt.model.fleet import Fleet, Unopened
from webshellhunt.model.limits import Job
from webshellhunt.model.progress import Progress
from webshellhunt.model.report import Report
from webshellhunt.model.result_cache import ResultCache
from webshellhunt.pipeline import hunt
from webshellhunt.reports import Options
from webshellhunt.scan.executors import Executor, open_executor
from webshellhunt.scan.worker_pool import collect_rarely
from webshellhunt.sources import Source, open_with

_OF_BAG: Final = (
    "'webshellhunt verify' checks it, and --password opens its copies ('infected' unless another was chosen)"
)
_PLACES_OF_A_WORKER: Final = 2
"""The locations for each worker from which on they are hunted through at once; fewer would leave workers idle."""

_End = tuple[Place, Report | WebShellHuntError | None]
"""A place with its report, or with the reason for its absence; ``None`` if it was not reached."""


def run(arguments: Namespace) -> int:
    """Hunt through all locations and write their reports, and the comparison of several ones."""
    arguments.locations, names, repeated = locations_of(arguments)
    if repeated:
        complain(f"the list repeats {repeated:,} location{'s' if repeated > 1 else ''}, hunted through once")
    outputs_of(arguments)  # a wrong format costs no hunt
    outcome = Outcome(arguments.fail_on)
    collect_rarely()
    bound_memory(arguments)
    make_way(arguments, live=False)
    job = job_for(arguments)
    # The executor is the outermost context: the report is written before the command waits for the workers.
    with _open_executor(arguments) as executor, SIGNALS.held(), ExitStack() as stack:
        with SIGNALS.raised():
            collector = stack.enter_context(open_collector(arguments, outcome))
            locations, source = opened_alone(arguments.locations, arguments, outcome, logs=job.logs.read)
            places = [Place((number,), each, names.get(each)) for number, each in enumerate(locations)]
            evidence = [*arguments.locations, *dict(arguments.drives).values(), *arguments.log_paths]
            inputs = inputs_of(arguments)
            cache = cache_of(arguments, evidence=evidence, outputs=output_files(arguments))
            folder = ReportFolder.of(arguments, outcome, places, evidence, inputs)
            outputs = stack.enter_context(open_outputs(arguments, evidence=evidence, inputs=inputs))
        hunts = _Hunts(arguments, outcome, job, executor, collector, folder, cache)
        is_fleet = len(places) > 1 or getattr(arguments, "part", None) is not None
        options = _fleet_options(hunts.sentences, hunts.unopened, is_fleet=is_fleet)
        outputs.write(hunts.reports(places, source), options, to_the_end=folder.is_used)
    outputs.conclude(hunts.sentences)
    return outcome.status


def _open_executor(arguments: Namespace) -> AbstractContextManager[Executor]:
    """Return processes of this machine, or the cluster that the user names.

    Raises:
        UsageError: There is no cluster, or its workers can't use the cache.
    """
    address = getattr(arguments, "dask", None)
    if address is None:
        return open_executor(arguments.jobs)
    if getattr(arguments, "cache", None) is not None:
        raise UsageError(
            "--cache is a file of this machine, which the workers of --dask can't use: leave one of them out"
        )
    return open_executor(dask=address)


def _fleet_options(sentences: list[str], unopened: list[Unopened], *, is_fleet: bool) -> Options:
    """Return the options of the comparison of hosts; its sentence is added once, also for several outputs."""

    def say(made: Fleet) -> None:
        sentence = f"all hosts: {made.sentence}"
        if sentence not in sentences[-1:]:
            sentences.append(sentence)

    return Options(fleet=is_fleet, on_fleet=say, unopened=unopened)


class _Hunts:
    """The hunts of one command; ``sentences`` and ``unopened`` are added while the reports are made."""

    def __init__(
        self,
        arguments: Namespace,
        outcome: Outcome,
        job: Job,
        executor: Executor,
        collector: Collector,
        folder: ReportFolder,
        cache: ResultCache | None,
    ) -> None:
        self.sentences: list[str] = []
        self.unopened: list[Unopened] = []
        self._arguments = arguments
        self._outcome = outcome
        self._job = job
        self._executor = executor
        self._collector = collector
        self._folder = folder
        self._cache = cache
        self._options = source_options(arguments, logs=job.logs.read)

    def reports(self, places: Sequence[Place], opened: Source | None) -> Iterator[Report]:
        """Yield the report of each place in the order of the list; ``opened`` is the source of a single one."""
        workers = getattr(self._executor, "workers", 1)
        is_cluster = getattr(self._arguments, "dask", None) is not None
        is_wide = workers > 1 and len(places) >= workers * _PLACES_OF_A_WORKER
        at_once = len(places) > 1 and (is_wide or is_cluster)
        for place, result in self._at_once(places) if at_once else self._one_by_one(places, opened):
            if result is None:
                self._add_unopened(place, NOT_REACHED)
                continue
            report = self._report_of(place, result, is_fleet=len(places) > 1 or len(place.key) > 1)
            if report is not None:
                yield report

    def _report_of(self, place: Place, result: Report | WebShellHuntError, *, is_fleet: bool) -> Report | None:
        """Return the report in a result, or say why there is none."""
        location = place.location
        if isinstance(result, SeveralHostsError):
            say_servers(location, result, self._outcome)
        elif isinstance(result, UnexpectedError):
            # The rest of this location is lost, but neither its findings so far nor the other locations.
            complain_of_bug(result, location)
            self._outcome.crashed = True
            self._outcome.reports += 1
        elif isinstance(result, WebShellHuntError):
            complain(str(result))
            self._add_unopened(place, str(result))
            self._outcome.failed = True
        else:
            self._outcome.add(result)
            ended = "interrupted; so far: " if result.interrupted else ""
            self.sentences.append(f"{f'{location}: ' if is_fleet else ''}{ended}{result.assessment.sentence}")
        return report_of(result, place.name)

    def _add_unopened(self, place: Place, sentence: str) -> None:
        self.unopened.append(Unopened(place.name or place.location, place.location, sentence))

    def _one_by_one(self, places: Sequence[Place], opened: Source | None) -> Iterator[_End]:
        """Yield the end of each hunt, one after another; each uses all processes."""
        waiting = deque(places)
        while waiting:
            place = waiting.popleft()
            result: Report | WebShellHuntError | None
            saved = self._folder.saved(place)
            if saved is not None:
                yield place, saved
                continue
            try:
                result = self._hunt_through(place.location, opened)
            except SeveralHostsError as error:
                say_servers(place.location, error, self._outcome)
                waiting.extendleft(
                    Place((*place.key, at), each) for at, each in reversed(list(enumerate(error.locations)))
                )
                continue
            except (SourceError, UnexpectedError) as error:
                result = error
            except KeyboardInterrupt:
                # A started document is completed, so that it stays readable.
                if not self._outcome.reports or SIGNALS.insisted:
                    raise
                self._outcome.interrupted = True
                waiting.appendleft(place)
                break
            self._folder.keep(place, result)
            is_interrupted = isinstance(result, Report) and result.interrupted
            if is_interrupted:
                end_workers()
            yield place, result
            if is_interrupted:
                break
        yield from ((place, None) for place in waiting)

    def _at_once(self, places: Sequence[Place]) -> Iterator[_End]:
        """Yield the end of each hunt in the order of the list, while the workers are ahead."""
        require_inputs(self._job)
        order, left, seen = InOrder(places), [], 0
        for place in places:
            report = self._folder.saved(place)
            if report is None:
                left.append(place)
            else:
                yield from _ends(order.after(Ended(place, report, packed(report))))
        tasks = tasks_of(left, self._job, self._options, self._executor, self._cache)
        ended = Coordinator(tasks, self._executor, say=complain).run()
        line = ProgressLine(quiet=self._arguments.quiet, noun=f"of {len(left):,} location")
        while True:
            try:
                with SIGNALS.raised():
                    each = next(ended, None)
            except KeyboardInterrupt:
                end_workers()
                if not seen or SIGNALS.insisted:
                    raise
                self._outcome.interrupted = True
                break
            if each is None:
                break
            seen += 1
            line(seen, each.place.location)
            self._folder.keep(each.place, each.result)
            for place, result in _ends(order.after(each)):
                line.clear()
                self._finish(place, result)
                yield place, result
        line.clear()
        yield from _ends(order.rest())

    def _finish(self, place: Place, result: Report | WebShellHuntError | None) -> None:
        """Do what needs the source or the screen, after the hunt of a worker."""
        if self._arguments.verbose:
            Details(ProgressLine()).end(result if isinstance(result, Report) else None)
        if not (isinstance(result, Report) and result.accused and self._collector.is_used):
            return
        try:
            with open_with(place.location, self._options) as source:
                self._collector.keep(result, source)
        except SourceError as error:
            complain(f"its accused files are not kept, because it can't be opened here: {error}")
            self._outcome.failed = True

    def _hunt_through(self, location: str, opened: Source | None) -> Report:
        """Return the report of one location, a partial one after a signal."""
        progress = ProgressLine(quiet=self._arguments.quiet)
        details = Details(progress) if self._arguments.verbose else None

        def show(now: Progress) -> None:
            SIGNALS.check()
            if details is not None:
                details.show(now)
            progress.show(now)

        report: Report | None = None
        try:
            with SIGNALS.raised(), opened or open_with(location, self._options) as source:
                if self._job.logs.alone:
                    require_log(source)
                make_way(self._arguments, live=source.live)
                if is_bag(source):
                    complain(f"{location}: this is an evidence bag: {_OF_BAG}")
                report = hunt(source, job=self._job, executor=self._executor, progress=show, cache=self._cache)
                progress.clear()
                self._collector.keep(report, source)
        except KeyboardInterrupt:
            if report is None:  # otherwise the signal came just after the end of the hunt
                raise
        finally:
            progress.clear()
            if details is not None:
                details.end(report)
        return report


def _ends(ended: Iterable[Ended | Place]) -> Iterator[_End]:
    return ((each, None) if isinstance(each, Place) else (each.place, each.result) for each in ended)
