"""Hunt: the whole pipeline, from a source of evidence to a report.

::

    Source ─survey▶ roots ─walk▶ artifacts ─examine▶ examinations ─correlate▶ ─judge▶ verdicts ─▶ Report
                       a part that could not be examined, at any arrow, is a Gap in the same report
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from itertools import chain, zip_longest

from webshellhunt.conclusion import HuntState, conclude, was_read
from webshellhunt.errors import UnexpectedError, WebShellHuntError, WrongTypeError
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.fence import Deadline
from webshellhunt.host.iis.urls import UrlFinder, with_urls
from webshellhunt.host.machine.registry_hives import has_hives
from webshellhunt.host.walk.survey import Survey, survey
from webshellhunt.hunt_arguments import cache_of, job_of, opened_source, require_functions
from webshellhunt.knowledge.acceptance_file import load_acceptances
from webshellhunt.knowledge.data_dates import Clock, stale_gaps, time_of_hunt
from webshellhunt.model.arguments import type_words
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.hints import Hints
from webshellhunt.model.limits import Job
from webshellhunt.model.progress import Cancel, OnProgress, Stage
from webshellhunt.model.report import Report
from webshellhunt.model.result_cache import CacheAccess, ResultCache
from webshellhunt.model.verdict import Examination, SubjectKind, Verdict
from webshellhunt.scan.blob import blob_of, named_as_given, partly_examined
from webshellhunt.scan.deadline import within
from webshellhunt.scan.executors import Executor, SerialExecutor
from webshellhunt.scan.file_scan import examine_all
from webshellhunt.scan.readings import Reading, readings_of, worst_reading
from webshellhunt.scan.registration_scan import examine_registrations
from webshellhunt.scan.scanner import examine_artifact, examine_bytes
from webshellhunt.scan.tools import tools_for
from webshellhunt.scan.watch import CallbackFailed, Cancelled, Watch
from webshellhunt.sources import Source
from webshellhunt.verdict.acceptance import Acceptances
from webshellhunt.verdict.judge import judge
from webshellhunt.witnesses.signs import asks_for_all_files


def hunt(
    source: Source | str | os.PathLike[str],
    *,
    job: Job | None = None,
    executor: Executor | None = None,
    progress: OnProgress | None = None,
    cancel: Cancel | None = None,
    clock: Clock | None = None,
    cache: ResultCache | str | os.PathLike[str] | None = None,
) -> Report:
    r"""Hunt through a source and return the report: verdicts, worst first, and gaps.

    Args:
        source: evidence, from ``open_source``; or a path, which is opened as ``open_source`` does, and closed again.
        job: rules and limits; our own rules and the default limits if omitted.
        executor: where examinations run; in this thread if omitted (``executors.open_executor`` gives processes).
        progress: Called with a ``Progress`` in this thread, at the start of each stage and after each file.
        cancel: Called between files, in this thread; once it returns True, the hunt ends as by Ctrl-C.
        clock: returns the time of the hunt, for the report's head and the age of data and acceptances; that of this
            machine if omitted.
        cache: A file, outside the evidence, in which results are looked up and kept for the next hunt; the report is
            the same. One that can't be used is a gap ``cache-not-used``, which does not matter.

    A ``KeyboardInterrupt`` (Ctrl-C) at any moment ends the hunt; the report then has the results so far, and
    ``interrupted`` set. A second one is raised.

    Raises:
        SourceError: The source can't be read at all.
        SignatureError: No rule compiles, or a path of rules has none.
        UsageError: A baseline or a file of acceptances can't be read, or the cache or its key is inside the evidence.
        UnexpectedError: A defect of webshellhunt, or an error of ``progress`` or ``cancel``, which is then the cause,
            ended the hunt; the error has the report until then.
        WrongTypeError: An argument has a wrong type; it is a ``TypeError``, too.

    Examples:
        >>> import webshellhunt as wsh
        >>> from webshellhunt.selftest.demo import demo_source
        >>> report = wsh.hunt(demo_source())
        >>> report.assessment.state.value
        'backdoored_and_vulnerable'
        >>> print(report.verdicts[0].disposition, report.verdicts[0].subject.path)  # worst first
        malicious C:\inetpub\wwwroot\aspnet_client\offline.aspx
    """
    job = job_of(job, "hunt")
    require_functions("hunt", executor, progress=progress, cancel=cancel, clock=clock)
    with opened_source(source, "hunt", logs=job.logs.read) as opened:
        return _hunt(opened, job, executor, Watch(progress, cancel), clock, cache_of(cache, "hunt"))


def _hunt(
    source: Source, job: Job, executor: Executor | None, watch: Watch, clock: Clock | None, cache: ResultCache | None
) -> Report:
    """Hunt through an open source."""
    started = time_of_hunt(clock).replace(microsecond=0)
    hunt_state = HuntState(job, started, _acceptances(job, lambda: started))
    try:
        _prepare(job)
        access = _open_cache(cache, source, job, hunt_state.gaps)
        watch.start(Stage.SURVEY, source.location)
        surveyed = survey(source, job.limits)
        hunt_state.add_survey(surveyed)
        hunt_state.gaps += stale_gaps(lambda: started)
        _examine_files(source, surveyed, hunt_state, executor, watch, access)
        _hear_witnesses(source, surveyed, hunt_state, watch)
        if job.logs.read:
            from webshellhunt.correlation.host_traffic import HostTraffic  # here, for a quick start
            from webshellhunt.traffic import read_traffic

            examined = [each for each in (*hunt_state.files, *hunt_state.registered) if was_read(each)]
            hunt_state.traffic = traffic = HostTraffic()
            host = ExaminedHost(source, surveyed, examined, job, hunt_state.quiet)
            read_traffic(host, executor or SerialExecutor(), watch, into=traffic)
        if not hunt_state.is_interrupted:  # a listener that raises each time until the hunt ends was heard already
            watch.concludes(source.location)
        return conclude(source, hunt_state, interrupted=hunt_state.is_interrupted)
    except KeyboardInterrupt:
        if hunt_state.traffic is not None:
            if hunt_state.traffic.is_interrupted:
                raise  # the second one
            hunt_state.traffic.interrupt(source.location)
        else:
            hunt_state.interrupt(source.location, watch.now)
        # Also during the correlation, which starts again with the examinations so far.
        return conclude(source, hunt_state, interrupted=True)
    except WebShellHuntError:
        raise
    except CallbackFailed as error:
        raise _ended(source, hunt_state, str(error)) from error.__cause__
    except Exception as error:
        words = f"an unexpected error of webshellhunt ended the hunt ({type(error).__name__}: {error})"
        raise _ended(source, hunt_state, words) from error


def _ended(source: Source, hunt_state: HuntState, words: str) -> UnexpectedError:
    """Return the error of a hunt that a defect ended, with the report until then."""
    hunt_state.gaps.append(Gap("unexpected-error", "hunt", source.location, words, matters=True))
    report = conclude(source, hunt_state, interrupted=True)
    return UnexpectedError(words, path=source.location, report=report)


def _open_cache(cache: ResultCache | None, source: Source, job: Job, gaps: list[Gap]) -> CacheAccess | None:
    """Open the cache, if there is one and files are examined; one that can't be used is added to the gaps."""
    if cache is None or job.logs.alone:
        return None
    from webshellhunt.scan.result_cache.opening import open_cache

    opened = open_cache(cache, source, job)
    if isinstance(opened, Gap):
        gaps.append(opened)
        return None
    return opened


def _examine_files(
    source: Source,
    surveyed: Survey,
    hunt_state: HuntState,
    executor: Executor | None,
    watch: Watch,
    cache: CacheAccess | None,
) -> None:
    """Examine the registrations and files of a host, unless its logs alone are read."""
    job = hunt_state.job
    if job.logs.alone:
        return
    hunt_state.registered += examine_registrations(surveyed, job)
    hunt_state.registered += _examine_registry(surveyed, job)
    watch.start(Stage.FILES, source.location)
    watch.walks(surveyed.roots, source.location)
    executor = executor or SerialExecutor()
    host = ExaminedHost(source, surveyed, (), job)
    if asks_for_all_files(host):
        hunt_state.most_quiet = job.limits.entries
    for examination in examine_all(source, surveyed, job, executor, hunt_state.gaps, watch, cache):
        hunt_state.add_file(examination)
        watch.examined(examination)


def _examine_registry(surveyed: Survey, job: Job) -> list[Examination]:
    """Examine the autostarts of the registry."""
    if not has_hives(surveyed.paths):
        return []
    from webshellhunt.scan.autostart_scan import examine_autostarts  # here, for a quick start

    return examine_autostarts(surveyed, job)


def _hear_witnesses(source: Source, surveyed: Survey, hunt_state: HuntState, watch: Watch) -> None:
    """Add what the witnesses besides pages and logs say, unless the logs alone are read."""
    if not hunt_state.job.logs.alone:
        from webshellhunt.testimony import hear_witnesses  # here, for a quick start

        watch.start(Stage.WITNESSES, source.location)
        host = ExaminedHost(source, surveyed, hunt_state.files, hunt_state.job, hunt_state.quiet)
        if hunt_state.quiet:
            from webshellhunt.correlation.same_content import taken_files  # here, as few hunts have so many files

            hunt_state.files += host.woken(taken_files(hunt_state.files))
        hunt_state.files, gaps = hear_witnesses(host)
        hunt_state.gaps += gaps


def iter_verdicts(
    source: Source | str | os.PathLike[str],
    *,
    job: Job | None = None,
    executor: Executor | None = None,
    progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Generator[Verdict]:
    """Yield a provisional verdict for each registration and file as it comes, and for each trace at the end.

    A file that could not be read, or is not opened, has none. Facts that need the whole host are missing. If the
    deleted pages change a verdict, it is yielded a second time, and replaces the first. It reads no logs, file records,
    snapshots and records of antivirus, as ``hunt`` does: no verdict has a use, and the only traces are those of
    compiled pages. Arguments and errors are those of ``hunt``, without a report; after ``cancel``, the iteration ends.

    The examination waits for the caller: of a slow one, a bounded number of files is examined in advance, and of the
    verdicts only those with a finding are kept. ``close`` of the generator ends the examination.

    Examples:
        >>> import webshellhunt as wsh
        >>> from webshellhunt.sources import MemorySource
        >>> source = MemorySource({"wwwroot/a.aspx": b"<p>", "wwwroot/b.aspx": b"<p>"})
        >>> [verdict.subject.path for verdict in wsh.iter_verdicts(source)]
        ['wwwroot/a.aspx', 'wwwroot/b.aspx']
    """
    job = job_of(job, "iter_verdicts")
    require_functions("iter_verdicts", executor, progress=progress, cancel=cancel)
    with opened_source(source, "iter_verdicts") as opened, suppress(Cancelled):
        try:
            yield from _iter_verdicts(opened, job, executor, Watch(progress, cancel))
        except CallbackFailed as error:
            raise UnexpectedError(str(error), path=opened.location) from error.__cause__


def _iter_verdicts(source: Source, job: Job, executor: Executor | None, watch: Watch) -> Iterator[Verdict]:
    """Yield the verdicts of an open source."""
    acceptances = _acceptances(job)
    _prepare(job)
    watch.start(Stage.SURVEY, source.location)
    surveyed = survey(source, job.limits)
    watch.start(Stage.FILES, source.location)
    watch.walks(surveyed.roots, source.location)
    found: list[Examination] = []
    finder = UrlFinder(surveyed)
    with closing(examine_all(source, surveyed, job, executor or SerialExecutor(), [], watch)) as files:
        registered = chain(examine_registrations(surveyed, job), _examine_registry(surveyed, job))
        for examination in chain(registered, files):
            if examination.subject.kind is SubjectKind.FILE:
                watch.examined(examination)
            if examination.findings:
                found.append(examination)
            if was_read(examination):
                yield with_urls(judge(acceptances.apply(examination)), finder)
    from webshellhunt.correlation.deleted_pages import with_deleted_pages  # here, for a quick start

    for before, after in zip_longest(found, with_deleted_pages(found, surveyed)):
        if after != before:
            yield with_urls(judge(acceptances.apply(after)), finder)


def examine(
    data: bytes | bytearray | memoryview | os.PathLike[str],
    *,
    path: str | None = None,
    hints: Hints | None = None,
    job: Job | None = None,
) -> Verdict:
    r"""Examine one file and judge it by itself, as ``webshellhunt examine`` does.

    Args:
        data: The content of the file; or its place on this machine, as ``pathlib.Path``.
        path: The name of the file on the server, such as ``C:\inetpub\wwwroot\aspnet_client\x.aspx``. Its extension
            decides how the server reads it, its folders are its role; no configuration is read, so a name that only
            a ``web.config`` maps to code is read as without. If omitted, the name of the file that is read.
        hints: Knowledge of the caller about the role, the mapping and the language, which has priority over the path.
        job: Rules and limits; our own rules and the default limits if omitted.

    Without a usable name (none, a digest, ``file.bin``) and without a mapping in the hints, the content decides how the
    server reads it; if it may be read in several ways, all are examined, and the worst verdict is returned.
    ``Verdict.assumed`` says what was assumed.

    A file that is larger than ``Limits.file_bytes``, or takes longer than ``Limits.seconds_per_file``, has a gap in
    ``Verdict.gaps``; if nothing was found until then, it is ``unexplained``.

    Raises:
        WrongTypeError: An argument has a wrong type; it is a ``TypeError``, too.
        UsageError: ``data`` is a folder, ``path`` is empty, the handler in the hints is unknown, or a file of
            acceptances can't be read.
        SourceError: The file can't be read.

    Examples:
        >>> import webshellhunt as wsh
        >>> verdict = wsh.examine(b"<p>Hello</p>", path="hello.aspx")
        >>> str(verdict.disposition), verdict.assumed
        ('benign', ())
        >>> wsh.examine(b"<configuration/>", path="file.bin").assumed[0]
        'its name is unknown: read as web.config, because its first element is that of a configuration'
        >>> wsh.examine(b"<p>Hello</p>", hints=wsh.Hints(role="owa_auth", mapping=".aspx")).subject.role.value
        'owa_auth'
    """
    job = job_of(job, "examine")
    if hints is not None and not isinstance(hints, Hints):
        raise WrongTypeError(f"examine: hints is {type_words(hints)}; pass a Hints, or None")
    blob = blob_of(data, path, job.limits)
    acceptances = _acceptances(job)
    results, deadline = list[tuple[Reading, tuple[Verdict]]](), Deadline(job.limits.seconds_per_file)
    for reading in readings_of(blob.content, blob.name, hints):
        examination = examine_bytes(blob.content, blob.artifact(reading), within(job, deadline))
        verdict = partly_examined(judge(acceptances.apply(examination)))
        results.append((reading, (named_as_given(verdict, reading, blob.name),)))
    (verdict,) = results[worst_reading(results)][1]
    return verdict


def judge_file(source: Source, job: Job, artifact: Artifact) -> Verdict:
    """Examine one file of a source and judge it by itself, without the rest of the host."""
    return judge(examine_artifact(source, job, artifact))


def _acceptances(job: Job, clock: Clock | None = None) -> Acceptances:
    """Return the findings that the user accepts today; an error in a file is raised before the hunt starts."""
    return Acceptances(load_acceptances(job.accepted_paths, time_of_hunt(clock).date()))


def _prepare(job: Job) -> None:
    """Load the rules and patterns of the job, so that an error in them is raised before the hunt starts."""
    tools_for(job)
    if job.logs.read and job.logs.pattern_paths:
        from webshellhunt.knowledge.exploitation_patterns import load_patterns

        load_patterns(job.logs.pattern_paths)
