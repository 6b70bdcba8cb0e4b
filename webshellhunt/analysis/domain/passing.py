"""Passing: the way of a value through a name."""

from __future__ import annotations

from webshellhunt.analysis.domain.values import Choice, Tainted, Text, Thing, Value


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


def kept(value: Value, language: str) -> Value:
    """Return a value as a variable has it: VBScript copies arrays, C# and VB.NET structures."""
    if value.__class__ is Thing and (
        (language == "vbscript" and value.type == "array")
        or (value.symbol is not None and value.symbol.kind in ("struct", "structure"))
    ):
        return Thing(value.type, value.symbol, dict(value.fields))
    return value
