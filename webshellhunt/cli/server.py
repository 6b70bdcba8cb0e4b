"""``webshellhunt server``: which build of Exchange is there, since when, and what is open at it; nothing is hunted."""

from __future__ import annotations

import json
from argparse import Namespace

from webshellhunt.cli.output import complain, standard_output
from webshellhunt.context.patches import find_patch_state
from webshellhunt.discovery.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.reports.patch_lines import patch_lines
from webshellhunt.reports.records import patch_record
from webshellhunt.sources import open_source

_UNKNOWN = "No build of Exchange is told here: neither Bin\\ExSetup.exe nor registry, setup log or version folders."


def run(arguments: Namespace) -> int:
    """Print the patch state of one location; what the survey couldn't read is told on standard error."""
    with open_source(arguments.location, drives=dict(arguments.drives), times=arguments.times) as source:
        surveyed = survey(source, Limits())
    state = find_patch_state(surveyed.host)
    for gap in surveyed.gaps:
        if gap.matters:
            complain(f"not examined: {gap}")
    with standard_output() as stream:
        if arguments.json:
            record = patch_record(state) if state is not None else {"build": None, "reason": _UNKNOWN}
            stream.write(json.dumps(record, indent=1) + "\n")
            return 0
        for line in patch_lines(state, whole=True) if state is not None else [_UNKNOWN]:
            stream.write(line + "\n")
    return 0
