"""Traffic: the logs of a host are read after its files, once for all ideas, and then testify together with them.

::

    examinations ─▶ addresses ─▶ questions ─read_logs─▶ tallies ─▶ uses of files, traces, clients ─▶ examinations
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from webshellhunt.correlation.deleted_pages import with_deleted_pages
from webshellhunt.correlation.exploitation import exploits_of
from webshellhunt.correlation.host_traffic import HostTraffic
from webshellhunt.correlation.log_coverage import period_gaps
from webshellhunt.correlation.log_review import LogReview
from webshellhunt.correlation.presence import with_presence
from webshellhunt.correlation.requests_to_files import addresses_of, find_addresses, has_visitors
from webshellhunt.correlation.site_logs import find_site_logs, uncollected_gaps
from webshellhunt.correlation.use_of_addresses import UseQuestion, Uses, clients_to_follow
from webshellhunt.errors import SourceError
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.fence import Fence
from webshellhunt.host.walk.survey import Survey
from webshellhunt.log_ideas import Answers, Idea, iter_ideas
from webshellhunt.logs.client_trails import TrailQuestion, trails
from webshellhunt.logs.event_search import LOCAL_TIMES, MISSING_EXTRA
from webshellhunt.logs.questions import Question
from webshellhunt.logs.traffic_question import TrafficQuestion
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import Period
from webshellhunt.model.log_results import Client
from webshellhunt.model.progress import Stage
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Disposition, Examination
from webshellhunt.scan.executors import Executor
from webshellhunt.scan.log_copies import without_copies
from webshellhunt.scan.log_places import NEITHER, NO_LOG, Found, FoundLog, find_logs, find_logs_in
from webshellhunt.scan.log_scan import LogResults, Within, read_logs
from webshellhunt.scan.watch import Watch
from webshellhunt.sources import Source, open_source
from webshellhunt.verdict.judge import judge

_MOST_ARCHIVES: Final = 500
"""The most sources of logs that are open at once."""


def read_traffic(
    host: ExaminedHost,
    executor: Executor,
    watch: Watch | None = None,
    *,
    into: HostTraffic | None = None,
) -> HostTraffic:
    """Read the logs of a host, those that the user names included.

    A ``KeyboardInterrupt`` (Ctrl-C) while logs are read ends the reading: the rest is one gap.

    Args:
        host: The host, with the examinations of its files and registrations, and which logs are read.
        executor: Where logs are read.
        watch: The progress of the hunt.
        into: The result, if the caller keeps it after an interrupt.

    Raises:
        UsageError: A file with patterns of exploitation can't be used.
    """
    source, surveyed, examinations, job, _ = host
    traffic = HostTraffic() if into is None else into
    traffic.in_period, traffic.alone = job.logs.period != Period(), job.logs.alone
    with ExitStack() as stack:
        sources, found = _find(source, surveyed, job, traffic.gaps, stack)
        if any(each.findings for each in examinations):  # a file that is accused is a page
            traffic.gaps[:] = [gap for gap in traffic.gaps if gap.code != NEITHER]
        traffic.found = frozenset(each.log.path for each in found)
        if found:
            reading = _Reading(sources, found, job.logs.period, executor, watch or Watch())
            _read(traffic, reading, host)
        elif job.logs.alone:
            traffic.gaps.append(Gap("no-log-found", "logs", source.location, "no log was found here", matters=True))
    traffic.is_complete = not traffic.is_interrupted
    return traffic


class _Reading(NamedTuple):
    """The logs of a host, ready to be read for some questions."""

    sources: Sequence[Source]
    found: Sequence[FoundLog]
    period: Period
    executor: Executor
    watch: Watch

    @property
    def kind(self) -> LogKind:
        """The kind of log that is the witness of requests: IIS, or HttpProxy without any log of IIS."""
        return LogKind.IIS if any(each.log.kind is LogKind.IIS for each in self.found) else LogKind.HTTP_PROXY

    def read(self, questions: Sequence[Question]) -> LogResults:
        """Read all logs for some questions, the records of the period only."""
        size_bytes = sum(each.log.size_bytes for each in self.found)
        self.watch.start(Stage.LOGS, self.sources[0].location, len(self.found), size_bytes)
        asked = [_within(each, self.period) for each in questions]
        return read_logs(self.sources, self.found, asked, self.executor, self.watch)


def _read(traffic: HostTraffic, reading: _Reading, host: ExaminedHost) -> None:
    """Read the logs for all ideas, and then a second time for the clients of accused pages and exploits."""
    location = host.source.location
    fence = Fence(location, "logs")
    examinations = [*host.examinations]
    followed = fence.step("deleted pages", lambda: with_deleted_pages(examinations, host.surveyed), examinations)
    host = host._replace(examinations=followed)
    pages = host.quiet.pages()
    traffic.addresses = fence.step(
        "addresses", lambda: find_addresses(followed, host.surveyed, pages), traffic.addresses
    )
    use = UseQuestion(traffic.addresses.suspects, traffic.addresses.quiet, reading.kind)
    offered = list(iter_ideas(host))
    ideas = [each for each in offered if isinstance(each, Idea)]
    traffic.gaps += [each for each in offered if isinstance(each, Gap)]
    results = reading.read([use, TrafficQuestion(), *(question for idea in ideas for question in idea.questions)])
    traffic.logs = results.logs
    traffic.corrected = [gap for gap in results.gaps if gap.code == LOCAL_TIMES]
    told = dict.fromkeys(gap for gap in results.gaps if gap.code != LOCAL_TIMES)
    traffic.gaps += told if host.job.logs.alone else map(_for_a_hunt, told)
    if results.is_interrupted:
        traffic.interrupt(location)
    traffic.uses = Uses(results.of(0))  # what an interrupted review leaves
    _review(traffic, results, host.surveyed, host.job, fence)
    traffic.uses = Uses(results.of(0), traffic.askers)
    traffic.gaps += traffic.uses.gaps(location)
    _examine(traffic, results, ideas, fence)
    named = (each.subject.path for each in with_presence(traffic.traces, host.surveyed))
    traffic.woken = fence.collect("files", lambda: host.woken(named))
    host = host._replace(examinations=[*host.examinations, *traffic.woken])
    traffic.clients = fence.step("clients", lambda: _follow(traffic, reading, host), [])
    traffic.gaps += fence.gaps


def _examine(traffic: HostTraffic, results: LogResults, ideas: Sequence[Idea], fence: Fence) -> None:
    """Add the traces that follow from the answers to the questions of each idea."""
    first = 2  # after the questions about use and volume
    for idea in ideas:
        tallies = [tally for number, _ in enumerate(idea.questions, first) for tally in results.of(number)]
        first += len(idea.questions)
        answers = Answers(tallies, results.logs, traffic.askers)
        traffic.traces += fence.collect(idea.name, partial(idea.examine, answers))
    traffic.gaps += [gap for trace in traffic.traces for gap in trace.gaps]


def _for_a_hunt(gap: Gap) -> Gap:
    """Return a gap of the logs as it counts in a hunt: each server has event logs, and few users have the extra."""
    return replace(gap, matters=False) if gap.code == MISSING_EXTRA else gap


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
        traffic.askers, traffic.steps_back = review.askers, review.steps_back
        traffic.gaps += period_gaps(job.logs.period, traffic.covered)
        traffic.daily = fence.step("days", lambda: review.daily, None)
        traffic.traces += fence.collect("leads", review.examinations)


def _find(
    source: Source, surveyed: Survey, job: Job, gaps: list[Gap], stack: ExitStack
) -> tuple[list[Source], list[FoundLog]]:
    """Return the sources of logs, and the logs in them."""
    places = _Places(source, gaps, stack)
    places.add(find_logs(surveyed, alone=job.logs.alone))
    empty = [path for path in job.logs.paths if not places.open(path, path)]
    gaps += [Gap("no-log-found", "logs", path, "no log was found here", matters=True) for path in empty]
    return places.sources, without_copies(places.found, places.sources, gaps)


class _Places:
    """The sources of logs, and the logs that were found in them."""

    def __init__(self, source: Source, gaps: list[Gap], stack: ExitStack) -> None:
        self.sources: list[Source] = [source]
        self.found: list[FoundLog] = []
        self._gaps = gaps
        self._stack = stack

    def add(self, each_found: Iterable[Found]) -> None:
        """Add logs and gaps; an archive is opened as a place of its own."""
        for each in each_found:
            if isinstance(each, FoundLog):
                self.found.append(each)
            elif isinstance(each, Gap):
                self._gaps.append(each)
            elif each.source_path is None or len(self.sources) > _MOST_ARCHIVES:
                reason = "not read as a log: an archive; unpack it, and pass it with --logs"
                self._gaps.append(Gap(NO_LOG, "logs", each.path, reason, matters=True))
            else:
                self.open(each.source_path, each.path)

    def open(self, path: str, shown: str) -> bool:
        """Add the logs at a path on this machine; return False if nothing there is a log, and no gap has the reason."""
        try:
            opened = self._stack.enter_context(open_source(path, logs=True))
        except SourceError as error:
            self._gaps.append(Gap("unreadable", "logs", shown, error.message, matters=True))
            return True
        self.sources.append(opened)
        inside = list(find_logs_in(opened, len(self.sources) - 1, shown))
        self.add(inside)
        return any(not isinstance(each, Gap) or each.matters for each in inside)


def _within(question: Question, period: Period) -> Question:
    return question if period == Period() else Within(question, period.since, period.until)


def _follow(traffic: HostTraffic, reading: _Reading, host: ExaminedHost) -> list[Client]:
    """Return the clients of accused pages and of exploits, with all their requests; the logs are read a second time."""
    examined = [each for each in traffic.examinations(host.examinations, host.surveyed) if _is_accused(each)]
    accused = [
        keys
        for each, keys in zip(examined, addresses_of(examined, host.surveyed), strict=True)
        if (use := traffic.uses.of(keys)) is not None and not has_visitors(each, use)
    ]
    exploits = exploits_of(examined)
    clients = clients_to_follow(accused, traffic.uses, exploits, traffic.askers.own)
    if not clients or traffic.is_interrupted:
        return []
    keys = frozenset(key for each in accused for _, key in each)
    results = reading.read([TrailQuestion(clients, reading.kind, traffic.askers)])
    if results.is_interrupted:
        traffic.interrupt(host.source.location, followed=len(results.logs))
    return trails(results.of(0), keys, traffic.askers.proxies, exploits)


def _is_accused(examination: Examination) -> bool:
    return bool(examination.findings) and judge(examination).disposition >= Disposition.SUSPICIOUS
