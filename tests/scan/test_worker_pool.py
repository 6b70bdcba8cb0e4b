"""A pool of processes, one of which may die."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor

import pytest

from webshellhunt.scan.worker_pool import ProcessExecutor


def test_a_call_is_made_in_another_process_and_its_error_comes_back() -> None:
    with ProcessExecutor(1) as executor:
        assert executor.submit(os.getpid).result() != os.getpid()
        with pytest.raises(ValueError, match="invalid literal"):
            executor.submit(int, "x").result()


def test_the_pool_is_made_anew_after_a_process_died() -> None:
    with ProcessExecutor(1) as executor:
        with pytest.raises(BrokenExecutor):
            executor.submit(os._exit, 3).result()
        assert executor.submit(abs, -2).result() == 2
