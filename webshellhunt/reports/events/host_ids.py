"""Stable identifiers of a host's assessment, gaps and clients: the same in each format, and tomorrow."""

from __future__ import annotations

from webshellhunt.model.findings import Gap
from webshellhunt.model.log_results import Client
from webshellhunt.model.report import Report
from webshellhunt.reports.identity import report_key, stable_id


def assessment_id(report: Report) -> str:
    """Return the identifier of the assessment of a host by the evidence of a location."""
    return stable_id("assessment", *report_key(report))


def gap_id(gap: Gap, report: Report) -> str:
    """Return the identifier of a gap: of its kind, path and reason in a location of a host."""
    return stable_id("gap", *report_key(report), gap.code, gap.stage, gap.path, gap.reason)


def client_id(client: Client, report: Report) -> str:
    """Return the identifier of a client of a host in the logs of a location."""
    return stable_id("client", *report_key(report), client.address)
