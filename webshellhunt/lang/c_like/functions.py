"""Functions of C-like code: their parameters and bodies, and functions as values."""

from __future__ import annotations

from webshellhunt.lang.c_like.cursor import Cursor
from webshellhunt.lang.c_like.destructuring import parse_parts
from webshellhunt.lang.c_like.type_names import parse_type, type_end
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import Block, Function, Jump, Lambda, Name, Node, Parameter, TypeName, Unparsed

_BY = {"ref": "ref", "out": "out", "in": "in", "params": "rest", "this": "this"}
_MODIFIERS = frozenset((*_BY, "scoped", "readonly", "final"))
_ENDS = frozenset(("", ";", "{", "}"))
_ARROW = frozenset(("arrow",))
"""The mark of a function of JScript's younger kin that has no ``this`` of its own."""
_NONE: frozenset[str] = frozenset()


def parse_parameters(cursor: Cursor, close: str = ")") -> list[Parameter]:
    """Parse parameters in brackets, the cursor at the opening one."""
    opening = cursor.at
    limit = cursor.partners.get(opening, -1)
    cursor.at += 1
    words = cursor.words
    found: list[Parameter] = []
    while (word := words[cursor.at]) != close:
        cursor.steps += 1
        before = cursor.at
        if word == "," or not word or (limit < 0 and word in _ENDS):
            if word != ",":
                return found
            cursor.at += 1
            continue
        if word == "[" and not cursor.is_script:  # attributes
            cursor.at = cursor.partners.get(before, before) + 1
            continue
        parameter = _parse_script_parameter(cursor) if cursor.is_script else _parse_parameter(cursor)
        if parameter is not None:
            found.append(parameter)
        if cursor.at == before:
            cursor.at += 1
    cursor.at += 1
    return found


def _parse_parameter(cursor: Cursor) -> Parameter | None:
    start, words = cursor.at, cursor.words
    by = "value"
    while words[cursor.at] in _MODIFIERS and cursor.kinds[cursor.at + 1] == NAME:
        by = _BY.get(words[cursor.at], by)
        cursor.at += 1
    end = type_end(cursor, cursor.at)
    if end < 0:
        return None
    written: TypeName | None = None
    if cursor.kinds[end] == NAME:
        written = parse_type(cursor)
    name = cursor.values[cursor.at]
    cursor.at += 1
    default = cursor.grammar.expression(cursor) if cursor.skip("=") else None
    return Parameter(start, cursor.at, name, written, by, default)


def _parse_script_parameter(cursor: Cursor) -> Parameter | None:
    start, words = cursor.at, cursor.words
    by = "value"
    while words[cursor.at] == ".":
        by = "rest"
        cursor.at += 1
    if words[cursor.at] == "ParamArray":
        by = "rest"
        cursor.at += 1
    if words[cursor.at] in ("{", "["):  # parts of an object, each a variable
        return _parse_parts(cursor, start, by)
    if cursor.kinds[cursor.at] != NAME:
        return None
    name = cursor.values[cursor.at]
    cursor.at += 1
    written = parse_type(cursor) if cursor.skip(":") else None
    default = cursor.grammar.expression(cursor) if cursor.skip("=") else None
    return Parameter(start, cursor.at, name, written, by, default)


def _parse_parts(cursor: Cursor, start: int, by: str) -> Parameter:
    """Parse a parameter whose parts are variables: it has a name that nothing else has."""
    parts = parse_parts(cursor)
    default = cursor.grammar.expression(cursor) if cursor.skip("=") else None
    return Parameter(start, cursor.at, f"{{{start}}}", None, by, default, parts)


def parse_body(cursor: Cursor) -> Block | None:
    """Parse a function's body: a block, or ``=>`` and an expression; ``None`` where none follows."""
    word = cursor.words[cursor.at]
    if word == "{":
        return cursor.grammar.block(cursor)
    if word != "=>":
        return None
    cursor.at += 1
    if cursor.words[cursor.at] == "{" and cursor.is_script:
        return cursor.grammar.block(cursor)
    start = cursor.at
    value = cursor.grammar.expression(cursor)
    return returning(value, start, cursor.at)


def returning(value: Node, start: int, end: int) -> Block:
    """Return the body of a function that is one expression."""
    return Block(start, end, [Jump(start, end, "return", value)])


def parse_lambda(cursor: Cursor, start: int | None = None) -> Lambda:
    """Parse ``x => …`` or ``(a, b) => …``, the cursor at the parameters."""
    at = cursor.at
    begin = at if start is None else start
    if cursor.words[at] == "(":
        parameters = parse_parameters(cursor)
    else:
        parameters = [Parameter(at, at + 1, cursor.values[at])]
        cursor.at += 1
    if cursor.words[cursor.at] == "=>" and cursor.words[cursor.at + 1] == "{":
        cursor.at += 1
    body = parse_body(cursor)
    modifiers = _ARROW if cursor.is_script else _NONE
    return _value_of(Function(begin, cursor.at, "", parameters, body, modifiers=modifiers))


def _value_of(function: Function) -> Lambda:
    return Lambda(function.start, function.end, function)


def parse_async(cursor: Cursor) -> Node:
    """Parse ``async`` and ``static`` before a lambda, or a name that is spelled so."""
    start, words = cursor.at, cursor.words
    while words[cursor.at] in ("async", "static") and cursor.at < start + 2:
        cursor.at += 1
    at = cursor.at
    starter = cursor.grammar.starters.get(words[at]) if words[at] in ("delegate", "function") else None
    if starter is not None:
        made = starter(cursor)
        made.start = start
        return made
    close = cursor.partners.get(at, -1) if words[at] == "(" else at
    if words[close + 1] == "=>" and close >= at and cursor.is_name(at) | (words[at] == "("):
        return parse_lambda(cursor, start)
    if type_end(cursor, at) == at + 1 and words[at + 1] == "(":  # a lambda that says the type of its result
        close = cursor.partners.get(at + 1, -1)
        if words[close + 1] == "=>":
            cursor.at = at + 1
            return parse_lambda(cursor, start)
    cursor.at = start + 1
    return Name(start, start + 1, cursor.values[start])


def parse_delegate(cursor: Cursor) -> Node:
    """Parse ``delegate (T x) { … }``."""
    start = cursor.at
    cursor.at += 1
    parameters = parse_parameters(cursor) if cursor.words[cursor.at] == "(" else []
    if cursor.words[cursor.at] != "{":
        return Unparsed(start, cursor.at)
    body = cursor.grammar.block(cursor)
    return _value_of(Function(start, cursor.at, "", parameters, body))


def parse_anonymous(cursor: Cursor) -> Node:
    """Parse ``function (x) { … }`` of JScript, which may have a name for itself."""
    start = cursor.at
    cursor.at += 1
    cursor.skip("*")
    name = ""
    if cursor.kinds[cursor.at] == NAME:
        name = cursor.values[cursor.at]
        cursor.at += 1
    return _value_of(parse_method(cursor, start, name))


def parse_method(cursor: Cursor, start: int, name: str = "") -> Function:
    """Parse parameters, type and body of a function of JScript."""
    parameters = parse_parameters(cursor) if cursor.words[cursor.at] == "(" else []
    written = parse_type(cursor) if cursor.skip(":") else None
    body = cursor.grammar.block(cursor) if cursor.words[cursor.at] == "{" else None
    return Function(start, cursor.at, name, parameters, body, type=written)
