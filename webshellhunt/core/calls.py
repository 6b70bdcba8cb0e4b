"""Calls of procedures: frames, depth, results that are remembered, what a returned condition says about arguments."""

from __future__ import annotations

from typing import Any

from webshellhunt.core.budget import MOST_CALLS
from webshellhunt.core.containers import copy_array
from webshellhunt.core.control import execute
from webshellhunt.core.ending import PageEnd
from webshellhunt.core.footprint import footprint
from webshellhunt.core.heap import KIND, PAGE, SIZE, value_at
from webshellhunt.core.procedure import Frame, Procedure
from webshellhunt.core.state import Run
from webshellhunt.core.values import EMPTY, NONE, Func, OneOf, Ref, Some, Truth, labels_of

MOST_KEYS = 24
"""Results of a procedure that are remembered."""


def call(
    f: Frame, proc: Procedure, values: list[Any], this: Any, at: int, function: Any = None, itself: Any = None
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
    opened = run.open.get(proc, 0)
    if (opened >= 2 and (run.forked or run.pendings)) or run.calls > MOST_CALLS:
        run.budget.cuts += 1
        return Some("", NONE.union(*map(labels_of, values))), values + [EMPTY] * count
    key = _key(f, run, proc, values, this) if function is None else None
    memo = run.remembered.setdefault(proc, {}) if key is not None else {}
    known = memo.get(key)
    if known is not None:
        run.hits += 1
        cost, result, finals, written = known
        run.budget.left -= cost // 4
        if written:
            f[0].own(PAGE).update(written)
        return result, finals
    left = run.budget.left
    end = _entered(f, run, proc, _frame(f, proc, values, this, at, function, itself))
    f[0] = end[0]
    if (
        key is not None
        and len(memo) < MOST_KEYS * 8
        and not any(v.__class__ in (Ref, OneOf) for v in end[3 : 4 + count])
    ):
        table = end[0].t[PAGE]
        written = {name: table[name] for name in proc.footprint.writes if name in table}
        if not any(v.__class__ in (Ref, OneOf) for v in written.values()):
            run.misses += 1
            memo[key] = (left - run.budget.left, end[3], end[4 : 4 + count], written)
    return end[3], end[4 : 4 + count]


def _frame(
    f: Frame, proc: Procedure, values: list[Any], this: Any, at: int, function: Any, itself: Any
) -> Frame:
    """Return the first frame of a call; an array by value is copied."""
    g = [f[0], f[1], this, EMPTY]
    for value, param in zip(values, proc.params, strict=False):
        if value.__class__ is Ref and not param.is_out and f[0].t[value.oid][KIND] == "array":
            value = copy_array(f[1], f, value, [], at)  # noqa: PLW2901
        g.append(value)
    g += [EMPTY] * (max(proc.slots, 4 + len(proc.params)) - len(g))
    source = proc.source
    if function is not None and function.boxes:
        for slot, box in zip(source.boxes, function.boxes, strict=False):
            g[slot] = box
    if source.rest:
        site = (source.rest_kind, at) if f[1].coarse else None
        g[source.rest] = f[0].new(source.rest_kind, {**dict(enumerate(values)), SIZE: len(values)}, site)
    if source.itself:
        g[source.itself] = itself or function or Func(source.name)
    return g


def _entered(f: Frame, run: Run, proc: Procedure, g: Frame) -> Frame:
    """Return the frame in which a call returns."""
    before = run.forked
    unit, run.unit = run.unit, proc.source.unit
    run.forked = before or run.pendings
    run.calls += 1
    run.open[proc] = run.open.get(proc, 0) + 1
    try:
        end = execute(proc, g)
    finally:
        run.calls -= 1
        run.open[proc] -= 1
        run.unit = unit
        run.pendings, run.forked = run.forked, before
    if end is None:
        raise PageEnd
    return end


def _key(f: Frame, run: Run, proc: Procedure, values: list[Any], this: Any) -> Any:
    """Return what a call depends on, ``None`` where its result is not remembered."""
    if proc.footprint is None:
        proc.footprint = footprint(proc.source, run.procs)
    if not proc.footprint.is_plain or this is not None or run.budget.left > run.budget.total - 200:
        return None
    table = f[0].t[PAGE]
    key = []
    for each in (*values, *(table.get(name) for name in proc.footprint.reads)):
        kind = each.__class__
        if kind is Ref or kind is Func or (kind is OneOf and any(o.__class__ is Ref for o in each.options)):
            return None
        if kind is str and len(each) > 64 and len(run.remembered.get(proc, ())) > MOST_KEYS:
            return None
        key.append((kind, each))
    return tuple(key)


def translated(
    f: Frame, result: Any, keys: list[Any], proc: Procedure, values: list[Any], finals: list[Any]
) -> Any:
    """Return a truth value whose knowledge of parameters is that of the arguments; ``finals`` are their last values."""
    if result.__class__ is not Truth:
        return result
    assigned, written = proc.assigned(), proc.written()

    def over(facts: Any) -> Any:
        found = []
        for key, now, then in facts:
            if key.__class__ is not int:
                found.append((key, now, then))
            elif 4 <= key < 4 + len(keys) and keys[key - 4] is not None and (k := keys[key - 4](f)) is not None:
                current = value_at(f, k)
                is_kept = key not in written or (key not in assigned and finals[key - 4] is values[key - 4])
                if is_kept and current is values[key - 4]:
                    found.append((k, current, then))
        return tuple(found)

    return Truth(over(result.yes), over(result.no))
