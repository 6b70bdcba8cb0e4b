"""Outgoing leads: the figures of a lead about data that left, each with the habit that it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from webshellhunt.logs.downloads import Download, FileKind
from webshellhunt.logs.services import Service
from webshellhunt.model.findings import FactValue


class Measure(StrEnum):
    """The measure of a total: bytes, or answered requests if the log has no column with the bytes."""

    BYTES = "bytes"
    REQUESTS = "answered requests"


class Comparison(StrEnum):
    """What a total is compared with, in words."""

    OWN_DAYS = "its own other days"
    OTHER_CLIENTS = "the largest occasional client of each other day"
    WHOLE_DAYS = "all clients together on each other day"


class Habit(NamedTuple):
    """The habit that a value is compared with: the median of some days, and their spread.

    ``spread`` is the median absolute deviation of the binary logarithms, times 1.4826.
    """

    median: float
    spread: float
    days: int

    def multiple(self, value: float) -> float | None:
        """Return how many times the median a value is, or ``None`` if the median is nothing."""
        return value / self.median if self.median >= 1 else None


class TrafficLead(NamedTuple):
    """A total far above the habit of the host.

    ``client`` is ``None`` for a whole day. ``is_synced`` is true if most of it went through services that copy
    mailboxes to their owners; ``share`` is the client's part of all requests of the log, from 0 to 1. ``crowd`` is the
    number of clients that received so much on the same day. ``further_days`` are other days on which it received so
    much. ``example`` is the largest response, with its log and line.
    """

    client: str | None
    day: str
    value: int
    measure: Measure
    compared: Comparison
    habit: Habit
    is_synced: bool = False
    share: float = 0.0
    crowd: int = 1
    further_days: tuple[str, ...] = ()
    example: tuple[str, int, str, int] | None = None


class DownloadLead(NamedTuple):
    """The downloads of one file by all clients.

    ``clients`` and ``days`` are the numbers of clients and of days with a download; ``sweeping`` is true if a client
    got answers for so many such names that the site answers any name. ``is_own`` is true if only the server asked
    itself.
    """

    downloads: tuple[Download, ...]
    clients: int
    days: int
    sweeping: bool = False
    is_own: bool = False

    @property
    def first(self) -> Download:
        """The first download."""
        return self.downloads[0]

    @property
    def kind(self) -> FileKind:
        """The kind of the file."""
        return self.first.kind

    @property
    def requests(self) -> int:
        """The number of answered requests."""
        return sum(each.requests for each in self.downloads)

    @property
    def sent_bytes(self) -> int | None:
        """The bytes of all answers, or ``None`` if the logs have none."""
        sizes = [each.sent_bytes for each in self.downloads if each.sent_bytes is not None]
        return sum(sizes) if sizes else None

    @property
    def last_utc(self) -> datetime | None:
        """The time of the last download."""
        return max((each.last_utc for each in self.downloads if each.last_utc is not None), default=None)


class LargeFileLead(NamedTuple):
    """A large static file that the server sent, which is no archive by its name."""

    path: str
    size_bytes: int
    clients: tuple[str, ...]
    day: str
    log: str
    line: int


class ServiceLead(NamedTuple):
    """The use of a service of Exchange by a client with one agent, on its busiest day.

    ``habit`` is that of the busiest client of each other day; ``None`` without enough days. ``days`` is the number of
    days with this agent. ``is_public`` is true for an address outside of private networks.
    """

    service: Service
    client: str
    user: str | None
    agent: str | None
    day: str
    requests: int
    answered: int
    days: int
    is_script: bool
    is_public: bool
    habit: Habit | None = None

    @property
    def words(self) -> str:
        """The user and the agent, in words."""
        user = f" as {self.user}" if self.user else ""
        return f"{user} with the agent {self.agent[:60]}" if self.agent else f"{user} without an agent"

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """The named facts of a finding."""
        return {
            "client": self.client,
            "user": self.user,
            "agent": self.agent,
            "day": self.day,
            "requests": self.requests,
            "answered": self.answered,
            "days": self.days,
        }


def is_exchange_address(path: str) -> bool:
    """Return True if an address is in a directory that only the setup of Exchange or ASP.NET writes to."""
    return path.lower().startswith(_EXCHANGE)


_EXCHANGE: Final = (
    "/owa/",
    "/ecp/",
    "/oab/",
    "/ews/",
    "/rpc/",
    "/mapi/",
    "/autodiscover/",
    "/powershell/",
    "/microsoft-server-activesync/",
    "/aspnet_client/",
)
