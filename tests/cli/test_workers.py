"""Worker processes are ended at once."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time

import pytest

from webshellhunt.cli.workers import end_workers


def test_a_worker_that_never_ends_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    worker = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    worker.start()
    end_workers()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
