"""Steps: how much work a piece of code does, counted and not timed, so that no load of the machine matters.

A step is a line of Python that runs, or a call. What one call of a regular expression costs inside is not counted:
`benchmarks/linearity.py` measures that.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class _SpentError(BaseException):
    """No fence around a detector may catch it."""


@contextmanager
def at_most(limit: int) -> Iterator[None]:
    """Fail as soon as the body has taken more steps than the limit."""
    left = limit

    def count(_frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise _SpentError
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    except _SpentError:
        raise AssertionError(f"more than {limit:,} steps") from None
    finally:
        sys.settrace(before)
    assert left >= 0, f"more than {limit:,} steps"
