"""Worker pool: processes that examine beside each other, made anew after one of them died."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children
from types import TracebackType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_ENDING = [getattr(signal, f"SIG{name}") for name in ("INT", "TERM", "HUP", "BREAK") if hasattr(signal, f"SIG{name}")]


class ProcessExecutor(Executor):
    """A pool of processes that is made anew after one of them died, so that one file costs one file.

    Where the system starts no process (any more), calls are made in this one.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._others = frozenset(active_children())
        self._pool: Executor | None = _open_pool(jobs)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand ``fn`` to a process."""
        if self._pool is not None:
            try:
                with _signals_blocked():
                    return self._submit(self._pool, fn, *args, **kwargs)
            except OSError:  # no more processes, memory or open files
                self._end_half_a_pool()
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor hands any error to the future
            future.set_exception(error)
        return future

    def _submit(self, pool: Executor, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        try:
            return pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            pool.shutdown(wait=False, cancel_futures=True)
            self._pool = pool = _open_pool(self._jobs)
            return pool.submit(fn, *args, **kwargs)

    def _end_half_a_pool(self) -> None:
        """End the processes that were started before one could not be: nobody would ever tell them to end."""
        self._pool = None
        for worker in set(active_children()) - self._others:
            worker.kill()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes; after an error or an interrupt nothing waits for what they are at."""
        self.shutdown(wait=kind is None, cancel_futures=kind is not None)


def _open_pool(jobs: int) -> Executor:
    return ProcessPoolExecutor(jobs, initializer=_prepare_worker)


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block the signals that end a command, so that a worker is born, and the pool locked and unlocked, without one."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare_worker() -> None:
    """Leave signals to the process that hunts, end with it however it ends, and look for garbage less often."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    collect_rarely()


def _end_with_parent() -> None:
    """Wait for the end of the process that hunts; where it is killed, nobody else tells the workers."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def collect_rarely() -> None:
    """Look for garbage less often in this process: a page makes thousands of objects, hardly any in a circle."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
