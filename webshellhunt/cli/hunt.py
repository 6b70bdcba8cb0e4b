"""``webshellhunt hunt``: each location in turn, each report as soon as it is there."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TextIO, cast

from webshellhunt.cli.job import job_for
from webshellhunt.cli.output import complain, format_for, options_for, standard_output
from webshellhunt.cli.progress import ProgressLine
from webshellhunt.cli.signals import SIGNALS
from webshellhunt.cli.status import Outcome
from webshellhunt.cli.unexpected import complain_of_bug
from webshellhunt.cli.workers import end_workers
from webshellhunt.errors import SourceError, UnexpectedError
from webshellhunt.model.limits import Job
from webshellhunt.model.report import Report
from webshellhunt.pipeline import hunt
from webshellhunt.reports import require_format, write
from webshellhunt.reports.destination import open_destination, refuse_evidence
from webshellhunt.scan.executors import Executor, open_executor
from webshellhunt.scan.worker_pool import collect_rarely
from webshellhunt.sources import open_source


def run(arguments: Namespace) -> int:
    """Hunt through all locations and write their reports."""
    wanted = require_format(format_for(arguments))
    outcome = Outcome(arguments.fail_on)
    collect_rarely()
    said: list[str] = []
    job = job_for(arguments)
    # The workers are the outermost: the report is in place before anything waits for their end.
    with open_executor(arguments.jobs) as executor, SIGNALS.held(), ExitStack() as stack:
        with SIGNALS.raised():
            stream = stack.enter_context(_stream(arguments))
        reports = _reports(arguments, job, executor, outcome, said)
        write(reports, wanted, stream, options_for(arguments, stream))
    if not (arguments.output is None or arguments.output == "-" or arguments.quiet):
        for sentence in (*said, f"report written to {arguments.output}"):
            complain(sentence)
    return outcome.status


@contextmanager
def _stream(arguments: Namespace) -> Iterator[TextIO]:
    """Open where the reports go, before anything is examined, so that a wrong name costs no hour."""
    if arguments.output is None or arguments.output == "-":
        with standard_output() as stream:
            yield stream
        return
    refuse_evidence(arguments.output, [*arguments.locations, *dict(arguments.drives).values()])
    with open_destination(arguments.output) as stream:
        yield stream


def _reports(arguments: Namespace, job: Job, executor: Executor, outcome: Outcome, said: list[str]) -> Iterator[Report]:
    """Yield the report of each location that can be opened, and complain of the others; note each one's sentence."""
    for location in arguments.locations:
        try:
            report = _hunt_through(location, arguments, job, executor)
        except SourceError as error:
            complain(str(error))
            outcome.failed = True
            continue
        except UnexpectedError as error:
            # It costs the rest of its location, not what was found there, nor the other locations.
            complain_of_bug(error, location)
            outcome.crashed = True
            outcome.reports += 1
            yield cast(Report, error.report)
            continue
        except KeyboardInterrupt:
            # A report that was begun is ended as it must be, so that its reader can read it.
            if not outcome.reports or SIGNALS.insisted:
                raise
            outcome.interrupted = True
            return
        outcome.add(report)
        place = f"{location}: " if len(arguments.locations) > 1 else ""
        ended = "interrupted, found until then: " if report.interrupted else ""
        said.append(f"{place}{ended}{report.assessment.sentence}")
        if report.interrupted:
            end_workers()
        yield report
        if report.interrupted:
            return


def _hunt_through(location: str, arguments: Namespace, job: Job, executor: Executor) -> Report:
    """Return the report of one location, of what was found so far after a signal."""
    progress = ProgressLine(quiet=arguments.quiet)

    def show(files: int, path: str) -> None:
        SIGNALS.check()
        progress(files, path)

    report: Report | None = None
    try:
        with SIGNALS.raised(), open_source(location, drives=dict(arguments.drives), times=arguments.times) as source:
            report = hunt(source, job=job, executor=executor, progress=show)
    except KeyboardInterrupt:
        if report is None:  # else the signal came an instant after the end of the hunt
            raise
    finally:
        progress.clear()
    return report
