"""Traffic: the logs of a host are read after its files, once for all ideas, and then testify together with them.

::

    examinations ─▶ addresses ─▶ questions ─read_logs─▶ tallies ─▶ uses of files, traces, clients ─▶ examinations
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial

from webshellhunt.correlation.client_trails import TrailQuestion, clients_to_follow, trails
from webshellhunt.correlation.data_taken import with_data_taken
from webshellhunt.correlation.deleted_pages import with_deleted_pages
from webshellhunt.correlation.exploitation import exploits_of
from webshellhunt.correlation.log_coverage import (
    CoveredDays,
    corrected_times,
    coverage_of,
    period_gaps,
    planting_gap,
)
from webshellhunt.correlation.log_review import DailyTraffic, LogReview
from webshellhunt.correlation.pages_without_file import pages_without_file, trace_of
from webshellhunt.correlation.requests_to_files import Addresses, addresses_of, find_addresses, with_use
from webshellhunt.correlation.server_acts.stories import with_plants
from webshellhunt.correlation.site_logs import find_site_logs, uncollected_gaps
from webshellhunt.correlation.use_of_addresses import Key, UseQuestion, Uses
from webshellhunt.errors import SourceError
from webshellhunt.fence import Fence
from webshellhunt.host.walk.survey import Survey
from webshellhunt.log_ideas import Answers, Evidence, Idea, iter_ideas
from webshellhunt.logs.event_search import LOCAL_TIMES
from webshellhunt.logs.questions import Question
from webshellhunt.logs.traffic_question import TrafficQuestion
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import Period
from webshellhunt.model.log_results import Client, DayTotal, LogCoverage, Traffic
from webshellhunt.model.report import InputState
from webshellhunt.model.traffic import LogFile, LogKind, Use
from webshellhunt.model.verdict import Disposition, Examination, Verdict
from webshellhunt.scan.executors import Executor
from webshellhunt.scan.log_places import FoundLog, find_logs, find_logs_in
from webshellhunt.scan.log_scan import LogResults, Progress, Within, read_logs
from webshellhunt.sources import Source, open_source
from webshellhunt.verdict.judge import judge
from webshellhunt.views.figures import count_in_words
from webshellhunt.views.outgoing_leads import Measure

NO_USE = Use(0, 0, 0, None, None)


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
        missing: The requests for pages without a file, by their path.
        covered: The days that the logs cover, by kind.
        daily: The outgoing traffic by day.
        in_period: Whether only the records of a period were read.
        own: The addresses of the server itself.
        plants: The addresses of the pages that logs name as planted, by their path.
        found: The paths of all logs that were found.
        corrected: The notes about event logs whose local times were corrected.
        is_complete: True if the reading ended by itself.
        is_interrupted: True if it was interrupted.
    """

    logs: list[LogFile] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    addresses: Addresses = field(default_factory=lambda: Addresses({}, frozenset()))
    uses: Uses = field(default_factory=lambda: Uses(()))
    clients: list[Client] = field(default_factory=list)
    traces: list[Examination] = field(default_factory=list)
    missing: dict[str, Use] = field(default_factory=dict)
    covered: list[CoveredDays] = field(default_factory=list)
    daily: DailyTraffic | None = None
    in_period: bool = False
    own: frozenset[str] = frozenset()
    plants: dict[str, tuple[Key, ...]] = field(default_factory=dict)
    found: frozenset[str] = frozenset()
    corrected: list[Gap] = field(default_factory=list)
    is_complete: bool = False
    is_interrupted: bool = False

    @property
    def state(self) -> InputState:
        """The availability of logs."""
        if not self.found and not self.is_interrupted:
            return InputState.MISSING
        return InputState.PARTIAL if any(gap.matters for gap in self.gaps) else InputState.HELD

    @property
    def coverage(self) -> tuple[LogCoverage, ...]:
        """The extent of the logs, by their kind and their site."""
        return coverage_of(self.logs)

    @property
    def summary(self) -> Traffic:
        """The extent of the logs, the clients, and the traffic by day, for the report."""
        sentence = "; ".join([*map(str, self.covered), *corrected_times(self.corrected)])
        measure, days, marked = self.daily if self.daily is not None else DailyTraffic(Measure.REQUESTS, ())
        totals = tuple(DayTotal(day, total, day in marked) for day, total in days)
        return Traffic(self.coverage, sentence, tuple(self.clients), measure.value, totals)

    def interrupt(self, location: str, *, followed: int | None = None) -> None:
        """Note that the reading was interrupted, unless it is complete, with the number of logs that were read.

        Args:
            location: The location of the source.
            followed: The number of logs in which the clients of accused pages were followed, if all logs were read.
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
        used = with_use(examinations, self.addresses, self.uses)
        missing = pages_without_file(self.addresses.suspects, self.uses, surveyed)
        self.missing = {each.server_path: each.use for each in missing}
        examined = with_plants([*used, *map(trace_of, missing), *self.traces])
        plants = [each for each in examined if any("planted_path" in finding.facts for finding in each.findings)]
        pages = zip(plants, addresses_of(plants, surveyed), strict=True)
        self.plants = {each.subject.path: keys for each, keys in pages}
        return with_data_taken(examined, self.clients)

    def with_use(self, verdict: Verdict) -> Verdict:
        """Return a verdict with the use of its file, if the logs may have requests for it."""
        keys = self.addresses.of.get(verdict.subject.path) or self.plants.get(verdict.subject.path)
        if not keys and verdict.subject.path in self.missing:
            return replace(verdict, use=self.missing[verdict.subject.path]._replace(in_period=self.in_period))
        if not keys or not any(log.kind in (LogKind.IIS, LogKind.HTTP_PROXY) for log in self.logs):
            return verdict
        return replace(verdict, use=(self.uses.of(keys) or NO_USE)._replace(in_period=self.in_period))


def read_traffic(
    source: Source,
    surveyed: Survey,
    examinations: Sequence[Examination],
    job: Job,
    executor: Executor,
    progress: Progress | None = None,
    *,
    into: HostTraffic | None = None,
) -> HostTraffic:
    """Read the logs of a host, those that the user names included.

    A ``KeyboardInterrupt`` (Ctrl-C) while logs are read ends the reading: the rest is one gap.

    Args:
        source: The source of the hunt.
        surveyed: The survey of the host.
        examinations: The examinations of its files and registrations.
        job: Which logs are read.
        executor: Where logs are read.
        progress: Called with the number of logs so far and the latest path.
        into: The result, if the caller keeps it after an interrupt.

    Raises:
        UsageError: A file with patterns of exploitation can't be used.
    """
    traffic = HostTraffic() if into is None else into
    traffic.in_period = job.logs.period != Period()
    with ExitStack() as stack:
        sources, found = _find(source, surveyed, job, traffic.gaps, stack)
        traffic.found = frozenset(each.log.path for each in found)
        if not found:
            if job.logs.alone:
                reason = "no log was found here"
                traffic.gaps.append(Gap("no-log-found", "logs", source.location, reason, matters=True))
            traffic.is_complete = True
            return traffic
        fence = Fence(source.location, "logs")
        followed = fence.step("deleted pages", lambda: with_deleted_pages(examinations, surveyed), [*examinations])
        traffic.addresses = fence.step("addresses", lambda: find_addresses(followed, surveyed), traffic.addresses)
        kinds = {each.log.kind for each in found}
        kind = LogKind.IIS if LogKind.IIS in kinds else LogKind.HTTP_PROXY
        use = UseQuestion(traffic.addresses.suspects, traffic.addresses.quiet, kind)
        offered = list(iter_ideas(Evidence(source, surveyed, followed, job)))
        ideas = [each for each in offered if isinstance(each, Idea)]
        traffic.gaps += [each for each in offered if isinstance(each, Gap)]

        def read(questions: Sequence[Question]) -> LogResults:
            return read_logs(sources, found, [_within(each, job.logs.period) for each in questions], executor, progress)

        results = read([use, TrafficQuestion(), *(question for idea in ideas for question in idea.questions)])
        traffic.logs, traffic.uses = results.logs, Uses(results.of(0))
        traffic.corrected = [gap for gap in results.gaps if gap.code == LOCAL_TIMES]
        traffic.gaps += dict.fromkeys(gap for gap in results.gaps if gap.code != LOCAL_TIMES)
        traffic.gaps += traffic.uses.gaps(source.location)
        if results.is_interrupted:
            traffic.interrupt(source.location)
        _review(traffic, results, surveyed, job, fence)
        first = 2
        for idea in ideas:
            tallies = [tally for number, _ in enumerate(idea.questions, first) for tally in results.of(number)]
            first += len(idea.questions)
            answers = Answers(tallies, results.logs, traffic.own)
            traffic.traces += fence.collect(idea.name, partial(idea.examine, answers))
        traffic.gaps += [gap for trace in traffic.traces for gap in trace.gaps]
        traffic.clients = fence.step(
            "clients", lambda: _follow(traffic, followed, surveyed, kind, read, source.location), []
        )
        traffic.gaps += fence.gaps
    traffic.is_complete = not traffic.is_interrupted
    return traffic


def _review(traffic: HostTraffic, results: LogResults, surveyed: Survey, job: Job, fence: Fence) -> None:
    """Add the leads about data that left, and the holes of the logs."""
    sites = find_site_logs(surveyed)
    traffic.gaps += uncollected_gaps(sites)
    complete = not traffic.is_interrupted
    review = fence.step(
        "review", lambda: LogReview(results.of(1), results.logs, sites, job.logs.period, complete=complete), None
    )
    if review is not None:
        traffic.covered = fence.step("days", lambda: review.covered, [])
        traffic.own = review.own_addresses
        traffic.gaps += period_gaps(job.logs.period, traffic.covered)
        traffic.daily = fence.step("days", lambda: review.daily, None)
        traffic.traces += fence.collect("leads", review.examinations)


def _find(
    source: Source, surveyed: Survey, job: Job, gaps: list[Gap], stack: ExitStack
) -> tuple[list[Source], list[FoundLog]]:
    """Return the sources of logs, and the logs in them."""
    sources, found = [source], list(find_logs(surveyed, alone=job.logs.alone))
    for number, path in enumerate(job.logs.paths, 1):
        try:
            opened = stack.enter_context(open_source(path, logs=True))
        except SourceError as error:
            gaps.append(Gap("unreadable", "logs", path, error.message, matters=True))
            sources.append(source)
            continue
        sources.append(opened)
        found += find_logs_in(opened, number)
    gaps += [each for each in found if isinstance(each, Gap)]
    return sources, [each for each in found if isinstance(each, FoundLog)]


def _within(question: Question, period: Period) -> Question:
    return question if period == Period() else Within(question, period.since, period.until)


def _follow(
    traffic: HostTraffic,
    examinations: Sequence[Examination],
    surveyed: Survey,
    kind: LogKind,
    read: Callable[[Sequence[Question]], LogResults],
    location: str,
) -> list[Client]:
    """Return the clients of accused pages and of exploits, with all their requests; the logs are read a second time."""
    examined = [each for each in traffic.examinations(examinations, surveyed) if _is_accused(each)]
    accused = addresses_of(examined, surveyed)
    exploits = exploits_of(examined)
    clients = clients_to_follow(accused, traffic.uses, exploits, traffic.own)
    if not clients or traffic.is_interrupted:
        return []
    keys = frozenset(key for each in accused for _, key in each)
    rows = sum(log.rows for log in traffic.logs if log.kind is kind)
    results = read([TrailQuestion(clients, kind)])
    if results.is_interrupted:
        traffic.interrupt(location, followed=len(results.logs))
    return trails(results.of(0), keys, rows, exploits)


def _is_accused(examination: Examination) -> bool:
    return bool(examination.findings) and judge(examination).disposition >= Disposition.SUSPICIOUS
