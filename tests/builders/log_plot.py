"""A server with logs in the making: the clean described one, with plants, requests and the expected readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from tests.builders.log_rows import Request, ServerLogs
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.verdict import Presence
from webshellhunt.selftest.demo import CLEAN, COMPROMISED, demo_host
from webshellhunt.sources.memory import MemorySource

INTRUDER: Final = "203.0.113.77"
DAY: Final = datetime(2021, 3, 3, tzinfo=UTC)
"""The midnight before the plant."""

_PROTOCOLS = {"owa": "Owa", "ecp": "Ecp"}
"""The logs of the front end in which requests for its sign-in pages stand, too, by the first name of the address."""


class Reading(NamedTuple):
    """The expected use of one file; ``rules`` are among the findings of its verdict, ``never`` are not."""

    path: str
    answered: int = 0
    posted: int = 0
    clients: tuple[str, ...] = ()
    first_utc: datetime | None = None
    last_utc: datetime | None = None
    missed_before: int = 0
    rules: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    presence: Presence = Presence.PRESENT

    @property
    def name(self) -> str:
        """The name of the file without its folders."""
        return self.path.rpartition("\\")[2]


class Story(NamedTuple):
    """A server, and the expected readings.

    ``operators`` pairs clients with the addresses of the accused pages that they used. ``traces`` are the rules
    about exploitation (70xx), acts of the server (72xx), view states (73xx) and data that left (75xx) with findings.
    """

    files: Mapping[str, bytes]
    times: Mapping[str, datetime]
    readings: tuple[Reading, ...] = ()
    operators: tuple[tuple[str, tuple[str, ...]], ...] = ()
    traces: frozenset[str] = frozenset()

    def source(self, location: str = "story") -> MemorySource:
        """Return the server as a source."""
        times = {path: Timestamps(modified_utc=when, original=True) for path, when in self.times.items()}
        return MemorySource(self.files, times=times, location=location)


class Plot:
    """A server in the making: the clean described one, with logs, plants and expected readings."""

    def __init__(self, *, with_bytes: bool = False) -> None:
        clean = demo_host(CLEAN).files
        self.files = {each.path: each.data for each in clean}
        self.times = {each.path: each.modified_utc for each in clean if each.modified_utc is not None}
        self.logs = ServerLogs(with_bytes=with_bytes)
        self.bodies = {each.path: each.data for each in demo_host(COMPROMISED).files}

    def plant(self, path: str, when: datetime, like: str) -> None:
        """Add a page with the content of a plant of the described host."""
        self.add(path, self.bodies[like], when)

    def add(self, path: str, data: bytes, when: datetime) -> None:
        """Add a file."""
        self.files[path], self.times[path] = data, when

    def call(self, method: str, path: str, whens: Iterable[datetime], client: str = INTRUDER, **more: Any) -> None:
        """Add requests of a client for one address."""
        protocol = _PROTOCOLS.get(path.split("/")[1].lower())
        for when in whens:
            request = Request(when, method, path, client)._replace(**more)
            self.logs.request(request)
            if protocol is not None and request.site == 1:
                self.logs.proxy(protocol, request)

    def told(
        self,
        *readings: Reading,
        operators: Mapping[str, tuple[str, ...]] | None = None,
        traces: Iterable[str] = (),
    ) -> Story:
        """Return the finished server."""
        pairs = tuple((operators or {}).items())
        return Story({**self.files, **self.logs.files()}, self.times, readings, pairs, frozenset(traces))


def at(hours: int, minutes: int = 0, seconds: int = 0, day: int = 0) -> datetime:
    """Return a time after midnight of the day of the plant."""
    return DAY + timedelta(days=day, hours=hours, minutes=minutes, seconds=seconds)


def nights(count: int, each: int, first_day: int = 1) -> list[datetime]:
    """Return times in so many nights, so many in each, one minute apart from 01:00 on."""
    return [at(1, number, day=first_day + night) for night in range(count) for number in range(each)]


def on_server(path: str) -> str:
    r"""Return the path on the server, such as ``C:\inetpub\x``."""
    drive, _, rest = path.partition("/")
    return f"{drive}:\\" + rest.replace("/", "\\")
