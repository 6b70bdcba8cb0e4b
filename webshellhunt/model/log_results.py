"""The results of reading logs: the use of files, the clients of accused pages, and the extent of the logs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from webshellhunt.model.places import Role
from webshellhunt.model.traffic import AskedBy, LogKind, Use

MOST_MOMENTS: Final = 40
"""The most traces of one client in a report."""

MOST_RARE: Final = 20
"""The most rare pages in a report."""

MOST_CLIENTS: Final = 3
"""The most clients that a rare page names."""

_SERVICES: Final = frozenset({"asmx", "ashx", "svc", "soap", "rem"})


class UsedFile(NamedTuple):
    """A subject with a finding, and the requests for it.

    ``checked_by_its_user`` is true if the first client that got an answer had asked in vain before. ``by`` is who
    requests it.
    """

    path: str
    role: Role
    use: Use
    by: AskedBy = AskedBy.CLIENTS
    checked_by_its_user: bool = False


class AnsweringAddress(NamedTuple):
    """The address of a page that answered requests, and of which no file was examined.

    ``server_path`` is the path at which its file would be; the address itself if no directory is known for it. ``role``
    is that of this directory, or of the usual one. ``is_missing`` is true if that directory was collected and has no
    such file, ``is_there`` if the file is there, and only logs were read. ``others`` is the number of other missing
    pages in directories of the same kind, if no setup owns them: of a site with routes or rewriting there are many.
    ``checked_by_its_user`` is that of ``UsedFile``. ``is_alone`` is true if no other page of its directory answered.
    ``answers_all`` is true if the server answered one client for so many names in this directory that an answer proves
    no page. ``by`` is who requests it.
    """

    address: str
    server_path: str
    role: Role
    use: Use
    others: int = 0
    is_missing: bool = True
    is_there: bool = False
    checked_by_its_user: bool = False
    is_alone: bool = False
    answers_all: bool = False
    by: AskedBy = AskedBy.CLIENTS

    @property
    def is_ordinary(self) -> bool:
        """True if the visitors of a site or a health check explain the requests."""
        return self.by in (AskedBy.VISITORS, AskedBy.MONITOR)

    @property
    def name(self) -> str:
        """The name of the page, in lower case."""
        return self.address.rpartition("/")[2].lower()

    @property
    def is_service(self) -> bool:
        """True for a service or handler, to which programs send data."""
        return self.name.rpartition(".")[2] in _SERVICES


class LogCoverage(NamedTuple):
    """The logs of one kind, of one site, that were read; the times are those of the first and the last record."""

    kind: LogKind
    site: int | None
    files: int
    rows: int
    broken: int
    first_utc: datetime | None
    last_utc: datetime | None


class MomentKind(StrEnum):
    """The kind of an event in a timeline."""

    PLANTED = "planted"
    FIRST_USED = "first_used"
    LAST_USED = "last_used"
    FIXED = "fixed"
    EXPLOITED = "exploited"
    VIEW_STATE = "view_state"
    LOG_CLEARED = "log_cleared"
    TAKEN = "taken"
    DETECTED = "detected"
    REMOVED = "removed"
    CREATED = "created"
    RENAMED = "renamed"
    DELETED = "deleted"
    OTHER = "other"


class Moment(NamedTuple):
    """One line of a timeline: a time, its event, and the witness of both.

    ``path`` is that of the subject, if the event is about one. ``until_utc`` is the latest time according to other
    witnesses, if they disagree.
    """

    when_utc: datetime
    event: str
    witness: str
    kind: MomentKind = MomentKind.OTHER
    path: str = ""
    until_utc: datetime | None = None


class Client(NamedTuple):
    """A client that used an accused page or an exploit, and its traces in the order of time.

    ``requests`` counts its requests in all logs; ``pages`` are the accused pages that it used. ``moments`` are at most
    ``MOST_MOMENTS``; those of accused pages are kept before others. ``is_proxy`` is true if the address stands for many
    clients; only its requests for accused pages are listed then.
    ``exploits`` are the names of exploits with which it succeeded. ``is_claimed`` is true if only the header of a proxy
    names the address, which a visitor can forge.
    """

    address: str
    requests: int
    first_utc: datetime | None
    last_utc: datetime | None
    pages: tuple[str, ...]
    moments: tuple[Moment, ...] = ()
    is_proxy: bool = False
    exploits: tuple[str, ...] = ()
    is_claimed: bool = False


class RareAddress(NamedTuple):
    """A page that answered few clients; a rare page accuses nobody. ``clients`` are at most ``MOST_CLIENTS``."""

    address: str
    answered: int
    clients: tuple[str, ...]
    client_count: int
    agent_count: int
    first_utc: datetime | None
    last_utc: datetime | None


class DayTotal(NamedTuple):
    """The outgoing traffic of one day; ``is_marked`` is true if a lead is about it."""

    day: date
    total: int
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Traffic:
    """The logs of a host, as far as they were read.

    ``sentence`` says which days they cover. ``days`` are the totals of the outgoing traffic, in the unit ``measure``:
    ``bytes`` or ``requests``. ``notes`` are sentences about the logs that accuse nobody, ``more_notes`` is the number
    of others: only a saved report has them here, since it lacks the subjects without suspicion. ``rarest`` are the
    pages that answered the fewest clients, without those of files without a finding and the best known of Exchange.
    """

    coverage: tuple[LogCoverage, ...] = ()
    sentence: str = ""
    clients: tuple[Client, ...] = ()
    measure: str = "bytes"
    days: tuple[DayTotal, ...] = ()
    notes: tuple[str, ...] = ()
    more_notes: int = 0
    rarest: tuple[RareAddress, ...] = ()
