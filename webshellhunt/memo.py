"""Memo: results of a pure function that are kept for the same arguments, the latest ones up to a bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakSet

from webshellhunt.fence import is_cut_by_time

V = TypeVar("V")


class Memo(Generic[V]):
    """The latest results of a function, by a key that has everything the result depends on.

    A memo belongs to the process: it outlives a file and a hunt, and several threads may use it. Nobody may change a
    result that is kept. An exception is not kept, nor a result that lacks something because the time was over.
    """

    is_on: ClassVar[bool] = True
    """False where nothing is kept, which tests use to prove that a memo changes no result."""

    _all: ClassVar[WeakSet[Memo[Any]]] = WeakSet()

    def __init__(self, bound: int) -> None:
        self._all.add(self)
        self._bound = bound
        self._left = bound
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def forget_all(cls) -> None:
        """Forget the results of all functions."""
        for each in list(cls._all):
            with each._lock:
                each._kept.clear()
                each._left = each._bound

    def __len__(self) -> int:
        """Return the number of results that are kept."""
        return len(self._kept)

    def get(self, key: Hashable, make: Callable[[], V], weigh: Callable[[V], int]) -> V:
        """Return the result for a key: a kept one, else the one that ``make`` returns.

        ``key``: everything that the result depends on. ``weigh``: returns the weight of a result, in the unit of the
        bound; a result above the bound is not kept.
        """
        if not self.is_on:
            return make()
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found[0]
        made = make()
        weight = weigh(made)
        if weight <= self._bound and not is_cut_by_time():
            with self._lock:
                self._keep(key, made, weight)
        return made

    def _keep(self, key: Hashable, made: V, weight: int) -> None:
        before = self._kept.pop(key, None)  # of another thread
        self._left += (0 if before is None else before[1]) - weight
        self._kept[key] = (made, weight)
        while self._left < 0:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._left += dropped
