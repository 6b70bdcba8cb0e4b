"""Room for the frames of deep calls: one large piece of the interpreter's stack for a whole examination.

CPython keeps the frames of Python functions in chunks of 16 KiB. A call that needs a new chunk gets it from the system,
and its return gives it back at once, so that a loop whose calls cross the end of a chunk costs two system calls and a
page fault a turn. On a site of many scripts that was a seventh of the CPU, on others up to a third. A frame larger than
a chunk gets a chunk of the next power of two, whose rest is for the frames of all functions that it calls.

Source: ``push_chunk`` and ``_PyThreadState_PopFrame`` in ``Python/pystate.c`` of CPython 3.11 to 3.14. Interpreters
without such chunks ignore the size.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_SLOTS = 66_000
"""Slightly more than half a MiB at 8 bytes each: the chunk has 1 MiB, and as much as 3,000 usual frames are free.

The slots are never written, so the frame takes addresses and no memory.
"""


def with_frame_room(function: Callable[P, T]) -> Callable[P, T]:
    """Return a function whose calls have room for the frames of deep calls."""

    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=_SLOTS)
    return wraps(function)(call)
