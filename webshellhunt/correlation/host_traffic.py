"""Host traffic: the logs of a host as they were read, and their part in its examinations, verdicts and report.

The absence of requests in logs proves something only if the logs would have them. A download by a client that used an
accused page or an exploit is no mere lead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import nsmallest
from typing import Final

from webshellhunt.correlation.joined_traces import is_of_missing_page, join_traces
from webshellhunt.correlation.log_coverage import (
    REQUEST_KINDS,
    CoveredDays,
    corrected_times,
    coverage_of,
    doubts_of,
    lacking_columns,
    planting_gap,
)
from webshellhunt.correlation.log_review import DailyTraffic
from webshellhunt.correlation.pages_without_file import examinations_of, pages_without_file
from webshellhunt.correlation.presence import with_presence
from webshellhunt.correlation.requests_to_files import Addresses, addresses_of, has_visitors, with_use
from webshellhunt.correlation.use_of_addresses import Key, KeySet, Uses
from webshellhunt.detectors.access_log import archive_downloaded, large_file_downloaded
from webshellhunt.detectors.configuration import logging_switched_off
from webshellhunt.host.walk.survey import Survey
from webshellhunt.logs.client_addresses import is_loopback
from webshellhunt.logs.event_search import MISSING_EXTRA
from webshellhunt.logs.hours import StepBack
from webshellhunt.logs.peers import NOBODY, Askers
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.log_results import MOST_CLIENTS, MOST_RARE, Client, DayTotal, LogCoverage, RareAddress, Traffic
from webshellhunt.model.report import InputState
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.traffic import LogFile, LogKind, Use
from webshellhunt.model.verdict import Examination, Presence, SubjectKind, Verdict
from webshellhunt.views.figures import bytes_in_words, count_in_words
from webshellhunt.views.outgoing_leads import Measure

_MOST_MERGED = 10 * MOST_RARE
"""The most addresses whose use is merged over all logs to find the rarest."""

NO_USE = Use(0, 0, 0, None, None)

_UNREAD: Final = frozenset(
    {"interrupted", "log-cut-off", "log-format-not-read", "log-link-not-followed", "log-not-read", "log-rows-broken"}
    | {"too-many-logs", "unreadable"}
)
"""The codes of the gaps, if they matter, of a log that may have requests."""

DATA_TAKEN: Final = "data_taken"
"""The fact with the address of a file that such a client downloaded."""

_PUBLISHED: Final = 3
_DOWNLOADS: Final = frozenset({archive_downloaded.RULE.id, large_file_downloaded.RULE.id})


@dataclass
class HostTraffic:
    """The logs of a host as they were read.

    Attributes:
        logs: The logs with their extents.
        gaps: The logs that were not read, or not completely.
        addresses: The addresses of the files.
        uses: The requests for these addresses, and for all pages without a file.
        clients: The clients of accused pages.
        traces: The examinations of the ideas.
        woken: The files without a finding that traces name, and that were only counted before.
        missing: The requests for pages without a file, by their path.
        covered: The days that the logs cover, by kind.
        steps_back: The largest steps back of the clocks of logs.
        daily: The outgoing traffic by day.
        in_period: Whether only the records of a period were read.
        alone: Whether the logs alone were read, and no page was examined.
        askers: The proxies in front of the server, and its own addresses.
        traced: The addresses of the pages of which there is no file, by their path.
        unlogged: The folders and addresses whose requests are not logged.
        found: The paths of all logs that were found.
        corrected: The notes about event logs whose local times were corrected.
        is_complete: True if the reading ended by itself.
        is_interrupted: True if it was interrupted.
    """

    logs: list[LogFile] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    addresses: Addresses = field(default_factory=lambda: Addresses({}, KeySet()))
    uses: Uses = field(default_factory=lambda: Uses(()))
    clients: list[Client] = field(default_factory=list)
    traces: list[Examination] = field(default_factory=list)
    woken: list[Examination] = field(default_factory=list)
    missing: dict[str, Use] = field(default_factory=dict)
    covered: list[CoveredDays] = field(default_factory=list)
    steps_back: list[StepBack] = field(default_factory=list)
    daily: DailyTraffic | None = None
    in_period: bool = False
    alone: bool = False
    askers: Askers = NOBODY
    traced: dict[str, tuple[Key, ...]] = field(default_factory=dict)
    unlogged: tuple[str, ...] = ()
    found: frozenset[str] = frozenset()
    corrected: list[Gap] = field(default_factory=list)
    is_complete: bool = False
    is_interrupted: bool = False

    @property
    def state(self) -> InputState:
        """The availability of logs."""
        if not self.found and not self.is_interrupted:
            return InputState.MISSING
        unread = any(gap.matters or gap.code == MISSING_EXTRA for gap in self.gaps)
        return InputState.PARTIAL if unread else InputState.HELD

    @property
    def coverage(self) -> tuple[LogCoverage, ...]:
        """The extent of the logs, by their kind and their site."""
        return coverage_of(self.logs)

    @property
    def summary(self) -> Traffic:
        """The extent of the logs, the clients, and the traffic by day, for the report."""
        sentence = "; ".join([*map(str, self.covered), *lacking_columns(self.logs), *corrected_times(self.corrected)])
        measure, days, marked = self.daily if self.daily is not None else DailyTraffic(Measure.REQUESTS, ())
        totals = tuple(DayTotal(day, total, day in marked) for day, total in days)
        return Traffic(self.coverage, sentence, tuple(self.clients), measure.value, totals, rarest=_rarest(self.uses))

    def interrupt(self, location: str, *, followed: int | None = None) -> None:
        """Note that the reading was interrupted, unless it is complete, with the number of logs that were read.

        ``followed``: the number of logs in which the clients of accused pages were followed, if all logs were read.
        """
        if self.is_complete or self.is_interrupted:
            return
        self.is_interrupted = True
        number = len(self.logs) if followed is None else followed
        words = "read completely" if followed is None else "searched for all requests of the clients of accused pages"
        verb = "was" if len(self.found) == 1 else "were"
        reason = f"{number:,} of {count_in_words(len(self.found), 'log')} {verb} {words}"
        if followed is None and number == len(self.found):
            reason += "; their results were not evaluated completely"
        if not self.found:
            reason = "the search for logs was interrupted, and none was read"
        self.gaps.append(Gap("interrupted", "logs", location, reason, matters=True))

    def planting_gaps(self, verdicts: Iterable[Verdict]) -> list[Gap]:
        """Return a gap for each accused subject that was planted on a day that no log with requests covers."""
        dated = [each for each in verdicts if each.planting is not None and each.planting.when_utc is not None]
        if not self.logs:
            return []
        gaps = (planting_gap(v.subject.path, v.planting.when_utc, self.covered) for v in dated)  # type: ignore[union-attr, arg-type]
        return [gap for gap in gaps if gap is not None]

    def examinations(self, examinations: Sequence[Examination], surveyed: Survey) -> list[Examination]:
        """Return examinations with findings about the requests for their files, and the traces of the logs."""
        if not self.logs:
            return list(examinations)
        traces = with_presence(self.traces, surveyed)
        gone = [each for each in join_traces([*examinations, *traces]) if is_of_missing_page(each.subject)]
        self.traced = {each.subject.path: keys for each, keys in zip(gone, addresses_of(gone, surveyed), strict=True)}
        files = (each.subject.path for each in examinations if each.subject.kind is SubjectKind.FILE)
        examined = frozenset(key for path in files for _, key in self.addresses.of.get(path, ()))
        pages = pages_without_file(examined, self.traced, self.uses, surveyed, alone=self.alone)
        self.unlogged = unlogged_places(examinations)
        leads = list(examinations_of(pages))
        self.missing = {each.subject.path: use for each, use in leads}
        others = {path: keys for path, keys in self.addresses.of.items() if path not in self.missing}
        used = with_use(examinations, self.addresses._replace(of=others), self.uses)
        return with_data_taken(join_traces([*used, *(each for each, _ in leads), *traces]), self.clients)

    def with_use(self, verdict: Verdict) -> Verdict:
        """Return a verdict with the use of its file, if the logs may have requests for it."""
        keys = self.addresses.of.get(verdict.subject.path) or self.traced.get(verdict.subject.path)
        if verdict.subject.path in self.missing:
            return self._using(verdict, self.missing[verdict.subject.path])
        if not keys or not any(log.kind in REQUEST_KINDS for log in self.logs):
            return verdict
        use = self.uses.of(keys)
        planted = None if self.in_period or verdict.planting is None else verdict.planting.when_utc
        if use is None and (
            is_below(verdict.subject.path, keys, self.unlogged)
            or may_be_unlogged(keys, self.logs, self.gaps, self.covered, planted)
        ):
            return verdict
        return self._using(verdict, use or NO_USE)

    def _using(self, verdict: Verdict, use: Use) -> Verdict:
        """Return a verdict with a use, the doubts about it, and whether it is also that of ordinary users."""
        planted = None if verdict.planting is None else verdict.planting.when_utc
        since = None if planted is None else planted.date()
        doubts = doubts_of(use, () if self.in_period else self.covered, self.steps_back, since)
        visited = has_visitors(verdict, use)
        if verdict.subject.presence is Presence.PRESENT:  # others than the removal of the page answer with 404, too
            use = use._replace(gone_utc=None, gone_log="", gone_line=0)
        return replace(verdict, use=use._replace(in_period=self.in_period, doubts=doubts, visited=visited))


def _rarest(uses: Uses) -> tuple[RareAddress, ...]:
    """Return the pages that answered the fewest clients; of an equal number, those with the most requests first."""
    chosen = nsmallest(_MOST_MERGED, uses.addresses, key=uses.rank)
    found = ((key.decode("utf-8", "backslashreplace"), uses.of([(None, key)])) for key in chosen)
    made = (
        RareAddress(
            address, use.answered, use.clients[:MOST_CLIENTS], use.client_count, use.agent_count, use.first_utc,
            use.last_utc,
        )
        for address, use in found
        if use is not None and use.answered
    )  # fmt: skip
    return tuple(nsmallest(MOST_RARE, made, key=lambda each: (each.client_count, each.agent_count, -each.answered)))


def unlogged_places(examinations: Iterable[Examination]) -> tuple[str, ...]:
    """Return the folders and addresses, in lower case, for which a configuration switches off the log."""
    found: list[str] = []
    for each in examinations:
        for finding in each.findings:
            if finding.rule.slug == logging_switched_off.RULE.slug and finding.severity >= Severity.MEDIUM:
                location = finding.facts.get("location")
                folder = each.subject.path.replace("/", "\\").rpartition("\\")[0]
                found.append(f"/{location.partition('/')[2]}" if isinstance(location, str) else folder)
    return tuple(each.lower().rstrip("/") for each in found if each)


def is_below(path: str, keys: Sequence[Key], places: Iterable[str]) -> bool:
    """Return True if a page is at one of some places, by its path on the server or by one of its addresses."""
    own = [path.lower(), *(key.decode("utf-8", "replace") for _, key in keys)]
    return any(each.startswith((f"{place}\\", f"{place}/")) for place in places for each in own)


def may_be_unlogged(
    keys: Sequence[Key],
    logs: Iterable[LogFile],
    gaps: Iterable[Gap],
    covered: Iterable[CoveredDays],
    planted_utc: datetime | None,
) -> bool:
    """Return True if requests for a page may have been made although no log that was read has one.

    ``planted_utc``: the planting time of the page; ``None`` if it is unknown, or only a period was to be read.
    """
    read = [log for log in logs if log.kind in REQUEST_KINDS and log.rows > log.broken]
    of_iis = [log.site for log in read if log.kind is LogKind.IIS]
    sites = {site for site, _ in keys}
    if not read or (of_iis and None not in {*of_iis, *sites} and sites.isdisjoint(of_iis)):
        return True
    if any(gap.matters and gap.code in _UNREAD for gap in gaps):
        return True
    days = {day for each in covered if each.kind in REQUEST_KINDS for day in each.days}
    return planted_utc is not None and bool(days) and max(days) < planted_utc.date()


def with_data_taken(examinations: Sequence[Examination], clients: Iterable[Client]) -> list[Examination]:
    """Return the examinations, in which the downloads by clients of accused pages or exploits are grave.

    A proxy stands for many clients, so that its downloads stay leads, and so do those of a published file, and those of
    a client that got an answer for any name.
    """
    intruders = {
        each.address: _name_of(each) for each in clients if not each.is_proxy and (each.pages or each.exploits)
    }
    return [_raised(each, intruders) if intruders else each for each in examinations]


def _name_of(client: Client) -> str:
    """Return how a client is known, such as ``the client of health.aspx``."""
    if client.pages:
        return f"the client of {client.pages[0].rpartition('/')[2]}"
    return f"the client that exploited {client.exploits[0]}"


def _raised(examination: Examination, intruders: Mapping[str, str]) -> Examination:
    if examination.subject.kind is not SubjectKind.TRACE or not any(map(_is_download, examination.findings)):
        return examination
    return replace(examination, findings=tuple(_grave(each, intruders) for each in examination.findings))


def _is_download(finding: Finding) -> bool:
    return finding.rule.id in _DOWNLOADS


def _grave(finding: Finding, intruders: Mapping[str, str]) -> Finding:
    """Return a download by an intruder as a grave finding, and any other finding unchanged."""
    clients = finding.facts.get("clients")
    known = [each for each in clients if each in intruders] if isinstance(clients, tuple) else []
    path, size = finding.facts.get("path"), finding.facts.get("bytes")
    is_lead = "sweeping" in finding.facts or (isinstance(clients, tuple) and len(set(clients)) > _PUBLISHED)
    if not _is_download(finding) or is_lead or not known or not isinstance(path, str) or is_loopback(known[0]):
        return finding
    figure = f", {bytes_in_words(size)}" if isinstance(size, int) else ""
    name = path.rpartition("/")[2] or path
    return replace(
        finding,
        message=f"data left: {name}{figure}, to {known[0]}, {intruders[known[0]]} ({path[:120]})",
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        facts={**finding.facts, DATA_TAKEN: path, "taken_at": finding.facts.get("first") or _day(finding)},
    )


def _day(finding: Finding) -> str | None:
    """Return the day of a download as a time, if only the day is known."""
    day = finding.facts.get("day")
    return f"{day}T00:00:00Z" if isinstance(day, str) else None
