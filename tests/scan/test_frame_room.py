"""Room for frames: a call at the end of a chunk of the interpreter's stack costs no system call."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from webshellhunt.scan.frame_room import with_frame_room

CALLS = 500
DEPTHS = range(240)


def most_faults() -> int:
    """Return the most page faults that so many calls of one function take, over depths of the stack."""
    resource = pytest.importorskip("resource")

    def leaf(a: int, b: int, c: int, d: int) -> int:
        return a + b + c + d

    def at(depth: int) -> int:
        if depth:
            return at(depth - 1)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(CALLS):
            leaf(1, 2, 3, 4)
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

    return max(map(at, DEPTHS))


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="other interpreters have no such chunks")
def test_calls_at_the_end_of_a_chunk_fault_only_without_room() -> None:
    with ThreadPoolExecutor(1) as fresh_stack:
        if fresh_stack.submit(most_faults).result() < CALLS // 2:
            pytest.skip("this interpreter keeps its chunks")
        assert fresh_stack.submit(with_frame_room(most_faults)).result() < CALLS // 4


def test_arguments_result_and_error_pass_through() -> None:
    @with_frame_room
    def divide(a: int, *, by: int) -> float:
        """Return a quotient."""
        return a / by

    assert divide(6, by=3) == 2
    assert divide.__doc__ == "Return a quotient."
    with pytest.raises(ZeroDivisionError):
        divide(6, by=0)


def test_room_within_room() -> None:
    def nested(depth: int) -> int:
        inner: Callable[[int], int] = with_frame_room(nested)
        return 0 if depth == 0 else 1 + inner(depth - 1)

    assert with_frame_room(nested)(20) == 20
