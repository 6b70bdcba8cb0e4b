"""Enumerators of .NET and JScript: the place in a sequence that code moves by hand.

Source: System.Collections.IEnumerator of .NET; the Enumerator object of JScript.
"""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.values import NUMBER, UNKNOWN, Pending, Thing, Value
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError
from webshellhunt.analysis.library.containers import DICTIONARIES
from webshellhunt.analysis.library.dotnet.dictionaries import keys
from webshellhunt.analysis.library.sequences import Row, row_of, thing_of

ENUMERATOR = "enumerator"
MAKER = "\0maker"
"""The function that makes the value of a ``Lazy``."""
_ITEMS, _PLACE = "\0items", "\0place"
_STARTS = {"reset": -1, "movefirst": 0}
"""Methods that go back to the start, and the place to which they go."""


def new_enumerator(items: Value) -> Thing:
    """Return an enumerator that stands before the first item of a sequence."""
    return Thing(ENUMERATOR, fields={_ITEMS: items, _PLACE: -1})


def new_script_enumerator(machine: Runner, a: list[Value]) -> Thing:
    """``new Enumerator(collection)`` of JScript, which begins at the first item: the first key of a dictionary."""
    items = a[0] if a else UNKNOWN
    if items.__class__ is Thing:
        items = keys(machine, items, [], 0) if items.type in DICTIONARIES else thing_of(row_of(items))
    return Thing(ENUMERATOR, fields={_ITEMS: items, _PLACE: 0})


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
    if name in _STARTS:
        machine.state.put(thing.fields, _PLACE, _STARTS[name])
        return None
    row, place = _row(machine, thing), thing.fields.get(_PLACE)
    at = place if row.is_exact and isinstance(place, int) else None
    if name == "movenext":
        machine.state.put(thing.fields, _PLACE, NUMBER if at is None else at + 1)
        return BOOLEAN if at is None else at + 1 < len(row.items)
    if name == "atend":
        return BOOLEAN if at is None else at >= len(row.items)
    if name in ("current", "item"):
        return row.any if at is None else row.items[at] if 0 <= at < len(row.items) else None
    raise UnsolvedError


def lazy_value(machine: Runner, thing: Thing) -> Value:
    """Return the value of a ``Lazy``, which is made when it is read first."""
    value = machine.call(thing.fields[MAKER], [], 0)
    machine.state.put(thing.fields, "value", value)
    return value
