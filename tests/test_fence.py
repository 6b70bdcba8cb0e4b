"""What crashes costs itself, and is told once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from webshellhunt.errors import UnreadableError
from webshellhunt.fence import (
    Deadline,
    Fence,
    OutOfTimeError,
    check_time,
    is_cut_by_time,
    present_deadline,
    timed,
    walk_fenced,
)
from webshellhunt.model.findings import Gap


def two_then_crash() -> Iterator[int]:
    yield 1
    yield 2
    raise RuntimeError("broken")


def test_what_came_before_a_crash_is_kept_and_the_next_work_goes_on() -> None:
    fence = Fence("x.aspx")
    assert fence.collect_each("rule", (two_then_crash, lambda: [3])) == [1, 2, 3]
    reason = f"its rule could not be examined (the plug-in {__name__}: RuntimeError: broken)"
    assert fence.gaps == [Gap("examination-failed", "examine", "x.aspx", reason, matters=True)]


def test_a_crash_of_our_own_names_no_plug_in(monkeypatch: pytest.MonkeyPatch) -> None:
    fence = Fence("x.aspx")
    monkeypatch.setattr(two_then_crash, "__module__", "webshellhunt.detectors.some_idea")
    assert fence.collect_each("rule", (two_then_crash,)) == [1, 2]
    assert [gap.reason for gap in fence.gaps] == ["its rule could not be examined (RuntimeError: broken)"]


def test_a_step_that_crashes_is_left_out() -> None:
    fence = Fence("host", "correlate")
    assert fence.step("traces", lambda: 1, 0) == 1
    assert fence.step("traces", lambda: sum(two_then_crash()), 7) == 7
    assert [(gap.stage, gap.path, gap.matters) for gap in fence.gaps] == [("correlate", "host", True)]


def test_no_more_is_taken_than_asked_for() -> None:
    fence = Fence("x.aspx")
    assert fence.collect_each("rule", (two_then_crash,), most=2) == [1, 2]
    assert fence.gaps == []


def test_a_view_is_told_once() -> None:
    fence = Fence("x.aspx")
    assert fence.collect_each("rule", (two_then_crash, two_then_crash)) == [1, 2, 1, 2]
    assert fence.collect("other", two_then_crash) == [1, 2]
    assert len(fence.gaps) == 2


def test_an_error_of_ours_says_its_own_words() -> None:
    def shut() -> Iterator[int]:
        yield from iter(())
        raise UnreadableError("denied", path="x")

    fence = Fence("x.aspx")
    assert fence.collect("view", shut) == []
    assert [gap.reason for gap in fence.gaps] == ["its view could not be examined (denied)"]


def test_a_part_of_the_walk_yields_as_it_comes_and_its_gap_behind() -> None:
    items = walk_fenced("a", "directory", two_then_crash)
    assert next(items) == 1
    rest = list(items)
    assert rest[0] == 2
    assert [(gap.stage, gap.path) for gap in rest[1:] if isinstance(gap, Gap)] == [("walk", "a")]


def test_an_error_of_who_reads_is_not_the_works() -> None:
    fence = Fence("a")
    items = fence.each("view", lambda: [1, 2])
    assert next(items) == 1
    items.close()  # type: ignore[attr-defined]
    assert fence.gaps == []


def test_after_the_deadline_nothing_further_is_begun() -> None:
    times = iter([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    fence = Fence("x.aspx", deadline=Deadline(2, lambda: next(times)))
    assert fence.collect_each("rule", (lambda: [1, 2], lambda: [3], lambda: [4])) == [1, 2]
    assert fence.is_cut
    assert fence.collect("page", lambda: [5]) == []
    fence.lift_deadline()
    assert fence.collect("page", lambda: [6]) == [6]
    assert fence.gaps == []


def test_a_work_that_yields_stops_at_the_deadline() -> None:
    times = iter([0.0, 0.5, 1.0, 2.0, 3.0])
    fence = Fence("x.aspx", deadline=Deadline(2, lambda: next(times)))
    assert fence.collect("layer", lambda: iter([1, 2, 3])) == [1, 2]
    assert fence.is_cut


def test_without_an_end_no_clock_is_read() -> None:
    deadline = Deadline(None, lambda: 1 // 0)
    assert not deadline.has_passed
    assert Fence("x", deadline=deadline).collect_each("rule", (lambda: [1], lambda: [2])) == [1, 2]


def test_work_that_needs_too_much_memory_is_a_gap_and_the_next_goes_on() -> None:
    def large() -> Iterator[int]:
        yield 1
        raise MemoryError

    fence = Fence("x.aspx")
    assert fence.collect_each("rule", (large, lambda: [3])) == [1, 3]
    (gap,) = fence.gaps
    assert (gap.code, gap.matters) == ("out-of-memory", True)
    assert "needs more memory than this process may have" in gap.reason


def test_the_time_of_a_file_is_that_of_its_thread_and_runs_end_before_it() -> None:
    now = [0.0]
    deadline = Deadline(4, lambda: now[0])
    check_time()
    with timed(deadline):
        assert present_deadline() is deadline
        check_time()
        assert not deadline.ends_run()
        assert not is_cut_by_time()
        now[0] = 3.0
        check_time()
        assert deadline.ends_run()
        assert is_cut_by_time()
        now[0] = 4.0
        with pytest.raises(OutOfTimeError):
            check_time()
        fence = Fence("x.aspx", deadline=deadline)
        fence.lift_deadline()
        check_time()
        assert fence.is_cut
        assert not deadline.ends_run()
    assert present_deadline() is None
    assert not is_cut_by_time()


def test_work_that_is_out_of_time_is_no_crash() -> None:
    def late() -> Iterator[int]:
        yield 1
        raise OutOfTimeError

    fence = Fence("x.aspx")
    assert fence.collect("code", late) == [1]
    assert fence.gaps == []
