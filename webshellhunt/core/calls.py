"""Calls of procedures: frames, depth, remembered results, facts of returned conditions about arguments."""

from __future__ import annotations

import sys
from typing import Any

from webshellhunt.core.budget import LEAST_FRAMES, MOST_CALLS, MOST_SHARED_CALLS, SHALLOW_CALLS
from webshellhunt.core.coarse import call_coarsely, is_worth
from webshellhunt.core.containers import copy_array
from webshellhunt.core.control import execute
from webshellhunt.core.ending import ExhaustedError, PageEnd
from webshellhunt.core.errors import doubt_error
from webshellhunt.core.facts import outside
from webshellhunt.core.heap import CLASS, KIND, SIZE, Table
from webshellhunt.core.procedure import Frame, Procedure
from webshellhunt.core.remember import find, look, record, replay
from webshellhunt.core.state import Run
from webshellhunt.core.values import EMPTY, MISSING, NONE, UNKNOWN, Char, Func, Ref, Some, Value, labels_of


def call(
    f: Frame, proc: Procedure, values: list[Any], this: Value, at: int, function: Value = None, itself: Value = None
) -> tuple[Any, list[Any]]:
    """Call a procedure; ``function`` is the function value that is called, with its boxes, ``itself`` its object.

    Returns:
        Its result, and the last values of its parameters.

    Raises:
        PageEnd: No state comes back.
        Thrown: It surely fails.
    """
    run: Run = f[1]
    count = len(proc.params)
    if run.calls >= MOST_CALLS or (run.calls >= SHALLOW_CALLS and _is_at_end_of_stack()):
        run.budget.cuts += 1
        return _some(values), values + [EMPTY] * count
    is_again = (run.forked or run.pendings) and proc.source in run.open
    if is_again and run.open[proc.source] >= 2:
        return _some(values), values + [EMPTY] * count

    def enter(given: list[Any]) -> Frame:
        return _entered(f, proc, _frame(f, proc, given, this, at, function, itself))

    if (is_again or run.budget.is_low) and is_worth(proc):
        summaries = (run.recursions if is_again else run.summaries).setdefault(proc.source, {})
        result, finals = call_coarsely(f, proc, values, this, enter, summaries)
        return result, finals[:count] + [EMPTY] * (count - len(finals))
    slice_ = look(f, proc, (this, itself if itself is not None else function, *values))
    left = run.budget.left
    if slice_ is None:
        end = enter(values)
    elif (found := find(run, proc, slice_)) is not None:
        result, *finals = replay(f, slice_, found)
        return result, finals
    else:
        end = record(f, proc, slice_, lambda: enter(values))
    run.costs[proc] = max(left - run.budget.left, run.costs.get(proc, 0) // 2)
    result = structure(f, end[3], at) if run.has_structs and end[3].__class__ is Ref else end[3]
    return result, end[4 : 4 + count]


OWN_CLASSES: dict[str, type] = {
    "string": str, "char": Char, "boolean": bool, "double": float, "int32": int, "int64": int,
}  # fmt: skip
"""The classes of known values that are of a type already."""


def _is_at_end_of_stack() -> bool:
    """Return True if calls in arguments of calls have taken nearly all frames that Python allows."""
    left, frame = sys.getrecursionlimit() - LEAST_FRAMES, sys._getframe()
    while frame is not None and left > 0:
        left, frame = left - 1, frame.f_back  # type: ignore[assignment]
    return left <= 0


def _some(values: list[Any]) -> Some:
    """Return the result of a call that isn't made."""
    return Some("", NONE.union(*map(labels_of, values)))


def _frame(f: Frame, proc: Procedure, values: list[Any], this: Value, at: int, function: Value, itself: Value) -> Frame:
    """Return the first frame of a call; an array by value is copied."""
    g = [f[0], f[1], this, EMPTY]
    for value, param in zip(values, proc.params, strict=False):
        g.append(outside(value if value.__class__ is not Ref or param.is_out else _by_value(f, value, at)))
    for slot, kind in proc.typed:
        if slot < len(g) and g[slot].__class__ is not OWN_CLASSES.get(kind):
            g[slot] = f[1].convert(f, kind, g[slot], at)
            g[0] = f[0]
    g += [EMPTY] * (max(proc.slots, 4 + len(proc.params)) - len(g))
    source = proc.source
    if source.boxes:
        boxes = function.boxes if function is not None else [UNKNOWN] * len(source.boxes)
        for slot, box in zip(source.boxes, boxes, strict=False):
            g[slot] = box
    if source.rest:
        site = (source.rest_kind, at) if f[1].coarse else None
        elements: Table = dict(enumerate(values))
        elements[SIZE] = len(values)
        g[source.rest] = f[0].new(source.rest_kind, elements, site)
    if source.itself:
        g[source.itself] = itself or function or Func(source.name)
    return g


def _by_value(f: Frame, value: Ref, at: int) -> Ref:
    """Return an object as an argument by value: an array of Visual Basic, or a structure, is copied."""
    if f[0].t[value.oid][KIND] == "array":
        return copy_array(f[1], f, value, [], at)  # type: ignore[no-any-return]
    return structure(f, value, at)


def structure(f: Frame, value: Ref, at: int) -> Ref:
    """Return an object where it is stored or returned: a structure is copied."""
    symbol = f[0].t[value.oid].get(CLASS)
    if symbol is None or not symbol.is_struct:
        return value
    return f[0].copy(value.oid, ("copy", at) if f[1].coarse else None)  # type: ignore[no-any-return]


def _entered(f: Frame, proc: Procedure, g: Frame) -> Frame:
    """Return the frame in which a call returns; the caller goes on with its heap."""
    run: Run = f[1]
    budget = run.budget
    before, doubts, unit, floor = run.forked, run.doubts, run.unit, budget.floor
    run.forked, run.doubts, run.unit = before or run.pendings, [], proc.source.unit
    run.calls += 1
    if run.calls > run.deepest:
        run.deepest = run.calls
    if run.calls <= MOST_SHARED_CALLS:
        budget.floor += budget.room // 2
    opened = run.open.get(proc.source, 0)
    run.open[proc.source] = opened + 1
    try:
        end = execute(proc, g)
    except ExhaustedError:
        if budget.left < floor or run.calls > MOST_SHARED_CALLS:
            raise
        budget.cuts += 1
        end = [*g[:3], _some(g[4:]), *g[4:]]
    finally:
        run.calls -= 1
        if opened:
            run.open[proc.source] = opened
        else:
            del run.open[proc.source]
            run.recursions.pop(proc.source, None)
        run.pendings, run.forked, run.doubts, run.unit = run.forked, before, doubts, unit
        budget.floor = floor
    if end is None:
        raise PageEnd
    failed, run.failed = run.failed, None
    run.has_failed = failed is not None
    f[0] = end[0]
    if failed is not None:
        heap, value = failed
        if run.handled and (not doubts or value is not MISSING):
            doubts.append(([heap, *f[1:]], value))
        doubt_error(f)
    return end
