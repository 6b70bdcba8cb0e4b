"""Reflection: types and members as values, found by their names, and calls of them.

A type or a member whose name is known is that one; one of which the name is not known stays a call of the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.construction import instantiate
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.calling.generics import type_of
from webshellhunt.analysis.calling.given import given_of
from webshellhunt.analysis.calling.objects import get_member, set_member, value_of_member
from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.taints import derived, traces_of
from webshellhunt.analysis.domain.values import (
    ABSENT,
    UNKNOWN,
    ClassValue,
    Closure,
    Opaque,
    Reflected,
    Tainted,
    Thing,
    Value,
    is_known,
)
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.vocabulary import vocabulary

_MEMBERS = {
    "getmethod": "method",
    "getruntimemethod": "method",
    "getdeclaredmethod": "method",
    "getproperty": "property",
    "getfield": "property",
    "getruntimeproperty": "property",
}
_SEVERAL = {"getmethods": "method", "getruntimemethods": "method"}
_SPELLED = {
    word.lower(): word
    for word in (
        "Load", "LoadFrom", "LoadFile", "UnsafeLoadFrom", "Start", "WriteAllText", "WriteAllBytes", "WriteAllLines",
        "AppendAllText", "CreateInstanceFrom", "JScriptEvaluate", "VsaEvaluate", "GetDelegateForFunctionPointer",
        "Parse", "Create", "CreateText", "AppendText", "OpenWrite", "Deserialize", "Shell",
    )
}  # fmt: skip
"""How the names of methods are written that may be looked for among all methods of a type."""
_LOADING = frozenset({"assembly", "appdomain"})
"""Types of which each method loads code."""
_GAP = r"(?:[\s\[\]@]|\b_\b|/\*[^*]{0,200}+\*/|//[^\n]{0,200}+\n)*+"
"""Blanks, line ends, comments, and the brackets of names, which may stand in a dotted name."""
_DOT = rf"{_GAP}\.{_GAP}"
_INVOKING = frozenset({"invoke", "dynamicinvoke"})
Calling = Callable[[Value, str, list[Value]], Value]
"""How a method of a library is called: on a subject, by its name, with arguments."""


def type_value(machine: Machine, name: str) -> Reflected:
    """Return the type of a name as a value."""
    plain = name.partition(",")[0].strip().replace("+", ".")
    symbol = machine.symbols.class_of(plain)
    owner = ClassValue(symbol) if symbol is not None else Opaque(path=tuple(plain.lower().split(".")))
    return Reflected("type", owner)


def type_of_value(value: Value) -> Reflected:
    """Return the result of ``value.GetType()``."""
    if value.__class__ is Thing:
        if value.symbol is not None:
            return Reflected("type", ClassValue(value.symbol))
        return Reflected("type", Opaque(path=tuple(value.type.split("."))))
    name = type_of(value)
    return Reflected("type", Opaque(path=tuple(name.split("."))) if name else UNKNOWN)


def call_reflected(machine: Machine, subject: Reflected, name: str, given: Sequence[Value], outside: Calling) -> Value:
    """Return the result of a method of a type or of a member, `ABSENT` where only the library knows."""
    lower = name.lower()
    if subject.kind == "type":
        return _call_type(machine, subject, lower, given, outside)
    if lower in _INVOKING and subject.kind in ("method", "constructor"):
        return _invoke(machine, subject, given, outside)
    if lower in ("getvalue", "setvalue") and given:
        target = subject.owner if given[0] is None else given[0]
        if lower == "getvalue":
            return get_member(machine, target, subject.name, 0)
        set_member(machine, target, subject.name, given[1] if len(given) > 1 else UNKNOWN, 0)
        return None
    if lower == "createdelegate":
        return delegate_of(machine, subject, given[1] if len(given) > 1 else None)
    return ABSENT


def _call_type(machine: Machine, subject: Reflected, lower: str, given: Sequence[Value], outside: Calling) -> Value:
    if lower in _MEMBERS:
        name = given[0] if given else UNKNOWN
        if isinstance(name, str):
            return Reflected(_MEMBERS[lower], subject.owner, str(name))
        return ABSENT if _MEMBERS[lower] == "property" else Reflected("method", subject.owner, chosen=name)
    if lower in _SEVERAL:
        return array_of(_methods_of(subject.owner))
    if lower in ("getconstructor", "getconstructors"):
        made = Reflected("constructor", subject.owner)
        return made if lower == "getconstructor" else array_of([made])
    if lower == "invokemember" and len(given) >= 5 and isinstance(given[0], str):
        method = Reflected("method", subject.owner, str(given[0]))
        return _invoke(machine, method, [given[3], given[4]], outside)
    return ABSENT


def _methods_of(owner: Value) -> list[Value]:
    """Return the methods of a type: of one of a library those that do something, behind one for all others."""
    if owner.__class__ is ClassValue:
        return [Reflected("method", owner, functions[0].name) for functions in owner.symbol.methods.values()]
    asked: list[str] = []
    patterns = [sink.pattern for sinks in vocabulary().sinks.values() for sink in sinks if len(sink.pattern) > 1]
    names = {pattern[-1] for pattern in patterns if owner.path[-1:] == pattern[-2:-1]}
    listed = (Reflected("method", owner, _SPELLED[name], asked) for name in sorted(names & _SPELLED.keys()))
    return [Reflected("method", owner, "", asked), *listed]


def _invoke(machine: Machine, subject: Reflected, given: Sequence[Value], outside: Calling) -> Value:
    """Call a method or a constructor: the last argument is the array of its arguments."""
    values = _unpacked(given[-1]) if given else []
    if subject.kind == "constructor":
        return make(machine, subject, values, outside)
    target = given[0] if len(given) > 1 else None
    return call_member(machine, subject, target, values, outside)


def call_member(machine: Machine, method: Reflected, target: Value, values: list[Value], outside: Calling) -> Value:
    """Call a method of a type on an object, ``None`` for a static one."""
    if not method.name or (method.asked is not None and not method.asked):
        result = outside(Reflected("call", UNKNOWN, _way_of(method)), "Invoke", [target, *values])
        return derived([result, method.chosen]) if traces_of(method.chosen) else result
    if _is_put_together(machine, method):
        outside(Reflected("call", UNKNOWN, "reflected"), "Invoke", [target, *values])
    symbol = method.owner.symbol if method.owner.__class__ is ClassValue else None
    if target.__class__ is Thing and target.symbol is not None:
        symbol = target.symbol
    found = find_member(machine, symbol, machine.symbols.fold(method.name)) if symbol is not None else None
    if found is not None and found.kind == "method":
        return call_function(machine, found.functions[0], values, target, overloads=found.functions)
    if found is not None and not values:
        return value_of_member(machine, target, found, found.name)
    return outside(_owner_of(method, target), method.name, values)


def _way_of(method: Reflected) -> str:
    """Return how a method without a known name is chosen, as the name of its caller among the sinks."""
    if method.owner.__class__ is Tainted:
        return "named" if traces_of(method.chosen) else "reflection"
    path = method.owner.path if method.owner.__class__ is Opaque else ("?",)
    is_picked = not path or path[-1] in _LOADING
    return "reflected" if is_picked and not traces_of(method.chosen) else "reflection"


def _is_put_together(machine: Machine, method: Reflected) -> bool:
    """True if the page makes the names of a harmless method of a library and of its type of other texts."""
    path = method.owner.path if method.owner.__class__ is Opaque else ()
    if not path or method.asked is not None or vocabulary().sink((*path, method.name.lower())):
        return False
    written = machine.text.lower()
    if method.name.lower() in written:
        return False
    return re.search(_DOT.join(map(re.escape, path)), written) is None


def _owner_of(method: Reflected, target: Value) -> Value:
    """Return the owner of a method of a library: its object, else its type, else that of a method which loads."""
    if target.__class__ not in (Opaque, type(None)):
        return target
    is_known = method.owner.__class__ is not Opaque or bool("".join(method.owner.path))
    if is_known and method.owner.__class__ is not Tainted:
        return method.owner
    sinks = vocabulary().sinks.get(method.name.lower(), ())
    loads = next((sink.pattern[:-1] for sink in sinks if sink.kind == "load" and len(sink.pattern) > 1), None)
    return method.owner if loads is None else Opaque(path=loads)


def make(machine: Machine, subject: Value, values: list[Value], outside: Calling) -> Value:
    """Return a new object of a type that is a value."""
    owner = subject.owner if subject.__class__ is Reflected else UNKNOWN
    if owner.__class__ is ClassValue:
        return instantiate(machine, owner.symbol, given_of(values, 0))
    return outside(owner, ".new", values)


def delegate_of(machine: Machine, method: Value, target: Value) -> Value:
    """Return a method as a function."""
    if method.__class__ is not Reflected or method.kind != "method" or not method.name:
        return ABSENT
    if method.owner.__class__ is not ClassValue:
        names = method.owner.path if method.owner.__class__ is Opaque else ()
        return Opaque(path=(*names, method.name.lower()))
    found = find_member(machine, method.owner.symbol, machine.symbols.fold(method.name))
    if found is None or found.kind != "method":
        return UNKNOWN
    return Closure(found.functions[0], None, target, found.functions)


def create_delegate(machine: Machine, given: Sequence[Value]) -> Value:
    """Return the delegate that ``Delegate.CreateDelegate(type, …)`` makes of a method, or of a target and a name."""
    if len(given) == 2:
        return delegate_of(machine, given[1], None)
    if len(given) < 3:
        return ABSENT
    if given[2].__class__ is Reflected:
        return delegate_of(machine, given[2], given[1])
    if not isinstance(given[2], str):
        return ABSENT
    of_type = given[1] if given[1].__class__ is Reflected else type_of_value(given[1])
    target = None if given[1].__class__ is Reflected else given[1]
    return delegate_of(machine, Reflected("method", of_type.owner, str(given[2])), target)


def _unpacked(value: Value) -> list[Value]:
    if value is None:
        return []
    items = known_items(value) if value.__class__ is Thing else None
    return items if items is not None else [value if is_known(value) else derived([value])]
