"""Fleet: the comparison of several hosts, from their reports.

A host's *peers* are the hosts that can be compared with it: those with the same directories and the same build. An
*outlier* is a file that differs from its peers; *shared* is a thing that several hosts have in common.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from webshellhunt.model.report import AssessmentState
from webshellhunt.model.verdict import Disposition

LEAST_PEERS: Final = 3
"""The least number of peers that have to agree before a file is called an outlier."""

SUSPICIOUS_TRACES: Final = "suspicious traces"

MOST_NAMED_HOSTS: Final = 100
"""The most hosts that an outlier or a shared thing names."""


class SharedKind(StrEnum):
    """The kind of a thing that several hosts have in common.

    ``SHELL`` is the same content of a malicious page, or the same decisive code in other bytes; ``FILE`` the same
    content of a file that is only suspicious, such as a page of a vendor, or not executed, such as a configuration.
    ``REQUEST_KEY`` is the parameter or password of a shell. ``CLIENT`` is the address of a client of accused pages or
    exploits.
    """

    SHELL = "shell"
    FILE = "file"
    REQUEST_KEY = "request_key"
    MACHINE_KEY = "machine_key"
    VIEW_STATE_KEY = "view_state_key"
    CLIENT = "client"
    EXPLOIT = "exploit"
    PATH = "path"
    FILE_NAME = "file_name"
    PLANTING_DAY = "planting_day"
    WAVE = "wave"

    @property
    def words(self) -> str:
        """Return its name for reports."""
        return _SHARED_WORDS[self]


_SHARED_WORDS: Final = {
    SharedKind.SHELL: "same shell",
    SharedKind.FILE: "same file",
    SharedKind.REQUEST_KEY: "same request key",
    SharedKind.MACHINE_KEY: "same machine key",
    SharedKind.VIEW_STATE_KEY: "view states signed with the same key",
    SharedKind.CLIENT: "same client",
    SharedKind.EXPLOIT: "same exploit",
    SharedKind.PATH: "same place",
    SharedKind.FILE_NAME: "same file name",
    SharedKind.PLANTING_DAY: "planted on the same day",
    SharedKind.WAVE: "planted in the window of the same wave",
}


class TimeOf(StrEnum):
    """The event that a time is of, the most direct first.

    ``SEEN`` is the first trace of it, such as a request in a log; ``UNKNOWN`` if there is no time.
    """

    PLANTING = "planting"
    FIRST_USE = "first_use"
    SEEN = "seen"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """Return its name for reports."""
        return _TIME_WORDS[self]


_TIME_WORDS: Final = {
    TimeOf.PLANTING: "planted",
    TimeOf.FIRST_USE: "first used",
    TimeOf.SEEN: "first seen",
    TimeOf.UNKNOWN: "time unknown",
}


@dataclass(frozen=True, slots=True)
class OnHost:
    """A shared thing on one host: the first time there, the event that the time is of, and its witness.

    ``paths`` are a few of the subjects with it, ``subjects`` is their number.
    """

    host: str
    when_utc: datetime | None = None
    time_of: TimeOf = TimeOf.UNKNOWN
    witness: str = ""
    paths: tuple[str, ...] = ()
    subjects: int = 0


@dataclass(frozen=True, slots=True)
class Shared:
    """A thing that several hosts have in common, with the hosts in the order of its spread; unknown times come last.

    ``value`` is the thing: a digest, a key, an address, a day. ``title`` explains it in words. ``keys`` are the request
    keys of a shell, ``contents`` the number of its different contents. ``host_count`` is the number of hosts, of which
    ``hosts`` are at most ``MOST_NAMED_HOSTS``, and ``undated`` the number of those without a time. ``worst`` is the
    worst disposition of its subjects.
    """

    kind: SharedKind
    value: str
    hosts: tuple[OnHost, ...]
    host_count: int
    worst: Disposition
    title: str = ""
    keys: tuple[str, ...] = ()
    contents: int = 0
    undated: int = 0


class OutlierKind(StrEnum):
    """The difference of an outlier.

    ``ONLY_HERE``: the peers lack the file. ``OTHER_CONTENT``: the peers agree on another content. ``MANY``: the host
    has so many outliers that it is of another state than its peers; they are counted.
    """

    ONLY_HERE = "only_here"
    OTHER_CONTENT = "other_content"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Outlier:
    """A served file that differs from the peers of its host; its own verdict may be benign.

    ``key`` is its path without the drive, the folder of the installation and the build, by which hosts are compared;
    ``paths`` are a few of its paths as the hosts name them. ``hosts`` have it, ``agreeing`` is the number of peers that
    lack the file or have the other content, and ``compared`` the number of all hosts of the comparison. ``disposition``
    is the worst one, ``sha256`` the start of each content, in hexadecimal. ``files`` is greater than 1 for ``MANY``,
    and for a folder that the peers lack, whose key ends with ``/``.
    """

    kind: OutlierKind
    key: str
    hosts: tuple[str, ...]
    host_count: int
    agreeing: int
    compared: int
    disposition: Disposition
    paths: tuple[str, ...] = ()
    sha256: tuple[str, ...] = ()
    files: int = 1

    @property
    def is_accused(self) -> bool:
        """True if its own verdict is suspicious or malicious."""
        return self.disposition >= Disposition.SUSPICIOUS


@dataclass(frozen=True, slots=True)
class FleetHost:
    """One report in a row of the table of hosts.

    ``name`` is the name of the computer, else the location. ``first_planted_utc`` is the earliest planting time of an
    accused subject. ``open_waves`` are the waves that are open at its build; ``gaps`` counts the gaps that matter.
    """

    name: str
    location: str
    state: AssessmentState
    malicious: int = 0
    suspicious: int = 0
    files: int = 0
    first_planted_utc: datetime | None = None
    build: str | None = None
    update: str | None = None
    open_waves: tuple[str, ...] = ()
    gaps: int = 0
    interrupted: bool = False

    @property
    def shown_state(self) -> str:
        """The state, or that all traces are suspicious ones, which prove no exploitation."""
        only = self.state is AssessmentState.EXPLOITATION_TRACES_ONLY and self.suspicious and not self.malicious
        return SUSPICIOUS_TRACES if only else self.state.value


@dataclass(frozen=True, slots=True)
class Unopened:
    """A location that could not be opened, so that it has no report; ``sentence`` says why.

    ``name`` is the name of the user's list, else the location.
    """

    name: str
    location: str
    sentence: str


@dataclass(frozen=True, slots=True, repr=False)
class Fleet:
    """The comparison of several hosts: a sentence, the hosts worst first, outliers, and the things that hosts share.

    ``unopened`` are the locations without a report, by name. ``notes`` are sentences about the limits of the
    comparison. ``more_outliers``, ``more_shared``, ``more_hosts`` and ``more_unopened`` are the numbers of those that
    are left out.
    """

    sentence: str
    hosts: tuple[FleetHost, ...] = ()
    outliers: tuple[Outlier, ...] = ()
    shared: tuple[Shared, ...] = ()
    notes: tuple[str, ...] = ()
    more_hosts: int = 0
    more_outliers: int = 0
    more_shared: int = 0
    unopened: tuple[Unopened, ...] = ()
    more_unopened: int = 0

    def __repr__(self) -> str:
        return f"<Fleet of {len(self.hosts)}: {len(self.outliers)} outliers, {len(self.shared)} shared>"
