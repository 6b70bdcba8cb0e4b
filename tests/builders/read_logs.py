"""A logged source for tests, with a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.keeping.bag import LoggedSource
from webshellhunt.sources.source import Source

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def logged(source: Source) -> LoggedSource:
    """Return a source whose log is thrown away."""
    return LoggedSource(source, lambda: NOW, [])
