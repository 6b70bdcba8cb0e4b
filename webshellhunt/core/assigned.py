"""Assigned properties: what a property has when its object is used, or when the page ends, has arrived there.

A value that another assignment surely replaces before anything is done with the object never counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from webshellhunt.core.arrivals import Arrivals
from webshellhunt.core.heap import KIND, Table
from webshellhunt.core.ir import UNIT
from webshellhunt.core.procedure import Frame
from webshellhunt.core.values import EMPTY, UNKNOWN, Ref, Value, join, options

_MARK = "\0set"
"""Is an entry of an object that has such a property; with the name of one, the place of its last assignment."""
_MOST_ENTRIES = 32
"""Entries of an object whose own objects are used with it: the start information of a process."""


def note(f: Frame, subject: Ref, name: str, value: Value, at: int) -> None:
    """Note where a property of an object was assigned to."""
    place = at + f[1].unit * UNIT
    f[0].write(subject.oid, _MARK, True)
    f[0].write(subject.oid, f"{_MARK}:{name}", place)
    table = f[0].t[subject.oid]
    names, found = (*table[KIND].split("."), name), f[1].assignments
    known = found.get((names, place))
    found[names, place] = (value if known is None else join(known[0], value), stands_for(table))


def arrive_cut(assigned: Mapping[tuple[tuple[str, ...], int], tuple[Value, Value]], arrivals: Arrivals) -> None:
    """Let all that was assigned arrive: a run that had to stop early does not know which values were replaced."""
    for (names, place), (value, stands) in assigned.items():
        arrivals.arrive(names, place, [value], stands, is_assigned=True)


def settle(f: Frame, values: Iterable[Value]) -> None:
    """Let the values of objects that are used now arrive at their properties."""
    tables = f[0].t
    for value in values:
        for each in options(value):
            if each.__class__ is not Ref or (table := tables.get(each.oid)) is None:
                continue
            arrive_all(f[1].arrivals, table, tables)
            if len(table) <= _MOST_ENTRIES:
                for inner in table.values():
                    if inner.__class__ is Ref and inner.oid in tables:
                        arrive_all(f[1].arrivals, tables[inner.oid], tables)


def arrive_all(arrivals: Arrivals, table: Table, tables: Mapping[Any, Table]) -> None:
    """Let the values of an object arrive at those of its properties that were assigned to."""
    if _MARK not in table:
        return
    for key in [*table]:
        if key.__class__ is str and key.startswith(_MARK + ":"):
            name = key[len(_MARK) + 1 :]
            for place in options(table[key]):
                if place.__class__ is int:
                    names = (*table[KIND].split("."), name)
                    value = table.get(name, EMPTY)
                    if value.__class__ is Ref and value.oid in tables:
                        value = stands_for(tables[value.oid])
                    arrivals.arrive(names, place, [value], stands_for(table), is_assigned=True)


def stands_for(table: Table) -> Value:
    """Return the path, the content, the program or the statement that an object is about, or who chose it."""
    for name in ("path", "content", "data", "filename", "commandtext", "chosen"):
        if name in table:
            return table[name]
    return UNKNOWN
