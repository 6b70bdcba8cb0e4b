"""Functions of C-like code: their parameters and bodies, and functions as values."""

from __future__ import annotations

from webshellhunt.lang import tree
from webshellhunt.lang.c_like.cursor import MAX_DEPTH, TEXT, Cursor
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
