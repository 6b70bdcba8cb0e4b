"""The hosts of a command: a location that has several servers stands for the location of each."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import NamedTuple

from webshellhunt.cli.inputs.opening import source_options
from webshellhunt.cli.output import complain
from webshellhunt.cli.status import Outcome
from webshellhunt.containers.page_names import ARCHIVE_EXTENSIONS, IMAGE_EXTENSIONS, RUN_EXTENSIONS, extension_of
from webshellhunt.errors import SeveralHostsError, WebShellHuntError
from webshellhunt.sources import Source, open_with

_MOST_NAMED = 3
_TO_EXAMINE = RUN_EXTENSIONS | ARCHIVE_EXTENSIONS | IMAGE_EXTENSIONS | {"log", "evtx", "rar", ""}  # a folder has none


class Place(NamedTuple):
    """A location of a command, and its source if it was opened already."""

    location: str
    source: Source | None = None


def places_of(locations: Sequence[str], arguments: Namespace, outcome: Outcome, *, logs: bool) -> list[Place]:
    """Return the locations; one alone is opened, because several servers in it are compared.

    ``logs`` is True if a location may be a log.
    """
    if len(locations) != 1:
        return [Place(each) for each in locations]
    options = source_options(arguments, logs=logs)
    try:
        return [Place(locations[0], open_with(locations[0], options))]
    except SeveralHostsError as error:
        return places_of_servers(locations[0], error, outcome)
    except WebShellHuntError:
        return [Place(locations[0])]  # the hunt has the same error


def places_of_servers(location: str, error: SeveralHostsError, outcome: Outcome) -> list[Place]:
    """Return the location of each server; what is in none of them is said, and makes the outcome incomplete."""
    complain(f"{location}: {len(error.locations):,} servers are in it; each has a report of its own")
    rest = [path for path in error.others if extension_of(path) in _TO_EXAMINE]
    if rest:
        outcome.incomplete = True
        more = f" and {len(rest) - _MOST_NAMED:,} more" if len(rest) > _MOST_NAMED else ""
        named = ", ".join(rest[:_MOST_NAMED])
        complain(f"{location}: not examined, because it is of none of these servers: {named}{more}; hunt it by itself")
    return [Place(each) for each in error.locations]
