from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NoReturn, ParamSpec, TypeVar

import pytest

from webshellhunt.host.walk.survey import survey
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.progress import Progress
from webshellhunt.scan.executors import Future, SerialExecutor
from webshellhunt.scan.file_scan import BATCH, IN_FLIGHT, examine_all
from webshellhunt.scan.watch import Cancelled, Watch
from webshellhunt.sources.memory import MemorySource

P = ParamSpec("P")
MOST = (IN_FLIGHT + 2) * BATCH
T = TypeVar("T")


class FailsOn(SerialExecutor):
    """An executor that fails on each batch with a file of a name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.batches: list[int] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        batch = [each for arg in args if isinstance(arg, list) for each in arg if isinstance(each, Artifact)]
        self.batches.append(len(batch))
        if any(each.name == self.name for each in batch):
            return super().submit(_fail)
        return super().submit(fn, *args, **kwargs)


def _fail() -> NoReturn:
    raise MemoryError("too large")


def _source(count: int, **options: tuple[str, ...]) -> MemorySource:
    return MemorySource({f"{number:03d}.aspx": b"<html></html>" for number in range(count)}, **options)  # type: ignore[arg-type]


def test_files_are_examined_in_batches_and_in_order() -> None:
    source, executor = _source(2 * BATCH + 3), FailsOn("")
    found = list(examine_all(source, survey(source, Limits()), Job(), executor, []))
    assert [each.subject.path for each in found] == [f"{number:03d}.aspx" for number in range(2 * BATCH + 3)]
    assert executor.batches == [BATCH, BATCH, 3]


def test_a_file_that_fails_costs_no_other_one() -> None:
    source = _source(BATCH)
    found = list(examine_all(source, survey(source, Limits()), Job(), FailsOn("007.aspx"), []))
    failed = [each for each in found if each.gaps]
    assert [each.subject.path for each in failed] == ["007.aspx"]
    assert len(found) == BATCH
    assert all(each.subject.sha256 for each in found if each not in failed)


def test_the_gaps_of_the_walk_are_added() -> None:
    source = MemorySource({"a/x.aspx": b"x", "b/y.aspx": b"y"}, unreadable=("b",))
    gaps: list[Gap] = []
    found = list(examine_all(source, survey(source, Limits()), Job(), SerialExecutor(), gaps))
    assert [each.subject.path for each in found] == ["a/x.aspx"]
    assert any(gap.path == "b" for gap in gaps)


class Pending(SerialExecutor):
    """An executor whose calls are made only when their result is asked for, and which counts those that wait."""

    def __init__(self) -> None:
        self.waiting: list[Later[object]] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        later = Later(lambda: fn(*args, **kwargs))
        self.waiting.append(later)  # type: ignore[arg-type]
        return later

    @property
    def unread(self) -> int:
        """The number of calls whose results nobody has, and that are not cancelled."""
        return sum(not each.is_read and not each.is_cancelled for each in self.waiting)


class Later(Generic[T]):
    """A call that waits."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self.is_read = False
        self.is_cancelled = False

    def result(self) -> T:
        self.is_read = True
        return self._call()

    def done(self) -> bool:
        return False

    def cancel(self) -> bool:
        self.is_cancelled = True
        return True


def test_a_slow_reader_holds_a_bounded_number_of_tasks() -> None:
    source, executor = _source(3 * MOST), Pending()
    files = examine_all(source, survey(source, Limits()), Job(detectors=False), executor, [])
    for _ in range(2 * BATCH):
        next(files)
        assert executor.unread <= IN_FLIGHT + 1
    assert len(executor.waiting) <= IN_FLIGHT + 3
    files.close()
    assert executor.unread == 0


def test_the_walk_is_counted_and_may_be_cancelled() -> None:
    source, told = _source(BATCH + 1), list[Progress]()
    watch = Watch(told.append)
    surveyed = survey(source, Limits())
    for each in examine_all(source, surveyed, Job(detectors=False), SerialExecutor(), [], watch):
        watch.examined(each)
    assert [now.total for now in told] == [BATCH + 1] * (BATCH + 1)  # the walk runs ahead for a listener
    assert told[-1].total_bytes == told[-1].done_bytes == 13 * (BATCH + 1)
    executor = FailsOn("")
    with pytest.raises(Cancelled):
        list(examine_all(source, surveyed, Job(), executor, [], Watch(cancel=lambda: True)))
    assert not executor.batches
