"""Saved reports: a file that ``hunt --output`` wrote, read back as ``Report`` objects."""

from webshellhunt.saved_reports.reading import (
    SavedFile,
    SavedReport,
    iter_file,
    parse_file,
    parse_reports,
    read_file,
    read_reports,
)

__all__ = ["SavedFile", "SavedReport", "iter_file", "parse_file", "parse_reports", "read_file", "read_reports"]
