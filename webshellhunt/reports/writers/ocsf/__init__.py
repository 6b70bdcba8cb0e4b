"""The OCSF format: events of class Detection Finding (2004) of the Open Cybersecurity Schema Framework 1.8.

One JSON object a line: an event for each listed verdict, and last one for the assessment of the location, which has the
gaps. The identifier of a finding is that of its subject, so that the next hunt updates it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webshellhunt.model.report import Report
from webshellhunt.reports.content.subjects import is_listed
from webshellhunt.reports.events.event_lines import event_line
from webshellhunt.reports.events.steps_of_subjects import steps_by_path
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.ocsf.assessment_event import assessment_event
from webshellhunt.reports.writers.ocsf.verdict_event import verdict_event

ABOUT = "detection findings of OCSF 1.8, one a line"
EXTENSIONS = ("ocsf.jsonl", "ocsf.json")


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield a line for each event."""
    part = FleetPart(options)
    for report in part.through(reports):
        steps = steps_by_path(report)
        for verdict in report.verdicts:
            if is_listed(verdict, options):
                yield event_line(verdict_event(verdict, report, options, steps))
        yield event_line(assessment_event(report))
    part.fleet()  # only its sentence is printed
