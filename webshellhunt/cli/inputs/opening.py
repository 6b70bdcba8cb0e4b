"""The options for opening a location, from a command's arguments."""

from __future__ import annotations

from argparse import Namespace

from webshellhunt.model.source_options import SourceOptions
from webshellhunt.model.times import TimesChoice


def source_options(arguments: Namespace, *, logs: bool = False) -> SourceOptions:
    """Return the options for opening a location; a command without one of the options has its default."""
    return SourceOptions(
        drives=dict(getattr(arguments, "drives", ())),
        times=getattr(arguments, "times", TimesChoice.AUTO),
        logs=logs,
        password=getattr(arguments, "password", None),
        snapshots=getattr(arguments, "snapshots", False),
    )
