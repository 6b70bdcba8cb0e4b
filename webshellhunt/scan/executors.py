"""Executors: the protocol of an executor, the serial one, and the choice of the number of processes.

The modules for processes are imported only on use, because one file examined by itself needs none.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, ParamSpec, Protocol, Self, TypeVar

from webshellhunt.model.arguments import require_number
from webshellhunt.scan import MOST_JOBS

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_MOST_REQUESTED = 100_000


class Future(Protocol[T_co]):
    """The later result of a call, like a future of ``concurrent.futures``."""

    def result(self) -> T_co:
        """Wait for the result and return it, or raise the exception of the call."""
        ...

    def done(self) -> bool:
        """Return True if the result is available."""
        ...

    def cancel(self) -> bool:
        """Cancel the call, if it has not started."""
        ...


class Executor(Protocol):
    """An executor of ``concurrent.futures``, or another class with this method."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call ``fn`` now or later."""
        ...


class SerialExecutor:
    """Makes each call immediately in the thread of the caller: no start-up cost, and plain tracebacks."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call ``fn`` now and return a future that is done."""
        try:
            return _Done(fn(*args, **kwargs), None)
        except Exception as error:  # noqa: BLE001 - an executor passes any error to the future
            return _Done(None, error)  # type: ignore[arg-type]

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""


class _Done(Generic[T]):
    """A future that is done."""

    def __init__(self, made: T, error: Exception | None) -> None:
        self._made = made
        self._error = error

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._made

    def done(self) -> bool:
        return True

    def cancel(self) -> bool:
        return False


def worker_died(error: RuntimeError) -> bool:
    """Return True if the process for a call died."""
    from concurrent.futures import BrokenExecutor

    return isinstance(error, BrokenExecutor)


def default_jobs() -> int:
    """Return the number of processors that this process may use, `MOST_JOBS` at most."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors, MOST_JOBS)


def open_executor(jobs: int | None = None, *, dask: str | None = None) -> AbstractContextManager[Executor]:
    """Return an executor for a number of jobs, as a context manager (``None``: one per processor).

    More than one job means processes, `MOST_JOBS` at most. A system that can't start processes (no shared memory, no
    more open files) examines in this process; so do a daemonic process, and, where processes are not forked, a script
    without ``if __name__ == "__main__":`` and standard input, each with one ``RuntimeWarning``.

    Args:
        jobs: Examinations at once: a whole number from 1, or ``None`` for one per processor.
        dask: The address of the scheduler of a Dask cluster, such as ``tls://10.0.0.5:8786``, whose workers are used
            instead of processes. They need this version of webshellhunt, and the evidence at the same paths.

    Raises:
        WrongTypeError: ``jobs`` is no whole number.
        UsageError: ``jobs`` is less than 1; or there is no cluster at the address, it has no worker, or a worker has
            another version.
        MissingDependencyError: ``dask`` needs the extra of this name.

    Examples:
        >>> import webshellhunt as wsh
        >>> from webshellhunt.sources import MemorySource
        >>> with wsh.open_executor(2) as executor:
        ...     report = wsh.hunt(MemorySource({"a.aspx": b"<p>"}), executor=executor)
        >>> report.counts["files"]
        1
    """
    if dask is not None:
        from webshellhunt.scan.dask_executor import DaskExecutor

        return DaskExecutor(dask)
    if jobs is not None:
        require_number("open_executor: jobs", jobs, 1, _MOST_REQUESTED, "jobs", "None for one a processor")
    jobs = default_jobs() if jobs is None else min(jobs, MOST_JOBS)
    if jobs <= 1:
        return SerialExecutor()
    from webshellhunt.scan.worker_pool import ProcessExecutor, why_alone

    alone = why_alone()
    if alone is not None:
        warnings.warn(alone, RuntimeWarning, stacklevel=2)
        return SerialExecutor()
    try:
        return ProcessExecutor(jobs)
    except (OSError, ImportError, NotImplementedError):
        return SerialExecutor()
