"""``instanceof`` of JScript: whether an object was made by a function."""

from __future__ import annotations

from webshellhunt.analysis.calling.objects import prototype_of
from webshellhunt.analysis.domain.values import PROTOTYPE, Closure, Thing, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Name, TypeName


def is_instance(machine: Machine, value: Value, written: TypeName | None) -> bool | None:
    """Return whether an object was made by a function of the page, ``None`` where that is not known."""
    function = machine.value(Name(written.start, written.end, written.name)) if written is not None else None
    if function.__class__ is not Closure or value.__class__ not in (Thing, str, int, float, bool):
        return None
    prototype = prototype_of(machine, function)
    each = value.fields.get(PROTOTYPE) if value.__class__ is Thing else None
    for _ in range(16):
        if each.__class__ is not Thing:
            return False if each is None else None
        if each is prototype:
            return True
        each = each.fields.get(PROTOTYPE)
    return None
