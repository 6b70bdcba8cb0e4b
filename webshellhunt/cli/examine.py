"""``webshellhunt examine``: the full report of one file, with the context that it was examined in."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from webshellhunt.cli.inputs.job import inputs_of, job_for
from webshellhunt.cli.inputs.opening import open_file
from webshellhunt.cli.outputs import open_outputs
from webshellhunt.cli.own_process import bound_memory
from webshellhunt.cli.signals import SIGNALS
from webshellhunt.cli.status import Outcome
from webshellhunt.errors import UsageError
from webshellhunt.lone_file import hunt_lone_file, lone_file_report
from webshellhunt.model.hints import Hints
from webshellhunt.model.limits import Job
from webshellhunt.model.report import Report
from webshellhunt.pipeline import hunt
from webshellhunt.scan.readings import is_lost

STANDARD_INPUT = "-"


def run(arguments: Namespace) -> int:
    """Examine the file as a location of its own, so that the report contains gaps too."""
    arguments.show_all = True
    bound_memory(arguments)
    outcome = Outcome()
    evidence = [] if arguments.file == STANDARD_INPUT else [arguments.file]
    with SIGNALS.held(), open_outputs(arguments, evidence=evidence, inputs=inputs_of(arguments)) as outputs:
        with SIGNALS.raised():
            report = _examined(arguments, job_for(arguments))
        outcome.add(report)
        outputs.write([report])
    outputs.conclude()
    return outcome.status


def _examined(arguments: Namespace, job: Job) -> Report:
    """Hunt through a source that contains only this file, at the path given by ``--as``, else under its name."""
    file, server_path = arguments.file, arguments.server_path
    hints = Hints(role=arguments.role, mapping=arguments.mapping)
    if file == STANDARD_INPUT:
        report, path = hunt_lone_file(_standard_input(job), server_path, hints, job)
        assumed = "" if server_path else f"standard input, examined as {path} (set another path with --as PATH); "
        return lone_file_report(report, path, location="standard input", before=assumed)
    with open_file(file) as (source, entry):
        if server_path is None and hints == Hints() and not is_lost(entry.name):
            return lone_file_report(hunt(source, job=job), entry.name, after=_unread_configuration(file))
        data = source.read(entry.path, job.limits.file_bytes + 1)
    report, path = hunt_lone_file(data, server_path or entry.name, hints, job, entry.times)
    return lone_file_report(report, path, location=file)


def _standard_input(job: Job) -> bytes:
    # None if standard input is closed, despite its type.
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise UsageError("standard input is closed; name a file or redirect one: examine - < FILE")
    try:
        data: bytes = stream.read(job.limits.file_bytes + 1)
    except OSError as error:
        raise UsageError(f"standard input can't be read: {error.strerror or error}") from error
    return data


def _unread_configuration(file: str) -> str:
    """Return a note about an unread web.config in the file's folder."""
    folder = Path(file).absolute().parent
    try:
        exists = (folder / "web.config").is_file()
    except OSError:
        return ""
    return f" The web.config in its folder was not read: 'webshellhunt hunt {folder}' reads it." if exists else ""
