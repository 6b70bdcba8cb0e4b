"""Enumerators of .NET: the place in a sequence that code moves by hand.

Source: System.Collections.IEnumerator of .NET.
"""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.values import NUMBER, UNKNOWN, Pending, Thing, Value
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError
from webshellhunt.analysis.library.containers import BOOLEAN
from webshellhunt.analysis.library.sequences import Row, row_of, thing_of

ENUMERATOR = "enumerator"
MAKER = "\0maker"
"""The function that makes the value of a ``Lazy``."""
_ITEMS, _PLACE = "\0items", "\0place"


def new_enumerator(items: Value) -> Thing:
    """Return an enumerator that stands before the first item of a sequence."""
    return Thing(ENUMERATOR, fields={_ITEMS: items, _PLACE: -1})


def items_of_enumerator(thing: Thing) -> Value:
    """Return the sequence that an enumerator goes over."""
    return thing.fields.get(_ITEMS, UNKNOWN)


def _row(machine: Runner, thing: Thing) -> Row:
    """Return the items; a query runs when the enumerator moves first."""
    items = thing.fields.get(_ITEMS, UNKNOWN)
    if items.__class__ is Pending:
        try:
            items = thing_of(row_of(forced(items)))
        except UnsolvedError:
            items = array_of([])
        machine.state.put(thing.fields, _ITEMS, items)
    return row_of(items)


def enumerator_method(machine: Runner, thing: Thing, name: str) -> Value:
    """Return the result of a method of an enumerator.

    Raises:
        UnsolvedError: It has no such method.
    """
    if name == "movenext":
        row, place = _row(machine, thing), thing.fields.get(_PLACE)
        if not row.is_exact or not isinstance(place, int):
            machine.state.put(thing.fields, _PLACE, NUMBER)
            return BOOLEAN
        machine.state.put(thing.fields, _PLACE, place + 1)
        return place + 1 < len(row.items)
    if name == "current":
        row, place = _row(machine, thing), thing.fields.get(_PLACE)
        if not row.is_exact or not isinstance(place, int):
            return row.any
        return row.items[place] if 0 <= place < len(row.items) else None
    if name == "reset":
        machine.state.put(thing.fields, _PLACE, -1)
        return None
    raise UnsolvedError


def lazy_value(machine: Runner, thing: Thing) -> Value:
    """Return the value of a ``Lazy``, which is made when it is read first."""
    value = machine.call(thing.fields[MAKER], [], 0)
    machine.state.put(thing.fields, "value", value)
    return value
