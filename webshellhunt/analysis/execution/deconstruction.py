"""Deconstruction: the parts of a tuple, an array, a pair or an object, which are assigned to several targets."""

from __future__ import annotations

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.values import EMPTY, Thing, Value
from webshellhunt.analysis.machine.machine import Machine


def parts_of(machine: Machine, value: Value, count: int) -> list[Value] | None:
    """Return the parts of a tuple, an array, a pair or an object, ``None`` where they are not known."""
    if value.__class__ is not Thing:
        return None
    if value.type == "keyvaluepair":
        return [value.fields.get("key", EMPTY), value.fields.get("value", EMPTY)]
    parts = known_items(value)
    return _deconstructed(machine, value, count) if parts is None and value.symbol is not None else parts


def _deconstructed(machine: Machine, value: Thing, count: int) -> list[Value] | None:
    if value.symbol is None:
        return None
    for symbol in machine.symbols.bases_of(value.symbol):
        for function in symbol.methods.get(machine.symbols.fold("Deconstruct"), ()):
            if len(function.parameters) == count:
                outs: list[Value] = [EMPTY] * count
                call_function(machine, function, outs, value, outs=outs)
                return outs
        if symbol.kind == "record" or any("record" in node.modifiers for node in symbol.nodes):
            names = [machine.symbols.fold(each.name) for node in symbol.nodes for each in node.parameters]
            if len(names) == count:
                return [value.fields.get(name, EMPTY) for name in names]
    return None
