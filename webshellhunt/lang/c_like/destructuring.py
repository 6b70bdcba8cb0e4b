"""Destructuring of JScript: the variables that take parts of an object, ``{ a, b: c }``, or of a list, ``[a, b]``."""

from __future__ import annotations

from webshellhunt.lang import tree
from webshellhunt.lang.c_like.cursor import MAX_DEPTH, TEXT, Cursor
from webshellhunt.lang.lexis import NAME


def parse_parts(cursor: Cursor) -> tree.Node:
    """Parse a variable, or the variables in brackets, the cursor at the first token."""
    start = cursor.at
    cursor.steps += 1
    if cursor.words[start] not in ("{", "[") or cursor.depth >= MAX_DEPTH:
        return _parse_variable(cursor)
    cursor.depth += 1
    made = _parse_object(cursor) if cursor.words[start] == "{" else _parse_list(cursor)
    cursor.depth -= 1
    return made


def _parse_variable(cursor: Cursor) -> tree.Node:
    at = cursor.at
    if cursor.kinds[at] != NAME:
        _pass_over(cursor, cursor.partners.get(at, at))
        return tree.Unparsed(at, cursor.at)
    cursor.at += 1
    return tree.Declaration(at, cursor.at, cursor.values[at])


def _pass_over(cursor: Cursor, last: int) -> None:
    """Go on after a token, at most to the end of the code: brackets may be unfinished."""
    cursor.at = min(last + 1, cursor.size)


def _with_default(cursor: Cursor, target: tree.Node) -> tree.Node:
    """Return a variable with the value that it has where there is none for it."""
    if not cursor.skip("="):
        return target
    value = cursor.grammar.expression(cursor)
    return tree.Assign(target.start, cursor.at, target, "=", value)


def _skip_dots(cursor: Cursor) -> bool:
    at = cursor.at
    while cursor.words[cursor.at] == ".":
        cursor.at += 1
    return cursor.at > at


def _parse_list(cursor: Cursor) -> tree.Items:
    start, words = cursor.at, cursor.words
    cursor.at += 1
    items: list[tree.Node] = []
    while words[cursor.at] not in ("]", ""):
        at = cursor.at
        if words[at] == ",":
            items.append(tree.Literal(at, at, None, "empty"))
        elif _skip_dots(cursor):
            items.append(tree.Argument(at, cursor.at, parse_parts(cursor), by="spread"))
        else:
            items.append(_with_default(cursor, parse_parts(cursor)))
        cursor.skip(",")
    cursor.skip("]")
    return tree.Items(start, cursor.at, items, tree.Form.TUPLE)


def _parse_object(cursor: Cursor) -> tree.Entries:
    start, words = cursor.at, cursor.words
    cursor.at += 1
    entries: list[tree.Entry] = []
    while words[cursor.at] not in ("}", ""):
        at = cursor.at
        if not cursor.skip(","):
            entries.append(_parse_entry(cursor, at))
    cursor.skip("}")
    return tree.Entries(start, cursor.at, entries)


def _parse_entry(cursor: Cursor, start: int) -> tree.Entry:
    key: tree.Node
    if _skip_dots(cursor):
        value = parse_parts(cursor)
        return tree.Entry(
            start, cursor.at, tree.Name(start, start, ""), tree.Argument(start, cursor.at, value, by="spread")
        )
    if cursor.words[start] == "[":
        cursor.at += 1
        key = cursor.grammar.expression(cursor)
        _pass_over(cursor, cursor.partners.get(start, cursor.at))
    elif cursor.words[start] == TEXT:
        key = cursor.grammar.operand(cursor)
    else:
        key = tree.Name(start, start + 1, cursor.values[start])
        cursor.at += 1
    if cursor.skip(":"):
        value = parse_parts(cursor)
    elif isinstance(key, tree.Name):
        value = tree.Declaration(start, start + 1, key.text)
    else:
        value = tree.Unparsed(start, cursor.at)
    return tree.Entry(start, cursor.at, key, _with_default(cursor, value))
