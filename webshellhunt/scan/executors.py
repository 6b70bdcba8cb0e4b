"""Executors: how many examinations run at once, and what whoever runs them has to be able to do.

Processes are loaded only where they are asked for: one file examined by itself needs none.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, ParamSpec, Protocol, Self, TypeVar

from webshellhunt.model.arguments import require_number

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MOST_JOBS = 61
"""Processes at most: Windows waits for no more of them (``max_workers``, documentation of concurrent.futures)."""

_MOST_REQUESTED = 100_000


class Future(Protocol[T_co]):
    """What a call gives sooner or later, as a future of ``concurrent.futures`` does."""

    def result(self) -> T_co:
        """Wait for it and return it, or raise what the call raised."""
        ...

    def done(self) -> bool:
        """Tell whether it is there."""
        ...

    def cancel(self) -> bool:
        """Let the call be, if it has not begun."""
        ...


class Executor(Protocol):
    """Whoever makes calls: any executor of ``concurrent.futures``, and any that does the same."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call ``fn`` now or later."""
        ...


class SerialExecutor:
    """Makes each call at once, in the caller's own thread: no start-up cost, and plain tracebacks."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call ``fn`` now and return a future that is done."""
        try:
            return _Done(fn(*args, **kwargs), None)
        except Exception as error:  # noqa: BLE001 - an executor hands any error to the future
            return _Done(None, error)  # type: ignore[arg-type]

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """There is nothing to end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to end."""


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
    """Tell whether an executor lost the process that was to make a call."""
    from concurrent.futures import BrokenExecutor

    return isinstance(error, BrokenExecutor)


def default_jobs() -> int:
    """Return the number of processors that this process may use, `MOST_JOBS` at most."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors, MOST_JOBS)


def open_executor(jobs: int | None = None) -> AbstractContextManager[Executor]:
    """Return an executor for this many jobs, to be entered (``None``: one a processor); more than one are processes.

    More than `MOST_JOBS` are as many as that. A system that has no means for processes (no shared memory, no more open
    files) examines in this one.

    Args:
        jobs: Examinations at once: a whole number from 1, or ``None`` for one a processor.

    Raises:
        WrongTypeError: ``jobs`` is no whole number.
        UsageError: ``jobs`` is less than 1.
    """
    if jobs is not None:
        require_number("open_executor: jobs", jobs, 1, _MOST_REQUESTED, "jobs", "None for one a processor")
    jobs = default_jobs() if jobs is None else min(jobs, MOST_JOBS)
    if jobs <= 1:
        return SerialExecutor()
    from webshellhunt.scan.worker_pool import ProcessExecutor

    try:
        return ProcessExecutor(jobs)
    except (OSError, ImportError, NotImplementedError):
        return SerialExecutor()
