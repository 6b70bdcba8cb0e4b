"""Report formats, one module each. A new module with a ``lines`` function in this folder adds a format."""

from webshellhunt.reports.format_registry import formats, require_format
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import printable
from webshellhunt.reports.records import SCHEMA_VERSION, schema, verdict_record
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
