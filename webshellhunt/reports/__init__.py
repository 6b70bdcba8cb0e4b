"""Reports in all formats. A new module with a ``lines`` function in ``writers/`` adds one."""

from typing import TYPE_CHECKING

from webshellhunt.reports.format_registry import formats, require_format
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import printable
from webshellhunt.reports.rendering import render, write

if TYPE_CHECKING:
    from webshellhunt.reports.records.report_records import SCHEMA_VERSION, schema, verdict_record

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


def __getattr__(name: str) -> object:
    """Import a name of the records, which only some formats need, on first use."""
    if name not in ("SCHEMA_VERSION", "schema", "verdict_record"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from webshellhunt.reports.records import report_records

    return getattr(report_records, name)
