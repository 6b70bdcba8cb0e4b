"""Library functions in tests: a machine that only counts, and values as plain ones of Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webshellhunt.analysis import library
from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import NAN, REST, Choice, Opaque, Tainted, Text, Thing, Value
from webshellhunt.analysis.machine.state import State
from webshellhunt.analysis.traces import Trace

TAINTED = Tainted((Trace("visitor", "Request", 1),))
"""A value of the visitor."""


class Function:
    """A function of Python as a value."""

    def __init__(self, run: Callable[..., Value]) -> None:
        self.run = run


class Counting:
    """A machine without a page: it counts work, and calls functions of Python."""

    def __init__(self, language: str = "c#") -> None:
        self.language = language
        self.text = ""
        self.state = State()
        self.steps = 0

    def spend(self, steps: int) -> None:
        self.steps += steps

    def chosen(self, predicate: Value, item: Value, *, holds: bool) -> Value:
        return item

    def call(self, callee: Value, arguments: list[Value], token: int) -> Value:
        return callee.run(*arguments) if isinstance(callee, Function) else derived([callee, *arguments])


def value_of(plain: Any) -> Value:
    """Return a plain value as one of the interpreter: a list becomes an array, a dictionary an object."""
    if isinstance(plain, list):
        return array_of(map(value_of, plain))
    if isinstance(plain, dict):
        return Thing("object", fields={key: value_of(each) for key, each in plain.items()})
    return plain


def plain_of(value: Value) -> Any:
    """Return a value as a plain one: ``...`` is anything unknown, ``"<tainted>"`` what somebody else determines."""
    value = forced(value)
    if value is library.UNSOLVED:
        return "<unsolved>"
    if isinstance(value, Tainted):
        return "<tainted>"
    if isinstance(value, Opaque):
        return f"<{value.type}>"
    if isinstance(value, Text):
        return [plain_of(part) for part in value.parts]
    if isinstance(value, Choice):
        return {str(plain_of(option)) for option in value.options}
    if isinstance(value, Thing):
        return _plain_thing(value)
    return str(value) if isinstance(value, str) or value is NAN else value


def _plain_thing(thing: Thing) -> Any:
    items = known_items(thing)
    if items is not None:
        return [plain_of(item) for item in items]
    fields = {key: plain_of(value) for key, value in thing.fields.items() if key == REST or str(key)[:1] != "\0"}
    return {("rest" if key == REST else key): value for key, value in fields.items()}


def function(name: str, *arguments: Any, language: str = "c#") -> Any:
    """Return the plain result of a function."""
    machine = Counting(language)
    return plain_of(library.call_function(machine, tuple(name.split(".")), [value_of(each) for each in arguments], 1))


def method(subject: Any, name: str, *arguments: Any, language: str = "c#") -> Any:
    """Return the plain result of a method."""
    machine = Counting(language)
    return plain_of(library.call_method(machine, value_of(subject), name, [value_of(each) for each in arguments], 1))
