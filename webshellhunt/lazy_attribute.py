"""View: an attribute that is worked out when it is first asked for, and kept.

It does what ``functools.cached_property`` does without a lock: no file is examined by two threads, and one that holds
a dozen views of each of thousands of files would take it a hundred thousand times.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class view(Generic[T]):  # noqa: N801 - it is used as property is
    """Make a method of one object an attribute: the first access calls it, every other finds what it returned.

    What it raises is not kept. The object may be frozen; it can't have ``__slots__``.
    """

    def __init__(self, build: Callable[[Any], T]) -> None:
        self._build = build
        self._name = build.__name__
        self.__doc__ = build.__doc__

    @overload
    def __get__(self, holder: None, kind: type) -> Self: ...

    @overload
    def __get__(self, holder: object, kind: type) -> T: ...

    def __get__(self, holder: object | None, kind: type) -> Self | T:
        if holder is None:
            return self
        found = self._build(holder)
        object.__setattr__(holder, self._name, found)
        return found
