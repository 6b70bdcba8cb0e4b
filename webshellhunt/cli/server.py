"""``webshellhunt server``: the build of Exchange, its date, and the vulnerabilities open at it; no file is examined."""

from __future__ import annotations

import json
from argparse import Namespace

from webshellhunt.cli.inputs.opening import source_options
from webshellhunt.cli.output import complain, standard_output
from webshellhunt.cli.status import Status
from webshellhunt.host.machine.build_witnesses import SETUP_LOG
from webshellhunt.host.walk.survey import Survey, survey
from webshellhunt.knowledge.data_dates import time_of_hunt
from webshellhunt.knowledge.patches import find_patch_state
from webshellhunt.model.limits import Limits
from webshellhunt.model.report import InputState
from webshellhunt.reports.content.patches import patch_lines
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.records.report_records import patch_record
from webshellhunt.sources import open_with

_ABSENT = {
    InputState.MISSING: "; the registry is not in the evidence",
    InputState.PARTIAL: "; the registry could not be read completely",
}


def run(arguments: Namespace) -> int:
    """Print the patch state of one location, and the survey's gaps on standard error.

    If the build is unknown and an important input couldn't be read, the exit status is 3.
    """
    with open_with(arguments.location, source_options(arguments)) as source:
        surveyed = survey(source, Limits())
    state = find_patch_state(surveyed.host, on=time_of_hunt(None).date())
    missed = [gap for gap in surveyed.gaps if gap.matters]
    unknown = _unknown(surveyed)
    incomplete = state is None and (missed or (surveyed.form.label and not surveyed.host.is_server))
    status = Status.INCOMPLETE if incomplete else Status.NOTHING
    for gap in missed:
        complain(f"not examined: {gap}")
    with standard_output() as stream:
        if arguments.json:
            record = patch_record(state) if state is not None else {"build": None, "reason": unknown}
            stream.write(json.dumps(record, indent=1) + "\n")
            return status
        if surveyed.form.label:
            stream.write(f"{one_line(arguments.location)} ({one_line(surveyed.form.label)})\n")
        for line in patch_lines(state, whole=True) if state is not None else [unknown]:
            stream.write(line + "\n")
    return status


def _unknown(surveyed: Survey) -> str:
    """Return the sentence for an unknown build, with the inputs that are not in the evidence."""
    logs = [surveyed.paths.lookup.find(volume.top, SETUP_LOG) for volume in surveyed.host.volumes]
    lacking = _ABSENT.get(surveyed.coverage.registry, "")
    lacking += "" if any(logs) else "; there is no setup log"
    return f"No build of Exchange was found: no Bin\\ExSetup.exe, and no version folder with it{lacking}."
