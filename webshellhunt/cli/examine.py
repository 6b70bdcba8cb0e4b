"""``webshellhunt examine``: one file, everything that is said of it."""

from __future__ import annotations

from argparse import Namespace

from webshellhunt.cli.files import open_file
from webshellhunt.cli.job import job_for
from webshellhunt.cli.output import options_for, standard_output
from webshellhunt.cli.status import Outcome
from webshellhunt.hunt import hunt
from webshellhunt.reports import require_format, write


def run(arguments: Namespace) -> int:
    """Examine the file as the only one of its location, so that what could not be examined is told too."""
    wanted = require_format(arguments.format)
    arguments.show_all = True
    outcome = Outcome()
    with open_file(arguments.file) as (source, _):
        report = hunt(source, job=job_for(arguments))
    outcome.add(report)
    with standard_output() as stream:
        write([report], wanted, stream, options_for(arguments, stream))
    return outcome.status
