"""Coarse calls: from half of the budget on, calls of a procedure whose arguments have the same labels have one result.

So have those that a procedure makes of itself while a condition is not known: walks of folders, printers of trees.
Arguments are joined over these calls, and where they have nothing new, the procedure isn't run again: its result and
what it wrote are those of before, joined. Labels keep calls apart, so that a cut costs precision and not a finding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webshellhunt.core.footprint import mentions
from webshellhunt.core.heap import KIND, PAGE, Heap, Table, widen_value
from webshellhunt.core.procedure import Frame, Procedure
from webshellhunt.core.state import Run
from webshellhunt.core.values import EMPTY, KNOWN, NONE, Ref, Some, Value, join, labels_of, options, same

HIT = 40
"""The steps of a call that isn't run."""
LEAST_CODE = 60
"""Code of this size without a loop is run again each time."""
MOST_SIGNATURES = 16
"""Results of a procedure by the labels of its arguments; the others share one."""

Enter = Callable[[list[Any]], Frame]


class Summary:
    """The calls of a procedure, joined: their arguments, and all that they did."""

    __slots__ = ("finals", "page", "result", "values", "written")

    def __init__(self, values: list[Any], page: Table) -> None:
        self.values: list[Any] = values
        self.page: Table = page
        """The page variables that it names."""
        self.result: Any = None
        self.finals: list[Any] | None = None
        """The last values of its parameters; ``None`` until it returned."""
        self.written: dict[tuple[Any, Any], Any] = {}
        """The values that it wrote into the page variables and into its own object."""


def is_worth(proc: Procedure) -> bool:
    """True if a procedure is worth a summary."""
    return bool(proc.last) or (proc.mentions or mentions(proc.source)).size >= LEAST_CODE


def call_coarsely(
    f: Frame, proc: Procedure, values: list[Any], this: Value, enter: Enter, summaries: dict[Any, Summary]
) -> tuple[Any, list[Any]]:
    """Call a procedure, or return the result of calls like this one."""
    run: Run = f[1]
    heap: Heap = f[0]
    key: Any = tuple(_signature(heap, each) for each in (this, *values))
    if key not in summaries and len(summaries) >= MOST_SIGNATURES:
        key = len(values)
    page = heap.t[PAGE]
    named = {each: page[each] for each in mentions(proc.source).names if each in page}
    known = summaries.get(key)
    if known is None:
        known = summaries[key] = Summary(values, named)
        wide = values
    else:
        wide = [_covering(a, b) for a, b in zip(known.values, values, strict=True)]
        seen = {name: _covering(known.page.get(name, value), value) for name, value in named.items()}
        is_new = not all(map(_covers, known.values, wide)) or any(
            name not in known.page or not _covers(known.page[name], value) for name, value in seen.items()
        )
        if not is_new and known.finals is not None:
            run.budget.left -= HIT
            return _again(heap, known)
        known.values, known.page = wide, {**known.page, **seen}
    return _first(f, known, this, wide, enter)


def _signature(heap: Heap, value: Value) -> Value:
    """Return the reason why calls with a value are kept apart: its labels, and the kind of an object."""
    kinds: list[str] = []
    labels = NONE
    for each in options(value):
        if each.__class__ is Ref:
            table = heap.t[each.oid]
            kinds.append(table[KIND])
            labels = labels.union(*map(labels_of, table.values()))
        else:
            labels |= labels_of(each)
            if each.__class__ is Some:
                labels |= each.codes
    return (tuple(sorted(set(kinds))), labels)


def _covering(known: Value, value: Value) -> Value:
    """Return a value for both; objects are those of this call."""
    if known is value or (value.__class__ in KNOWN and same(known, value)):
        return known
    if any(each.__class__ is Ref for each in (*options(known), *options(value))):
        return value
    return widen_value(known, value)


def _covers(known: Value, wide: Value) -> bool:
    return known is wide or any(each.__class__ is Ref for each in options(wide)) or same(known, wide)


def _first(f: Frame, known: Summary, this: Value, values: list[Any], enter: Enter) -> tuple[Any, list[Any]]:
    """Run a call, and join its effects into the summary."""
    heap: Heap = f[0]
    heap.owned = set()  # a table that is written from here on is a new one
    before = {each: heap.t[each] for each in (PAGE, *([this.oid] if this.__class__ is Ref else []))}
    end = enter(values)
    after: Heap = end[0]
    for oid, table in before.items():
        for key, value in after.t[oid].items() if after.t[oid] is not table else ():
            if table.get(key, EMPTY) is not value:
                known.written[oid, key] = join(known.written.get((oid, key), value), value)
    result, finals = end[3], end[4 : 4 + len(values)]
    if known.finals is None:
        known.result, known.finals = result, finals
    else:
        known.result = join(known.result, result)
        known.finals = [join(a, b) for a, b in zip(known.finals, finals, strict=True)]
    return result, end[4:]


def _again(heap: Heap, known: Summary) -> tuple[Any, list[Any]]:
    """Have the effects of calls like this one."""
    for (oid, key), value in known.written.items():
        if oid not in heap.t:
            continue
        now = heap.t[oid].get(key, EMPTY)
        both = join(now, _here(heap, value))
        if both is not now:
            heap.own(oid)[key] = both
    return _here(heap, known.result), [_here(heap, each) for each in known.finals or ()]


def _here(heap: Heap, value: Value) -> Value:
    """Return a value without the objects that this state doesn't have."""
    if value.__class__ in KNOWN:
        return value
    if any(each.__class__ is Ref and each.oid not in heap.t for each in options(value)):
        return Some("", labels_of(value))
    return value
