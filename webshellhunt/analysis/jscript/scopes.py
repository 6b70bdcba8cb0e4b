"""Scopes of JScript: objects whose members a ``with`` makes names, the global object, and functions that come first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webshellhunt.analysis.domain.values import ABSENT, LENGTH, Closure, Opaque, Tainted, Thing, Value
from webshellhunt.analysis.jscript.prototypes import FUNCTION, own_member
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Block, Function

GLOBAL_OBJECTS = frozenset({"window", "self", "globalThis", "global", "top"})
"""Names of the global object, where the page declares nothing else by them."""
GLOBALS = frozenset(
    {
        "eval", "String", "Number", "Boolean", "Array", "Object", "Date", "RegExp", "Math", "Error", "Function",
        "escape", "parseInt", "parseFloat", "isNaN", "isFinite", "unescape", "encodeURI",
        "encodeURIComponent", "decodeURI",
        "decodeURIComponent", "ActiveXObject", "GetObject", "Enumerator", "VBArray", "Request", "Response", "Server",
        "Session", "Application", "System", "undefined", "NaN", "Infinity", "Context", "HttpContext", "Page",
    }
)  # fmt: skip
"""Names that mean something without the page's doing."""


def scope_of(machine: Machine, text: str) -> Value:
    """Return the object of the innermost ``with`` that has a member of a name, `ABSENT` where none has."""
    for subject in _subjects(machine):
        if subject.__class__ is Thing and (own_member(subject, text) is not ABSENT or _has_by_type(subject, text)):
            return subject
    return ABSENT


def library_scope(machine: Machine, text: str) -> Value:
    """Return the object of the innermost ``with`` that may have a member which nothing else is called."""
    if text in GLOBALS:
        return ABSENT
    for subject in _subjects(machine):
        kind = subject.__class__
        if kind is Opaque or kind is Tainted or (kind is Thing and subject.type != "object"):
            return subject
    return ABSENT


def _subjects(machine: Machine) -> Iterator[Value]:
    frame: Frame | None = machine.frame
    while frame is not None:
        yield from reversed(frame.subjects)
        frame = frame.outer


def _has_by_type(thing: Thing, text: str) -> bool:
    """True if an array has a member by being one."""
    return LENGTH in thing.fields and text in ("length", "join", "push", "pop", "shift", "slice", "splice", "reverse")


def global_member(name: str) -> Opaque:
    """Return a member of the global object that the page does not declare."""
    return Opaque(path=FUNCTION if name == "Function" else (name.lower(),))


def declare_functions(machine: Machine, frame: Frame) -> None:
    """Declare the functions in the body of a function, which happens before it runs."""
    if frame.function is not None:
        declare_all(machine, frame, machine.symbols.functions_in(frame.function))


def declare_in_blocks(machine: Machine, top: Block) -> None:
    """Declare the functions in blocks of the page, which are functions of the page, too."""
    function = Function(0, 0, "", [], top)
    known = machine.symbols.page.methods
    inner = [each for each in machine.symbols.functions_in(function) if each.name not in known]
    declare_all(machine, machine.frame, inner)


def declare_all(machine: Machine, frame: Frame, functions: Iterable[Function]) -> None:
    """Declare functions as variables of a frame."""
    outer = None if frame is machine.frames[0] else frame
    for each in functions:
        closure = Closure(each, outer, this_of_inner(machine))
        machine.note_function(closure)
        machine.state.put(frame.variables, each.name, closure)


def this_of_inner(machine: Machine) -> Value:
    """Return ``this`` in a function that is no method: the global object, in a class the object around."""
    symbol = machine.frame.symbol
    return machine.page if symbol is None or symbol is machine.symbols.page else machine.frame.this


# Parameters and items of ``arguments`` -------------------------------------------------------------------------------


def share_parameter(machine: Machine, frame: Frame, name: str, value: Value) -> None:
    """Assign to the item of ``arguments`` that is the same as a parameter."""
    shared, function = frame.variables.get("arguments"), frame.function
    if function is None or shared.__class__ is not Thing or shared.type != "arguments":
        return
    for at, each in enumerate(function.parameters):
        if each.name == name and at in shared.fields:
            machine.state.put(shared.fields, at, value)


def share_item(machine: Machine, thing: Thing, key: Value, value: Value) -> None:
    """Assign to the parameter that is the same as an item of ``arguments``."""
    frame = frame_of_arguments(machine, thing)
    if frame is None or frame.function is None or not isinstance(key, int):
        return
    parameters = frame.function.parameters
    if 0 <= key < len(parameters) and key in thing.fields:
        machine.state.put(frame.variables, parameters[key].name, value)


def frame_of_arguments(machine: Machine, thing: Thing) -> Frame | None:
    """Return the frame of the call whose ``arguments`` are an object."""
    return next((each for each in reversed(machine.frames) if each.variables.get("arguments") is thing), None)
