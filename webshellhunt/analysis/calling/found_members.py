"""Found members: the member of a class of the page that a name means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from webshellhunt.analysis.calling.overload_fit import has_signature_of, pick
from webshellhunt.analysis.domain.values import Thing, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Function

STATIC = frozenset({"static", "shared", "const"})

STATIC_KINDS = frozenset({"module", "enum"})


_HIDING = frozenset({"new", "shadows"})

ACCESSORS = frozenset({"add", "remove"})

_OVERLOADING = frozenset({"overloads", "overrides"})
"""Modifiers of a method of Visual Basic that does not hide those of its bases."""

_FUNCTIONS_OF_STEP = 16
"""Functions of one name that are looked at in the time of one step."""


class Found(NamedTuple):
    """A member of a class: ``kind`` is ``field``, ``property`` or ``method``."""

    kind: str
    symbol: ClassSymbol
    name: str
    is_static: bool = False
    functions: tuple[Function, ...] = ()
    modifiers: frozenset[str] = frozenset()
    declared: tuple[Function, ...] = ()
    """Those that the functions override, in the same order: calls have their parameters' names and defaults."""


def find_member(machine: Machine, symbol: ClassSymbol, name: str) -> Found | None:
    """Return the member of a class or of one that it inherits from."""
    bases = machine.symbols.bases_of(symbol)
    for at, each in enumerate(bases):
        if name in each.methods:
            machine.spend(len(each.methods[name]) // _FUNCTIONS_OF_STEP)
            functions = _with_inherited(machine, _callable(each.methods[name]), each, bases[at + 1 :], name)
            is_static = not STATIC.isdisjoint(functions[0].modifiers) or each.kind in STATIC_KINDS
            return Found("method", each, name, is_static, functions, functions[0].modifiers)
        if (name in each.getters or name in each.setters) and not _is_explicit_only(each, name):
            getters = next((base.getters[name] for base in bases[at:] if name in base.getters), [])
            functions = _callable(getters) if getters else ()
            declared = _callable(each.getters[name]) if name in each.getters else tuple(each.setters[name])
            is_static = not STATIC.isdisjoint(declared[0].modifiers) or each.kind in STATIC_KINDS
            return Found("property", each, name, is_static, functions, declared[0].modifiers)
        if name in each.fields:
            is_static = not STATIC.isdisjoint(each.fields[name].modifiers) or each.kind in STATIC_KINDS
            return Found("field", each, name, is_static, modifiers=each.fields[name].modifiers)
    return None


def _is_explicit_only(symbol: ClassSymbol, name: str) -> bool:
    """True if a class has a field of a name, and accessors of it for an interface alone."""
    accessors = (*symbol.getters.get(name, ()), *symbol.setters.get(name, ()))
    return name in symbol.fields and all("explicit" in each.modifiers for each in accessors)


def setters_of(machine: Machine, found: Found) -> list[Function]:
    """Return the setters of a property: an override may have a getter alone."""
    bases = machine.symbols.bases_of(found.symbol) if found.kind == "property" else ()
    return next((each.setters[found.name] for each in bases if found.name in each.setters), [])


def _callable(functions: list[Function]) -> tuple[Function, ...]:
    """Return those of several functions that a call by their name means: no accessors, none of an interface."""
    if len(functions) == 1:
        return (functions[0],)
    return tuple(each for each in functions if each.kind not in ACCESSORS and "explicit" not in each.modifiers) or (
        *functions,
    )


def _with_inherited(
    machine: Machine, own: tuple[Function, ...], symbol: ClassSymbol, bases: Sequence[ClassSymbol], name: str
) -> tuple[Function, ...]:
    """Return the methods of a class and those of its bases that they neither override nor hide."""
    if not bases or (machine.language == "vb" and _OVERLOADING.isdisjoint(own[0].modifiers)):
        return own
    found = [*own]
    for each in bases:
        if name in each.methods and (each.kind != "interface" or symbol.kind == "interface"):
            for function in _callable(each.methods[name]):
                if not any(has_signature_of(machine.symbols, other, function) for other in found):
                    found.append(function)
    return (*found,)


def field_key(machine: Machine, thing: Thing, symbol: ClassSymbol, name: str) -> str:
    """Return the key of the field of a class in an object; a class may hide the field of one that it inherits from."""
    if thing.symbol is symbol or thing.symbol is None or thing.symbol is machine.symbols.page:
        return name
    for each in machine.symbols.bases_of(thing.symbol):
        if each is symbol:
            break
        if name in each.fields and _hides(each, name):
            return f"\0{symbol.name}.{name}"
    return name


def _hides(symbol: ClassSymbol, name: str) -> bool:
    """True if a field of a class is another one than that of the class which it inherits from."""
    modifiers = symbol.fields[name].modifiers
    if not STATIC.isdisjoint(modifiers) or any(each.name == name for node in symbol.nodes for each in node.parameters):
        return False
    return "property" not in modifiers or not _HIDING.isdisjoint(modifiers)


def indexer(machine: Machine, symbol: ClassSymbol, keys: list[Value], *, is_setter: bool) -> Function | None:
    """Return the accessor of an indexer of a class that fits some keys, ``None`` where it has none."""
    for each in machine.symbols.bases_of(symbol):
        group = each.setters if is_setter else each.getters
        name = each.default_member
        functions = group.get("this") or group.get(name) or ([] if is_setter else each.methods.get(name))
        if functions:
            return functions[0] if len(functions) == 1 else pick(machine.symbols, functions, keys)
    return None
