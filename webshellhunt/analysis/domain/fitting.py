"""Fitting: the value that a variable has after an assignment, by the type that it was declared with."""

from __future__ import annotations

import math

from webshellhunt.analysis.domain.conversions import NUMERIC, text_of, truth_of
from webshellhunt.analysis.domain.script_values import script_number
from webshellhunt.analysis.domain.taints import counted, traces_of
from webshellhunt.analysis.domain.values import Char, Thing, Value, is_known
from webshellhunt.lang.tree import TypeName

_BITS = {
    "byte": (8, False), "sbyte": (8, True), "short": (16, True), "ushort": (16, False), "int": (32, True),
    "uint": (32, False), "long": (64, True), "ulong": (64, False), "int16": (16, True), "uint16": (16, False),
    "int32": (32, True), "uint32": (32, False), "int64": (64, True), "uint64": (64, False), "char": (16, False),
}  # fmt: skip
"""How many bits a whole number of a type has, and whether it has a sign."""
_NEVER_CHANGED = range(128)
"""Numbers that fit into each of the types."""


_NUMERIC = NUMERIC | {"date", "number", "uinteger"}
_FRACTIONS = frozenset({"double", "float", "single", "decimal", "number"})


def as_declared(value: Value, written: TypeName | None, language: str) -> Value:
    """Return a value as a variable of a type has it: VB.NET and JScript.NET make a number of a text."""
    if language == "c#":
        return fitted(value, written) if may_change(value) else value
    if written is None or written.rank or language == "vbscript":
        return value
    name = written.name.rpartition(".")[2].lower()
    if is_known(value):
        return _by_script(value, name) if language == "jscript" else value
    is_number = name in _NUMERIC and value.__class__ is not Thing and bool(traces_of(value))
    return counted([value]) if is_number else value


def _by_script(value: Value, name: str) -> Value:
    """Return a known value as a variable of JScript.NET has it."""
    if name == "string" and isinstance(value, (int, float)):
        return text_of(value, "jscript")
    if name in ("boolean", "bool"):
        return truth_of(value, "jscript")
    number = script_number(value) if name in _BITS or name in _FRACTIONS else None
    if number is None or name == "char":
        return value
    return number if name in _FRACTIONS else int(number) if math.isfinite(number) else 0


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
