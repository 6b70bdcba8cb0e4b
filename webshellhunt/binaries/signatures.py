"""Signatures of .NET: the types of parameters, results, fields and local variables, as names.

A primitive type is a word (``int32``, ``string``), an array ends in ``[]``, a parameter by reference in ``&``; a type
parameter is ``""``, an instance of a generic type that type. Source: ECMA-335, II.23.2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

MOST_PARAMETERS = 64
_DEEPEST = 16
_HAS_THIS, _GENERIC, _LOCALS, _OF_METHOD = 0x20, 0x10, 0x07, 0x0A
_SIMPLE = {
    0x01: "", 0x02: "boolean", 0x03: "char", 0x04: "sbyte", 0x05: "byte", 0x06: "int16", 0x07: "uint16",
    0x08: "int32", 0x09: "uint32", 0x0A: "int64", 0x0B: "uint64", 0x0C: "single", 0x0D: "double", 0x0E: "string",
    0x16: "typedreference", 0x18: "intptr", 0x19: "uintptr", 0x1C: "object",
}  # fmt: skip
_SKIPPED = frozenset({0x45, 0x41})
_MODIFIERS = frozenset({0x1F, 0x20})
_ADDRESSES, _ARRAYS, _INSTANCE = frozenset({0x0F, 0x10}), (0x14, 0x1D), 0x15
_CLASSES, _PARAMETERS = (0x11, 0x12), (0x13, 0x1E)
Names = Callable[[int], str]
"""Returns the name that a coded index refers to."""


class Signature(NamedTuple):
    """The types of a method's parameters and of its result (``""``: none); ``of`` those of a generic method's call."""

    types: tuple[str, ...] = ()
    result: str = ""
    has_this: bool = False
    of: tuple[str, ...] = ()


def number_at(blob: bytes, at: int) -> tuple[int, int]:
    """Return a compressed number in a blob, and the offset after it. Source: ECMA-335, II.23.2."""
    first = blob[at] if at < len(blob) else 0
    width = 1 if first < 0x80 else 2 if first < 0xC0 else 4
    value = int.from_bytes(blob[at : at + width], "big") & {1: 0x7F, 2: 0x3FFF, 4: 0x1FFFFFFF}[width]
    return value, at + width


def read_signature(blob: bytes, names: Names) -> Signature:
    """Return the signature of a method, or the types that a generic method is called with."""
    convention = blob[0] if blob else 0
    if convention == _OF_METHOD:
        count, at = number_at(blob, 1)
        return Signature(of=_types(blob, at, count, names)[0])
    at = number_at(blob, 1)[1] if convention & _GENERIC else 1
    count, at = number_at(blob, at)
    is_void = blob[at : at + 1] == b"\x01"
    result, at = read_type(blob, at, names)
    types = _types(blob, at, count, names)[0]
    return Signature(types, "" if is_void else result or "object", bool(convention & _HAS_THIS))


def read_locals(blob: bytes, names: Names) -> tuple[str, ...]:
    """Return the types of local variables."""
    if blob[:1] != bytes((_LOCALS,)):
        return ()
    count, at = number_at(blob, 1)
    return _types(blob, at, count, names)[0]


def _types(blob: bytes, at: int, count: int, names: Names) -> tuple[tuple[str, ...], int]:
    found: list[str] = []
    for _ in range(min(count, MOST_PARAMETERS)):
        if at >= len(blob):
            break
        name, at = read_type(blob, at, names)
        found.append(name)
    return tuple(found), at


def read_type(blob: bytes, at: int, names: Names, depth: int = 0) -> tuple[str, int]:
    """Return the name of a type, and the offset after it; nests that are too deep or damaged have no name."""
    ends = ""
    while at < len(blob):
        kind = blob[at]
        at += 1
        if kind in _MODIFIERS:
            at = number_at(blob, at)[1]
        elif kind in _ADDRESSES:
            ends = "&"
        elif kind in _CLASSES:
            coded, at = number_at(blob, at)
            return names(coded) + ends, at
        elif kind in _PARAMETERS:
            return ends, number_at(blob, at)[1]
        elif kind in _ARRAYS or kind == _INSTANCE:
            name, at = _compound(blob, at, kind, names, depth)
            return name + ends, at
        elif kind not in _SKIPPED:
            return _SIMPLE.get(kind, "") + ends, at
    return "", at


def _compound(blob: bytes, at: int, kind: int, names: Names, depth: int) -> tuple[str, int]:
    """Return an array, or an instance of a generic type, whose arguments are left out."""
    if depth > _DEEPEST:
        return "", len(blob)
    name, at = read_type(blob, at, names, depth + 1)
    if kind == _INSTANCE:
        count, at = number_at(blob, at)
        for _ in range(min(count, MOST_PARAMETERS)):
            at = read_type(blob, at, names, depth + 1)[1]
        return name, at
    if kind == _ARRAYS[0]:
        _, at = number_at(blob, at)
        for _ in range(2):
            count, at = number_at(blob, at)
            for _ in range(min(count, MOST_PARAMETERS)):
                at = number_at(blob, at)[1]
    return name + "[]", at
