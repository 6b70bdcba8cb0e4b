"""Hunts at once on executors of all kinds, some of whose workers die."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import ParamSpec, TypeVar

import pytest

from tests.builders.many_servers import make_servers, timeless
from webshellhunt.errors import SourceError
from webshellhunt.many import coordinator
from webshellhunt.many.coordinator import Coordinator, Ended, Place, places_of
from webshellhunt.many.hunt_task import Parts, Task, hunt_location, packed
from webshellhunt.model.limits import Job
from webshellhunt.model.report import Report
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.pipeline import hunt
from webshellhunt.scan.executors import Executor as AnyExecutor
from webshellhunt.scan.executors import SerialExecutor, open_executor
from webshellhunt.scan.worker_pool import ProcessExecutor

P = ParamSpec("P")
T = TypeVar("T")

COUNT = 8


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    return make_servers(tmp_path_factory.mktemp("servers"), COUNT)


@pytest.fixture(scope="module")
def wanted(servers: list[tuple[str, str]]) -> list[Report]:
    return timeless(hunt(location) for _, location in servers)


class Run:
    """The results of a run, and the sentences that it said."""

    def __init__(
        self, servers: Sequence[tuple[str | None, str]], executor: AnyExecutor, most: int | None = None
    ) -> None:
        self.said: list[str] = []
        tasks = ((each, Task(each.location, SourceOptions(logs=True), Job(), most)) for each in places_of(servers))
        self.ended: list[Ended] = list(Coordinator(tasks, executor, say=self.said.append).run())

    @property
    def reports(self) -> list[Report]:
        """Return the reports in the order of the list."""
        ended = sorted(self.ended, key=lambda each: each.place.key)
        return timeless(each.result for each in ended if isinstance(each.result, Report))


EXECUTORS: dict[str, Callable[[], AbstractContextManager[AnyExecutor]]] = {
    "serial": SerialExecutor,
    "threads": lambda: ThreadPoolExecutor(3),
    "processes of Python": lambda: ProcessPoolExecutor(2),
    "own processes": lambda: open_executor(2),
}


@pytest.mark.parametrize("name", EXECUTORS)
def test_each_executor_makes_the_same_reports(name: str, servers: list[tuple[str, str]], wanted: list[Report]) -> None:
    with EXECUTORS[name]() as executor:
        run = Run([*servers, ("LOST", "absent")], executor)
    assert run.reports == wanted
    assert run.said == []
    (lost,) = (each for each in run.ended if each.place.name == "LOST")
    assert isinstance(lost.result, SourceError)


def test_a_location_is_one_place_however_often_it_is_listed() -> None:
    listed = places_of([("A", "x"), (None, "y"), ("B", "x")])
    assert listed == [Place((0,), "x", "A"), Place((1,), "y")]


class Deadly(ProcessExecutor):
    """Processes, one of which ends instead of hunting through one location, so many times."""

    def __init__(self, victim: str, deaths: int) -> None:
        super().__init__(2)
        self._victim = victim
        self._deaths = deaths

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        task = args[0]
        if isinstance(task, Task) and task.location == self._victim and task.attempt < self._deaths:
            return super().submit(os._exit, 3)
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize("deaths", [1, 2, 9])
def test_the_work_of_a_dead_worker_is_done_again(
    deaths: int, servers: list[tuple[str, str]], wanted: list[Report]
) -> None:
    with Deadly(servers[3][1], deaths) as executor:
        run = Run(servers, executor)
    assert run.reports == wanted
    assert run.said == []


class DiesOfFile(SerialExecutor):
    """Stands for processes that all die of one page."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        batch = args[2]
        if isinstance(batch, list) and any(each.name == "p3.aspx" for each in batch):
            future.set_exception(BrokenExecutor("it died"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_a_file_that_ends_each_worker_is_one_gap(
    servers: list[tuple[str, str]], wanted: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coordinator, "_open_processes", DiesOfFile)
    with Deadly(servers[3][1], 9) as executor:
        run = Run(servers, executor)
    assert [report for at, report in enumerate(run.reports) if at != 3] == [
        report for at, report in enumerate(wanted) if at != 3
    ]
    hurt = run.reports[3]
    assert [gap.path for gap in hurt.gaps if gap.code == "worker-died"] == [r"C:\inetpub\wwwroot\p3.aspx"]
    assert len(hurt.verdicts) == len(wanted[3].verdicts) - 1


def test_a_source_that_cannot_be_opened_here_either_is_one_row(servers: list[tuple[str, str]]) -> None:
    with Deadly("elsewhere", 9) as executor:
        run = Run([*servers, (None, "elsewhere")], executor)
    assert len(run.reports) == COUNT
    (lost,) = (each.result for each in run.ended if each.place.location == "elsewhere")
    assert "its worker failed 2 times (BrokenProcessPool: " in str(lost)


class Leaving(ThreadPoolExecutor):
    """Takes so many calls and no more, and never ends those that run then, as a cluster that goes away."""

    def __init__(self, calls: int, *, says_so: bool) -> None:
        super().__init__(2)
        self._left = calls
        self._says_so = says_so
        self.lost: Callable[[], str | None] = lambda: "the cluster has gone away" if self._left < 0 else None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        self._left -= 1
        if self._left < 0 and self._says_so:
            return Future()
        if self._left < 0:
            raise OSError("connection refused")
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize(
    ("says_so", "words"),
    [(True, "the cluster has gone away"), (False, "the executor takes no more work (OSError: connection refused)")],
)
def test_what_an_executor_leaves_is_done_here(
    says_so: bool, words: str, servers: list[tuple[str, str]], wanted: list[Report]
) -> None:
    with Leaving(3, says_so=says_so) as executor:
        run = Run(servers, executor)
    assert run.reports == wanted
    assert run.said == [f"{words}: processes of this machine do the rest"]


class Cancelling(ThreadPoolExecutor):
    """Cancels each call of the first round, as a cluster does whose scheduler starts again."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if self._max_workers:
            self._max_workers = 0
            cancelled: Future[T] = Future()
            cancelled.cancel()
            return cancelled
        self._max_workers = 1
        future = super().submit(fn, *args, **kwargs)
        future.result()
        return future


def test_a_cancelled_call_is_made_again(servers: list[tuple[str, str]], wanted: list[Report]) -> None:
    with Cancelling(1) as executor:
        assert Run(servers[:3], executor).reports == wanted[:3]


@pytest.mark.parametrize("name", ["serial", "own processes"])
def test_a_large_source_is_split(name: str, servers: list[tuple[str, str]], wanted: list[Report]) -> None:
    with EXECUTORS[name]() as executor:
        assert Run(servers, executor, most=6).reports == wanted


class LosesParts(SerialExecutor):
    """Answers each call for a part of a source with an error."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        if len(args) == 3 and isinstance(args[0], Task):
            future.set_exception(MemoryError())
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_a_source_whose_parts_are_lost_is_hunted_through_as_a_whole(
    servers: list[tuple[str, str]], wanted: list[Report]
) -> None:
    assert Run(servers, LosesParts(), most=6).reports == wanted


class Interrupting(Executor):
    """Makes two calls, and is interrupted then."""

    def __init__(self) -> None:
        self.futures: list[Future[object]] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        self.futures.append(future)  # type: ignore[arg-type]
        if len(self.futures) < 3:
            future.set_result(fn(*args, **kwargs))
        return future


def test_an_interrupt_cancels_what_runs(servers: list[tuple[str, str]]) -> None:
    executor, ended, answers = Interrupting(), deque[Ended](), iter((False, False, True))
    tasks = ((each, Task(each.location, SourceOptions(), Job())) for each in places_of(servers))
    run: Iterator[Ended] = Coordinator(tasks, executor, say=print, cancel=lambda: next(answers)).run()
    with pytest.raises(KeyboardInterrupt):
        ended.extend(run)
    assert [each.place.key for each in ended] == [(0,), (1,)]
    assert all(future.cancelled() for future in executor.futures[2:])


def test_a_worker_that_always_asks_for_parts_gets_them_once(servers: list[tuple[str, str]]) -> None:
    assert hunt_location(Task(servers[0][1], SourceOptions(logs=True), Job(), 1)) == packed(Parts(7, 1))
