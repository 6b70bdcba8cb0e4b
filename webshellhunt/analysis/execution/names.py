"""Names: which variable, field or function a name means, and the effect of assigning to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from webshellhunt.analysis.calling.dispatching import dispatched
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.calling.objects import get_member, inherited_member, value_of_member
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    INHERITED,
    NAN,
    ClassValue,
    Opaque,
    Reference,
    Thing,
    Value,
)
from webshellhunt.analysis.execution.visual_basic import in_modules
from webshellhunt.analysis.jscript.scopes import GLOBAL_OBJECTS, global_member, library_scope, scope_of
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine

OWN = frozenset({"this", "me", "myclass"})
_OF_SCRIPT: Mapping[str, Value] = {"undefined": EMPTY, "NaN": NAN}
_THIS = {
    "c#": frozenset({"this", "base"}),
    "jscript": frozenset({"this", "super"}),
    "vb": frozenset({"me", "myclass", "mybase"}),
    "vbscript": frozenset({"me"}),
}
"""Words for the object around, by language."""

_PREDEFINED = frozenset(
    {"request", "response", "server", "session", "application", "objectcontext", "err", "wscript", "scriptingcontext"}
    | {
        "now",
        "date",
        "time",
        "timer",
        "rnd",
        "getlocale",
        "array",
        "scriptengine",
        "debug",
        "regexp",
        "nothing",
        "null",
    }
    | {"scriptenginebuildversion", "scriptenginemajorversion", "scriptengineminorversion"}
)
_CONSTANTS = ("vb", "ad", "for", "tristate", "system", "windows", "temporary")
"""Beginnings of names that may be constants of a library."""


def is_never_assigned(name: str) -> bool:
    """True if a name that the page does not declare is a variable, which is empty: no object or constant."""
    return name not in _PREDEFINED and not name.startswith(_CONSTANTS)


def read(machine: Machine, text: str, token: int) -> Value:
    """Return the value of a name that stands alone."""
    language = machine.language
    if text in _THIS[language]:
        return machine.frames[-1].this
    if language == "jscript":
        scope = scope_of_name(machine, text)
        if scope is not ABSENT:
            return get_member(machine, scope, text, token)
    name = machine.symbols.fold(text)
    frame = frame_of(machine, name)
    if frame is not None:
        value = frame.variables.get(name, EMPTY)
        return value.value if value.__class__ is Reference else value
    member = _own_member(machine, name, token)
    if member is not None:
        return member[0]
    return _outside(machine, text, name)


def scope_of_name(machine: Machine, text: str) -> Value:
    """Return the object of a ``with`` of JScript whose member a name is, `ABSENT` where it is none."""
    scope = scope_of(machine, text)
    return library_scope(machine, text) if scope is ABSENT and not is_declared(machine, text) else scope


def is_declared(machine: Machine, text: str) -> bool:
    """True if a name has a value, or is a function or a class of the page."""
    name, symbols = machine.symbols.fold(text), machine.symbols
    frame: Frame | None = machine.frame
    while frame is not None and frame is not machine.frames[0]:
        if name in frame.variables:
            return True
        frame = frame.outer
    if machine.frame is not machine.frames[0] and name in machine.frame.own:
        return False
    return name in machine.page.fields or name in symbols.page.methods or name in symbols.classes


def frame_of(machine: Machine, name: str) -> Frame | None:
    """Return the frame that has a variable, the page's aside."""
    frames = machine.frames
    frame: Frame | None = frames[-1]
    page = frames[0]
    if frame is page:
        cell = frame.cells.get(name) if frame.cells else None
        return cell if cell.__class__ is Frame else None
    while frame is not None and frame is not page:
        if frame.cells and (cell := frame.cells.get(name)).__class__ is Frame:
            return cell
        if name in frame.variables or name in frame.own:
            return frame
        frame = frame.outer
    return None


def _own_member(machine: Machine, name: str, token: int) -> tuple[Value] | None:
    """Return the meaning of a name among the members of the class around, then among those of the page."""
    symbol, page = machine.frames[-1].symbol, machine.symbols.page
    while symbol is not None and symbol is not page:
        found = find_member(machine, symbol, name)
        if found is not None:
            this = machine.frame.this
            return (value_of_member(machine, this, dispatched(machine, found, this), name),)
        symbol = symbol.outer
    if machine.frame.this.__class__ is Thing and INHERITED in machine.frame.this.fields:
        inherited = inherited_member(machine, machine.frame.this, name)
        if inherited is not ABSENT:
            return (inherited,)
    value = machine.page.fields.get(name, ABSENT)
    if value is not ABSENT:
        return (value.value if value.__class__ is Reference else value,)
    found = find_member(machine, page, name) or (in_modules(machine, name) if machine.language == "vb" else None)
    return None if found is None else (value_of_member(machine, machine.page, found, name),)


def _outside(machine: Machine, text: str, name: str) -> Value:
    """Return the meaning of a name that is no variable: a class, an object or control of the markup, a library."""
    symbols = machine.symbols
    symbol = symbols.class_of(name) if symbols.classes else None
    if symbol is not None:
        return ClassValue(symbol)
    lower = text.lower()
    objects = machine.surroundings.objects
    kind = (objects.get(text) or objects.get(lower)) if objects else None
    if kind is not None:
        return Opaque(kind, (lower,))
    if name in symbols.aliases:
        symbol = symbols.class_of(symbols.aliases[name])
        if symbol is not None:
            return ClassValue(symbol)
        return Opaque(path=tuple(symbols.aliases[name].lower().split(".")))
    if machine.language == "jscript":
        known = _OF_SCRIPT.get(text, ABSENT)
        return machine.page if text in GLOBAL_OBJECTS else global_member(text) if known is ABSENT else known
    is_own = lower == "my" and machine.language == "vb"  # its own namespace, which has the request and the response
    return _known_by("page" if is_own else lower)


@lru_cache(maxsize=4096)
def _known_by(name: str) -> Opaque:
    """Return a value that is known by its name alone."""
    return Opaque(path=(name,))
