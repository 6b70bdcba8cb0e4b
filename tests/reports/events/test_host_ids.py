"""Identifiers of assessments, gaps and clients."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import WHEN, full_report
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_results import Client
from webshellhunt.model.report import Report
from webshellhunt.reports.events.host_ids import assessment_id, client_id, gap_id

GAP = Gap("unreadable", "walk", "C:\\x", "denied")
CLIENT = Client("203.0.113.5", 1, WHEN, WHEN, ())


def ids(made: Report) -> set[str]:
    """Return the identifiers of a report's parts."""
    return {assessment_id(made), gap_id(GAP, made), gap_id(replace(GAP, path="C:\\y"), made), client_id(CLIENT, made)}


def test_they_are_those_of_a_host_in_a_location() -> None:
    """Two disks of a host have each their gaps: the assessment of one must not replace that of the other."""
    made = full_report()
    assert len(ids(made)) == 4
    assert not ids(made) & ids(replace(made, location="elsewhere"))
    assert ids(made) == ids(replace(made, location=f"{made.location}/"))
    assert ids(made) == ids(replace(made, host=made.host._replace(name="exch01")))
    assert not ids(made) & ids(replace(made, host=made.host._replace(name="EXCH02")))
    assert not ids(made) & ids(replace(made, host=made.host._replace(name=None)))
