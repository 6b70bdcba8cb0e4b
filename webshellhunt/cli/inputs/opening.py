"""The options for opening a location, from a command's arguments."""

from __future__ import annotations

from argparse import Namespace

from webshellhunt.errors import UnreadableError
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.model.times import TimesChoice
from webshellhunt.scan.log_places import why_no_log
from webshellhunt.sources import Source


def source_options(arguments: Namespace, *, logs: bool = False) -> SourceOptions:
    """Return the options for opening a location; a command without one of the options has its default."""
    return SourceOptions(
        drives=dict(getattr(arguments, "drives", ())),
        times=getattr(arguments, "times", TimesChoice.AUTO),
        logs=logs,
        password=getattr(arguments, "password", None),
        snapshots=getattr(arguments, "snapshots", False),
    )


def require_log(source: Source) -> None:
    """Require that a source is a folder or an archive, or else a log that is read.

    Raises:
        SourceError: It is a file that is no log, or can't be read.
    """
    reason = why_no_log(source)
    if reason is not None:
        raise UnreadableError(reason, path=source.location)
