"""Loops of C-like code."""

from __future__ import annotations

from webshellhunt.lang.c_like.cursor import Cursor, Parse
from webshellhunt.lang.c_like.expressions import parse_comma, parse_declared
from webshellhunt.lang.c_like.statements import close_brackets, parse_commas, parse_inner, parse_test
from webshellhunt.lang.c_like.type_names import parse_type, type_end
from webshellhunt.lang.tree import Declaration, Each, Loop, Node


def state_while(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``while``."""
    start = cursor.at
    cursor.at += 1
    test = parse_test(cursor)
    body = parse_inner(cursor)
    out.append(Loop(start, cursor.at, test, body))
    return True


def state_do(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``do … while``."""
    start = cursor.at
    cursor.at += 1
    body = parse_inner(cursor)
    while cursor.words[cursor.at] == ";":
        cursor.at += 1
    test = parse_test(cursor) if cursor.skip("while") else None
    out.append(Loop(start, cursor.at, test, body, is_tested_last=True))
    cursor.skip(";")
    return True


def state_for(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``for (;;)`` of C#, and Java's ``for (T x : items)``."""
    start, words = cursor.at, cursor.words
    if words[start + 1] != "(":
        return False
    opening = start + 1
    cursor.at += 2
    end = type_end(cursor, cursor.at)
    if end > 0 and words[end + 1] == ":":
        return _state_each(cursor, out, start, opening)
    initial = _parse_initial(cursor)
    out.append(_parse_rest(cursor, start, opening, initial, cursor.grammar.expression))
    return True


def _parse_initial(cursor: Cursor) -> list[Node]:
    initial: list[Node] = []
    if cursor.words[cursor.at] != ";" and not cursor.grammar.variables(cursor, initial):
        initial = parse_commas(cursor)
    return initial


def _parse_rest(cursor: Cursor, start: int, opening: int, initial: list[Node], parse_test: Parse) -> Loop:
    """Parse ``; test; step) body``."""
    cursor.skip(";")
    test = parse_test(cursor) if cursor.words[cursor.at] != ";" else None
    cursor.skip(";")
    step = parse_commas(cursor)
    close_brackets(cursor, opening)
    body = parse_inner(cursor)
    return Loop(start, cursor.at, test, body, initial, step)


def state_for_of_script(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``for (;;)`` and ``for (k in o)`` of JScript."""
    start, words = cursor.at, cursor.words
    cursor.at += 1
    if words[cursor.at] in ("each", "await"):
        cursor.at += 1
    opening = cursor.at
    if not cursor.skip("("):
        return False
    before = cursor.strengths
    cursor.strengths = cursor.grammar.narrow
    initial = _parse_initial(cursor)
    cursor.strengths = before
    if words[cursor.at] in ("in", "of"):
        is_keys = words[cursor.at] == "in"
        cursor.at += 1
        items = parse_comma(cursor)
        close_brackets(cursor, opening)
        target = initial[0] if initial else cursor.missing()
        body = parse_inner(cursor)
        out.append(Each(start, cursor.at, target, items, body, is_keys))
        return True
    out.append(_parse_rest(cursor, start, opening, initial, parse_comma))
    return True


def state_foreach(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``foreach``."""
    start = cursor.at
    if cursor.words[start + 1] != "(":
        return False
    cursor.at += 2
    return _state_each(cursor, out, start, start + 1)


def _state_each(cursor: Cursor, out: list[Node], start: int, opening: int) -> bool:
    target = _parse_target(cursor)
    cursor.at += cursor.words[cursor.at] in ("in", ":")
    items = cursor.grammar.expression(cursor)
    close_brackets(cursor, opening)
    body = parse_inner(cursor)
    out.append(Each(start, cursor.at, target, items, body))
    return True


def _parse_target(cursor: Cursor) -> Node:
    """Parse the variable of a loop, or several in brackets."""
    start = cursor.at
    while cursor.words[cursor.at] in ("ref", "readonly", "final"):
        cursor.at += 1
    end = type_end(cursor, cursor.at)
    if end > 0 and cursor.is_name(end):
        written = parse_type(cursor)
        cursor.at = end + 1
        return Declaration(start, end + 1, cursor.values[end], written)
    return parse_declared(cursor) or cursor.grammar.operand(cursor)
