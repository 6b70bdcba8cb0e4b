"""A worker that gets nowhere with one file."""

from __future__ import annotations

import re
from concurrent.futures import BrokenExecutor
from time import process_time

import pytest

from webshellhunt.scan.stall import ended_if_stalled
from webshellhunt.scan.worker_pool import ProcessExecutor

resource = pytest.importorskip("resource", reason="only POSIX systems limit the processor time of a process")


def stall() -> bool:
    """Stay in a call of C for longer than anybody waits."""
    with ended_if_stalled(1):
        return re.match(r"(a+)+$", "a" * 64 + "b") is None


def work() -> tuple[int, int]:
    """Use more processor time than allowed, but for two files."""
    for _ in range(2):
        with ended_if_stalled(2):
            end = process_time() + 0.8
            while process_time() < end:
                pass
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    return soft, hard


def test_a_stalled_process_is_ended_and_the_pool_goes_on() -> None:
    with ProcessExecutor(1) as pool:
        with pytest.raises(BrokenExecutor):
            pool.submit(stall).result(60)
        assert pool.submit(work).result(60) == resource.getrlimit(resource.RLIMIT_CPU)


def test_the_process_of_the_user_has_no_limit() -> None:
    before = resource.getrlimit(resource.RLIMIT_CPU)
    with ended_if_stalled(1):
        assert resource.getrlimit(resource.RLIMIT_CPU) == before
