"""Reports in all formats. A new module with a ``lines`` function in ``writers/`` adds one."""

from webshellhunt.reports.format_registry import formats, require_format
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import printable
from webshellhunt.reports.records.report_records import SCHEMA_VERSION, schema, verdict_record
from webshellhunt.reports.rendering import render, write

__all__ = [
    "SCHEMA_VERSION",
    "Options",
    "formats",
    "printable",
    "render",
    "require_format",
    "schema",
    "verdict_record",
    "write",
]
