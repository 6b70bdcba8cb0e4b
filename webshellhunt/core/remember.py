"""Remembering: the results of calls, by all that they depend on, within a run and between the runs of a process.

The part of the state that a call may touch is a *slice*: its arguments, the page variables and objects that its code
names, and all objects that can be reached from these. Labels and objects are numbered in a slice, so that another call
fits that has others in the same places. A result is used only where the call would do the same again, and is charged
the same steps whether it was found in this run, in an earlier one, or not at all: only the time depends on it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress
from typing import Any

from webshellhunt.core import ir
from webshellhunt.core.arrivals import Noted
from webshellhunt.core.budget import MOST_CALLS
from webshellhunt.core.ending import Thrown
from webshellhunt.core.errors import ERR
from webshellhunt.core.footprint import Footprint, class_footprint, footprint
from webshellhunt.core.heap import CLASS, KIND, PAGE, Heap, Table
from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.core.procedure import Frame, Procedure
from webshellhunt.core.state import Run
from webshellhunt.core.values import (
    KNOWN,
    MISSING,
    Func,
    Label,
    Measure,
    Method,
    OneOf,
    Parts,
    Ref,
    Sign,
    Some,
    Truth,
    TypeOf,
    Value,
)

MOST_ENTRIES = 64
"""Entries of the tables of a slice."""
MOST_RESULTS = 256
"""Results of a procedure: in a run, and between runs."""
MOST_TRIES = 12
"""Calls of a procedure in a run without any result that is found again, before most of the searches are left out."""
LEAST_CODE = 60
"""Code of this size without a loop is not worth the search."""
LEAST_COST = 80
"""The steps of a call for whose result it is worth to search."""
_LONGEST_TEXT = 1 << 16
_SHARE = 9
"""A call that costs less than this part of the steps that are left is cut by no share of them."""


_NO_ERROR: Table = {KIND: ERR, "number": 0, "description": ""}


class UnfitError(Exception):
    """A slice is too large, or has something that can't be compared."""


# Slices ---------------------------------------------------------------------------------------------------------------


class Slice:
    """The part of the state that a call may touch; ``key`` is equal where only labels and objects of places differ."""

    __slots__ = ("_entries", "_heap", "_names", "_numbers", "_run", "_sets", "key", "labels", "objects", "places")

    def __init__(self, f: Frame, reads: Footprint, values: tuple[Any, ...]) -> None:
        self._run: Run = f[1]
        self._heap: Heap = f[0]
        self._entries = 0
        self._names: list[str] = []
        self._numbers: dict[Any, int] = {}
        self._sets: dict[frozenset[Label], Any] = {}
        self.labels: dict[Label, int] = {}
        """The labels, each with its number."""
        self.objects: list[Any] = []
        """The objects, each at its number."""
        self.places: frozenset[int] = reads.places
        """The places of its code."""
        self._take(reads)
        for oid, size in self._run.prototypes.items():
            if len(self._heap.t.get(oid, ())) > size:
                self._number(oid)
        key: list[Any] = [self._sites(reads)] if self._heap.weak else [()]
        key += map(self._value, values)
        self._follow(key)
        self.key: tuple[Any, ...] = tuple(key)

    def _take(self, reads: Footprint) -> None:
        """Add all that a procedure may touch."""
        if not reads.is_whole:
            raise UnfitError
        if not reads.places <= self.places:
            self.places |= reads.places
        known = set(self._names)
        self._names += [each for each in reads.names if each not in known]
        for each in reads.objects:
            if each in self._heap.t:
                if each not in self._numbers:
                    self._number(each)
            elif each.__class__ is tuple and each[1] in self._run.classes:
                raise UnfitError  # the call gives the fields of a class their first values

    def _sites(self, reads: Footprint) -> tuple[Any, ...]:
        """Add the objects that stand for all that its code made in loops that are widened."""
        sites = sorted((each for each in self._heap.weak if reads.makes(each[1])), key=repr)
        for each in sites:
            self._number(each)
        return tuple(sites)

    def _follow(self, key: list[Any]) -> None:
        """Add the page variables and the tables of all objects to a key, and of those that they have."""
        t = self._heap.t
        page = t[PAGE]
        names = objects = 0
        while True:
            if names < len(self._names):
                name = self._names[names]
                names += 1
                if name in page:
                    key += (name, self._value(page[name]))
            elif objects < len(self.objects):
                table = t[self.objects[objects]]
                objects += 1
                self._table(key, table)
            else:
                return

    def _table(self, key: list[Any], table: Table) -> None:
        """Add the entries of an object to a key."""
        kinds = tuple(map(type, table.values()))
        is_plain = KNOWN.issuperset(kinds)
        self._entries += 1 + len(table) // 16 if is_plain else len(table)
        if self._entries > MOST_ENTRIES:
            raise UnfitError
        if is_plain:
            key += ((*table,), kinds, (*table.values(),))
            return
        key.append(len(table))
        for k, v in table.items():
            if k.__class__ is tuple and any(each.__class__ is Ref for each in k):
                raise UnfitError
            key += (k, self._symbol(v) if k == CLASS else self._value(v))

    def _symbol(self, symbol: ir.Class) -> Value:
        reads = class_footprint(self._run, symbol)
        self._take(reads)
        return symbol, reads.identity

    def _number(self, oid: Value) -> int:
        number = self._numbers.get(oid)
        if number is None:
            number = self._numbers[oid] = len(self.objects)
            self.objects.append(oid)
        return number

    def _value(self, value: Value) -> Value:
        """Return the key of a value."""
        kind = value.__class__
        if kind is str:
            if len(value) > _LONGEST_TEXT:
                raise UnfitError
            return value
        if kind in KNOWN:
            return kind, value
        of = _KEYS.get(kind)
        if of is None:
            if value is MISSING:
                return MISSING
            raise UnfitError
        return of(self, value)

    def _some(self, value: Some) -> Value:
        if not value.labels and not value.codes:
            return value
        return Some, value.type, self._label_set(value.labels), self._label_set(value.codes), value.form

    def _label_set(self, labels: frozenset[Label]) -> Value:
        key = self._sets.get(labels)
        if key is None:
            ordered = sorted(labels, key=_label_order) if len(labels) > 1 else labels
            numbers = self.labels
            key = tuple([(each.kind, numbers.setdefault(each, len(numbers))) for each in ordered])
            self._sets[labels] = key
        return key

    def _function(self, value: Func) -> Value:
        proc = self._run.procs.source(value.name) if value.proc is None else value.proc
        if proc is None:
            return Func, value.name
        reads = footprint(self._run, proc)
        self._take(reads)
        return Func, reads.identity, self._value(value.this), self._values(value.boxes)

    def _method(self, value: Method) -> Value:
        if value.scope is not None:
            raise UnfitError
        return Method, self._value(value.subject), value.name

    def _facts(self, facts: tuple[Any, ...]) -> Value:
        return tuple((self._place(k), self._value(now), self._value(then)) for k, now, then in facts)

    def _place(self, key: Value) -> Value:
        if key.__class__ is tuple and len(key) == 2:
            return (PAGE if key[0] == PAGE else self._number(key[0])), key[1]
        return key

    def _values(self, values: tuple[Any, ...]) -> Value:
        return tuple(map(self._value, values))


def _label_order(label: Label) -> tuple[str, str, str, int]:
    return label.kind, label.origin, label.key or "", label.at


_KEYS: dict[type, Callable[[Slice, Any], Any]] = {
    Ref: lambda s, v: (Ref, s._number(v.oid)),
    Some: Slice._some,
    OneOf: lambda s, v: (OneOf, s._values(v.options)),
    Parts: lambda s, v: (Parts, s._values(v.parts)),
    Truth: lambda s, v: (Truth, s._facts(v.yes), s._facts(v.no)),
    Measure: lambda s, v: (
        Measure, s._value(v.of), v.plus, s._value(v.what), v.is_last, v.absent, s._value(v.told),
    ),
    Sign: lambda s, v: (Sign, s._value(v.equal)),
    Func: Slice._function,
    Method: Slice._method,
    TypeOf: lambda s, v: v,
    tuple: lambda s, v: (tuple, s._values(v)),
}  # fmt: skip


# Results --------------------------------------------------------------------------------------------------------------


class Result:
    """The result of a call, with the labels and objects of the slice that it was found in."""

    __slots__ = (
        "arrivals", "cost", "deepest", "key", "labels", "made", "may_end", "objects", "pins", "reached", "rebated",
        "texts", "values", "written",
    )  # fmt: skip

    def __init__(self, slice_: Slice, values: list[Any]) -> None:
        self.key: tuple[Any, ...] = slice_.key
        self.values: list[Any] = values
        """The result, then the last values of the parameters."""
        self.labels: list[Label] = [*slice_.labels]
        self.objects: list[Any] = slice_.objects
        self.pins: list[tuple[int, Label]] = []
        """Labels that the call may also make itself: another call must have the same."""
        self.made: dict[Any, Table] = {}
        """The tables of new objects."""
        self.written: list[tuple[Any, Table, list[Any]]] = []
        """Objects that were written, with the entries that changed, and those that went."""
        self.arrivals: list[Noted] = []
        self.texts: KnownTexts = KnownTexts()
        self.reached: dict[ir.Proc, bytearray] = {}
        self.cost: int = 0
        """The steps of the call."""
        self.rebated: int = 0
        """The steps of its loops that were given back: a known loop around it gives those back no more."""
        self.deepest: int = 0
        """Calls inside each other."""
        self.may_end: bool = False
        """True if the page may end in it."""

    def fits(self, run: Run, slice_: Slice) -> bool:
        """True if the call would surely do the same now."""
        budget = run.budget
        return (
            _SHARE * self.cost <= budget.room
            and 2 * (budget.left - self.cost) > budget.total
            and run.calls + self.deepest <= MOST_CALLS
            and not (self.may_end and run.ended is None)
            and self.reached.keys().isdisjoint(run.open)
            and all(slice_.labels.get(label) == number for number, label in self.pins)
        )


class Recording:
    """A call whose result will be remembered, with the state of the run before it."""

    __slots__ = (
        "before", "calls", "cuts", "deepest", "error", "left", "page_ends", "reached", "rebated", "slice",
        "start", "texts", "weak",
    )  # fmt: skip

    def __init__(self, f: Frame, slice_: Slice) -> None:
        run: Run = f[1]
        heap: Heap = f[0]
        heap.owned = set()  # a table that is written from here on is a new one
        self.slice: Slice = slice_
        self.error: Table | None = None
        """The last error before it, of which its code reads nothing."""
        if ERR not in slice_.objects and ERR in heap.t:
            self.error = heap.t[ERR]
            heap.t[ERR] = _NO_ERROR
            heap.written[ERR] = None
        self.before: dict[Any, Table] = {each: heap.t[each] for each in (PAGE, *slice_.objects)}
        self.cuts: int
        self.left: int
        self.rebated: int
        self.left, self.cuts, self.rebated = run.budget.left, run.budget.cuts, run.budget.rebated
        self.weak: frozenset[Any] = heap.weak
        self.start: int = run.arrivals.listen()
        self.page_ends: int = run.page_ends
        self.texts: KnownTexts
        self.texts, run.texts = run.texts, KnownTexts()
        run.noted = run.texts.noted
        self.reached: dict[ir.Proc, bytearray]
        self.reached, run.reached = run.reached, {}
        self.calls: int = run.calls
        self.deepest: int
        self.deepest, run.deepest = run.deepest, run.calls
        run.recordings.append(self)

    def close(self, run: Run, heap: Heap | None) -> list[Noted]:
        """Give the run and a heap back their state, with all that was found meanwhile; return the arrivals."""
        if heap is not None and self.error is not None and heap.t[ERR] is _NO_ERROR:
            heap.t[ERR] = self.error
        run.recordings.pop()
        _merge(self.texts, self.reached, run.texts, run.reached)
        run.texts, run.reached = self.texts, self.reached
        run.noted = run.texts.noted
        run.deepest = max(run.deepest, self.deepest)
        return run.arrivals.heard(self.start)


def _merge(
    texts: KnownTexts, reached: dict[ir.Proc, bytearray], more: KnownTexts, others: dict[ir.Proc, bytearray]
) -> None:
    texts.merge(more)
    for proc, marks in others.items():
        known = reached.get(proc)
        if known is None:
            reached[proc] = marks[:]
        elif known != marks:
            for at in compress(range(len(marks)), marks):
                known[at] = 1


# Calls ----------------------------------------------------------------------------------------------------------------


def look(f: Frame, proc: Procedure, values: tuple[Any, ...]) -> Slice | None:
    """Return the part of the state that a call may touch, ``None`` where its result is not remembered."""
    run: Run = f[1]
    if run.budget.is_low or not run.remembers:
        return None
    reads = footprint(run, proc.source)
    if not reads.is_whole or (reads.size < LEAST_CODE and not reads.has_loops):
        return None
    if run.costs.get(proc, LEAST_COST) < LEAST_COST:
        return None
    tries = run.tries.setdefault(proc, [0, 0])
    tries[0] += 1
    if tries[0] > MOST_TRIES and not tries[1] and tries[0] % MOST_TRIES:
        return None
    try:
        slice_ = Slice(f, reads, values)
    except UnfitError:
        return None
    is_forked = bool(run.forked or run.pendings)
    slice_.key = (is_forked, run.coarse > 0, run.handled > 0, run.is_whole, *slice_.key)
    return slice_


def find(run: Run, proc: Procedure, slice_: Slice) -> Result | None:
    """Return the remembered result of a call, of this run or of an earlier one, and charge it."""
    found: Result | None = run.remembered.get(proc, {}).get(slice_.key)
    is_own = found is not None
    if found is None:
        found = _between_runs(run, proc).get(slice_.key)
    if found is None or not found.fits(run, slice_):
        return None
    if is_own:
        run.tries[proc][1] += 1
    else:
        _keep(run.remembered.setdefault(proc, {}), found)
    run.budget.left -= found.cost
    run.budget.rebated += found.rebated
    if not is_own or run.recordings:
        _merge(run.texts, run.reached, found.texts, found.reached)
    run.deepest = max(run.deepest, run.calls + found.deepest)
    run.page_ends += found.may_end
    return found


def _keep(results: dict[Any, Result], result: Result) -> None:
    if len(results) < MOST_RESULTS:
        results[result.key] = result


def _between_runs(run: Run, proc: Procedure) -> dict[Any, Result]:
    """Return the results of earlier runs in which the names of the code meant the same."""
    identity = (footprint(run, proc.source).identity, run.world.arriving)
    known = proc.results
    if known is None or known[0] is not run.world.rows or known[1] != identity:
        known = proc.results = (run.world.rows, identity, {})
    results: dict[Any, Result] = known[2]
    return results


def record(f: Frame, proc: Procedure, slice_: Slice, enter: Callable[[], Frame]) -> Frame:
    """Run a call and remember its result, if that depends on nothing else."""
    run: Run = f[1]
    recording = Recording(f, slice_)
    result: Result | None = None
    heap: Heap | None = f[0]
    try:
        end = enter()
        heap = end[0]
        result = _result(run, recording, end, len(proc.params))
    except Thrown as error:
        heap = error.heap
        raise
    finally:
        arrivals = recording.close(run, heap)
    if result is not None:
        result.arrivals = arrivals
        _keep(run.remembered.setdefault(proc, {}), result)
        shared = _between_runs(run, proc)
        if len(shared) >= MOST_RESULTS:
            del shared[next(iter(shared))]
        shared[result.key] = result
    return end


def _result(run: Run, recording: Recording, end: Frame, count: int) -> Result | None:
    """Return the result of a call that will be remembered, ``None`` if it may have depended on more than its slice."""
    budget = run.budget
    if not run.reached.keys().isdisjoint(run.open):
        return None  # how often a procedure is open counts
    if run.has_failed or budget.cuts != recording.cuts or budget.is_low:
        return None
    slice_ = recording.slice
    result = Result(slice_, end[3 : 4 + count])
    heap: Heap = end[0]
    for oid, before in recording.before.items():
        after = heap.t[oid]
        if after is not before:
            changed = {key: value for key, value in after.items() if before.get(key, MISSING) is not value}
            gone = [key for key in before if key not in after]
            if changed or gone:
                result.written.append((oid, changed, gone))
    if recording.error is not None and heap.t[ERR] is not _NO_ERROR:
        result.written.append((ERR, heap.t[ERR], []))
    if not _add_new_objects(result, heap, recording):
        return None
    places = slice_.places
    result.pins = [(number, label) for label, number in slice_.labels.items() if label.at in places]
    result.texts, result.reached = run.texts, run.reached
    result.cost, result.rebated = recording.left - budget.left, budget.rebated - recording.rebated
    result.deepest = run.deepest - recording.calls
    result.may_end = run.page_ends != recording.page_ends
    return result


def _add_new_objects(result: Result, heap: Heap, recording: Recording) -> bool:
    """Add the tables of the objects that a call made and that are still there; False if they are too many."""
    known = recording.before
    values: list[Any] = [*result.values]
    for _, changed, _ in result.written:
        values += changed.values()
    if heap.weak is not recording.weak:
        values += map(Ref, sorted(heap.weak - recording.weak, key=repr))
    while values:
        value = values.pop()
        if value.__class__ in KNOWN:
            continue
        for oid in objects_in(value):
            if oid in known or oid in result.made:
                continue
            table = heap.t.get(oid)
            if table is None or oid.__class__ is str or oid in recording.weak or len(result.made) >= MOST_ENTRIES:
                return False
            result.made[oid] = table.copy()
            values += table.values()
            if len(values) > 4 * MOST_ENTRIES:
                return False
    return True


def objects_in(value: Value) -> list[Any]:  # noqa: C901 - a dispatcher
    """Return the objects that a value refers to."""
    found: list[Any] = []
    stack = [value]
    while stack:
        each = stack.pop()
        kind = each.__class__
        if kind is Ref:
            found.append(each.oid)
        elif kind is OneOf:
            stack += each.options
        elif kind is Parts:
            stack += each.parts
        elif kind is tuple:
            stack += each
        elif kind is Truth:
            for key, now, then in (*each.yes, *each.no):
                stack += (now, then)
                if key.__class__ is tuple and len(key) == 2:
                    found.append(key[0])
        elif kind is Measure:
            stack += (each.of, each.what, each.told)
        elif kind is Sign:
            stack.append(each.equal)
        elif kind is Func:
            stack += (each.this, *each.boxes)
        elif kind is Method:
            stack.append(each.subject)
    return found


def replay(f: Frame, slice_: Slice, result: Result) -> list[Any]:
    """Have the effects of a remembered call; return its result and the last values of its parameters."""
    run: Run = f[1]
    heap: Heap = f[0]
    names = _Renaming(heap, slice_, result)
    for old, table in result.made.items():
        oid = names.objects.get(old, old)
        heap.add(oid, {key: names.value(value) for key, value in table.items()})
        if oid.__class__ is tuple:
            heap.weak |= {oid}
    for oid, changed, gone in result.written:
        table = heap.own(names.objects.get(oid, oid))
        for key, value in changed.items():
            table[key] = names.value(value)
        for key in gone:
            table.pop(key, None)
    for each in result.arrivals:
        arguments = [names.value(value) for value in each.arguments]
        run.arrivals.arrive(each.names, each.at, arguments, names.value(each.subject),
                            is_assigned=each.is_assigned, is_made=each.is_made)  # fmt: skip
    return [names.value(each) for each in result.values]


class _Renaming:
    """Puts the labels and objects of another call into the result of a call."""

    __slots__ = ("_before", "_is_same", "_labels", "objects")

    def __init__(self, heap: Heap, slice_: Slice, result: Result) -> None:
        self.objects = {a: b for a, b in zip(result.objects, slice_.objects, strict=True) if a != b}
        for each in result.made:
            if each.__class__ is int:
                self.objects[each] = next(heap.numbers)
        self._labels = {a: b for a, b in zip(result.labels, slice_.labels, strict=True) if a is not b}
        self._before = {a: len(a.steps) for a in self._labels}
        self._is_same = not self.objects and not self._labels

    def value(self, value: Value) -> Value:
        """Return a value with the other names; itself where it has none."""
        kind = value.__class__
        if self._is_same or kind in KNOWN:
            return value
        of = _RENAMES.get(kind)
        return value if of is None else of(self, value)

    def _set(self, labels: frozenset[Label]) -> frozenset[Label]:
        if not labels or labels.isdisjoint(self._labels):
            return labels
        return frozenset(map(self._label, labels))

    def _label(self, label: Label) -> Label:
        other = self._labels.get(label)
        if other is None:
            return label
        steps = (*other.steps, *label.steps[self._before[label] :])
        return other if steps == other.steps else Label(other.kind, other.origin, other.key, other.at, steps)

    def _some(self, value: Some) -> Some:
        labels, codes = self._set(value.labels), self._set(value.codes)
        if labels is value.labels and codes is value.codes:
            return value
        return Some(value.type, labels, codes, value.form)

    def _ref(self, value: Ref) -> Ref:
        other = self.objects.get(value.oid)
        return value if other is None else Ref(other)

    def _values(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(map(self.value, values))

    def _facts(self, facts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple((self._place(k), self.value(now), self.value(then)) for k, now, then in facts)

    def _place(self, key: Value) -> Value:
        if key.__class__ is tuple and len(key) == 2:
            return self.objects.get(key[0], key[0]), key[1]
        return key


_RENAMES: dict[type, Callable[[_Renaming, Any], Any]] = {
    Ref: _Renaming._ref,
    Some: _Renaming._some,
    OneOf: lambda r, v: OneOf(r._values(v.options), tuple(map(r._facts, v.told))),
    Parts: lambda r, v: Parts(r._values(v.parts)),
    Truth: lambda r, v: Truth(r._facts(v.yes), r._facts(v.no)) if v.yes or v.no else v,
    Measure: lambda r, v: Measure(
        r.value(v.of), v.plus, r.value(v.what), v.is_last, v.absent, r.value(v.told)
    ),
    Sign: lambda r, v: Sign(r.value(v.equal)),
    Func: lambda r, v: Func(v.name, v.proc, r.value(v.this), r._values(v.boxes), v.at),
    Method: lambda r, v: Method(r.value(v.subject), v.name, v.scope),
    tuple: lambda r, v: r._values(v),
}  # fmt: skip
