"""Requests: the values of a page that end with a request, and those that are left for the next one."""

from __future__ import annotations

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.construction import instantiate
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import EMPTY, Thing, Value
from webshellhunt.analysis.machine.frames import AGAIN
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Declaration, Function

_STATIC = frozenset({"static", "shared"})


def forget_statics(machine: Machine) -> None:
    """Drop the static variables of functions of VB.NET that belong to an object, which ends with its request.

    Local variables of the page are declared anew, too.
    """
    for name in [each for each in machine.page.fields if isinstance(each, str) and each.startswith(AGAIN)]:
        machine.state.drop(machine.page.fields, name)
    for (function, _), kept in machine.kept.functions.items():
        if not _is_shared(machine, function):
            kept.fields.clear()


def _is_shared(machine: Machine, function: Function) -> bool:
    """True if a function of VB.NET belongs to no object: its static variables live as long as the application."""
    owner = machine.symbols.owners.get(function)
    return not _STATIC.isdisjoint(function.modifiers) or (owner is not None and owner.kind == "module")


def empty_variables(machine: Machine) -> None:
    """Give the variables of a page of VBScript the value that they have before anything is assigned to them."""
    symbols = machine.symbols
    names = symbols.page.fields.keys() - symbols.page.methods.keys() - symbols.classes.keys()
    machine.page.fields.update(dict.fromkeys(names, EMPTY))


def object_of_request(machine: Machine, symbol: ClassSymbol) -> Thing:
    """Return the object of a class that serves a request: a handler may serve several, as it says."""
    known = machine.kept.objects.get(symbol)
    if known is not None:
        return known
    this = instantiate(machine, symbol)
    found = find_member(machine, symbol, machine.symbols.fold("IsReusable"))
    getters = found.functions if found is not None and found.kind == "property" else ()
    if getters and call_function(machine, getters[0], [], this) is True:
        machine.kept.objects[symbol] = this
    return this


def remembers_visitor(machine: Machine) -> bool:
    """True if something of the visitor is kept for another request."""
    page = machine.symbols.page.statements
    names = [each.name for each in page if isinstance(each, Declaration) and not _STATIC.isdisjoint(each.modifiers)]
    kept = machine.kept
    stores: list[Value] = [*kept.stores.values(), *kept.static_objects(), *kept.objects.values()]
    if machine.language == "vb":
        stores += [kept for (function, _), kept in machine.kept.functions.items() if _is_shared(machine, function)]
    stores += [machine.page.fields.get(machine.symbols.fold(name)) for name in names]
    return any(traces_of(each) for each in stores)
