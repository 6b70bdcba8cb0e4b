"""Saved reports: a file that ``hunt --output`` wrote, read back as ``Report`` objects."""

from webshellhunt.saved_reports.reading import SavedReport, parse_reports, read_reports

__all__ = ["SavedReport", "parse_reports", "read_reports"]
