"""Comparers: the functions of the page by which a library sorts: of ``IComparer`` and ``IComparable`` objects."""

from __future__ import annotations

from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.values import Closure, Thing, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Block, Call, Function, Jump, Member, Name, Parameter

_BY_ITSELF = Function(
    0,
    0,
    "",
    [Parameter(0, 0, "x"), Parameter(0, 0, "y")],
    Block(0, 0, [Jump(0, 0, "return", Call(0, 0, Member(0, 0, Name(0, 0, "x"), "CompareTo"), [Name(0, 0, "y")]))]),
)
"""The function ``x.CompareTo(y)`` of two values."""
_SORTING = frozenset({"sort", "orderby", "orderbydescending", "order", "min", "max"})


def with_comparers(machine: Machine, name: str, subject: Value, values: list[Value]) -> list[Value]:
    """Return the arguments of a method that sorts, with a function for each comparer of the page."""
    if name not in _SORTING or machine.language not in ("c#", "vb"):
        return values
    compared = [_method(machine, each, "Compare") or each for each in values]
    if name == "sort" and not values:
        first = (known_items(subject) or [None])[0] if subject.__class__ is Thing else None
        return [] if _method(machine, first, "CompareTo") is None else [Closure(_BY_ITSELF, None, None)]
    return compared


def _method(machine: Machine, value: Value, name: str) -> Closure | None:
    """Return a method of an object of the page, ``None`` where it has none."""
    if value.__class__ is not Thing or value.symbol is None:
        return None
    found = find_member(machine, value.symbol, machine.symbols.fold(name))
    return Closure(found.functions[0], None, value) if found is not None and found.kind == "method" else None
