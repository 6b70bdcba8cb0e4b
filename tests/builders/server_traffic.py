"""The traffic of a server over weeks, as logs that are read: for habits, holes and coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tests.builders.logs import HTTP_PROXY_FIELDS, IIS_FIELDS, IIS_FIELDS_WITH_BYTES, Row, reader, row, text_log
from webshellhunt.correlation.log_review import LogReview
from webshellhunt.logs.questions import Question, Tally
from webshellhunt.logs.rows import LogSearch
from webshellhunt.logs.traffic_question import TrafficQuestion
from webshellhunt.model.findings import Finding
from webshellhunt.model.log_options import Period
from webshellhunt.model.traffic import LogFile, LogKind
from webshellhunt.views.log_holes import SiteLogs

FIRST: Final = date(2021, 1, 25)
"""A Monday."""

SITE: Final = "C:\\inetpub\\logs\\LogFiles\\W3SVC{}"
PROXY: Final = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Logging\\HttpProxy\\{}"
MB: Final = 1_000_000


def days(count: int, first: date = FIRST) -> list[date]:
    """Return some days in order."""
    return [first + timedelta(days=number) for number in range(count)]


def read_text_logs(
    logs: Mapping[str, tuple[LogKind, bytes]], question: Question | None = None
) -> tuple[list[Tally], list[LogFile]]:
    """Return the tallies of a question, and the logs with their extents."""
    tallies: list[Tally] = []
    files: list[LogFile] = []
    for path, (kind, data) in logs.items():
        log, found = LogSearch(LogFile(path, kind, len(data)), [question or TrafficQuestion()]).run(reader(data))
        files.append(log)
        tallies += [tally for _, tally in found]
    return tallies, files


class ServerTraffic:
    """The requests of a server; each site has a log a day, each protocol of the front end one an hour."""

    def __init__(self, *, with_bytes: bool = True) -> None:
        self._fields = IIS_FIELDS_WITH_BYTES if with_bytes else IIS_FIELDS
        self._rows: dict[str, list[Row]] = {}
        self.events: list[LogFile] = []

    def request(
        self, day: date, client: str, size_bytes: int = 1500, *, site: int = 1, hour: int = 9, **values: object
    ) -> None:
        """Add a request to the log of a site."""
        path = str(values.pop("path", "/owa/"))
        when = f"{day} {hour:02}:{int(values.pop('minute', 10)):02}:00"  # type: ignore[call-overload]
        folder = SITE.format(site)
        rows = self._rows.setdefault(f"{folder}\\u_ex{day:%y%m%d}.log", [])
        rows.append(row(when, path, client=client, sent_bytes=size_bytes, **values))

    def requests(self, day: date, client: str, count: int, **values: object) -> None:
        """Add many equal requests."""
        self.request(day, client, **values)  # type: ignore[arg-type]
        rows = self._rows[f"{SITE.format(values.get('site', 1))}\\u_ex{day:%y%m%d}.log"]
        rows += [rows[-1]] * (count - 1)

    def proxied(self, day: date, hour: int, count: int = 30, *, protocol: str = "Owa", **values: object) -> None:
        """Add requests to a log of HttpProxy."""
        path = f"{PROXY.format(protocol)}\\HttpProxy_{day:%Y%m%d}{hour:02}-1.LOG"
        found = row(f"{day} {hour:02}:10:00", str(values.pop("path", "/owa/")), **values)
        self._rows.setdefault(path, []).extend([found] * count)

    def steady(self, of: Iterable[date], *, site: int = 1, hours: Sequence[int] = range(24)) -> None:
        """Add a probe of the server itself in each hour of some days."""
        for day in of:
            for hour in hours:
                self.request(day, "::1", site=site, hour=hour, path="/owa/healthcheck.htm")

    def remove(self, site: int, day: date) -> None:
        """Remove the log of a day."""
        del self._rows[f"{SITE.format(site)}\\u_ex{day:%y%m%d}.log"]

    def add_server(self, name: str, site: int = 1) -> None:
        """Add another server, whose logs of a site have the same rows in a folder of its own."""
        folder = SITE.format(site)
        for path, rows in [*self._rows.items()]:
            if path.startswith(folder):
                self._rows[path.replace(folder, f"D:\\{name}\\W3SVC{site}")] = [*rows]

    def logs(self) -> dict[str, tuple[LogKind, bytes]]:
        """Return the logs by path; the rows of each are in the order of time."""
        found: dict[str, tuple[LogKind, bytes]] = {}
        for path, rows in sorted(self._rows.items()):
            kind = LogKind.HTTP_PROXY if "HttpProxy" in path else LogKind.IIS
            ordered = sorted(rows, key=lambda each: "" if isinstance(each, str) else str(each["when"]))
            fields = HTTP_PROXY_FIELDS if kind is LogKind.HTTP_PROXY else self._fields
            found[path] = kind, text_log(kind, *ordered, fields=fields)
        return found

    def read(self, sites: Sequence[SiteLogs] = (), period: Period | None = None) -> LogReview:
        """Read the logs."""
        tallies, files = read_text_logs(self.logs())
        return LogReview(tallies, [*files, *self.events], sites, period or Period())

    def findings(self, *, sites: Sequence[SiteLogs] = (), period: Period | None = None) -> list[Finding]:
        """Read the logs and return all findings."""
        return [finding for each in self.read(sites, period).examinations() for finding in each.findings]


def ordinary_weeks(*, with_bytes: bool = True, count: int = 42) -> ServerTraffic:
    """Return six weeks of an office: probes, twenty people on workdays, and less at weekends."""
    traffic = ServerTraffic(with_bytes=with_bytes)
    for number, day in enumerate(days(count)):
        traffic.steady([day], hours=range(0, 24, 6))
        people = 20 if day.weekday() < 5 else 3
        for person in range(people):
            size = (40 + (person * 7 + number * 13) % 60) * MB
            traffic.request(day, f"10.1.0.{person + 10}", size, path="/owa/service.svc", user=f"D\\u{person}")
        for guest in range(4):
            size = (20 + (guest * 11 + number * 5) % 30) * MB
            traffic.request(day, f"198.51.100.{(number * 4 + guest) % 200}", size, path="/owa/service.svc")
    return traffic


def end_of(day: date) -> datetime:
    """Return the end of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
