"""Heap: the objects of a state, each a table; tables are shared between states until one writes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress
from operator import is_not
from typing import Any

from webshellhunt.core.values import EMPTY, MISSING, Ref, Some, Truth, OneOf, join, same, widen, options

Table = dict[Any, Any]
KIND = "\0kind"
REST = "\0rest"
"""The join of what was stored under keys that are not known."""
SIZE = "\0size"
SIZES = "\0sizes"
"""The sizes of the dimensions of an array that has several."""
CLASS = "\0class"
DEFAULT = "\0default"
"""What an entry is that only the other of two joined states has; ``MISSING`` where reading it makes a difference."""
PROTOTYPE = "\0prototype"
CODE = "\0code"
"""What a function as a value runs."""
PAGE = 0
_KEYED = frozenset({"plain", "list", "function", "arguments", "prototype", "error"})
"""Kinds of objects whose entries may be missing."""


class Heap:
    """``t``: the tables by object; ``owned``: those that no other state has; ``weak``: objects that stand for many.

    ``numbers`` gives the numbers of new objects; all states of a run share it.
    """

    __slots__ = ("numbers", "owned", "t", "weak")

    def __init__(self, t: dict[Any, Table], numbers: Iterator[int], weak: frozenset[Any] = frozenset()) -> None:
        self.t = t
        self.numbers = numbers
        self.owned: set[Any] = set()
        self.weak = weak

    def fork(self) -> Heap:
        self.owned = set()
        return Heap(self.t.copy(), self.numbers, self.weak)

    def own(self, oid: Any) -> Table:
        """Return the table of an object for writing."""
        if oid in self.owned:
            return self.t[oid]
        self.owned.add(oid)
        table = self.t[oid] = self.t[oid].copy()
        return table

    def new(self, kind: str, fields: Table | None = None, site: Any = None) -> Ref:
        """Make an object; ``site`` in a loop that is widened: one object stands for all made there."""
        if site is None:
            oid: Any = next(self.numbers)
            self.t[oid] = {KIND: kind, **(fields or {})}
            self.owned.add(oid)
            return Ref(oid)
        oid = ("site", site)
        if oid in self.t:
            for key, value in (fields or {}).items():
                table = self.own(oid)
                table[key] = join(table.get(key, value), value)
        else:
            self.t[oid] = {KIND: kind, **(fields or {})}
            self.owned.add(oid)
            self.weak = self.weak | {oid}
        return Ref(oid)

    def write(self, oid: Any, key: Any, value: Any) -> None:
        table = self.own(oid)
        if oid in self.weak and key in table:
            value = join(table[key], value)
        table[key] = value


def fork_frame(f: list[Any]) -> list[Any]:
    """Return a copy of a state."""
    g = f[:]
    g[0] = f[0].fork()
    return g


def join_frames(a: list[Any], b: list[Any], combine: Any = join) -> list[Any]:
    """Return the join of two states; truth values that differ remember what else differed."""
    if len(a) != len(b):  # a text that was run has registers of its own
        a, b = a + [EMPTY] * (len(b) - len(a)), b + [EMPTY] * (len(a) - len(b))
    ha, hb = a[0], b[0]
    changed: list[tuple[Any, Any, Any]] = []  # place key, value in a, value in b
    f = a[:]
    for i in range(2, len(a)):
        x, y = a[i], b[i]
        if x is not y and not same(x, y):
            changed.append((i, x, y))
            f[i] = _either(x, y, combine)
    heap = f[0] = Heap(ha.t.copy(), ha.numbers, ha.weak | hb.weak)
    t = heap.t
    for oid, right in hb.t.items():
        left = t.get(oid)
        if left is right:
            continue
        if left is None:
            t[oid] = right
            continue
        table = left.copy()
        if len(left) == len(right) and (keys := [*left]) == [*right]:
            pairs = [*compress(keys, map(is_not, left.values(), right.values()))]
            others: Any = ()
        else:
            pairs, others = [*right], left.items()
        for key in pairs:
            y = right[key]
            x = left.get(key, MISSING)
            if x is y:
                continue
            if x is MISSING:
                table[key] = _absent(left, key, y, combine)
            elif not same(x, y):
                table[key] = _either(x, y, combine)
                changed.append(((oid, key), x, y))
        for key, x in others:
            if key not in right:
                table[key] = _absent(right, key, x, combine)
        t[oid] = table
        heap.owned.add(oid)
    ha.owned, hb.owned = set(), set()
    if changed and len(changed) <= 32:
        _imply(f, changed)
    return f


def _absent(table: Table, key: Any, value: Any, combine: Any) -> Any:
    """Return an entry of a table that only one of two states has."""
    if table.get(KIND) in _KEYED:
        if key.__class__ is tuple or (key.__class__ is str and key[:1] == "\0"):
            return value
        return OneOf((MISSING, *(each for each in options(value) if each is not MISSING)))
    if key.__class__ is not tuple or key[0] != "":
        return value if DEFAULT in table else combine(value, EMPTY)
    default = table.get(DEFAULT, EMPTY)
    if default is MISSING:
        return OneOf((MISSING, *(each for each in options(value) if each is not MISSING)))
    if default.__class__ is Some and value.__class__ is Some:
        return value
    return combine(value, default)


def _either(x: Any, y: Any, combine: Any) -> Any:
    return combine(x, y)


def value_at(f: list[Any], key: Any) -> Any:
    """Return what a state has at the key of a place."""
    return f[key] if key.__class__ is int else f[0].t[key[0]].get(key[1], EMPTY)


def put_at(f: list[Any], key: Any, value: Any) -> None:
    """Give the place of a key a value."""
    if key.__class__ is int:
        f[key] = value
    else:
        f[0].own(key[0])[key[1]] = value


def _imply(f: list[Any], changed: list[tuple[Any, Any, Any]]) -> None:
    """Let truth values that differ say which values the other changed places have with them."""
    flags = [(key, x) for key, x, y in changed if x.__class__ is bool and y.__class__ is bool][:2]
    for key, x in flags:
        others = [(k, value_at(f, k), p, q) for k, p, q in changed if k != key and p.__class__ is not bool]
        in_a = tuple((k, now, p) for k, now, p, _ in others)
        in_b = tuple((k, now, q) for k, now, _, q in others)
        put_at(f, key, Truth(in_a, in_b) if x else Truth(in_b, in_a))


def widen_value(old: Any, new: Any) -> Any:
    """Return a value of a loop that still changes: its labels and objects, not its text."""
    if same(old, new):
        return old
    if old.__class__ is Truth or new.__class__ is Truth or (old.__class__ is bool and new.__class__ is bool):
        return Truth()
    return widen([*options(old), *options(new)])


def equal_frames(a: list[Any], b: list[Any]) -> bool:
    """True if two states are the same; registers of texts that only one of them ran are no difference."""
    for i in range(2, min(len(a), len(b))):
        if a[i] is not b[i] and not same(a[i], b[i]):
            return False
    ta, tb = a[0].t, b[0].t
    for oid, right in tb.items():
        left = ta.get(oid)
        if left is right:
            continue
        if left is None or len(left) != len(right):
            return False
        for key, y in right.items():
            x = left.get(key, MISSING)
            if x is not y and not same(x, y):
                return False
    return True
