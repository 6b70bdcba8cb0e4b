r"""Log review: the leads about data that left, and the holes of the logs, as examinations of traces.

Leads about one client are one subject, ``…\W3SVC1 (client 203.0.113.7)``; they accuse nobody. A hole is a finding about
the folder of the logs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from webshellhunt.correlation.log_coverage import CoveredDays, covered_days
from webshellhunt.correlation.log_holes import iter_early_ends, iter_empty_folders, iter_holes
from webshellhunt.correlation.outgoing import OutgoingTraffic
from webshellhunt.correlation.taken_files import download_leads, large_file_leads, service_leads
from webshellhunt.detectors.access_log import (
    address_book_downloaded,
    archive_downloaded,
    bulk_ews_requests,
    hole_in_log,
    large_file_downloaded,
    log_ends_early,
    log_folder_empty,
    log_number_missing,
    log_time_runs_back,
    outgoing_traffic_above_habit,
    powershell_from_outside,
)
from webshellhunt.logs.hours import StepBack
from webshellhunt.logs.log_calendar import LogCalendar
from webshellhunt.logs.log_names import iter_missing_numbers, split_path
from webshellhunt.logs.peers import Askers
from webshellhunt.logs.traffic_question import TrafficTally
from webshellhunt.model.findings import Finding
from webshellhunt.model.log_options import Period
from webshellhunt.model.traffic import LogFile
from webshellhunt.model.verdict import Examination, Subject, SubjectKind
from webshellhunt.views.log_holes import SiteLogs
from webshellhunt.views.outgoing_leads import Measure

_ALWAYS = Period()
MOST_SUBJECTS = 200
"""The most clients and folders with findings."""

_OF_SERVICES = (bulk_ews_requests, address_book_downloaded, powershell_from_outside)


class DailyTraffic(NamedTuple):
    """The outgoing traffic of each day, for a chart, and the days with a lead."""

    measure: Measure
    days: tuple[tuple[date, int], ...]
    marked: frozenset[date] = frozenset()


class LogReview:
    """The totals and the calendar of the logs of a host.

    Args:
        tallies: The tallies of ``TrafficQuestion``; they may be merged by folder or not.
        files: The logs with their extents, event logs included.
        sites: The log folders of the sites, from ``find_site_logs``.
        period: The period of the leads; the habit is that of all logs.
        complete: False if some logs were not read, so that nothing is known about holes.
    """

    def __init__(
        self,
        tallies: Iterable[object],
        files: Iterable[LogFile],
        sites: Sequence[SiteLogs] = (),
        period: Period = _ALWAYS,
        *,
        complete: bool = True,
    ) -> None:
        self._complete = complete
        self._files = list(files)
        self._sites = sites
        self._period = period
        self._traffic = OutgoingTraffic()
        self._downloads = []
        hours = []
        for tally in tallies:
            if isinstance(tally, TrafficTally):
                self._traffic.add(tally.outgoing)
                self._downloads.append(tally.downloads)
                hours.append(tally.hours)
        self._traffic.name_clients()
        self._calendar = LogCalendar(self._files, hours)
        self._leads = [each for each in self._traffic.leads() if self._is_within(each[1].day)]

    @property
    def covered(self) -> list[CoveredDays]:
        """The days that the logs of each kind cover; each is a sentence as text."""
        return covered_days(self._files, self._calendar)

    @property
    def steps_back(self) -> list[StepBack]:
        """The largest steps back of the clocks of logs."""
        return self._calendar.steps_back

    @property
    def askers(self) -> Askers:
        """The proxies in front of the server, and its own addresses."""
        return self._traffic.askers

    @property
    def daily(self) -> DailyTraffic:
        """The outgoing traffic of each day."""
        measure, days = self._traffic.daily()
        marked = frozenset(date.fromisoformat(lead.day) for _, lead in self._leads if lead.measure is measure)
        return DailyTraffic(measure, tuple(days), marked)

    def examinations(self) -> Iterator[Examination]:
        """Yield an examination of each client and of each folder of logs with a finding, the gravest first."""
        found: dict[str, tuple[str, list[Finding]]] = {}
        for name, findings in (*self._of_clients(), *(self._of_logs() if self._complete else ())):
            path, known = found.setdefault(name.lower(), (name, []))
            known += findings
        graded = [(path, findings) for path, findings in found.values() if findings]
        graded.sort(key=lambda each: max((f.severity, f.confidence) for f in each[1]), reverse=True)
        for path, findings in graded[:MOST_SUBJECTS]:
            yield Examination(Subject(SubjectKind.TRACE, path), tuple(findings))

    def _of_clients(self) -> Iterator[tuple[str, list[Finding]]]:
        """Yield the findings about each client; its first folder is in the name of the subject."""
        names: dict[str, str] = {}

        def name(folder: str, client: str) -> str:
            return names.setdefault(client, f"{folder} (client {client})")

        for folder, lead in self._leads:
            path = folder.path if lead.client is None else name(folder.path, lead.client)
            yield path, list(outgoing_traffic_above_habit.find(lead))
        for download in download_leads(self._downloads, self._traffic):
            if self._is_within(download.first.first_utc):
                place = name(split_path(download.first.log)[0], download.first.client)
                yield place, list(archive_downloaded.find(download))
        for large in large_file_leads(self._traffic):
            if self._is_within(large.day):
                place = name(split_path(large.log)[0], large.clients[0])
                yield place, list(large_file_downloaded.find(large))
        for folder, use in service_leads(self._traffic):
            if self._is_within(use.day):
                yield name(folder.path, use.client), [f for rule in _OF_SERVICES for f in rule.find(use)]

    def _of_logs(self) -> Iterator[tuple[str, list[Finding]]]:
        """Yield the findings about each folder of logs."""
        for hole in iter_holes(self._calendar, self._sites):
            yield hole.folder, list(hole_in_log.find(hole))
        for end in iter_early_ends(self._calendar, self._sites):
            yield end.folder, list(log_ends_early.find(end))
        for empty in iter_empty_folders(self._calendar, self._sites):
            yield empty.folder, list(log_folder_empty.find(empty))
        for missing in iter_missing_numbers(self._files):
            yield missing.folder, list(log_number_missing.find(missing))
        for step in self._calendar.steps_back:
            yield split_path(step.log)[0], list(log_time_runs_back.find(step))

    def _is_within(self, day: str | datetime | None) -> bool:
        """Return True if a day or a time is in the period; a day counts if a part of it is."""
        since, until = self._period.since, self._period.until
        if day is None:
            return since is None and until is None
        if isinstance(day, datetime):
            first = last = day
        else:
            start = date.fromisoformat(day)
            first = datetime.combine(start, time.min, UTC)
            last = datetime.combine(start, time.max, UTC)
        return (since is None or last >= since) and (until is None or first < until)
