"""The law of saved reports: a format of a saved report equals the one of the report itself, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.model.report import Report
from webshellhunt.reports import render
from webshellhunt.saved_reports.reading import parse_reports


def shown(reports: Report | Sequence[Report], form: str, *, show_all: bool = False) -> str:
    """Return reports in a format."""
    text = render(reports, form, show_all=show_all)
    assert text is not None
    return text


def shown_after_saving(reports: Report | Sequence[Report], form: str, *, show_all: bool = False) -> str:
    """Return reports in a format that is made from their JSON."""
    saved = parse_reports(shown(reports, "json", show_all=show_all).encode())
    return shown([each.report for each in saved], form, show_all=show_all)
