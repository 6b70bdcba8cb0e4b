"""Queries of C#, written out as the calls that they are: ``x.Where(a => …).Select(a => …)``.

Each further ``from``, ``join`` and ``let`` is a function inside the one before it, so that all its variables are known.
"""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.lang.c_like.cursor import Cursor
from webshellhunt.lang.c_like.functions import returning
from webshellhunt.lang.c_like.type_names import parse_type, type_end
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import Binary, Call, Function, Items, Lambda, Member, Name, Node, Parameter

_CLAUSES = frozenset(("from", "where", "let", "join", "orderby", "select", "group"))
_MAX_SOURCES = 30
_MAX_STEPS = 30


class _Step(NamedTuple):
    """One call on a source: its method and the bodies of its functions."""

    method: str
    bodies: tuple[Node, ...]
    start: int
    end: int


class _Source:
    """The collection that a variable goes over, and the calls on it."""

    def __init__(self, variable: str, at: int, items: Node) -> None:
        self.variable = variable
        self.at = at
        self.items = items
        self.steps: list[_Step] = []


def parse_query(cursor: Cursor) -> Node:
    """Parse a query, or a name that is spelled ``from``."""
    start = cursor.at
    if not _starts_query(cursor):
        cursor.at += 1
        return Name(start, start + 1, cursor.values[start])
    sources = [_parse_source(cursor)]
    while (clause := cursor.words[cursor.at]) in _CLAUSES and _is_small(sources):
        cursor.steps += 1
        _PARSERS[clause](cursor, sources)
        if clause in ("select", "group"):
            whole = _written_out(sources, start, cursor.at)
            at = cursor.at + 1
            if cursor.words[cursor.at] != "into" or cursor.kinds[at] != NAME:
                return whole
            cursor.at += 2
            sources = [_Source(cursor.values[at], at, whole)]
    return _written_out(sources, start, cursor.at)


def _is_small(sources: list[_Source]) -> bool:
    """True if another clause does not nest the tree too deeply."""
    return len(sources) < _MAX_SOURCES and len(sources[-1].steps) < _MAX_STEPS


def _starts_query(cursor: Cursor) -> bool:
    at = cursor.at + 1
    if cursor.kinds[at] != NAME:
        return False
    if cursor.words[at + 1] == "in":
        return True
    end = type_end(cursor, at)
    return end > 0 and cursor.kinds[end] == NAME and cursor.words[end + 1] == "in"


def _parse_source(cursor: Cursor) -> _Source:
    """Parse ``from x in items``, the cursor at the first word."""
    cursor.at += 1
    variable, at = _parse_variable(cursor)
    cursor.skip("in")
    return _Source(variable, at, cursor.grammar.expression(cursor))


def _parse_variable(cursor: Cursor) -> tuple[str, int]:
    if cursor.words[cursor.at + 1] not in ("in", "="):
        end = type_end(cursor, cursor.at)
        if end > 0 and cursor.kinds[end] == NAME:
            parse_type(cursor)
    at = cursor.at
    if cursor.kinds[at] == NAME:
        cursor.at += 1
    return cursor.values[at], at


def _parse_from(cursor: Cursor, sources: list[_Source]) -> None:
    sources.append(_parse_source(cursor))


def _parse_where(cursor: Cursor, sources: list[_Source]) -> None:
    start = cursor.at
    cursor.at += 1
    body = cursor.grammar.expression(cursor)
    sources[-1].steps.append(_Step("Where", (body,), start, cursor.at))


def _parse_let(cursor: Cursor, sources: list[_Source]) -> None:
    cursor.at += 1
    variable, at = _parse_variable(cursor)
    cursor.skip("=")
    start = cursor.at
    value = cursor.grammar.expression(cursor)
    sources.append(_Source(variable, at, Items(start, cursor.at, [value])))


def _parse_join(cursor: Cursor, sources: list[_Source]) -> None:
    start = cursor.at
    source = _parse_source(cursor)
    if cursor.skip("on"):
        begin = cursor.at
        left = cursor.grammar.expression(cursor)
        right = cursor.grammar.expression(cursor) if cursor.skip("equals") else cursor.missing()
        test = Binary(begin, cursor.at, [left, right], ["=="])
        source.steps.append(_Step("Where", (test,), start, cursor.at))
    if cursor.words[cursor.at] == "into" and cursor.kinds[cursor.at + 1] == NAME:
        at = cursor.at + 1
        cursor.at += 2
        group = _called(source, source.items, source.steps)
        source = _Source(cursor.values[at], at, Items(start, cursor.at, [group]))
    sources.append(source)


def _parse_order(cursor: Cursor, sources: list[_Source]) -> None:
    method = "OrderBy"
    while True:
        start = cursor.at
        cursor.at += 1
        body = cursor.grammar.expression(cursor)
        if cursor.words[cursor.at] in ("ascending", "descending"):
            method += "Descending" if cursor.words[cursor.at] == "descending" else ""
            cursor.at += 1
        sources[-1].steps.append(_Step(method, (body,), start, cursor.at))
        method = "ThenBy"
        if cursor.words[cursor.at] != "," or not _is_small(sources):
            return


def _parse_select(cursor: Cursor, sources: list[_Source]) -> None:
    start = cursor.at
    cursor.at += 1
    body = cursor.grammar.expression(cursor)
    sources[-1].steps.append(_Step("Select", (body,), start, cursor.at))


def _parse_group(cursor: Cursor, sources: list[_Source]) -> None:
    start = cursor.at
    cursor.at += 1
    element = cursor.grammar.expression(cursor)
    key = cursor.grammar.expression(cursor) if cursor.skip("by") else cursor.missing()
    sources[-1].steps.append(_Step("GroupBy", (key, element), start, cursor.at))


_PARSERS = {
    "from": _parse_from, "where": _parse_where, "let": _parse_let, "join": _parse_join, "orderby": _parse_order,
    "select": _parse_select, "group": _parse_group,
}  # fmt: skip


def _written_out(sources: list[_Source], start: int, end: int) -> Node:
    """Return the calls of a query, from its innermost source outwards."""
    inner: Node | None = None
    for source in reversed(sources):
        whole = _called(source, source.items, source.steps)
        if inner is not None:
            step = _Step("SelectMany", (inner,), inner.start, inner.end)
            whole = _called(source, whole, [step])
        inner = whole
    assert inner is not None
    inner.start, inner.end = start, end
    return inner


def _called(source: _Source, items: Node, steps: list[_Step]) -> Node:
    """Return the calls on a source, each with functions of its variable."""
    for step in steps:
        callee = Member(items.start, items.end, items, step.method)
        functions = [_function(source, body) for body in step.bodies]
        items = Call(items.start, step.end, callee, functions)
    return items


def _function(source: _Source, body: Node) -> Node:
    parameter = Parameter(source.at, source.at + bool(source.variable), source.variable)
    block = returning(body, body.start, body.end)
    return Lambda(body.start, body.end, Function(body.start, body.end, "", [parameter], block))
