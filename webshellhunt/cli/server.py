"""``webshellhunt server``: the build of Exchange, its date, and the vulnerabilities open at it; no file is examined."""

from __future__ import annotations

import json
from argparse import Namespace

from webshellhunt.cli.opening import source_options
from webshellhunt.cli.output import complain, standard_output
from webshellhunt.cli.status import Status
from webshellhunt.host.walk.survey import survey
from webshellhunt.knowledge.patches import find_patch_state
from webshellhunt.model.limits import Limits
from webshellhunt.reports.patch_lines import patch_lines
from webshellhunt.reports.patch_records import patch_record
from webshellhunt.sources import open_with

_UNKNOWN = "No build of Exchange was found: no Bin\\ExSetup.exe, and none in registry, setup log or version folders."


def run(arguments: Namespace) -> int:
    """Print the patch state of one location, and the survey's gaps on standard error.

    If the build is unknown and an important input couldn't be read, the exit status is 3.
    """
    with open_with(arguments.location, source_options(arguments)) as source:
        surveyed = survey(source, Limits())
    state = find_patch_state(surveyed.host)
    missed = [gap for gap in surveyed.gaps if gap.matters]
    status = Status.INCOMPLETE if state is None and missed else Status.NOTHING
    for gap in missed:
        complain(f"not examined: {gap}")
    with standard_output() as stream:
        if arguments.json:
            record = patch_record(state) if state is not None else {"build": None, "reason": _UNKNOWN}
            stream.write(json.dumps(record, indent=1) + "\n")
            return status
        for line in patch_lines(state, whole=True) if state is not None else [_UNKNOWN]:
            stream.write(line + "\n")
    return status
