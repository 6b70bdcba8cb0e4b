"""Worker pool: processes that examine in parallel, restarted after one of them died.

A process that can't start is another case: a script without ``if __name__ == "__main__":`` is imported by each of them
where they are not forked, and starts the same hunt there. Such a pool is not restarted. A daemonic process (one of
``multiprocessing.Pool``, or of a task queue) may start none.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, current_process, get_context, get_start_method
from multiprocessing.synchronize import Event
from types import TracebackType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_NOT_STARTED = (
    "the processes of open_executor ended before they could work, so that this process does the work alone; "
    "a script needs 'if __name__ == \"__main__\":' around its hunt, and standard input is no script"
)
_DAEMONIC = (
    "open_executor starts no processes in a daemonic process, such as one of multiprocessing.Pool or of a task queue, "
    "so that this process does the work alone"
)
_ENDING = [getattr(signal, f"SIG{name}") for name in ("INT", "TERM", "HUP", "BREAK") if hasattr(signal, f"SIG{name}")]


def why_alone() -> str | None:
    """Return the sentence for a process that can't have workers, or ``None`` if it may try.

    Raises:
        SystemExit: This is a worker that imports a script without a guard; the hunting process says so.
    """
    process = current_process()
    if getattr(process, "_inheriting", False):
        raise SystemExit(1)
    if process.daemon:
        return _DAEMONIC
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    is_lost = script is not None and not os.path.exists(script)  # noqa: PTH110 - the file is "<stdin>"
    return _NOT_STARTED if is_lost and get_start_method() != "fork" else None


class ProcessExecutor(Executor):
    """A pool of processes that is restarted after one of them died, so that a file affects no other file.

    If the system starts no (further) process, or each of them ends before it can work, calls run in this one.
    """

    def __init__(self, jobs: int, start_method: str | None = None) -> None:
        self._context = get_context(start_method)
        self.workers: int = jobs
        self._others = frozenset(active_children())
        self._has_started = self._context.Event()
        self._pool: Executor | None = self._open_pool()

    def _open_pool(self) -> Executor:
        return ProcessPoolExecutor(
            self.workers, self._context, initializer=_prepare_worker, initargs=(self._has_started,)
        )

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call ``fn`` in a process."""
        if self._pool is not None:
            try:
                with _signals_blocked():
                    return self._submit(self._pool, fn, *args, **kwargs)
            except OSError:  # no more processes, memory or open files
                self._end_half_a_pool()
            except BrokenExecutor:
                self._pool = None
                warnings.warn(_NOT_STARTED, RuntimeWarning, stacklevel=2)
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor passes any error to the future
            future.set_exception(error)
        return future

    def _submit(self, pool: Executor, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        try:
            return pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            pool.shutdown(wait=False, cancel_futures=True)
            if not self._has_started.is_set():
                raise
            self._pool = pool = self._open_pool()
            return pool.submit(fn, *args, **kwargs)

    def _end_half_a_pool(self) -> None:
        """Kill the processes of a pool that could not start all of them; nothing else would end them."""
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
        """End the processes; after an error or an interrupt without waiting for their work."""
        self.shutdown(wait=kind is None, cancel_futures=kind is not None)


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block the signals that end a command while a worker starts and while the pool has its lock."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare_worker(has_started: Event) -> None:
    """Ignore signals, end with the hunting process, and collect garbage less often."""
    has_started.set()
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    collect_rarely()


def _end_with_parent() -> None:
    """Exit after the end of the hunting process, which may be killed without a message to its workers."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def collect_rarely() -> None:
    """Collect garbage less often in this process: a page needs thousands of objects, few of them in cycles."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
