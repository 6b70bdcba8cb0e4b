"""Library: results of the functions, methods, properties and constructors of the languages and of .NET.

Each entry point returns `UNSOLVED` where nothing is known; the caller then takes the result for unknown, or for
tainted if an argument is. Sources and sinks are not known here.
"""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import inner_of
from webshellhunt.analysis.domain.pending import all_forced, forced
from webshellhunt.analysis.domain.values import Thing, Value
from webshellhunt.analysis.library import constants
from webshellhunt.analysis.library.arguments import Runner
from webshellhunt.analysis.library.calls import UNSOLVED, function_result
from webshellhunt.analysis.library.letters import with_codes
from webshellhunt.analysis.library.makers import made
from webshellhunt.analysis.library.methods import deferred, is_method, method_result, property_value
from webshellhunt.analysis.library.methods import write_property as written
from webshellhunt.analysis.library.outs import may_return_by_reference, out_of

__all__ = [
    "UNSOLVED",
    "call_function",
    "call_method",
    "constant_of",
    "has_method",
    "make",
    "may_return_by_reference",
    "out_value",
    "read_property",
    "write_property",
]


def call_function(machine: Runner, names: tuple[str, ...], arguments: list[Value], token: int) -> Value:
    """Return the result of a free function or a static method, by its dotted names in lower case."""
    arguments = all_forced(arguments)
    result = function_result(machine, names, arguments, token)
    return with_codes(names[-1] if names else "", arguments, result, UNSOLVED)


def call_method(machine: Runner, subject: Value, name: str, arguments: list[Value], token: int) -> Value:
    """Return the result of a method of a value; the name is in lower case, for JScript as it is written."""
    subject = inner_of(subject)
    pending = deferred(machine, subject, name, arguments, token)
    if pending is not None:
        return pending
    subject, arguments = forced(subject), all_forced(arguments)
    result = method_result(machine, subject, name, arguments, token)
    return with_codes(name, [subject, *arguments], result, UNSOLVED)


def has_method(thing: Thing, name: str) -> bool:
    """True if a builder, a collection or a stream has a method of a name in lower case, which is no property."""
    return is_method(thing, name)


def read_property(machine: Runner, subject: Value, name: str) -> Value:
    """Return a property of a value; the name is in lower case, for JScript as it is written."""
    return property_value(machine, inner_of(subject), name)


def write_property(machine: Runner, subject: Value, name: str, value: Value) -> bool:
    """Assign to a property whose assignment does more than change a field; return True if that was done."""
    return written(machine, subject, name, value)


def out_value(machine: Runner, subject: Value, names: tuple[str, ...], arguments: list[Value]) -> Value:
    """Return the value that a call assigns to its argument by reference; a static function has the subject ``None``."""
    return out_of(machine, subject, names, arguments)


def make(machine: Runner, type: str, arguments: list[Value], rank: int) -> Value:  # noqa: A002 - the word of the tree
    """Return a new object of a type, the last of its names in lower case; ``rank`` is above 0 for an array."""
    return made(machine, type, all_forced(arguments), rank)


def constant_of(names: tuple[str, ...]) -> Value:
    """Return the constant that dotted names in lower case mean."""
    return constants.constant_of(names, UNSOLVED)
