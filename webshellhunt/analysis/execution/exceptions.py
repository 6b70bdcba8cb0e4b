"""Exceptions of .NET that are sure to be thrown: of null, of places that no collection has, of casts and overflows.

They matter inside a ``try`` only, where code goes on in its handler; elsewhere such a value is more likely one that the
run does not know well enough.
"""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import length_of
from webshellhunt.analysis.domain.fitting import fitted
from webshellhunt.analysis.domain.runtime_types import is_other_class
from webshellhunt.analysis.domain.static_types import static_type
from webshellhunt.analysis.domain.values import KEYS, REST, Char, Thing, Value, is_known
from webshellhunt.analysis.execution.failures import fail
from webshellhunt.analysis.library.containers import entry_key
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Binary, Cast, Literal, Name, Node, TypeName

_RANGES = {"array": "indexoutofrangeexception", "list": "argumentoutofrangeexception"}
_OF_NULLABLE = frozenset({"HasValue", "Value", "GetValueOrDefault", "ToString", "Equals", "GetHashCode"})
_INTS = frozenset({"int", "int32", "short", "int16", "byte", "sbyte", "ushort", "char"})
"""Types whose operators have results of the type int (ECMA-334, Numeric promotions)."""
_INT = range(-(1 << 31), 1 << 31)
_PLAIN: dict[str, tuple[type, ...]] = {"string": (str,), "int": (int,), "bool": (bool,), "double": (float,)}
"""The values of types to which a boxed value of another one cannot be cast."""


def _is_caught(machine: Machine) -> bool:
    """True if an exception of now is caught by the page."""
    return machine.language == "c#" and any(each.possible is not None for each in machine.control.targets)


def null_fails(machine: Machine, node: Node | None, value: Value, name: str = "") -> bool:
    """Throw where a member of a local variable that is null is used; return False for any other.

    A nullable number without a value has some members, too.
    """
    if value is not None or not isinstance(node, Name) or name in _OF_NULLABLE or not _is_caught(machine):
        return False
    if node.text not in machine.frame.variables:
        return False
    fail(machine, 91, kind="nullreferenceexception")
    return True


def item_fails(machine: Machine, subject: Value, keys: list[Value]) -> bool:
    """Throw where a collection surely has no item under a key; return False for any other."""
    if len(keys) != 1 or not is_known(keys[0]) or not _is_caught(machine):
        return False
    if subject.__class__ is Thing and subject.type == "dictionary":
        key = entry_key(machine, subject, keys[0])
        if key is None or key in subject.fields or REST in subject.fields or KEYS in subject.fields:
            return False
        fail(machine, 9, kind="keynotfoundexception")
        return True
    size = len(subject) if isinstance(subject, str) else length_of(subject)
    is_whole = isinstance(subject, str) or (subject.__class__ is Thing and REST not in subject.fields)
    if keys[0].__class__ is not int or size is None or not is_whole or 0 <= keys[0] < size:
        return False
    kind = _RANGES.get(subject.type) if subject.__class__ is Thing else _RANGES["array"]
    if kind is not None:
        fail(machine, 9, kind=kind)
    return kind is not None


def cast_fails(machine: Machine, node: Cast, value: Value) -> bool:
    """Throw where a value is surely of another type than a cast wants; return False for any other."""
    if node.operand.start == node.start or node.type.rank or not _is_caught(machine):  # ``x as T`` is null then
        return False
    wanted = _PLAIN.get(node.type.name)
    is_boxed = wanted is not None and is_known(value) and value is not None and value.__class__ is not Char
    written = static_type(machine, node.operand) if is_boxed else None
    is_other = is_boxed and written is not None and written.name == "object" and type(value) not in (wanted or ())
    if not is_other and not is_other_class(machine, value, node.type):
        return False
    fail(machine, 13, kind="invalidcastexception")
    return True


def division_by_zero(machine: Machine, left: Value, name: str, right: Value) -> bool:
    """Throw where a whole number of C# is divided by zero; return False for any other operator."""
    if name not in ("/", "%") or right.__class__ is not int or right or left.__class__ is not int:
        return False
    if not _is_caught(machine):
        return False
    fail(machine, 11, kind="dividebyzeroexception")
    return True


def overflows(machine: Machine, value: Value, written: TypeName | None) -> bool:
    """Throw where a number has no place in a type, in ``checked``; return False elsewhere."""
    if not machine.frame.is_checked or value.__class__ is not int or fitted(value, written) == value:
        return False
    fail(machine, 6, kind="overflowexception")
    return True


def result_overflows(machine: Machine, node: Binary, value: Value) -> bool:
    """Throw where the result of operands that are all of the type int is none, in ``checked``."""
    if not machine.frame.is_checked or value.__class__ is not int or value in _INT:
        return False
    if not all(_is_int(machine, each) for each in node.operands):
        return False
    fail(machine, 6, kind="overflowexception")
    return True


def _is_int(machine: Machine, node: Node) -> bool:
    if isinstance(node, Literal):
        return node.value.__class__ is int and node.value in _INT
    if isinstance(node, Binary):
        return all(_is_int(machine, each) for each in node.operands)
    written = static_type(machine, node)
    return written is not None and not written.rank and written.name.rpartition(".")[2].lower() in _INTS
