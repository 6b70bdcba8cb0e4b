"""``JSON`` of JScript over values of which parts are not known.

Source: ECMA-262, "The JSON Object".
"""

from __future__ import annotations

import json

from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.values import REST, Opaque, Tainted, Text, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError
from webshellhunt.analysis.library.containers import entries_of
from webshellhunt.analysis.library.parts import parts_of, whole

_DEEPEST = 24
_MARK = "\ue000"
"""Stands in a text for a part that is not known."""


def stringify(_: Runner, a: list[Value], __: int) -> Value:
    """``JSON.stringify(value)``."""
    return whole(_written(a[0], 0))


def _written(value: Value, depth: int) -> list[Value]:
    if depth > _DEEPEST:
        raise UnsolvedError
    if value.__class__ is Thing:
        return _thing_written(value, depth)
    if is_known(value) and not isinstance(value, bytes):
        return [json.dumps(str(value) if isinstance(value, str) else value)]
    if value.__class__ is Tainted or value.__class__ is Text:
        return ['"', *parts_of(value), '"']
    if value.__class__ is Opaque and value.type in ("number", "boolean"):
        return [value]
    raise UnsolvedError


def _thing_written(thing: Thing, depth: int) -> list[Value]:
    items = known_items(thing)
    found: list[Value] = []
    if items is not None:
        for item in items:
            found += [",", *_written(item, depth + 1)]
        return ["[", *found[1:], "]"]
    if REST in thing.fields or thing.type != "object":
        raise UnsolvedError
    for key, value in entries_of(thing).items():
        found += [",", json.dumps(str(key)), ":", *_written(value, depth + 1)]
    return ["{", *found[1:], "}"]


def parse(_: Runner, a: list[Value], __: int) -> Value:
    """``JSON.parse(text)``: of a text known in part, the values that are not known keep their places."""
    pieces = parts_of(a[0])
    if not any(isinstance(each, str) for each in pieces) or any(isinstance(p, str) and _MARK in p for p in pieces):
        raise UnsolvedError
    unknown: list[Value] = []
    written = ""
    for piece in pieces:
        if isinstance(piece, str):
            written += piece
        else:
            is_text = written.count('"') % 2 == 1
            written += f"{_MARK}{len(unknown)}{_MARK}" if is_text else f'"{_MARK}{len(unknown)}{_MARK}"'
            unknown.append(piece)
    try:
        return _read(json.loads(written), unknown, 0)
    except (ValueError, RecursionError) as error:
        raise UnsolvedError from error


def _read(value: object, unknown: list[Value], depth: int) -> Value:
    if depth > _DEEPEST:
        raise UnsolvedError
    if isinstance(value, dict):
        return Thing("object", fields={key: _read(each, unknown, depth + 1) for key, each in value.items()})
    if isinstance(value, list):
        return array_of([_read(each, unknown, depth + 1) for each in value])
    if isinstance(value, str) and _MARK in value:
        pieces = value.split(_MARK)
        return whole(unknown[int(each)] if at % 2 else each for at, each in enumerate(pieces))
    return value
