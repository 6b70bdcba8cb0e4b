"""Traffic: the logs of a server, their records, and the use of a file according to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum, StrEnum, auto
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

MOST_NAMED: Final = 20
"""The most clients, agents and logs that a use names."""

LOGGED_YEARS: Final = range(1990, 2101)
"""A row of another year is forged or damaged, and has no time."""


EVENT_FILES: Final = (".evtx", ".json", ".jsonl", ".xml")
"""The endings of event logs and of exported ones, in lower case; their lines are the numbers of records."""

RECORD_FILES: Final = (*EVENT_FILES, "$mft", "$j")
"""The endings of files with numbered records: event logs, the file table and the change journal of a drive."""


USED_COLUMNS: Final = {
    "sc-status": "whether requests were answered",
    "c-ip": "the client",
    "cs-method": "the method",
    "time": "the time",
    "cs-username": "the user",
}
"""The columns of an IIS log by which the use of a page is known, and what is unknown without them."""


class LogKind(StrEnum):
    """The kind of a log, which decides its columns."""

    IIS = "iis"
    FTP = "ftp"
    HTTP_ERR = "http_err"
    HTTP_PROXY = "http_proxy"
    ECP_ACTIVITY = "ecp_activity"
    ECP_SERVER = "ecp_server"
    OAB_GENERATOR = "oab_generator"
    CMDLET = "cmdlet"
    EWS = "ews"
    MESSAGE_TRACKING = "message_tracking"
    EVENTS = "events"


class LogFile(NamedTuple):
    """A log: its path on the server, and, after it was read, its extent.

    ``site`` is the number of the IIS site (``W3SVC<site>``), if there is one. ``rows`` counts rows without comments,
    ``broken`` those of them that can't be read, the first at ``first_broken_line``. The times are the earliest and the
    latest of the rows at the edges of blocks, in UTC, as most rows are not read. ``builds`` are the builds of Exchange
    that wrote these rows, each with the first and the last time. ``truncated`` is true if a compressed log ends early
    or is damaged. ``lacks`` are the columns of ``USED_COLUMNS`` that rows of an IIS log don't have.
    """

    path: str
    kind: LogKind
    size_bytes: int = 0
    site: int | None = None
    rows: int = 0
    broken: int = 0
    first_utc: datetime | None = None
    last_utc: datetime | None = None
    first_broken_line: int | None = None
    truncated: bool = False
    lacks: tuple[str, ...] = ()
    builds: tuple[tuple[str, datetime, datetime], ...] = ()


class Record(NamedTuple):
    """One row of a text log, or one event.

    ``line`` counts from 1 in the log at the path ``log`` (of an event, it is the number of the record). ``fields`` has
    the columns by lower-case name as the log writes them; a column without a value (``-`` or empty) is left out. A row
    of HTTPERR also has ``cs-uri-stem`` and ``cs-uri-query``, the parts of its ``cs-uri``. An
    event has ``event_id``, ``provider``, ``channel``, ``computer`` and ``time``, and each value of its data under
    ``data.<name>`` in lower case, or ``data.<number>`` from 0 if it has no name.
    """

    log: str
    line: int
    kind: LogKind
    fields: Mapping[str, str]

    def text(self, name: str) -> str | None:
        """Return a value by its common name, such as ``client``, or by the name of a column, or ``None``."""
        fields = self.fields
        for column in _COLUMNS.get(name, (name,)):
            if column in fields:
                return fields[column]
        return None

    def number(self, name: str) -> int | None:
        """Return a value as a whole number that is not negative, or ``None``."""
        value = self.text(name) or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else None

    @property
    def when_utc(self) -> datetime | None:
        """The time of the record in UTC, or ``None`` if it has none that can be read, or a year of no log."""
        fields = self.fields
        is_split = "date" in fields and "time" in fields
        when = read_time(f"{fields['date']}T{fields['time']}" if is_split else self.text("when") or "")
        return when if when is not None and when.year in LOGGED_YEARS else None

    @property
    def method(self) -> str | None:
        """The HTTP method, as logged."""
        return self.text("method")

    @property
    def path(self) -> str:
        """The address without the query, as logged; empty if there is none."""
        return self.text("path") or ""

    @property
    def query(self) -> str:
        """The query of the address without its question mark, which Exchange logs; empty if there is none."""
        return (self.text("query") or "").removeprefix("?")

    @property
    def client(self) -> str | None:
        """The address of the client."""
        return self.text("client")

    @property
    def agent(self) -> str | None:
        """The user agent, with spaces as the log writes them."""
        return self.text("agent")

    @property
    def status(self) -> int | None:
        """The HTTP status."""
        return self.number("status")


_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "when": ("datetime", "date-time", "timestamp", "time"),
    "method": ("cs-method", "method", "httpmethod"),
    "path": ("cs-uri-stem", "urlstem", "cs-uri", "url"),
    "query": ("cs-uri-query", "urlquery"),
    "client": ("c-ip", "clientipaddress", "client-ip", "clientip"),
    "agent": ("cs(user-agent)", "useragent", "clientinfo"),
    "referer": ("cs(referer)", "referer"),
    "user": ("cs-username", "authenticateduser", "user"),
    "host": ("cs-host", "urlhost"),
    "status": ("sc-status", "httpstatus", "httpstatuscode"),
    "substatus": ("sc-substatus", "substatus"),
    "forwarded_for": ("x-forwarded-for", "cs(x-forwarded-for)", "x-real-ip", "original-client-ip"),
    "server": ("s-computername", "serverhostname", "servername", "server-hostname"),
    "back_end_status": ("backendstatus",),
    "sent_bytes": ("sc-bytes", "responsebytes", "responsesize"),
    "received_bytes": ("cs-bytes", "requestbytes", "requestsize"),
    "taken_ms": ("time-taken", "totalrequesttime", "totaltime"),
}
"""The columns of a common name, in the order of preference, in lower case."""

_TIME = lazy_pattern(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\s?(Z|UTC|[+-]00:?00)?", re.ASCII)


def read_time(text: str) -> datetime | None:
    """Return a time such as ``2021-03-03T04:05:06.789Z``, which is UTC with or without its mark, or ``None``."""
    found = _TIME.fullmatch(text.strip()[:40])
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(each) for each in found.groups()[:6])
    micro = int((found[7] or "0").ljust(6, "0")[:6])
    try:
        return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)
    except ValueError:
        return None


class Count(NamedTuple):
    """A value, and the number of requests with it."""

    value: str
    requests: int


def most_frequent(counts: Sequence[Count], most: int) -> list[Count]:
    """Return the first counts, and the sum of the others as that of ``other`` values."""
    named = [*counts] if len(counts) <= most else [*counts[: most - 1]]
    rest = sum(each.requests for each in counts[len(named) :])
    return [*named, Count("other", rest)] if rest else named


class AskedBy(Enum):
    """Who requests a page: ordinary visitors, an operator, monitoring, or clients of which no more is known."""

    VISITORS = auto()
    OPERATOR = auto()
    MONITOR = auto()
    CLIENTS = auto()


class Use(NamedTuple):
    """The requests for one file or one address.

    ``requests`` counts all of them, ``answered`` those that the server executed or delivered: the status is 200 to 299,
    500 for a page that it runs (``failed`` counts these), 304 for any other file; never HEAD, OPTIONS and TRACE.
    ``posted`` counts the answered ones with the method POST, ``unknown`` those whose status the log lacks, ``probes``
    those of monitoring, which are not answered ones, ``by_server`` the answered ones of the server itself.

    The times are those of the first and the last answered request, in UTC, or of any request if none was answered.
    ``missed_before`` is the number of requests with status 404 before the first answered one, and ``missed_utc``,
    ``missed_log`` and ``missed_line`` the last of them that shows that no file was there. ``gone_utc``, ``gone_log``
    and ``gone_line`` are the first after the last answer, of a page that is not there any more.

    ``clients`` and ``agents`` are the most frequent of the answered requests, ``client_count`` and ``agent_count``
    their numbers. ``claimed`` are the clients that only a header of a proxy names, ``proxies`` the proxies that sent
    such requests, ``hidden`` counts answered requests whose client is unknown; ``possible_proxies`` are the clients
    that may be proxies. ``tried`` are the clients of whom no
    answer is known, ``tried_count`` is their number. ``visited`` is true for a page that ordinary users request as
    well, so that its clients are no intruders.

    Bytes are ``None`` if the logs have none. ``slowest_ms`` is the longest time of an answered request, ``first_ms``
    the time of the first one. ``methods`` and ``statuses`` have the numbers of requests. ``logs`` are the logs with
    such requests, and ``line`` is the line of the first answered request in the first of them, or of the first request.
    ``last_log`` and ``last_line`` are the place of the last one. ``in_period`` is true if only the records of a period
    were read. ``doubts`` are sentences: what the logs lack, so that a request may be missing, or a time be wrong.
    ``referred`` counts the answers to a link on another page. ``alternations`` counts the times that an answer, a
    status of 404 and an answer follow each other: after many, the page itself answers with 404.

    ``operator_count`` is the number of clients that worked with the page, which ``clients`` has first: they sent data
    or changed their query, or else came back. It is 0 if none of them did, or there are few clients. ``acts`` counts
    the answers to data and to a changed query, and ``is_regular`` is true if each client asks in a fixed rhythm.
    """

    requests: int
    answered: int
    posted: int
    first_utc: datetime | None
    last_utc: datetime | None
    missed_before: int = 0
    methods: tuple[Count, ...] = ()
    statuses: tuple[Count, ...] = ()
    clients: tuple[str, ...] = ()
    client_count: int = 0
    agents: tuple[str, ...] = ()
    agent_count: int = 0
    sent_bytes: int | None = None
    received_bytes: int | None = None
    first_ms: int | None = None
    slowest_ms: int | None = None
    logs: tuple[str, ...] = ()
    line: int = 0
    last_log: str = ""
    last_line: int = 0
    in_period: bool = False
    failed: int = 0
    unknown: int = 0
    probes: int = 0
    by_server: int = 0
    hidden: int = 0
    claimed: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    tried_count: int = 0
    missed_utc: datetime | None = None
    missed_log: str = ""
    missed_line: int = 0
    visited: bool = False
    doubts: tuple[str, ...] = ()
    referred: int = 0
    alternations: int = 0
    possible_proxies: tuple[str, ...] = ()
    gone_utc: datetime | None = None
    gone_log: str = ""
    gone_line: int = 0
    operator_count: int = 0
    acts: int = 0
    is_regular: bool = False

    @property
    def span(self) -> tuple[datetime | None, datetime | None]:
        """The first and the last use; unknown if ordinary users request the page as well."""
        return (None, None) if self.visited else (self.first_utc, self.last_utc)

    @property
    def users(self) -> tuple[str, ...]:
        """The clients that worked with the page, or all of them."""
        return self.clients[: self.operator_count or None]

    @property
    def others(self) -> int:
        """The number of clients beside those that worked with the page."""
        return max(self.client_count - self.operator_count, 0) if self.operator_count else 0
