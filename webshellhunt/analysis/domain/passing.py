"""Passing: the way of a value through a name."""

from __future__ import annotations

from typing import Protocol

from webshellhunt.analysis.domain.values import Choice, Tainted, Text, Thing, Value

_DEEPEST = 6
"""Structures in structures that are copied."""
_FIELDS_OF_STEP = 64
"""Fields that are copied in the time of one step."""


def passed(value: Value, name: str, token: int) -> Value:
    """Return a value that went through a name: its traces say so."""
    kind = value.__class__
    if kind is Tainted:
        return value.through(name, token)
    if kind is Text:
        return Text(tuple(passed(part, name, token) for part in value.parts))
    if kind is Choice:
        return Choice(tuple(passed(option, name, token) for option in value.options))
    return value


class _Counter(Protocol):
    """The part of a machine that copies need."""

    @property
    def language(self) -> str:
        """The language of the page."""
        ...

    def spend(self, steps: int) -> None:
        """Count work."""


def kept_by(machine: _Counter, value: Value) -> Value:
    """Return a value as a variable has it, and count the work that its copy makes."""
    copies: dict[int, Value] = {}
    copy = kept(value, machine.language, copies) if value.__class__ is Thing else value
    if copy is not value:
        machine.spend(len(copies) + len(copy.fields) // _FIELDS_OF_STEP)
    return copy


def kept(value: Value, language: str, copies: dict[int, Value] | None = None, depth: int = 0) -> Value:
    """Return a value as a variable has it: VBScript copies arrays, C# and VB.NET structures and tuples.

    Structures in structures are copied with them; ``copies`` has those in a value, each copied once.
    """
    if value.__class__ is not Thing or depth > _DEEPEST or not _is_copied(value, language):
        return value
    fields = dict(value.fields)
    if language != "vbscript":
        made = {} if copies is None else copies
        for key, each in fields.items():
            if each.__class__ is Thing:
                if id(each) not in made:
                    made[id(each)] = kept(each, language, made, depth + 1)
                fields[key] = made[id(each)]
    return Thing(value.type, value.symbol, fields, value.types)


def _is_copied(value: Thing, language: str) -> bool:
    """True if a variable has a copy of an object."""
    if value.symbol is not None:
        return value.symbol.kind in ("struct", "structure")
    return value.type == "tuple" or (language == "vbscript" and value.type == "array")
