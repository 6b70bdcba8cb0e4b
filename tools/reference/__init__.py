"""Reference pages that are generated from the code when the documentation is built; none of them is committed."""

from __future__ import annotations

from tools.reference.commands import command_page
from tools.reference.names import names_page
from tools.reference.report_schema import schema_page
from tools.reference.rules import rule_pages

__all__ = ["reference_pages"]


def reference_pages() -> dict[str, str]:
    """Return the Markdown of each generated page, by its path below ``docs/``."""
    return {
        "reference/command-line.md": command_page(),
        "reference/python.md": names_page(),
        "reference/report-schema.md": schema_page(),
        **rule_pages(),
    }
