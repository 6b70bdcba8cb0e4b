"""Worker pool: processes that examine beside each other, made anew after one of them died."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class ProcessExecutor(Executor):
    """A pool of processes that is made anew after one of them died, so that one file costs one file."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool = _open_pool(jobs)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand ``fn`` to a process."""
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = _open_pool(self._jobs)
            return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)


def _open_pool(jobs: int) -> Executor:
    return ProcessPoolExecutor(jobs, initializer=_prepare_worker)


def _prepare_worker() -> None:
    """Leave Ctrl-C to the process that hunts, end with it however it ends, and look for garbage less often."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
