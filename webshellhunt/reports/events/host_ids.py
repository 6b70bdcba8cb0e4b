"""Stable identifiers of a host's assessment, gaps and clients: the same in each format, and tomorrow."""

from __future__ import annotations

from webshellhunt.model.findings import Gap
from webshellhunt.model.log_results import Client
from webshellhunt.model.report import Report
from webshellhunt.reports.identity import stable_id


def assessment_id(report: Report) -> str:
    """Return the identifier of the assessment of a host; of its location if the host has no name."""
    return stable_id("assessment", _host(report))


def gap_id(gap: Gap, report: Report) -> str:
    """Return the identifier of a gap: of its kind, path and reason on a host."""
    return stable_id("gap", _host(report), gap.code, gap.stage, gap.path, gap.reason)


def client_id(client: Client, report: Report) -> str:
    """Return the identifier of a client of a host."""
    return stable_id("client", _host(report), client.address)


def _host(report: Report) -> str:
    return (report.host.name or report.location).casefold()
