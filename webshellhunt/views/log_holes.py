"""Log holes: times without a log, and missing logs, each with the witness that there should be one."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from webshellhunt.model.traffic import LogKind


class Witness(NamedTuple):
    """A log that goes on: its name in words, its rows, and whether each of them must be in the other log, too."""

    name: str
    rows: int
    is_proof: bool = False


class LogHole(NamedTuple):
    """Hours in which a log has no row, from the start of the first to the end of the last.

    ``missing`` are the names of logs that should cover whole days of it and are not there. ``witness`` goes on.
    """

    folder: str
    kind: LogKind
    first_utc: datetime
    end_utc: datetime
    witness: Witness
    missing: tuple[str, ...] = ()

    @property
    def hours(self) -> int:
        """The length of the hole."""
        return round((self.end_utc - self.first_utc).total_seconds() / 3600)


class EarlyEnd(NamedTuple):
    """A log that ends days before others: the time of its last row, and the days until the end of the others."""

    folder: str
    kind: LogKind
    last_utc: datetime
    days: int
    witness: Witness


class EmptyLogFolder(NamedTuple):
    """The log folder of a site that has no log of it; ``elsewhere`` is a folder with logs of the site.

    ``witness`` is a log with requests to the site, ``None`` if there is none.
    """

    site: str
    folder: str
    elsewhere: str | None = None
    witness: Witness | None = None


class SiteLogs(NamedTuple):
    """The log folder of a site by the configuration, with the folder of the site in it.

    ``is_held`` is true if the source contains the folder, ``is_readable`` is false if its logs can't be listed.
    """

    site: int
    name: str
    folder: str
    auto_start: bool = True
    is_held: bool = True
    is_readable: bool = True
