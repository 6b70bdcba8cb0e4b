"""Lifetimes: code of a class that runs when nothing has an object of it any more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from webshellhunt.core.calls import call
from webshellhunt.core.heap import CLASS, PAGE
from webshellhunt.core.procedure import Frame, compiled
from webshellhunt.core.values import Func, OneOf, Ref, Value, options

ENDED = "\0ended"
"""The entry of an object whose ending has run: ``True``, or a choice where that is so in some states only."""
_MOST = 5_000
"""So many objects are looked at for one that still has another."""


def release(run: Value, f: Frame, subject: Value, args: list[Any], at: int, row: Value = None) -> None:
    """End the objects that a place had, unless a variable or a register before ``args[0]`` still has them."""
    count, *values = args
    ending = [each for value in values for each in options(value) if _has_ending(f, each)]
    if not ending:
        return
    kept = _reachable(f, count)
    if kept is not None:
        for each in ending:
            if each.oid not in kept:
                _end(f, each, at)


def end_all(run: Value, f: Frame, subject: Value, args: list[Any], at: int, row: Value = None) -> None:
    """End all objects that are left at the end of a page."""
    for oid in [*f[0].t]:
        if _has_ending(f, Ref(oid)):
            _end(f, Ref(oid), at)


def _has_ending(f: Frame, value: Value) -> bool:
    if value.__class__ is not Ref:
        return False
    table = f[0].t[value.oid]
    return CLASS in table and table[CLASS].ending is not None and table.get(ENDED) is not True


def _end(f: Frame, value: Ref, at: int) -> None:
    symbol = f[0].t[value.oid][CLASS]
    f[0].own(value.oid)[ENDED] = True
    call(f, compiled(symbol.ending), [], value, at)


def _reachable(f: Frame, count: int) -> set[Any] | None:
    """Return the objects that variables of the page or registers still have, ``None`` if those are too many."""
    tables = f[0].t
    found: set[Any] = set()
    stack: list[Any] = [*f[2:count]]
    for oid, table in tables.items():
        if oid.__class__ is str or oid == PAGE:
            stack += table.values()
    while stack:
        value = stack.pop()
        kind = value.__class__
        if kind is Ref and value.oid not in found:
            if len(found) >= _MOST:
                return None
            found.add(value.oid)
            stack += tables[value.oid].values()
        elif kind is OneOf or kind is tuple or kind is Func:
            stack += _parts(value)
    return found


def _parts(value: Value) -> Iterable[Any]:
    if value.__class__ is OneOf:
        return value.options
    return (value.this,) if value.__class__ is Func else value
