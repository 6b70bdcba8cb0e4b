"""Stall: a worker process that gets nowhere with one file is ended by the system, and the hunt goes on.

Budgets of steps and sizes end nearly all work. This ends what they do not see, as a loop inside of a library in C that
no thread of the same process could end. Processor time is counted, so the outcome does not depend on the load.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from multiprocessing import parent_process
from threading import current_thread, main_thread
from time import process_time
from typing import Final

SECONDS: Final = 600
"""Processor time for one file in a worker process: a hundred times what the dearest real page took."""


@contextmanager
def ended_if_stalled(seconds: int = SECONDS) -> Iterator[None]:
    """Let the system end this process if the block needs more processor time, without a dump of its memory.

    Only a process that was started for work is ended, and only where systems have such a limit: not on Windows.
    """
    try:
        import resource  # Windows has no such module
    except ImportError:
        yield
        return
    if parent_process() is None or current_thread() is not main_thread():
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_CPU)
    ends = [ceil(process_time()) + seconds, *(each for each in before if each != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_CPU, (min(ends), before[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, before)
