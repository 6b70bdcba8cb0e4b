"""Passing: the way of a value through a name."""

from __future__ import annotations

from typing import Protocol

from webshellhunt.analysis.domain.values import Choice, Tainted, Text, Thing, Value

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
    copy = kept(value, machine.language) if value.__class__ is Thing else value
    if copy is not value:
        machine.spend(len(copy.fields) // _FIELDS_OF_STEP)
    return copy


def kept(value: Value, language: str) -> Value:
    """Return a value as a variable has it: VBScript copies arrays, C# and VB.NET structures and tuples."""
    if value.__class__ is Thing and (
        (language == "vbscript" and value.type == "array")
        or (value.type == "tuple" and value.symbol is None)
        or (value.symbol is not None and value.symbol.kind in ("struct", "structure"))
    ):
        return Thing(
            value.type, value.symbol, {key: _kept_inside(each, language) for key, each in value.fields.items()}
        )
    return value


def _kept_inside(value: Value, language: str) -> Value:
    """Return a value that a copied one has: structures in structures are copied with them."""
    is_structure = value.__class__ is Thing and value.symbol is not None
    return kept(value, language) if is_structure and language != "vbscript" else value
