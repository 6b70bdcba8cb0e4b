"""Recognition of an evidence bag that is hunted as if it were a server."""

from __future__ import annotations

from webshellhunt.errors import SourceError
from webshellhunt.keeping.readme import TITLE
from webshellhunt.keeping.stores import README
from webshellhunt.sources.source import Source


def is_bag(source: Source) -> bool:
    """Return True if a source is an evidence bag, by the title of its text."""
    try:
        return source.stat(README) is not None and source.read(README, len(TITLE)) == TITLE.encode("ascii")
    except SourceError:
        return False
