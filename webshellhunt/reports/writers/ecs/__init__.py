"""The ECS format: documents of the Elastic Common Schema 9.4, one a line (NDJSON).

A document for each listed verdict, each gap, each client of accused pages, and last one for the assessment of the
location. Values for which the schema has no field are below ``webshellhunt``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webshellhunt.model.report import Report
from webshellhunt.reports.content.subjects import is_listed
from webshellhunt.reports.events.event_lines import event_line
from webshellhunt.reports.events.steps_of_subjects import steps_by_path
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.ecs.host_documents import assessment_document, client_document, gap_document
from webshellhunt.reports.writers.ecs.verdict_document import verdict_document

ABOUT = "documents of the Elastic Common Schema, one a line"
EXTENSIONS = ("ecs.ndjson", "ecs.jsonl", "ecs.json")


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield a line for each document."""
    part = FleetPart(options)
    for report in part.through(reports):
        steps = steps_by_path(report)
        for verdict in report.verdicts:
            if is_listed(verdict, options):
                yield event_line(verdict_document(verdict, report, options, steps))
        for gap in report.gaps:
            yield event_line(gap_document(gap, report))
        for client in report.traffic.clients if report.traffic is not None else ():
            yield event_line(client_document(client, report))
        yield event_line(assessment_document(report))
    part.fleet()  # only its sentence is printed
