"""Hunt task: the hunt through one location in a worker, whole or in parts, and its result as bytes.

A source with many files is not hunted through by the first worker, which returns their number. Then several workers
examine a share of its files each, and one of them hunts through it with these results, so that the report is the same.

::

    hunt_location ─▶ report                                        (most sources)
    hunt_location ─▶ Parts ─▶ examine_part … examine_part ─▶ join_parts ─▶ report
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar, cast

from webshellhunt.baselines.known_contents import load_baselines
from webshellhunt.errors import SourceError, UnexpectedError, UnreadableError, WebShellHuntError
from webshellhunt.host.walk.survey import survey
from webshellhunt.knowledge.acceptance_file import load_acceptances
from webshellhunt.knowledge.data_dates import time_of_hunt
from webshellhunt.knowledge.exploitation_patterns import load_patterns
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.progress import Progress, Stage
from webshellhunt.model.report import Report
from webshellhunt.model.result_cache import ResultCache
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.pipeline import hunt
from webshellhunt.scan.executors import Future as LaterResult
from webshellhunt.scan.executors import SerialExecutor
from webshellhunt.scan.file_scan import examine_all
from webshellhunt.scan.log_places import why_no_log
from webshellhunt.scan.scanner import BatchResults, examine_batch
from webshellhunt.scan.tools import tools_for
from webshellhunt.sources import Source, open_with
from webshellhunt.version import __version__

P = ParamSpec("P")
T = TypeVar("T")

MOST_FILES: Final = 50_000
"""The most files of a source that one worker examines."""

FEW_FILES: Final = 4_000
"""The same where there are more workers than sources."""

_PARTS_OF_THE_MOST: Final = 4
_MOST_PARTS: Final = 64
_UNKNOWN_PARTS: Final = 16
"""The parts of a source whose number of files is unknown, because the walk is still under way."""

_Batch = tuple[str, str, int]


class Task(NamedTuple):
    """The hunt through one location, with all that a worker needs.

    A source with more than ``most_files`` files is split, unless it is ``None``. ``attempt`` differs from one attempt
    to the next, because a cluster may answer an equal call with the result that it has.
    """

    location: str
    options: SourceOptions
    job: Job
    most_files: int | None = None
    cache: ResultCache | None = None
    attempt: int = 0
    version: str = __version__


class Parts(NamedTuple):
    """The answer of a worker for a source that has to be split: its files, and the most for one worker."""

    files: int | None
    most_files: int

    @property
    def number(self) -> int:
        """The number of parts, each of a quarter of the most files for one worker."""
        if self.files is None:
            return _UNKNOWN_PARTS
        return max(2, min(_MOST_PARTS, _PARTS_OF_THE_MOST * self.files // self.most_files))


Result = Report | WebShellHuntError | Parts
"""The result of a hunt: its report, the error that prevented it, or the parts that have to be examined first."""


def require_inputs(job: Job) -> None:
    """Load the files that a job names, so that an error in them is raised once, and before the first hunt.

    Raises:
        SignatureError: No rule compiles, or a path of rules has none.
        UsageError: A baseline, a file of acceptances or one of patterns can't be read.
    """
    tools_for(job).catalog.compile()  # before processes are forked, so that each of them has the compiled rules
    load_baselines(job.baseline_paths)
    load_acceptances(job.accepted_paths, time_of_hunt(None).date())
    if job.logs.read and job.logs.pattern_paths:
        load_patterns(job.logs.pattern_paths)


def hunt_location(task: Task) -> bytes:
    """Open a location, hunt through it, and return the packed result."""
    return packed(result_of(task, partial(_hunt_whole, task)))


def examine_part(task: Task, part: int, parts: int) -> bytes:
    """Examine one share of the files of a location, and return their packed results by batch."""
    share = _Share(part, parts)
    with open_with(task.location, task.options) as source:
        for _ in examine_all(source, survey(source, task.job.limits), task.job, share, []):
            pass
    return packed(share.results)


def join_parts(task: Task, examined: Sequence[bytes]) -> bytes:
    """Hunt through a location whose files were examined in parts, and return the packed result.

    A batch that no part has is examined here, so that the report is complete whatever the parts have.
    """
    known: dict[_Batch, BatchResults] = {}
    for each in examined:
        known.update(unpacked(each))
    return packed(result_of(task, lambda source: hunt(source, job=task.job, executor=_Known(known))))


def packed(value: object) -> bytes:
    """Return a value as compressed bytes."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), 1)


def unpacked(content: bytes) -> Any:  # noqa: ANN401 - the value that was packed
    """Return the value in packed bytes, which only this program and its own workers make."""
    return pickle.loads(zlib.decompress(content))  # noqa: S301 - never bytes of evidence or of a file


def result_of(task: Task, work: Callable[[Source], Result]) -> Result:
    """Open a location and return the result of some work on its source, or the error that prevents it."""
    if task.version != __version__:
        words = f"the worker has version {__version__} of webshellhunt, and this command {task.version}"
        return SourceError(f"{words}: install the same version on all workers", path=task.location)
    try:
        with open_with(task.location, task.options) as source:
            reason = why_no_log(source) if task.job.logs.alone else None
            if reason is not None:
                return UnreadableError(reason, path=source.location)
            return work(source)
    except WebShellHuntError as error:
        return error
    except ValueError as error:  # a location with a NUL
        return SourceError(f"this is no path ({error})", path=task.location)


class _TooLargeError(Exception):
    """Ends the hunt through a source that has to be split."""

    def __init__(self, files: int | None) -> None:
        super().__init__(files)
        self.files = files


def _hunt_whole(task: Task, source: Source) -> Result:
    """Return the report of a source, or its parts if it has too many files: before the second one is examined."""

    def require_few(now: Progress) -> None:
        is_first = now.stage is Stage.FILES and now.done == 1
        if is_first and (now.total is None or now.total > (task.most_files or 0)):
            raise _TooLargeError(now.total)

    try:
        return hunt(source, job=task.job, progress=None if task.most_files is None else require_few, cache=task.cache)
    except UnexpectedError as error:
        if isinstance(error.__cause__, _TooLargeError):
            return Parts(error.__cause__.files, task.most_files or MOST_FILES)
        raise


class _Share:
    """An executor that examines the batches of one part, and answers those of other parts with nothing.

    The digest of its paths decides which part a batch belongs to, so that no part depends on the results of another.
    """

    def __init__(self, part: int, parts: int) -> None:
        self.results: dict[_Batch, BatchResults] = {}
        self._part = part
        self._parts = parts

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Examine a batch now if it belongs to the part."""
        batch = _batch_of(args)
        if zlib.crc32(repr(batch).encode("utf-8", "surrogatepass")) % self._parts != self._part:
            return _done(cast(T, BatchResults()))
        made = fn(*args, **kwargs)
        self.results[batch] = cast(BatchResults, made)
        return _done(made)


class _Known:
    """An executor that answers with results that are known, and makes each other call in this thread."""

    def __init__(self, known: dict[_Batch, BatchResults]) -> None:
        self._known = known
        self._others = SerialExecutor()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> LaterResult[T]:
        """Return the known result of a batch, else make the call."""
        is_batch = isinstance(fn, partial) and fn.func is examine_batch
        known = self._known.pop(_batch_of(args), None) if is_batch else None
        return self._others.submit(fn, *args, **kwargs) if known is None else _done(cast(T, BatchResults(known)))


def _batch_of(arguments: Sequence[object]) -> _Batch:
    """Return the name of a batch from the arguments of ``examine_batch``."""
    artifacts = cast(Sequence[Artifact], arguments[2])
    return artifacts[0].entry_path, artifacts[-1].entry_path, len(artifacts)


def _done(value: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(value)
    return future
