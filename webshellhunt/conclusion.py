"""Conclusion: the report of a hunt, complete or interrupted, from its examinations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from webshellhunt.baselines.fit import group_deviations, uncovered
from webshellhunt.baselines.known_contents import load_baselines
from webshellhunt.correlation.quiet_files import QuietFiles, is_quiet
from webshellhunt.correlation.timeline import timeline
from webshellhunt.fence import Fence
from webshellhunt.host.iis.urls import UrlFinder, with_urls
from webshellhunt.host.walk.place_words import place_sentence
from webshellhunt.host.walk.served_folders import NOT_COLLECTED
from webshellhunt.host.walk.survey import Survey
from webshellhunt.knowledge.data_dates import newest_data
from webshellhunt.knowledge.patches import find_patch_state
from webshellhunt.knowledge.waves import products_of
from webshellhunt.knowledge.web_folders import is_page_name
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.patches import PatchState
from webshellhunt.model.places import Role
from webshellhunt.model.progress import Progress, Stage
from webshellhunt.model.report import Assessment, Coverage, Host, InputState, Report, Run, RunOptions
from webshellhunt.model.verdict import Disposition, Examination, SubjectKind, Verdict
from webshellhunt.scan.tools import tools_for
from webshellhunt.scan.unopened_containers import group_unopened, without_repeats
from webshellhunt.sources.source import Source
from webshellhunt.verdict.acceptance import Acceptances
from webshellhunt.verdict.assessment import assess, assess_logs
from webshellhunt.verdict.gap_steps import NO_PAGES
from webshellhunt.verdict.judge import judge
from webshellhunt.version import __version__
from webshellhunt.views.figures import count_in_words
from webshellhunt.views.file_times import CommonHours

if TYPE_CHECKING:
    from webshellhunt.correlation.host_traffic import HostTraffic
    from webshellhunt.model.patches import Witness
    from webshellhunt.model.traffic import LogFile

_ABOUT_PAGES = frozenset({"directory-missing", NOT_COLLECTED, "modules-not-collected"})
"""The codes of gaps of a survey that concern pages and programs only."""

_NEVER = datetime.max.replace(tzinfo=UTC)


class HuntState:
    """The results of a hunt until now, so that an interrupt loses none of them."""

    def __init__(self, job: Job, started: datetime, acceptances: Acceptances) -> None:
        self.job = job
        self.run: Run = _run(job, started)
        self.started: date = started.date()
        self.acceptances = acceptances
        self.surveyed: Survey | None = None
        self.gaps: list[Gap] = []
        self.registered: list[Examination] = []
        self.files: list[Examination] = []
        self.quiet: QuietFiles = QuietFiles()
        self.most_quiet: int = job.limits.listed_files
        self.traffic: HostTraffic | None = None

    def add_survey(self, surveyed: Survey) -> None:
        """Add the survey with its gaps; where logs alone are read, those about pages have no meaning."""
        self.surveyed = surveyed
        if self.job.logs.alone:
            self.gaps += [gap for gap in surveyed.gaps if gap.code not in _ABOUT_PAGES]
        else:
            self.gaps += [*surveyed.gaps, *uncovered(surveyed.host, load_baselines(self.job.baseline_paths))]

    def add_file(self, examination: Examination) -> None:
        """Add an examination of a file; of quiet ones, those above the limit are only counted."""
        if not is_quiet(examination):
            self.files.append(examination)
        elif self.most_quiet > 0:
            self.most_quiet -= 1
            self.files.append(examination)
        else:
            self.quiet.add(examination)

    def interrupt(self, location: str, now: Progress) -> None:
        """Note that the hunt was interrupted before any log was read, with the number of files that were examined."""
        if now.stage is Stage.CONCLUSION:
            return
        files = [each for each in self.files if each.subject.kind is SubjectKind.FILE]
        total = len(files) + len(self.quiet) if now.stage is Stage.WITNESSES else now.total
        number = sum(map(was_read, files)) + len(self.quiet)
        noun = count_in_words(number if total is None else total, "file")
        of_them = noun if total is None else f"{number:,} of {noun}"
        reason = f"{of_them} {'was' if noun == '1 file' else 'were'} examined"
        if now.stage is Stage.WITNESSES:
            reason += ", but no file table, shadow copy or record of antivirus"
        if self.job.logs.alone:
            reason = "no log was read"
        self.gaps.append(Gap("interrupted", "hunt", location, reason, matters=True))

    @property
    def is_interrupted(self) -> bool:
        """True if the reading of the logs was interrupted."""
        return self.traffic is not None and self.traffic.is_interrupted


def conclude(source: Source, hunt_state: HuntState, *, interrupted: bool = False) -> Report:
    """Correlate, judge and count; verdicts worst first, important gaps first, both then by path."""
    surveyed = hunt_state.surveyed
    if surveyed is None:
        return _nothing_surveyed(source, hunt_state)
    traffic, quiet = hunt_state.traffic, hunt_state.quiet
    examinations = [*hunt_state.files, *hunt_state.registered, *(() if traffic is None else traffic.woken)]
    read = [e for e in examinations if was_read(e)]
    fence = Fence(source.location, "correlate")
    logs = [] if traffic is None else traffic.logs
    patch_state = find_patch_state(surveyed.host, _builds_in(logs), hunt_state.started)
    correlated, verdicts, of_baselines = _verdicts(read, hunt_state, patch_state, fence)
    gaps = _all_gaps(hunt_state, examinations, verdicts, [*of_baselines, *fence.gaps])
    place = "" if surveyed.live else place_sentence(source, surveyed, verdicts, quiet.roles)
    held = surveyed.coverage
    if not hunt_state.job.logs.alone:
        held = held._replace(pages=_pages_held(held.pages, read, anywhere=quiet.has_page_anywhere))
        if not interrupted and (read or not logs):
            gaps += _empty(source.location, examinations, read, held.pages, gaps)
    ordered = tuple(sorted(set(gaps), key=lambda gap: (not gap.matters, gap.code, gap.path, gap.reason)))
    host = surveyed.host
    held = held if traffic is None else held._replace(logs=traffic.state)
    return Report(
        location=source.location,
        host=host,
        roots=surveyed.roots,
        verdicts=tuple(verdicts),
        gaps=ordered,
        coverage=held,
        assessment=_assessed(verdicts, ordered, held, hunt_state, patch_state, interrupted=interrupted, place=place),
        counts=_counted(verdicts, quiet.counts)
        | {"files": sum(e.subject.kind is SubjectKind.FILE for e in read) + len(quiet)},
        interrupted=interrupted,
        patch_state=patch_state,
        acceptances=hunt_state.acceptances.uses(correlated),
        times=source.time_bases,
        run=hunt_state.run,
        traffic=None if traffic is None or not traffic.logs else traffic.summary,
        timeline=timeline(verdicts, patch_state),
        form=surveyed.form.label,
        is_collection=surveyed.form.is_collection,
    )


def _counted(verdicts: Iterable[Verdict], unlisted: Mapping[Disposition, int]) -> dict[str, int]:
    """Return the number of verdicts of each disposition, the worst first, with those that are not listed."""
    of_each = Counter(verdict.disposition for verdict in verdicts)
    of_each.update(unlisted)
    return {disposition.label: of_each[disposition] for disposition in reversed(Disposition)}


def _all_gaps(
    hunt_state: HuntState, examinations: Sequence[Examination], verdicts: list[Verdict], of_correlation: list[Gap]
) -> list[Gap]:
    """Return the gaps of all stages, without those that repeat others; many of one kind are one."""
    traffic = hunt_state.traffic
    gaps = [*hunt_state.gaps, *_signature_gaps(hunt_state.job), *of_correlation]
    gaps += [] if traffic is None else [*traffic.gaps, *traffic.planting_gaps(verdicts)]
    of_files = (gap for examination in examinations for gap in examination.gaps)
    read = frozenset[str]() if hunt_state.surveyed is None else hunt_state.surveyed.hives
    read |= frozenset() if traffic is None else traffic.found
    return list(group_unopened(without_repeats([*gaps, *of_files], read)))


def _assessed(
    verdicts: Sequence[Verdict],
    gaps: Sequence[Gap],
    coverage: Coverage,
    hunt_state: HuntState,
    patch_state: PatchState | None,
    *,
    interrupted: bool,
    place: str,
) -> Assessment:
    """Return the assessment of the host, or, if no page was examined, of its logs; ``place`` is how it was read."""
    host = hunt_state.surveyed.host if hunt_state.surveyed is not None else Host()
    clients = hunt_state.traffic.clients if hunt_state.traffic is not None else ()
    if hunt_state.job.logs.alone:
        return assess_logs(verdicts, gaps, coverage, interrupted=interrupted, clients=clients)
    assessment = assess(
        verdicts, gaps, coverage, interrupted=interrupted, patch_state=patch_state, host=host, clients=clients
    )
    return assessment._replace(sentence=f"{assessment.sentence} {place}") if place else assessment


def _verdicts(
    read: list[Examination], hunt_state: HuntState, patch_state: PatchState | None, fence: Fence
) -> tuple[list[Examination], list[Verdict], list[Gap]]:
    """Return examinations, verdicts and the gaps of baselines; a step of the correlation that crashes is skipped.

    Where nothing was found and no log was read, there is nothing to correlate.
    """
    surveyed = hunt_state.surveyed
    assert surveyed is not None
    finder = UrlFinder(surveyed)
    if hunt_state.traffic is not None or any(map(_says_anything, read)):
        return _correlated(read, hunt_state, patch_state, fence, finder)
    verdicts = [judge(each) for each in read]
    placed = fence.step("URLs", lambda: [with_urls(each, finder) for each in verdicts], verdicts)
    return read, sorted(placed, key=_rank), []


def _says_anything(examination: Examination) -> bool:
    """Return True if other examinations may add to this one, or this one to others."""
    return bool(examination.findings or examination.quoted) or examination.subject.kind is not SubjectKind.FILE


def _correlated(
    read: list[Examination], hunt_state: HuntState, patch_state: PatchState | None, fence: Fence, finder: UrlFinder
) -> tuple[list[Examination], list[Verdict], list[Gap]]:
    """Return examinations, verdicts and the gaps of baselines after all steps of the correlation."""
    from webshellhunt.correlation.deleted_pages import with_deleted_pages
    from webshellhunt.correlation.host_traffic import HostTraffic
    from webshellhunt.correlation.included_logs import with_included_logs
    from webshellhunt.correlation.joined_traces import join_traces
    from webshellhunt.correlation.presence import with_unreadable
    from webshellhunt.correlation.same_content import correlate

    surveyed, traffic = hunt_state.surveyed, hunt_state.traffic or HostTraffic()
    assert surveyed is not None
    of_baselines: list[Gap] = []
    read = fence.step("included logs", lambda: with_included_logs(read), read)
    known = hunt_state.quiet.counts[Disposition.KNOWN_GOOD]
    read, of_baselines = fence.step("baselines", lambda: group_deviations(read, known), (read, of_baselines))
    common_hours = hunt_state.quiet.hours.common(each.subject.times for each in read)
    followed = fence.step("traces", lambda: with_deleted_pages(read, surveyed), read)
    followed = fence.step("requests", lambda: traffic.examinations(followed, surveyed), followed)
    followed = fence.step("traces of one file", lambda: join_traces(followed), followed)
    followed = fence.step("unreadable folders", lambda: with_unreadable(followed, surveyed), followed)
    on_exchange = bool(surveyed.host.exchange)
    correlated = fence.step(
        "correlation", lambda: correlate(followed, on_exchange=on_exchange, common_hours=common_hours), followed
    )
    correlated = [hunt_state.acceptances.apply(each) for each in correlated]
    verdicts = [judge(each) for each in correlated]
    date = _dating(surveyed, common_hours, patch_state)
    dated = fence.step("times", lambda: date(verdicts), verdicts)
    # The use of a page depends on the time of its file, and the time of its planting on its use.
    placed = fence.step("URLs", lambda: [traffic.with_use(with_urls(each, finder)) for each in dated], dated)
    dated = fence.step("times by requests", lambda: date(placed), placed)
    return correlated, sorted(dated, key=_rank), of_baselines


def _dating(
    surveyed: Survey, common_hours: CommonHours, patch_state: PatchState | None
) -> Callable[[list[Verdict]], list[Verdict]]:
    """Return a function that adds the planting times to verdicts."""
    from webshellhunt.correlation.planting_time import date_planting

    products = products_of(surveyed.host, (root.role for root in surveyed.roots))
    return lambda found: [date_planting(each, common_hours, patch_state, products) for each in found]


def _builds_in(logs: Sequence[LogFile]) -> Sequence[Witness]:
    """Return the builds that wrote the logs."""
    if not logs:
        return ()
    from webshellhunt.logs.extent import build_witnesses

    return build_witnesses(logs)


def _nothing_surveyed(source: Source, hunt_state: HuntState) -> Report:
    """Return the report of a hunt that ended before it found any file."""
    coverage, gaps = Coverage(), tuple(hunt_state.gaps)
    return Report(
        location=source.location,
        host=Host(),
        roots=(),
        verdicts=(),
        gaps=gaps,
        coverage=coverage,
        assessment=assess((), gaps, coverage, interrupted=True),
        counts={**_counted((), {}), "files": 0},
        interrupted=True,
        acceptances=hunt_state.acceptances.uses([]),
        times=source.time_bases,
        run=hunt_state.run,
    )


def _pages_held(pages: InputState, read: Sequence[Examination], *, anywhere: bool) -> InputState:
    """Return the availability of pages: a server without a known web directory may have some elsewhere."""
    others = (e.subject for e in read if e.subject.kind is SubjectKind.FILE and e.subject.role is Role.GIVEN)
    if pages is InputState.MISSING and (anywhere or any(is_page_name(subject.path) for subject in others)):
        return InputState.PARTIAL
    return pages


def _empty(
    location: str,
    examinations: Sequence[Examination],
    read: Sequence[Examination],
    pages: InputState,
    gaps: Sequence[Gap],
) -> Iterator[Gap]:
    """Yield a gap if no page was examined and no other gap has that reason, so that the hunt is incomplete."""
    if read and pages is InputState.MISSING:
        if not any(gap.code == NOT_COLLECTED and gap.matters for gap in gaps):
            reason = "no web directory is in the evidence, so no page was examined"
            yield Gap(NO_PAGES, "walk", location, reason, matters=True)
    elif not examinations:
        yield Gap("nothing-to-examine", "walk", location, "the location has no file to examine", matters=True)
    elif not read and not any(gap.matters for gap in gaps):
        reason = "none of the files could be examined" + ("; the other gaps have the reasons" if gaps else "")
        yield Gap("nothing-to-examine", "walk", location, reason, matters=True)


def was_read(examination: Examination) -> bool:
    """Return True if an examination may have a verdict; a file that was not read has a gap instead."""
    return bool(examination.findings) or examination.subject.sha256 is not None


def _signature_gaps(job: Job) -> list[Gap]:
    """Return a gap for each rule file that can't be used."""
    return [
        Gap("broken-signature", "signatures", problem.path or "", f"rules not used: {problem}", matters=True)
        for problem in tools_for(job).catalog.problems
    ]


def _run(job: Job, started: datetime) -> Run:
    """Return the start of a hunt and the options that change its result."""
    keys = len(job.machine_keys)
    options = RunOptions(job.signature_paths, job.baseline_paths, job.accepted_paths, keys, job.engine, job.logs)
    return Run(started, newest_data(), options, __version__)


def _rank(verdict: Verdict) -> tuple[int, int, datetime, str]:
    """Sort the worst first: by disposition, by the gravest finding, by planting time, and then by path."""
    planted = verdict.planting.when_utc if verdict.planting is not None else None
    gravest = max((finding.severity for finding in verdict.counted), default=0)
    return -verdict.disposition, -gravest, planted or _NEVER, verdict.subject.path
