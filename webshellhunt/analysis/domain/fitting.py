"""Fitting: the value that a variable of C# has after an assignment, by the type that it was declared with."""

from __future__ import annotations

from webshellhunt.analysis.domain.values import Char, Value
from webshellhunt.lang.tree import TypeName

_BITS = {
    "byte": (8, False), "sbyte": (8, True), "short": (16, True), "ushort": (16, False), "int": (32, True),
    "uint": (32, False), "long": (64, True), "ulong": (64, False), "int16": (16, True), "uint16": (16, False),
    "int32": (32, True), "uint32": (32, False), "int64": (64, True), "uint64": (64, False), "char": (16, False),
}  # fmt: skip
"""How many bits a whole number of a type has, and whether it has a sign."""
_NEVER_CHANGED = range(128)
"""Numbers that fit into each of the types."""


def may_change(value: Value) -> bool:
    """True if a known number or character may be another one in a variable of some type."""
    kind = value.__class__
    return kind is Char or (kind is int and value not in _NEVER_CHANGED)


def fitted(value: Value, written: TypeName | None) -> Value:
    """Return a known number or character as a variable of a type has it."""
    if written is None or written.rank:
        return value
    name = written.name.rpartition(".")[2].lower()
    known = _BITS.get(name)
    if known is None or (value.__class__ is Char and (name == "char" or len(value) != 1)):
        return value
    bits, is_signed = known
    number = ord(value) if value.__class__ is Char else value
    half = (1 << bits - 1) if is_signed else 0
    return (number + half) % (1 << bits) - half
