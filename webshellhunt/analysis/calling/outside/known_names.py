"""Known names: the dotted names by which a value is known, and those of the objects that a program id makes."""

from __future__ import annotations

from webshellhunt.analysis.domain.values import ClassValue, Opaque, Reflected, Tainted, Thing, Value
from webshellhunt.analysis.vocabulary import vocabulary

LONGEST_PATH = 6
"""The most parts of a dotted name that are kept."""
NAMELESS = ("value",)
"""The name of a value that has none, so that its member is not taken for a function of the same name."""


def names_of(value: Value) -> tuple[str, ...]:
    """Return the dotted names by which a value is known: its type, or how the code got it."""
    if value.__class__ is Opaque:
        return tuple(value.type.split(".")) if value.type else value.path
    if value.__class__ is Thing:
        return tuple(value.type.split(".")) if value.type else ()
    if value.__class__ is Reflected:
        return (value.name,) if value.kind == "call" else ("reflection",)
    if value.__class__ is Tainted:
        return ("visitor",)
    if value.__class__ is ClassValue:
        return (value.symbol.name.lower(),)
    return ()


def program_names(text: str) -> tuple[str, ...]:
    """Return the dotted names of the type of the objects that a program id or class id makes."""
    plain = text.lower().rpartition(":")[2].strip("{} ")
    return tuple(vocabulary().types.get(plain, plain).split("."))
