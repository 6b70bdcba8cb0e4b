"""Heap: the objects of a state, each a table; tables are shared between states until one writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import compress, filterfalse, repeat
from operator import is_not
from typing import Any

from webshellhunt.core.implied import implied, implied_choice, is_flag, is_marking
from webshellhunt.core.values import EMPTY, MISSING, OneOf, Ref, Some, Truth, Value, join, options, same, widen

Table = dict[Any, Any]
KIND = "\0kind"
REST = "\0rest"
"""The join of the values under keys that are not known."""
SIZE = "\0size"
CLASS = "\0class"
ASKS = "\0asks"
"""In the table of an object with properties that come from outside until the page assigns to them."""
OPEN = "\0open"
"""In the table of an object that has entries under keys of which only the values are known."""
DEFAULT = "\0default"
"""The value of an entry that only the other of two joined states has; ``MISSING`` where reading makes a difference."""
PROTOTYPE = "\0prototype"
BYTES = "\0bytes"
"""The bytes of a vector of which no element was written; written ones stand for them."""
TOLD = "\0told"
"""Facts that hold if a sequence has an item; of a new object, the name of the field whose truth tells of arguments."""
CODE = "\0code"
"""The code that a function as a value runs."""
PAGE = 0
Combine = Callable[[Any, Any], Any]
Written = dict[Any, None]
"""A set of objects that keeps their order."""
MOST_ENTRIES = 50_000
"""Entries of an object; those beyond have no keys of their own."""
_DEEPEST = 200
"""Forks of forks whose states are compared by the entries written since."""
_FEW_CHANGED = 8
"""The same where a number or a word may be a flag."""
_FEW_OPTIONS = 6
_MOST_FLAGS = 4
"""Truth values that remember them."""
_MOST_CHANGED = 32
"""Places that differ between two joined states, of which a truth value remembers the values."""


_KEYED = frozenset({"plain", "list", "function", "arguments", "prototype", "error"})
"""Kinds of objects whose entries may be missing."""


class Base:
    """A heap that states were forked from: the entries written between the base before it and this one."""

    __slots__ = ("depth", "parent", "written")

    def __init__(self, parent: Base | None, written: Written) -> None:
        self.parent: Base | None = parent
        self.written: Written = written
        self.depth: int = 0 if parent is None else parent.depth + 1


class Heap:
    """``t``: the tables by object; ``weak``: objects that stand for many.

    ``owned`` are the tables that no other state has, ``written`` the objects that were made or written since ``base``.
    ``numbers`` gives the numbers of new objects; all states of a run share it.
    """

    __slots__ = ("base", "numbers", "owned", "t", "weak", "written")

    def __init__(
        self,
        t: dict[Any, Table],
        numbers: Iterator[int],
        weak: frozenset[Any] = frozenset(),
        base: Base | None = None,
        written: Written | None = None,
    ) -> None:
        self.t: dict[Any, Table] = t
        self.numbers: Iterator[int] = numbers
        self.owned: set[Any] = set()
        self.weak: frozenset[Any] = weak
        self.base: Base = Base(None, {}) if base is None else base
        self.written: Written = {} if written is None else written

    def fork(self) -> Heap:
        """Return a copy; both share all tables until one writes."""
        base = self.base
        self.base = base = Base(base if base.depth < _DEEPEST else None, self.written)
        self.owned, self.written = set(), {}
        return Heap(self.t.copy(), self.numbers, self.weak, base)

    def own(self, oid: Value) -> Table:
        """Return the table of an object for writing."""
        if oid in self.owned:
            return self.t[oid]
        self.owned.add(oid)
        self.written[oid] = None
        table = self.t[oid] = self.t[oid].copy()
        return table

    def new(self, kind: str, fields: Table | None = None, site: Value = None) -> Ref:
        """Make an object; ``site`` in a loop that is widened: one object stands for all made there."""
        if site is None:
            oid: Any = next(self.numbers)
        else:
            oid = ("site", site)
            if oid in self.t:
                table = self.own(oid)
                for key, value in (fields or {}).items():
                    table[key] = join(table.get(key, value), value)
                return Ref(oid)
            self.weak = self.weak | {oid}
        self.t[oid] = {KIND: kind, **fields} if fields else {KIND: kind}
        self.owned.add(oid)
        self.written[oid] = None
        return Ref(oid)

    def copy(self, oid: Value, site: Value = None) -> Ref:
        """Make an object with the fields of another one."""
        fields = self.t[oid].copy()
        return self.new(fields.pop(KIND), fields, site)

    def add(self, oid: Value, table: Table) -> None:
        """Add a new object."""
        self.t[oid] = table
        self.owned.add(oid)
        self.written[oid] = None

    def write(self, oid: Value, key: Value, value: Value) -> None:
        """Write an entry; one of an object that stands for many keeps its values."""
        table = self.own(oid)
        if key not in table and len(table) > MOST_ENTRIES:
            key = REST
        if key in table and (oid in self.weak or key == REST):
            value = join(table[key], value)
        table[key] = value


def written_since(a: Heap, b: Heap) -> tuple[Base | None, Written]:
    """Return the last heap that both come from, and the objects that either wrote since; all if there is none."""
    written = {**a.written, **b.written}
    x, y = a.base, b.base
    while x is not y:
        if x.depth < y.depth:
            x, y = y, x
        written.update(x.written)
        if x.parent is None:
            return None, dict.fromkeys((*a.t, *b.t))
        x = x.parent
    return x, written


def fork_frame(f: list[Any]) -> list[Any]:
    """Return a copy of a state."""
    g = f[:]
    g[0] = f[0].fork()
    return g


def join_frames(a: list[Any], b: list[Any], combine: Combine = join) -> list[Any]:
    """Return the join of two states; truth values that differ remember the other differences."""
    if len(a) != len(b):  # a text that was run has registers of its own
        a, b = a + [EMPTY] * (len(b) - len(a)), b + [EMPTY] * (len(a) - len(b))
    ha, hb = a[0], b[0]
    changed: list[tuple[Any, Any, Any]] = []  # place key, value in a, value in b
    f = a[:]
    for i in compress(range(len(a)), map(is_not, a, b)):
        if i > 1:
            x, y = a[i], b[i]
            if not same(x, y):
                f[i] = combine(x, y)
                changed.append((i, x, y))
    base, written = written_since(ha, hb)
    t = ha.t.copy()
    heap = f[0] = Heap(t, ha.numbers, ha.weak if ha.weak is hb.weak else ha.weak | hb.weak, base, written)
    tb = hb.t
    for oid in written:
        right = tb.get(oid)
        left = t.get(oid)
        if left is None:
            t[oid] = right
        elif right is not None and left is not right:
            table = _joined(oid, left, right, combine, changed)
            if table is not left:
                t[oid] = table
                heap.owned.add(oid)
    ha.owned, hb.owned = set(), set()
    if changed:
        _imply(f, changed, combine)
    return f


def _joined(oid: Value, left: Table, right: Table, combine: Combine, changed: list[tuple[Any, Any, Any]]) -> Table:
    """Return the join of two tables of an object, and note the entries that differ; the left one if it has all."""
    new: Table = {}
    if len(left) == len(right) and (keys := [*left]) == [*right]:
        pairs = [*compress(keys, map(is_not, left.values(), right.values()))]
    else:
        pairs = _differing(left, right)
        for key in filterfalse(right.__contains__, left):
            new[key] = _absent(right, key, left[key], combine)
    for key in pairs:
        y = right[key]
        x = left.get(key, MISSING)
        if x is MISSING:
            new[key] = _absent(left, key, y, combine)
            continue
        if not same(x, y):
            value = combine(x, y)
            if value is not x:
                new[key] = value
            changed.append(((oid, key), x, y))
    return {**left, **new} if new else left


def _differing(left: Table, right: Table) -> list[Any]:
    """Return the keys of a table of which another one has not the same object."""
    return [*compress(right, map(is_not, map(left.get, right, repeat(MISSING)), right.values()))]


def _absent(table: Table, key: Value, value: Value, combine: Combine) -> Value:
    """Return an entry of a table that only one of two states has."""
    if table.get(KIND) in _KEYED:
        if key.__class__ is tuple or (key.__class__ is str and key[:1] == "\0"):
            return value
        return OneOf((MISSING, *(each for each in options(value) if each is not MISSING)))
    if key.__class__ is not tuple or key[0] != "":
        if key.__class__ is int:
            return combine(value, table.get(DEFAULT, EMPTY))
        if ASKS in table:
            return OneOf((MISSING, *(each for each in options(value) if each is not MISSING)))
        return value if DEFAULT in table else combine(value, EMPTY)
    default = table.get(DEFAULT, EMPTY)
    if default is MISSING:
        return OneOf((MISSING, *(each for each in options(value) if each is not MISSING)))
    if default.__class__ is Some and value.__class__ is Some:
        return value
    return combine(value, default)


def value_at(f: list[Any], key: Value) -> Value:
    """Return the value that a state has at the key of a place, ``MISSING`` if it has no such register or object."""
    if key.__class__ is int:
        return f[key] if key < len(f) else MISSING
    table = f[0].t.get(key[0])
    return MISSING if table is None else table.get(key[1], EMPTY)


def put_at(f: list[Any], key: Value, value: Value) -> None:
    """Give the place of a key a value."""
    if key.__class__ is int:
        f[key] = value
    else:
        f[0].own(key[0])[key[1]] = value


def _imply(f: list[Any], changed: list[tuple[Any, Any, Any]], combine: Combine) -> None:
    """Let truth values that differ say which values the other changed places have with them."""
    flags = [each for each in changed if is_flag(each[1]) and is_flag(each[2]) and not same(each[1], each[2])]
    marks: list[tuple[Any, Any, Any]] = []
    if 1 < len(changed) <= _FEW_CHANGED:
        marks = [each for each in changed if is_marking(each[1]) and is_marking(each[2])]
        if len(marks) == len(changed):
            marks = []  # there is nothing else to tell of
    if not flags and not marks:
        return
    if len(changed) > _MOST_CHANGED:
        return
    for key, x, y in marks[:_MOST_FLAGS]:
        joined = value_at(f, key)
        if joined.__class__ is OneOf and len(joined.options) <= _FEW_OPTIONS:
            seen = changed if key.__class__ is int else [each for each in changed if each[0].__class__ is not int]
            put_at(f, key, implied_choice(x, y, key, seen, joined, partial(value_at, f)))
    for key, x, y in flags[:_MOST_FLAGS]:
        seen = changed if key.__class__ is int else [each for each in changed if each[0].__class__ is not int]
        told = implied(x, y, key, seen, partial(value_at, f), combine)
        if combine is widen_value and x.__class__ is Truth and told.__class__ is Truth:
            # A loop tells less from turn to turn, never more again: it would not come to rest.
            told = Truth(tuple(each for each in told.yes if each in x.yes), tuple(n for n in told.no if n in x.no))
        put_at(f, key, told)


def widen_value(old: Value, new: Value) -> Value:
    """Return a value of a loop that still changes: its labels and objects, not its text."""
    if same(old, new):
        return old
    if old.__class__ is Truth or new.__class__ is Truth or (old.__class__ is bool and new.__class__ is bool):
        return Truth()
    if old.__class__ is tuple and new.__class__ is tuple:
        return join(old, new)
    return widen([*options(old), *options(new)])


def equal_frames(a: list[Any], b: list[Any]) -> bool:
    """True if a state has nothing that another one does not have."""
    for i in compress(range(len(a)), map(is_not, a, b)):
        if i > 1 and not same(a[i], b[i]):
            return False
    ta, tb = a[0].t, b[0].t
    for oid in written_since(a[0], b[0])[1]:
        left, right = ta.get(oid), tb.get(oid)
        if left is right or right is None:
            continue
        if left is None or len(left) != len(right):
            return False
        for key in _differing(left, right):
            if not same(left.get(key, MISSING), right[key]):
                return False
    return True
