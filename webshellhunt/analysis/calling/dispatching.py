"""Dispatching: the member that runs for an object: by its class, its overriding members and its interfaces."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.calling.found_members import ACCESSORS, Found, find_member
from webshellhunt.analysis.calling.overload_fit import OVERRIDES, has_signature_of
from webshellhunt.analysis.domain.static_types import class_of_node
from webshellhunt.analysis.domain.values import Thing, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Function, Member, Name

_VIRTUAL = frozenset({"virtual", "abstract", "override", "overridable", "mustoverride", "overrides"})
BASE = frozenset({"base", "mybase", "super"})
_ACCESSING = frozenset({"get", "set", "let"})


def dispatched(machine: Machine, found: Found, this: Value) -> Found:
    """Return the member that runs for an object whose class overrides or implements it: of methods, each of them."""
    symbol = this.symbol if this.__class__ is Thing else None
    if symbol is None or symbol is found.symbol or found.is_static:
        return found
    if found.kind == "method":
        running = tuple(_running(machine, each, symbol) for each in found.functions)
        return found if running == found.functions else found._replace(functions=running, declared=found.functions)
    if machine.language != "jscript" and not _is_virtual(found.symbol, found.modifiers):
        return found
    if found.symbol.kind != "interface":
        return _overriding(machine, found, symbol)
    return _implementing(machine, found, symbol)


def _running(machine: Machine, function: Function, symbol: ClassSymbol) -> Function:
    """Return the method that runs for an object of a class where a call means one of its bases."""
    owner = machine.symbols.owners.get(function)
    is_open = machine.language == "jscript"  # where every method is a virtual one
    if owner is None or owner is symbol or not (is_open or _is_virtual(owner, function.modifiers)):
        return function
    classes = machine.symbols.bases_of(symbol)
    if owner.kind == "interface":
        return _implementation(machine, function, owner, classes)
    chosen = function
    for each in reversed(classes[: classes.index(owner)] if owner in classes else ()):
        own = _same_method(machine, each, function)
        if own is None:
            continue
        if OVERRIDES.isdisjoint(own.modifiers) and (not is_open or "hide" in own.modifiers):
            break  # another method hides it, also from the classes below
        chosen = own
    return chosen


def _same_method(machine: Machine, symbol: ClassSymbol, function: Function) -> Function | None:
    """Return the method of a class with the name and the parameters of another one."""
    own = symbol.methods.get(machine.symbols.fold(function.name), ())
    fitting = (each for each in own if "explicit" not in each.modifiers and each.kind not in ACCESSORS)
    return next((each for each in fitting if has_signature_of(machine.symbols, each, function)), None)


def _implementation(
    machine: Machine, function: Function, interface: ClassSymbol, classes: Sequence[ClassSymbol]
) -> Function:
    """Return the method of a class that implements one of an interface.

    In C#, it is one of the nearest class that names the interface or of those that this one inherits from, or overrides
    such a method.
    """
    is_near = machine.language != "c#"
    for each in classes:
        if each is interface:
            break
        is_near = is_near or _names_interface(machine, each, interface)
        named = [c for c in each.functions() if _implements(machine, c, function.name, each, interface)]
        explicit = [c for c in named if c.kind not in _ACCESSING and has_signature_of(machine.symbols, c, function)]
        own = _same_method(machine, each, function) if not explicit else explicit[0]
        if explicit or (own is not None and (is_near or not OVERRIDES.isdisjoint(own.modifiers))):
            return own or function
    return function


def _overriding(machine: Machine, found: Found, symbol: ClassSymbol) -> Found:
    """Return the property of a class that overrides a virtual one: down to the class that hides it."""
    classes = [*machine.symbols.bases_of(symbol)]
    chosen = found
    for each in reversed(classes[: classes.index(found.symbol)] if found.symbol in classes else []):
        own = find_member(machine, each, found.name) if _declares(each, found.name) else None
        if own is None:
            continue
        if OVERRIDES.isdisjoint(own.modifiers) and (machine.language != "jscript" or "hide" in own.modifiers):
            break
        chosen = own
    return chosen


def _implementing(machine: Machine, found: Found, symbol: ClassSymbol) -> Found:
    """Return the property of a class that implements one of an interface, as `_implementation` does."""
    is_near = machine.language != "c#"
    for each in machine.symbols.bases_of(symbol):
        if each is found.symbol:
            break
        is_near = is_near or _names_interface(machine, each, found.symbol)
        named = [c for c in each.functions() if _implements(machine, c, found.name, each, found.symbol)]
        getters = [c for c in named if c.kind == "get"]
        if getters:
            return Found("property", each, found.name, functions=tuple(getters))
        own = find_member(machine, each, found.name) if _declares(each, found.name) else None
        if own is not None and (is_near or not OVERRIDES.isdisjoint(own.modifiers)):
            return own
    return found


def _names_interface(machine: Machine, symbol: ClassSymbol, interface: ClassSymbol) -> bool:
    """True if a class says itself that it implements an interface, or one that is derived from it."""
    named = (machine.symbols.class_of(name, symbol) for name in symbol.bases)
    return any(
        each is not None and each.kind == "interface" and interface in machine.symbols.bases_of(each) for each in named
    )


def _implements(machine: Machine, function: Function, name: str, symbol: ClassSymbol, interface: ClassSymbol) -> bool:
    """True if a function names a member of an interface, in VB.NET maybe another name than its own."""
    for each in function.implements:
        qualifier, _, last = each.rpartition(".")
        if machine.symbols.fold(last) == machine.symbols.fold(name):
            named = machine.symbols.class_of(qualifier, symbol) if qualifier else None
            return named is None or named is interface
    return False


def _declares(symbol: ClassSymbol, name: str) -> bool:
    return name in symbol.methods or name in symbol.getters or name in symbol.setters


def _is_virtual(symbol: ClassSymbol, modifiers: frozenset[str]) -> bool:
    return symbol.kind == "interface" or not _VIRTUAL.isdisjoint(modifiers)


def typed_member(machine: Machine, subject: Thing, node: Member) -> Found | None:
    """Return the member of an object that a name means where the type of its expression is one of its bases."""
    symbol = subject.symbol
    if symbol is None or not symbol.bases or node.subject is None:
        return None
    name = machine.symbols.fold(node.name)
    word = node.subject.text.lower() if isinstance(node.subject, Name) else ""
    if word in BASE or word == "myclass":
        own = machine.frame.symbol
        bases = machine.symbols.bases_of(own)[word != "myclass" :] if own is not None else ()
        return find_member(machine, bases[0], name) if bases else None
    declared = class_of_node(machine, node.subject)
    if declared in (None, symbol) or declared not in machine.symbols.bases_of(symbol):
        return None
    found = find_member(machine, declared, name)
    return None if found is None else dispatched(machine, found, subject)
