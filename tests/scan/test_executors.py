"""Executors: serial by default, processes on request, and what they hand back."""

from __future__ import annotations

import os
import signal
from concurrent.futures import BrokenExecutor

import pytest

from webshellhunt.scan import MOST_JOBS
from webshellhunt.scan.executors import Executor, SerialExecutor, default_jobs, open_executor, worker_died
from webshellhunt.scan.worker_pool import ProcessExecutor


def fail(message: str) -> None:
    raise ValueError(message)


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_executor_calls_and_hands_back(jobs: int) -> None:
    with open_executor(jobs) as executor:
        assert executor.submit(divmod, 7, 2).result() == (3, 1)
        assert executor.submit(int, "ff", base=16).result() == 255
        waiting = [executor.submit(abs, number) for number in (-2, 1, -3)]
        assert [future.result() for future in waiting] == [2, 1, 3]
        assert all(future.done() and not future.cancel() for future in waiting)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_comes_with_the_future(jobs: int) -> None:
    with open_executor(jobs) as executor:
        future = executor.submit(fail, "on purpose")
        with pytest.raises(ValueError, match="on purpose"):
            future.result()


def test_the_serial_one_is_done_at_once_in_this_process() -> None:
    future = SerialExecutor().submit(os.getpid)
    assert future.done()
    assert future.result() == os.getpid()


def test_an_interrupt_is_not_kept_in_a_future() -> None:
    with pytest.raises(KeyboardInterrupt):
        SerialExecutor().submit(interrupt)


@pytest.mark.parametrize(("jobs", "kind"), [(1, SerialExecutor), (2, ProcessExecutor)])
def test_which_executor_is_opened(jobs: int, kind: type[Executor]) -> None:
    with open_executor(jobs) as executor:
        assert type(executor) is kind


@pytest.mark.parametrize(("processors", "kind"), [(1, SerialExecutor), (3, ProcessExecutor)])
def test_one_job_a_processor_is_the_default(
    processors: int, kind: type[Executor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webshellhunt.scan.executors.default_jobs", lambda: processors)
    with open_executor() as executor:
        assert type(executor) is kind


def test_only_processors_that_may_be_used_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_jobs() >= 1
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3}, raising=False)
    assert default_jobs() == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert default_jobs() == 1


def _die(code: int) -> int:
    os._exit(code)


def test_a_process_that_died_is_replaced() -> None:
    with open_executor(2) as executor:
        with pytest.raises(BrokenExecutor) as caught:
            executor.submit(_die, 3).result()
        assert worker_died(caught.value)
        assert executor.submit(abs, -2).result() == 2


def test_an_error_of_ours_is_no_death_of_a_worker() -> None:
    assert not worker_died(RuntimeError("on purpose"))


def test_there_are_never_more_processes_than_windows_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(500), raising=False)
    assert default_jobs() == MOST_JOBS
    asked = list[int]()
    monkeypatch.setattr("webshellhunt.scan.worker_pool.ProcessExecutor", asked.append)
    open_executor(500)
    open_executor()
    assert asked == [MOST_JOBS, MOST_JOBS]


def _refuse(*_: object, **__: object) -> None:
    raise OSError(24, "Too many open files")


def test_without_the_means_for_processes_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webshellhunt.scan.worker_pool.ProcessPoolExecutor", _refuse)
    with open_executor(2) as executor:
        assert type(executor) is SerialExecutor


def test_where_no_process_can_be_started_calls_are_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", _refuse)
    with open_executor(2) as executor:
        assert executor.submit(os.getpid).result() == os.getpid()
        with pytest.raises(ValueError, match="on purpose"):
            executor.submit(fail, "on purpose").result()


@pytest.mark.skipif(os.name == "nt", reason="signals are others there")
def test_signals_are_left_to_the_process_that_hunts() -> None:
    with open_executor(2) as executor:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            assert executor.submit(signal.getsignal, number).result() is signal.SIG_IGN
        assert executor.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result() == set()
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_after_an_interrupt_nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = list[bool]()
    monkeypatch.setattr(ProcessExecutor, "shutdown", lambda _, wait=True, **__: waited.append(wait))
    with open_executor(2):
        pass
    with pytest.raises(KeyboardInterrupt), open_executor(2):
        interrupt()
    assert waited == [True, False]
