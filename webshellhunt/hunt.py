"""Hunt: the whole pipeline, from a source of evidence to a report.

::

    Source ─survey▶ roots ─walk▶ artifacts ─examine▶ examinations ─correlate▶ ─judge▶ verdicts ─▶ Report
                       whatever could not be examined, at any arrow, is a Gap in the same report
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, zip_longest
from os import urandom

from webshellhunt.acceptance import Acceptances
from webshellhunt.assessment import assess
from webshellhunt.baseline_fit import group_deviations, uncovered
from webshellhunt.context.acceptance_file import load_acceptances
from webshellhunt.context.baseline import load_baselines
from webshellhunt.context.data_dates import Clock, data_as_of, stale_gaps, time_of_hunt
from webshellhunt.context.patches import find_patch_state
from webshellhunt.context.waves import products_of
from webshellhunt.correlate import correlate
from webshellhunt.discovery.neighbours import iter_neighbours
from webshellhunt.discovery.roles import role_at
from webshellhunt.discovery.survey import Survey, survey
from webshellhunt.discovery.urls import UrlFinder, with_urls
from webshellhunt.discovery.walk import walk
from webshellhunt.examination import examine_batch, examine_bytes, forget_source, tools_for, unexamined
from webshellhunt.executors import Executor, Future, SerialExecutor, worker_died
from webshellhunt.judge import judge
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.report import Report, Run, RunOptions
from webshellhunt.model.verdict import Disposition, Examination, Outcome, SubjectKind, Verdict
from webshellhunt.planting import date_planting, find_crowds
from webshellhunt.registered import examine_registrations
from webshellhunt.sources.source import Source
from webshellhunt.traces import follow_remnants
from webshellhunt.unopened import group_unopened

Progress = Callable[[int, str], None]
_NEVER = datetime.max.replace(tzinfo=UTC)

IN_FLIGHT = 16
"""Tasks that wait at most, so that a fast walk doesn't fill the memory."""

BATCH = 32
"""Files that one task examines: fewer, and handing tasks over costs more than the work."""


def hunt(
    source: Source,
    *,
    job: Job | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> Report:
    """Hunt through a source and report verdicts, worst first, and what could not be examined.

    Args:
        source: evidence, from ``open_source``.
        job: rules and limits; our own rules and the default limits if omitted.
        executor: where examinations run; in this thread if omitted (``executors.open_executor`` gives processes).
        progress: called now and then with the number of files examined so far and the latest path.
        clock: returns the time of the hunt, for the report's head and the age of data and acceptances; that of this
            machine if omitted.

    An interrupt (Ctrl-C) ends the walk; the report then holds what was found so far, with ``interrupted`` set.
    """
    job = job or Job()
    started = time_of_hunt(clock).replace(microsecond=0)
    acceptances = _acceptances(job, lambda: started)
    surveyed = survey(source, job.limits)
    _prepare(job, executor)
    gaps = [*surveyed.gaps, *uncovered(surveyed.host, load_baselines(job.baseline_paths)), *stale_gaps(lambda: started)]
    examinations: list[Examination] = []
    interrupted = False
    registered = examine_registrations(surveyed, job)
    try:
        for examination in _examine_all(source, surveyed, job, executor or SerialExecutor(), gaps):
            examinations.append(examination)
            if progress is not None:
                progress(len(examinations), examination.subject.path)
    except KeyboardInterrupt:
        interrupted = True
    examinations += registered
    gaps += _signature_gaps(job)
    report = _report(source, surveyed, examinations, gaps, acceptances, interrupted=interrupted)
    return replace(report, run=_run(job, started))


def iter_verdicts(source: Source, *, job: Job | None = None, executor: Executor | None = None) -> Iterator[Verdict]:
    """Yield a provisional verdict for each registration and file as it comes, and for each trace at the end.

    A file that could not be read, or is not opened, has none. What only the whole host tells of a file is not in it
    yet. Where the traces tell more of one, its verdict comes a second time, and supersedes the first.
    """
    job = job or Job()
    acceptances = _acceptances(job)
    _prepare(job, executor)
    surveyed = survey(source, job.limits)
    files = _examine_all(source, surveyed, job, executor or SerialExecutor(), [])
    found: list[Examination] = []
    finder = UrlFinder(surveyed)
    for examination in chain(examine_registrations(surveyed, job), files):
        if examination.findings:
            found.append(examination)
        if _was_read(examination):
            yield with_urls(judge(acceptances.apply(examination)), finder)
    for before, after in zip_longest(found, follow_remnants(found, surveyed)):
        if after != before:
            yield with_urls(judge(acceptances.apply(after)), finder)


def examine(data: bytes, *, path: str = "page.aspx", job: Job | None = None) -> Verdict:
    """Examine one blob as the file that ``path`` names, and judge it by itself; the folders tell its role."""
    entry_path = path.replace("\\", "/")
    artifact = Artifact(entry_path, path, role_at(entry_path.split("/")[:-1]), len(data))
    job = job or Job()
    return judge(_acceptances(job).apply(examine_bytes(data, artifact, job)))


def _acceptances(job: Job, clock: Clock | None = None) -> Acceptances:
    """Return the findings that the user accepts today; what is wrong with a file is told before anything else."""
    return Acceptances(load_acceptances(job.accepted_paths, time_of_hunt(clock).date()))


def _prepare(job: Job, executor: Executor | None) -> None:
    """Load what the job needs, so that what is wrong with it is told before anything else."""
    tools = tools_for(job)
    if executor is not None:
        tools.catalog.compile()  # not once more in each process that is forked


def _examine_all(
    source: Source, surveyed: Survey, job: Job, executor: Executor, gaps: list[Gap]
) -> Iterator[Examination]:
    """Walk, examine in batches on the executor, and yield in the order of the walk; a bounded number is in flight."""
    waiting: deque[tuple[Future[list[Outcome]], list[Artifact]]] = deque()
    batch: list[Artifact] = []
    examine_some = partial(examine_batch, hunt=urandom(16).hex(), builds=surveyed.host.builds)
    try:
        for found in chain(walk(source, surveyed, job.limits), iter_neighbours(surveyed, job.limits)):
            if isinstance(found, Gap):
                gaps.append(found)
                continue
            batch.append(found)
            if len(batch) == BATCH:
                waiting.append((executor.submit(examine_some, source, job, batch), batch))
                batch = []
            while len(waiting) > IN_FLIGHT or (waiting and waiting[0][0].done()):
                yield from _finish(*waiting.popleft(), examine_some, source, job, executor)
        if batch:
            waiting.append((executor.submit(examine_some, source, job, batch), batch))
        while waiting:
            yield from _finish(*waiting.popleft(), examine_some, source, job, executor)
    finally:
        for future, _ in waiting:
            future.cancel()
        forget_source()


def _finish(
    future: Future[list[Outcome]],
    batch: list[Artifact],
    examine_some: Callable[..., list[Outcome]],
    source: Source,
    job: Job,
    executor: Executor,
) -> Iterator[Examination]:
    """Yield a batch's examinations; where its worker died, look file by file for the one that kills it."""
    try:
        yield from map(Outcome.of, future.result(), batch)
        return
    except RuntimeError as error:
        if not worker_died(error):
            raise
    for artifact in batch:
        try:
            yield from map(Outcome.of, executor.submit(examine_some, source, job, [artifact]).result(), [artifact])
        except RuntimeError as error:
            if not worker_died(error):
                raise
            reason = "the process that examined it died, perhaps for lack of memory"
            yield unexamined(artifact, "worker-died", reason).of(artifact)


def _was_read(examination: Examination) -> bool:
    """Return True if a verdict may be given: what was never read is a gap, and calling it benign would be a lie."""
    return bool(examination.findings) or examination.subject.sha256 is not None


def _signature_gaps(job: Job) -> list[Gap]:
    """Tell which rule files were left out."""
    return [
        Gap("broken-signature", "signatures", problem.path or "", str(problem), matters=True)
        for problem in tools_for(job).catalog.problems
    ]


def _run(job: Job, started: datetime) -> Run:
    """Return when and how a hunt ran; an option that changes its result is named in the report."""
    options = RunOptions(job.signature_paths, job.baseline_paths, job.accepted_paths, len(job.machine_keys), job.engine)
    return Run(started, max(data_as_of().values(), default=None), options)


def _rank(verdict: Verdict) -> tuple[int, int, datetime, str]:
    """Sort the worst first: by disposition, by the gravest finding, by planting time, and then by path."""
    planted = verdict.planting.when_utc if verdict.planting is not None else None
    gravest = max((finding.severity for finding in verdict.counted), default=0)
    return -verdict.disposition, -gravest, planted or _NEVER, verdict.subject.path


def _report(
    source: Source,
    surveyed: Survey,
    examinations: list[Examination],
    gaps: list[Gap],
    acceptances: Acceptances,
    *,
    interrupted: bool,
) -> Report:
    """Correlate, judge and count; verdicts worst first, gaps that matter first, both then by path."""
    read = [e for e in examinations if _was_read(e)]
    read, of_baselines = group_deviations(read)
    patch_state, crowds = find_patch_state(surveyed.host), find_crowds(each.subject.times for each in read)
    followed = follow_remnants(read, surveyed)
    correlated = correlate(followed, on_exchange=bool(surveyed.host.exchange), crowds=crowds)
    correlated = [acceptances.apply(each) for each in correlated]
    finder = UrlFinder(surveyed)
    products = products_of(surveyed.host, (root.role for root in surveyed.roots))
    dated = (date_planting(judge(each), crowds, patch_state, products) for each in correlated)
    verdicts = sorted((with_urls(each, finder) for each in dated), key=_rank)
    gaps = [*gaps, *of_baselines, *(gap for examination in examinations for gap in examination.gaps)]
    gaps = list(group_unopened(gaps))
    if not examinations and not interrupted:
        gaps.append(Gap("nothing-to-examine", "walk", source.location, "no file was there to examine", matters=True))
    of_each = Counter(verdict.disposition for verdict in verdicts)
    counts = {disposition.label: of_each[disposition] for disposition in reversed(Disposition)}
    ordered = tuple(sorted(set(gaps), key=lambda gap: (not gap.matters, gap.code, gap.path, gap.reason)))
    return Report(
        location=source.location,
        host=surveyed.host,
        roots=surveyed.roots,
        verdicts=tuple(verdicts),
        gaps=ordered,
        coverage=surveyed.coverage,
        assessment=assess(
            verdicts,
            ordered,
            surveyed.coverage,
            interrupted=interrupted,
            patch_state=patch_state,
            host=surveyed.host,
        ),
        counts={**counts, "files": sum(e.subject.kind is SubjectKind.FILE for e in read)},
        interrupted=interrupted,
        patch_state=patch_state,
        acceptances=acceptances.uses(correlated),
        times=source.time_bases,
    )
