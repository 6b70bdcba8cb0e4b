"""Archives as evidence: ZIP, tar (plain or compressed) and 7-Zip; the opener of ``webshellhunt.sources``."""

from __future__ import annotations

from webshellhunt.errors import SourceError, UsageError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.sources.archive.opening import archive_form
from webshellhunt.sources.archive.source import ArchiveSource
from webshellhunt.sources.filesystem import absolute, extended, location_kind

__all__ = ["ArchiveSource", "open", "opens"]


def opens(location: str) -> bool:
    """Return True if a location is a file that its first bytes show to be an archive of a known form."""
    try:
        real = absolute(location)
        if location_kind(location, extended(real)) is not EntryKind.FILE:
            return False
    except SourceError:
        return False
    return archive_form(location, real) is not None


def open(location: str, options: SourceOptions) -> ArchiveSource:  # noqa: A001 - the name that an opener has
    """Open an archive; errors as for ``webshellhunt.open_source``."""
    if options.drives:
        drives = ", ".join(f"{letter}:" for letter in sorted(options.drives))
        raise UsageError(f"{location} is an archive, with which --drive ({drives}) is not possible: unpack it first")
    return ArchiveSource(location, times=options.times, password=options.password)
