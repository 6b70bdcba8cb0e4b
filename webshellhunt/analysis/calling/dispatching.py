"""Dispatching: the member that runs for an object: by its class, its overriding members and its interfaces."""

from __future__ import annotations

from webshellhunt.analysis.calling.found_members import Found, find_member
from webshellhunt.analysis.domain.values import Thing, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Function

_OVERRIDES = frozenset({"override", "overrides"})
_VIRTUAL = frozenset({"virtual", "abstract", "override", "overridable", "mustoverride", "overrides"})
_ACCESSING = frozenset({"get", "set", "let"})


def dispatched(machine: Machine, found: Found, this: Value) -> Found:
    """Return the member that runs for an object whose class overrides it."""
    symbol = this.symbol if this.__class__ is Thing else None
    is_open = machine.language == "jscript"  # where every method is a virtual one
    if symbol is None or symbol is found.symbol or found.is_static or not (is_open or _is_virtual(found)):
        return found
    if found.symbol.kind != "interface":
        return _overriding(machine, found, symbol)
    return _implementing(machine, found, symbol)


def _overriding(machine: Machine, found: Found, symbol: ClassSymbol) -> Found:
    """Return the member of a class that overrides a virtual one: down to the class that hides it."""
    classes = [*machine.symbols.bases_of(symbol)]
    chosen = found
    for each in reversed(classes[: classes.index(found.symbol)] if found.symbol in classes else []):
        own = find_member(machine, each, found.name) if _declares(each, found.name) else None
        if own is None:
            continue
        if not _OVERRIDES.isdisjoint(own.modifiers):
            chosen = own
        elif machine.language != "jscript":
            if _has_signature_of(own, found):
                break
        elif "hide" in own.modifiers:
            break
        else:
            chosen = own
    return chosen


def _has_signature_of(own: Found, found: Found) -> bool:
    """True if a member has the parameters of another one, which it hides."""
    wanted = {_signature(each) for each in found.functions}
    return own.kind != "method" or found.kind != "method" or any(_signature(each) in wanted for each in own.functions)


def _signature(function: Function) -> tuple[str, ...]:
    return tuple("" if each.type is None else each.type.name.lower() for each in function.parameters)


def _implementing(machine: Machine, found: Found, symbol: ClassSymbol) -> Found:
    """Return the member of a class that implements one of an interface.

    In C#, it is one of the nearest class that names the interface or of those that this one inherits from, or overrides
    such a member.
    """
    is_near = machine.language != "c#"
    for each in machine.symbols.bases_of(symbol):
        if each is found.symbol:
            break
        is_near = is_near or _names_interface(machine, each, found.symbol)
        explicit = [c for c in each.methods.get(found.name, ()) if "explicit" in c.modifiers]
        explicit += [c for c in each.functions() if _implements(machine, c, found)]
        methods = [c for c in explicit if c.kind not in _ACCESSING]
        if methods:
            return Found("method", each, found.name, functions=tuple(methods))
        getters = [c for c in explicit if c.kind == "get"]
        getters += [c for c in each.getters.get(found.name, ()) if "explicit" in c.modifiers]
        if getters:
            return Found("property", each, found.name, functions=tuple(getters))
        own = find_member(machine, each, found.name) if _declares(each, found.name) else None
        if own is not None and (is_near or not _OVERRIDES.isdisjoint(own.modifiers)):
            return own
    return found


def _names_interface(machine: Machine, symbol: ClassSymbol, interface: ClassSymbol) -> bool:
    """True if a class says itself that it implements an interface, or one that is derived from it."""
    named = (machine.symbols.class_of(name, symbol) for name in symbol.bases)
    return any(
        each is not None and each.kind == "interface" and interface in machine.symbols.bases_of(each) for each in named
    )


def _implements(machine: Machine, function: Function, found: Found) -> bool:
    """True if a function of VB.NET is a member of an interface, maybe under another name."""
    for each in function.implements:
        interface, _, name = each.rpartition(".")
        symbol = machine.symbols.class_of(interface)
        is_of_it = symbol is None or found.symbol in machine.symbols.bases_of(symbol)
        if is_of_it and machine.symbols.fold(name) == found.name:
            return True
    return False


def _declares(symbol: ClassSymbol, name: str) -> bool:
    return name in symbol.methods or name in symbol.getters or name in symbol.setters


def _is_virtual(found: Found) -> bool:
    return found.symbol.kind == "interface" or not _VIRTUAL.isdisjoint(found.modifiers)


def typed_member(machine: Machine, subject: Thing, declared: ClassSymbol, name: str) -> Found | None:
    """Return the member of an object that a name means where its variable is declared with one of its bases."""
    if declared is subject.symbol or subject.symbol is None or declared not in machine.symbols.bases_of(subject.symbol):
        return None
    found = find_member(machine, declared, machine.symbols.fold(name))
    return None if found is None else dispatched(machine, found, subject)
