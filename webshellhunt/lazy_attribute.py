"""Attributes that are computed at their first access, and kept.

They do the same as ``functools.cached_property`` without its lock: no file is examined by two threads, and a hunt has
a dozen such attributes for each of thousands of files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class lazy_attribute(Generic[T]):  # noqa: N801 - it is used as property is
    """Turn a method without arguments into an attribute: the first access calls it and stores its result.

    An exception is not stored. The object may be frozen; it can't have ``__slots__``.
    """

    def __init__(self, build: Callable[[Any], T]) -> None:
        self._build = build
        self._name = build.__name__
        self.__doc__ = build.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        value = self._build(instance)
        object.__setattr__(instance, self._name, value)
        return value
