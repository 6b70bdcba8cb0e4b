"""Declarations of JScript and JScript.NET."""

from __future__ import annotations

from webshellhunt.lang import tree
from webshellhunt.lang.c_like.classes import parse_members, parse_values
from webshellhunt.lang.c_like.cursor import Cursor
from webshellhunt.lang.c_like.functions import parse_method, parse_parts
from webshellhunt.lang.c_like.statements import YIELDED, end_statement, parse_plain
from webshellhunt.lang.c_like.type_names import parse_type
from webshellhunt.lang.lexis import NAME

_MODIFIERS = frozenset(
    (
        *("public", "private", "protected", "internal", "static", "final", "abstract", "override", "hide", "expando"),
        *("async", "export", "default", "virtual", "sealed"),
    )
)
_STARTERS = frozenset(("function", "var", "let", "const", "class", "interface", "enum"))
_MOST_MODIFIERS = 16
_BEFORE_NAMES = frozenset(("#", "*", "["))
_ATTRIBUTE = "attribute"
_VARIABLES = frozenset(("var", "let", "const"))
_ACCESSORS = frozenset(("get", "set"))


def declare_in_script(cursor: Cursor, out: list[tree.Node]) -> bool:
    """Parse a declaration of JScript; return false where none starts here."""
    words = cursor.words
    start = cursor.at
    at = start
    while (
        words[at] in _MODIFIERS
        and (cursor.kinds[at + 1] == NAME or (cursor.owner and words[at + 1] in _BEFORE_NAMES))
        and at < start + _MOST_MODIFIERS
    ):
        at += 1
    if cursor.kinds[at] == NAME and words[at] not in _STARTERS:
        at = _behind_attributes(cursor, at)
    modifiers = frozenset(words[start:at]) & _MODIFIERS
    attributes = tuple((word.lower(), "") for word in words[start:at] if word[:1].isalpha() and word not in _MODIFIERS)
    word = words[at]
    if word.startswith("@"):
        return _pass_condition(cursor, out)
    cursor.at = at
    if word == "function":
        return _declare_function(cursor, start, modifiers, out, attributes)
    if word in _VARIABLES and (cursor.kinds[at + 1] == NAME or words[at + 1] in ("{", "[")):
        _parse_variables(cursor, start, modifiers, out)
        end_statement(cursor, None, out)
        return True
    if word in ("class", "interface", "enum") and cursor.kinds[at + 1] == NAME:
        out.append(_parse_class(cursor, start, modifiers))
        return True
    if "static" in modifiers and words[at + 1] == "{":  # static Name { … }
        return _declare_initialiser(cursor, start, modifiers, out)
    if not cursor.owner:
        return False
    if _declare_method(cursor, start, modifiers, out):
        return True
    return cursor.depth == cursor.member_depth and _declare_field(cursor, start, at, modifiers, out)


def variables_of_script(cursor: Cursor, out: list[tree.Node]) -> bool:
    """Parse variables in the brackets of a statement; return false where none are declared."""
    if cursor.words[cursor.at] not in _VARIABLES:
        return False
    _parse_variables(cursor, cursor.at, frozenset(), out)
    return True


def _behind_attributes(cursor: Cursor, at: int) -> int:
    """Return where the declaration starts behind attributes; else the same place.

    An attribute is a name, maybe with dots and arguments. The next one, or the declaration, stands on the same line, or
    below a name that says that it is one.
    """
    words, place = cursor.words, at
    while cursor.kinds[place] == NAME and place < at + _MOST_MODIFIERS:
        if words[place] in _STARTERS:
            return place
        is_told = words[place].lower().endswith(_ATTRIBUTE)
        while words[place + 1] == "." and cursor.kinds[place + 2] == NAME:
            place += 2
            is_told = words[place].lower().endswith(_ATTRIBUTE)
        place = cursor.partners.get(place + 1, place) if words[place + 1] == "(" else place
        place += 1
        if cursor.starts_line(place) and not is_told:
            break
    return at


def _parse_variables(cursor: Cursor, start: int, modifiers: frozenset[str], out: list[tree.Node]) -> None:
    words = cursor.words
    if words[cursor.at] in ("const", "let"):
        modifiers |= {words[cursor.at]}
    cursor.at += 1
    while True:
        at = cursor.at
        cursor.steps += 1
        if words[at] in ("{", "["):
            out.append(_parse_parts(cursor, start, modifiers))
        elif cursor.kinds[at] == NAME:
            cursor.at += 1
            written = parse_type(cursor) if cursor.skip(":") else None
            value = cursor.grammar.expression(cursor) if cursor.skip("=") else None
            out.append(tree.Declaration(start, cursor.at, cursor.values[at], written, value, modifiers=modifiers))
        else:
            return
        if not cursor.skip(","):
            return
        start = cursor.at


def _parse_parts(cursor: Cursor, start: int, modifiers: frozenset[str]) -> tree.Node:
    """Parse the variables that take parts of an object or of a list."""
    target = parse_parts(cursor)
    if modifiers:
        for each in tree.walk(target):
            if isinstance(each, tree.Declaration):
                each.modifiers = modifiers
    if not cursor.skip("="):
        return target
    value = cursor.grammar.expression(cursor)
    return tree.Assign(start, cursor.at, target, "=", value)


def _declare_function(
    cursor: Cursor, start: int, modifiers: frozenset[str], out: list[tree.Node], attributes: tuple[tuple[str, str], ...]
) -> bool:
    words, kinds = cursor.words, cursor.kinds
    cursor.at += 1
    cursor.skip("*")
    if kinds[cursor.at] != NAME:
        return False
    kind = "function"
    if words[cursor.at] in _ACCESSORS and kinds[cursor.at + 1] == NAME:
        kind = words[cursor.at]
        cursor.at += 1
    name = cursor.values[cursor.at]
    cursor.at += 1
    while words[cursor.at] == "." and kinds[cursor.at + 1] == NAME:  # function a.b() { … } of old engines
        cursor.at += 2
        name = cursor.values[cursor.at - 1]
    _add_function(cursor, start, name, kind, modifiers, out)
    out[-1].attributes = attributes  # type: ignore[attr-defined]
    return True


def _add_function(
    cursor: Cursor, start: int, name: str, kind: str, modifiers: frozenset[str], out: list[tree.Node]
) -> None:
    function = parse_method(cursor, start, name)
    function.kind, function.modifiers = kind, modifiers
    if cursor.owner and name in (cursor.owner, "constructor"):
        function.kind = "constructor"
    out.append(function)


def _declare_method(cursor: Cursor, start: int, modifiers: frozenset[str], out: list[tree.Node]) -> bool:
    """Parse a method in a class that is written without ``function``."""
    words = cursor.words
    kind = "function"
    cursor.at += words[cursor.at] in ("*", "#")
    if words[cursor.at] in _ACCESSORS and cursor.kinds[cursor.at + 1] == NAME:
        kind = words[cursor.at]
        cursor.at += 1
    at = cursor.at
    if words[at] == "[" and cursor.depth == cursor.member_depth:
        return _declare_computed(cursor, start, modifiers, out)
    close = cursor.partners.get(at + 1, -1)
    if cursor.kinds[at] != NAME or words[at + 1] != "(" or words[close + 1] != "{" or at in _no_methods(words[at], at):
        cursor.at = start
        return False
    cursor.at += 1
    _add_function(cursor, start, cursor.values[at], kind, modifiers, out)
    return True


def _declare_computed(cursor: Cursor, start: int, modifiers: frozenset[str], out: list[tree.Node]) -> bool:
    """Parse a method whose name is a text, or one of the language's own (``[Symbol.iterator]``)."""
    words, at = cursor.words, cursor.at
    close = cursor.partners.get(at, -1)
    if words[close + 1] != "(" or words[cursor.partners.get(close + 1, -1) + 1] != "{":
        cursor.at = start
        return False
    name = cursor.values[close - 1]
    cursor.at = close + 1
    _add_function(cursor, start, f"@@{name}" if cursor.kinds[close - 1] == NAME else name, "function", modifiers, out)
    return True


def _declare_field(cursor: Cursor, start: int, at: int, modifiers: frozenset[str], out: list[tree.Node]) -> bool:
    """Parse a field that is written without ``var``: ``a = b;``, ``#a;``, the cursor's place of its name given."""
    words = cursor.words
    at += words[at] == "#"
    if cursor.kinds[at] != NAME or words[at + 1] not in ("=", ";"):
        cursor.at = start
        return False
    cursor.at = at + 1
    value = cursor.grammar.expression(cursor) if cursor.skip("=") else None
    end_statement(cursor, tree.Declaration(start, cursor.at, cursor.values[at], None, value, modifiers=modifiers), out)
    return True


def _no_methods(word: str, at: int) -> tuple[int, ...]:
    """Return the place of a word that starts a statement, so that it is no method's name."""
    return (at,) if word in ("if", "for", "while", "switch", "with", "catch") else ()


def _declare_initialiser(cursor: Cursor, start: int, modifiers: frozenset[str], out: list[tree.Node]) -> bool:
    """Parse ``static Name { … }``, which runs once."""
    name = cursor.values[cursor.at]
    cursor.at += 1
    body = cursor.grammar.block(cursor)
    out.append(tree.Function(start, cursor.at, name, [], body, "constructor", modifiers=modifiers))
    return True


def _parse_class(cursor: Cursor, start: int, modifiers: frozenset[str]) -> tree.Class:
    words = cursor.words
    kind = words[cursor.at]
    name = cursor.values[cursor.at + 1]
    cursor.at += 2
    bases: list[tree.TypeName] = []
    while words[cursor.at] in ("extends", "implements", ","):
        cursor.at += 1
        if cursor.kinds[cursor.at] == NAME:
            bases.append(parse_type(cursor))
    made = tree.Class(start, cursor.at, name, kind, bases, [], modifiers=modifiers)
    if kind == "enum":
        if cursor.skip(":"):
            parse_type(cursor)
        parse_values(cursor, made)
    elif words[cursor.at] == "{":
        parse_members(cursor, made)
    made.end = cursor.at
    return made


def parse_class_value(cursor: Cursor) -> tree.Class:
    """Parse a class as a value, whose base may be any expression."""
    start, words = cursor.at, cursor.words
    cursor.at += 1
    name = ""
    if cursor.kinds[cursor.at] == NAME and words[cursor.at] != "extends":
        name = cursor.values[cursor.at]
        cursor.at += 1
    made = tree.Class(start, cursor.at, name, "class", [], [])
    if cursor.skip("extends"):
        at = cursor.at
        base = cursor.grammar.operand(cursor)
        path = tree.name_path(base)
        if path:
            made.bases.append(tree.TypeName(at, cursor.at, ".".join(path)))
        elif isinstance(base, tree.Call):
            made.first = base
    if words[cursor.at] == "{":
        parse_members(cursor, made)
    made.end = cursor.at
    return made


def parse_yield(cursor: Cursor) -> tree.Node:
    """Parse ``yield x`` in an expression, or a name that is spelled so."""
    start = cursor.at
    cursor.at += 1
    if cursor.kinds[cursor.at] != NAME and cursor.words[cursor.at] not in YIELDED:
        return tree.Name(start, cursor.at, cursor.values[start])
    label = "*" if cursor.skip("*") else ""
    value = cursor.grammar.expression(cursor)
    return tree.Jump(start, cursor.at, "yield", value, label)


def _pass_condition(cursor: Cursor, out: list[tree.Node]) -> bool:
    """Pass over conditional compilation: ``@if (…)``, ``@else``, ``@end``, ``@set @a = …``."""
    start, words = cursor.at, cursor.words
    word = words[start]
    if word not in ("@if", "@elif", "@else", "@end", "@set"):
        return False
    cursor.at += 1
    if word == "@set":
        parse_plain(cursor, out)
        return True
    if words[cursor.at] == "(" and word in ("@if", "@elif"):
        cursor.at = cursor.partners.get(cursor.at, cursor.at) + 1
    out.append(tree.Unparsed(start, cursor.at))
    return True
