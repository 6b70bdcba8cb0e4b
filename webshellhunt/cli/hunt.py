"""``webshellhunt hunt``: each location in turn, each report as soon as it is there."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from webshellhunt.cli.job import job_for
from webshellhunt.cli.output import complain, options_for, standard_output
from webshellhunt.cli.progress import ProgressLine
from webshellhunt.cli.status import Outcome
from webshellhunt.errors import SourceError
from webshellhunt.executors import Executor, open_executor
from webshellhunt.hunt import hunt
from webshellhunt.model.report import Report
from webshellhunt.reports import require_format, write
from webshellhunt.reports.destination import open_destination, refuse_evidence
from webshellhunt.sources import open_source
from webshellhunt.worker_pool import collect_rarely


def run(arguments: Namespace) -> int:
    """Hunt through all locations and write their reports."""
    wanted = require_format(arguments.format)
    outcome = Outcome(arguments.fail_on)
    said: list[str] = []
    collect_rarely()
    with _stream(arguments) as stream, open_executor(arguments.jobs) as executor:
        options = options_for(arguments, stream, on_disk=arguments.output is not None)
        write(_reports(arguments, executor, outcome, said), wanted, stream, options)
    if arguments.output is not None and not arguments.quiet:
        for sentence in (*said, f"report written to {arguments.output}"):
            complain(sentence)
    return outcome.status


@contextmanager
def _stream(arguments: Namespace) -> Iterator[TextIO]:
    """Open where the reports go, before anything is examined, so that a wrong name costs no hour."""
    if arguments.output is None or arguments.output == "-":
        arguments.output = None
        with standard_output() as stream:
            yield stream
        return
    refuse_evidence(arguments.output, [*arguments.locations, *dict(arguments.drives).values()])
    with open_destination(arguments.output) as stream:
        yield stream


def _reports(arguments: Namespace, executor: Executor, outcome: Outcome, said: list[str]) -> Iterator[Report]:
    """Yield the report of each location that can be opened, and complain of the others; note each one's sentence."""
    job = job_for(arguments)
    progress = ProgressLine(quiet=arguments.quiet)
    for location in arguments.locations:
        try:
            with open_source(location, drives=dict(arguments.drives), times=arguments.times) as source:
                report = hunt(source, job=job, executor=executor, progress=progress)
        except SourceError as error:
            complain(str(error))
            outcome.failed = True
            continue
        finally:
            progress.clear()
        outcome.add(report)
        place = f"{location}: " if len(arguments.locations) > 1 else ""
        said.append(f"{place}{report.assessment.sentence}")
        yield report
        if report.interrupted:
            return
