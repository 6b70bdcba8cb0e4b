"""``webshellhunt hunt``: hunt each location in turn, and write each report as soon as its hunt ends.

``webshellhunt logs`` is a hunt that reads the logs alone.
"""

from __future__ import annotations

from argparse import Namespace
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import NamedTuple, cast

from webshellhunt.cli.collecting import Collector, open_collector
from webshellhunt.cli.inputs.job import cache_of, inputs_of, job_for
from webshellhunt.cli.inputs.locations import Place, locations_of, places_of, places_of_servers
from webshellhunt.cli.inputs.opening import require_log, source_options
from webshellhunt.cli.output import complain, complain_of_bug
from webshellhunt.cli.outputs import open_outputs, outputs_of
from webshellhunt.cli.own_process import bound_memory, make_way
from webshellhunt.cli.progress import Details, ProgressLine
from webshellhunt.cli.signals import SIGNALS, end_workers
from webshellhunt.cli.status import Outcome
from webshellhunt.errors import SeveralHostsError, SourceError, UnexpectedError
from webshellhunt.keeping.stores import is_bag
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

_OF_BAG = "'webshellhunt verify' checks it, and --password opens its copies ('infected' unless another was chosen)"


_NOT_REACHED = "the run was interrupted before it was hunted"


class Means(NamedTuple):
    """The means of all hunts of a run."""

    job: Job
    executor: Executor
    cache: ResultCache | None = None


def run(arguments: Namespace) -> int:
    """Hunt through all locations and write their reports, and the comparison of several ones."""
    arguments.locations, arguments.names, repeated = locations_of(arguments)
    if repeated:
        complain(f"the list repeats {repeated:,} location{'s' if repeated > 1 else ''}, hunted through once")
    outputs_of(arguments)  # a wrong format costs no hunt
    outcome = Outcome(arguments.fail_on)
    collect_rarely()
    bound_memory(arguments)
    sentences: list[str] = []
    unopened: list[Unopened] = []
    job = job_for(arguments)
    # The executor is the outermost context: the report is written before the command waits for the workers.
    with open_executor(arguments.jobs) as executor, SIGNALS.held(), ExitStack() as stack:
        with SIGNALS.raised():
            collector = stack.enter_context(open_collector(arguments, outcome))
            places = places_of(arguments.locations, arguments, outcome, logs=job.logs.read)
            evidence = [*arguments.locations, *dict(arguments.drives).values(), *arguments.log_paths]
            inputs = inputs_of(arguments)
            cache = cache_of(arguments, evidence)
            outputs = stack.enter_context(open_outputs(arguments, evidence=evidence, inputs=inputs))
        is_fleet = len(places) > 1
        found = _reports(places, arguments, Means(job, executor, cache), outcome, sentences, collector, unopened)
        outputs.write(_named(found, arguments.names), _fleet_options(sentences, unopened, is_fleet=is_fleet))
    outputs.conclude(sentences)
    return outcome.status


def _fleet_options(sentences: list[str], unopened: list[Unopened], *, is_fleet: bool) -> Options:
    """Return the options of the comparison of hosts; its sentence is added once, also for several outputs."""

    def say(made: Fleet) -> None:
        sentence = f"all hosts: {made.sentence}"
        if sentence not in sentences[-1:]:
            sentences.append(sentence)

    return Options(fleet=is_fleet, on_fleet=say, unopened=unopened)


def _reports(
    places: Sequence[Place],
    arguments: Namespace,
    means: Means,
    outcome: Outcome,
    sentences: list[str],
    collector: Collector,
    unopened: list[Unopened],
) -> Iterator[Report]:
    """Yield the report of each location; collect those that can't be opened, and the sentences."""
    waiting, is_fleet = deque(places), len(places) > 1
    while waiting:
        location, source = waiting.popleft()
        try:
            report = _hunt_through(location, source, arguments, means, collector)
        except SeveralHostsError as error:
            waiting.extendleft(reversed(places_of_servers(location, error, outcome)))
            continue
        except SourceError as error:
            complain(str(error))
            unopened.append(Unopened(arguments.names.get(location, location), location, str(error)))
            outcome.failed = True
            continue
        except UnexpectedError as error:
            # The rest of this location is lost, but neither its findings so far nor the other locations.
            complain_of_bug(error, location)
            outcome.crashed = True
            outcome.reports += 1
            yield cast(Report, error.report)
            continue
        except KeyboardInterrupt:
            # A started document is completed, so that it stays readable.
            if not outcome.reports or SIGNALS.insisted:
                raise
            outcome.interrupted = True
            waiting.appendleft(Place(location))
            break
        outcome.add(report)
        place = f"{location}: " if is_fleet else ""
        ended = "interrupted; so far: " if report.interrupted else ""
        sentences.append(f"{place}{ended}{report.assessment.sentence}")
        if report.interrupted:
            end_workers()
        yield report
        if report.interrupted:
            break
    for location, _ in waiting:
        unopened.append(Unopened(arguments.names.get(location, location), location, _NOT_REACHED))


def _named(reports: Iterator[Report], names: Mapping[str, str]) -> Iterator[Report]:
    """Yield the reports, with the name of a list where the evidence does not name the computer."""
    for report in reports:
        name = names.get(report.location)
        is_named = name is None or report.host.name is not None
        yield report if is_named else replace(report, host=report.host._replace(name=name))


def _hunt_through(
    location: str, opened: Source | None, arguments: Namespace, means: Means, collector: Collector
) -> Report:
    """Return the report of one location, a partial one after a signal."""
    job = means.job
    progress = ProgressLine(quiet=arguments.quiet)
    details = Details(progress) if arguments.verbose else None

    def show(now: Progress) -> None:
        SIGNALS.check()
        if details is not None:
            details.show(now)
        progress.show(now)

    report: Report | None = None
    try:
        options = source_options(arguments, logs=job.logs.read)
        with SIGNALS.raised(), opened or open_with(location, options) as source:
            if job.logs.alone:
                require_log(source)
            make_way(arguments, live=source.live)
            if is_bag(source):
                complain(f"{location}: this is an evidence bag: {_OF_BAG}")
            report = hunt(source, job=job, executor=means.executor, progress=show, cache=means.cache)
            progress.clear()
            collector.keep(report, source)
    except KeyboardInterrupt:
        if report is None:  # otherwise the signal came just after the end of the hunt
            raise
    finally:
        progress.clear()
        if details is not None:
            details.end(report)
    return report
