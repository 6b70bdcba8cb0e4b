from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, ParamSpec, TypeVar

from webshellhunt.host.walk.survey import survey
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job, Limits
from webshellhunt.scan.executors import Future, SerialExecutor
from webshellhunt.scan.file_scan import BATCH, examine_all
from webshellhunt.sources.memory import MemorySource

P = ParamSpec("P")
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
