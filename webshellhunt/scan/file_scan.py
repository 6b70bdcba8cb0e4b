"""File scan: the files of a host, examined in batches on an executor, in the order of the walk."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from functools import partial
from itertools import chain
from typing import Final

from webshellhunt.fence import Fence
from webshellhunt.host.walk.files_outside_web_roots import iter_files_outside_web_roots
from webshellhunt.host.walk.survey import Survey
from webshellhunt.host.walk.walk import walk
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.result_cache import CacheAccess, cache_gap
from webshellhunt.model.verdict import Examination, WorkerResult
from webshellhunt.scan.executors import Executor, Future, SerialExecutor, worker_died
from webshellhunt.scan.scanner import BatchResults, examine_batch, forget_source, unexamined
from webshellhunt.scan.stall import SECONDS
from webshellhunt.scan.tools import tools_for
from webshellhunt.scan.watch import Watch
from webshellhunt.sources.source import Source

_DIED = f"the process that examined it died, perhaps for lack of memory, or after {SECONDS} s of processor time"
IN_FLIGHT: Final = 16
"""The most tasks in the queue, so that a fast walk does not fill the memory."""

BATCH: Final = 32
"""The files of one task; with fewer, the transfer of tasks takes longer than the work."""

MOST_AHEAD: Final = 300
"""The most batches that the walk is ahead of the examinations; 9,600 files take about 5 MB."""


def examine_all(
    source: Source,
    surveyed: Survey,
    job: Job,
    executor: Executor,
    gaps: list[Gap],
    watch: Watch | None = None,
    cache: CacheAccess | None = None,
) -> Generator[Examination]:
    """Walk, examine in batches on the executor, and yield in the order of the walk; the gaps of the walk are added.

    For a listener to the progress, the walk runs ahead of the examinations, so that the number of files is known early.
    A problem with the cache is added to the gaps, too, each once.
    """
    watch = Watch() if watch is None else watch
    batches = _batches(source, surveyed, job, gaps, watch)
    ahead: deque[list[Artifact]] = deque()
    most_ahead = MOST_AHEAD if watch.is_watched else 1
    waiting: deque[tuple[Future[BatchResults], list[Artifact]]] = deque()
    examine_some = partial(examine_batch, hunt=os.urandom(16).hex(), builds=surveyed.host.builds, cache=cache)
    problems: set[str] = set()
    walks = True
    try:
        while walks or ahead or waiting:
            can_walk = walks and len(ahead) < most_ahead
            if ahead and len(waiting) < IN_FLIGHT and not (can_walk and isinstance(executor, SerialExecutor)):
                batch = ahead.popleft()
                if not waiting and not isinstance(executor, SerialExecutor) and (cache is None or cache.is_new):
                    tools_for(job).load()  # before processes are forked, so that each of them has the compiled rules
                waiting.append((executor.submit(examine_some, source, job, batch), batch))
            elif can_walk and not (waiting and waiting[0][0].done()):
                following = next(batches, None)
                walks = following is not None
                ahead.extend(() if following is None else (following,))
            elif waiting:
                yield from _finish(*waiting.popleft(), examine_some, source, job, executor, problems)
    finally:
        if cache is not None:
            gaps += [cache_gap(cache.path, each) for each in sorted(problems)]
        for future, _ in waiting:
            future.cancel()
        forget_source()


def _batches(source: Source, surveyed: Survey, job: Job, gaps: list[Gap], watch: Watch) -> Generator[list[Artifact]]:
    """Walk and yield the files in batches; set the totals at the end."""
    files, size_bytes = 0, 0
    batch: list[Artifact] = []
    for found in chain(walk(source, surveyed, job.limits), iter_files_outside_web_roots(surveyed, job.limits)):
        if isinstance(found, Gap):
            gaps.append(found)
            continue
        watch.check()
        batch.append(found)
        files, size_bytes = files + 1, size_bytes + found.size_bytes
        if len(batch) == BATCH:
            yield batch
            batch = []
    watch.walked(files, size_bytes)
    if batch:
        yield batch


def _finish(
    future: Future[BatchResults],
    batch: list[Artifact],
    examine_some: Callable[..., BatchResults],
    source: Source,
    job: Job,
    executor: Executor,
    problems: set[str],
) -> Iterator[Examination]:
    """Yield the examinations of a batch; if it failed, examine each file separately to find the one that fails."""
    outcomes = _outcomes(future)
    if not isinstance(outcomes, Gap):
        problems |= {outcomes.problem} if outcomes.problem else set()
        yield from map(WorkerResult.of, outcomes, batch)
        return
    for artifact in batch:
        outcomes = _outcomes(executor.submit(examine_some, source, job, [artifact]))
        if isinstance(outcomes, Gap):
            outcomes = BatchResults([unexamined(artifact, outcomes.code, outcomes.reason)])
        yield from map(WorkerResult.of, outcomes, [artifact])


def _outcomes(future: Future[BatchResults]) -> BatchResults | Gap:
    """Return the results of some files, or a gap with the reason for their absence."""
    fence = Fence("")

    def work() -> BatchResults:
        try:
            return future.result()
        except RuntimeError as error:
            if not worker_died(error):
                raise
            fence.add_gap("worker-died", "file", _DIED)
            return nothing

    nothing = BatchResults()
    outcomes = fence.step("file", work, nothing)
    return fence.gaps[0] if fence.gaps else outcomes
