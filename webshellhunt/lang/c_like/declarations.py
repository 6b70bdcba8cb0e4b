"""Declarations of C#: variables, imports, classes and the words in front of them."""

from __future__ import annotations

from webshellhunt.lang.c_like.classes import (
    KINDS,
    Header,
    parse_class,
    parse_constructor,
    parse_function,
    parse_members,
    parse_property,
    starts_class,
)
from webshellhunt.lang.c_like.cursor import Cursor
from webshellhunt.lang.c_like.statements import end_statement, state_fixed
from webshellhunt.lang.c_like.type_names import PREDEFINED, parse_type, placed, type_end
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.lexis import NAME, STRING
from webshellhunt.lang.tree import Class, Declaration, Import, Node, TypeName, Unparsed

MODIFIERS = frozenset(
    (
        *("public", "private", "protected", "internal", "static", "readonly", "const", "volatile", "abstract"),
        *("sealed", "virtual", "override", "extern", "unsafe", "partial", "async", "new", "event"),
        *(
            "implicit",
            "explicit",
            "ref",
            "required",
            "final",
            "synchronized",
            "transient",
            "native",
            "fixed",
            "scoped",
            "file",
        ),
    )
)
_CONTEXTUAL = frozenset(
    ("partial", "async", "required", "final", "synchronized", "transient", "native", "scoped", "file")
)
_MOST_MODIFIERS = 16
_BEHIND_VARIABLE = frozenset(("=", ";", ",", "", "}"))
_BEHIND_METHOD = frozenset(("{", "=>", "where", ";", "throws", ""))
_IN_PROPERTY = frozenset(
    ("get", "set", "init", "add", "remove", "private", "protected", "internal", "public", "readonly", "[")
)
_NO_NAMES = frozenset(("with", "and", "or"))


def declare(cursor: Cursor, out: list[Node]) -> bool:
    """Parse a declaration; return false where none starts here."""
    words = cursor.words
    start = cursor.at
    header = Header(start)
    if words[start] == "[":
        header.attributes = _parse_attributes(cursor)
    if words[cursor.at] in MODIFIERS:
        header.modifiers = parse_modifiers(cursor)
    word = words[cursor.at]
    if word in KINDS and starts_class(cursor):
        out.append(parse_class(cursor, header))
        return True
    if word == "delegate" and (header.modifiers or _names(cursor, cursor.at + 1) > 0):
        return _parse_delegate(cursor, header, out)
    if word == "~" or word == "operator":
        return parse_constructor(cursor, header, out)
    name = _names(cursor, cursor.at, is_certain=bool(header.modifiers))
    if name > 0:
        return _declare_name(cursor, header, name, out)
    if words[cursor.at + 1] == "(" and cursor.is_name(cursor.at) and (header.modifiers or word == cursor.owner):
        behind = words[cursor.partners.get(cursor.at + 1, -1) + 1]
        return behind in (*_BEHIND_METHOD, ":") and parse_constructor(cursor, header, out)
    return False


def declare_as(cursor: Cursor, header: Header, out: list[Node]) -> bool:
    """Parse a declaration from its type; return false where none starts here."""
    name = _names(cursor, cursor.at)
    return name > 0 and _declare_name(cursor, header, name, out)


def _declare_name(cursor: Cursor, header: Header, name: int, out: list[Node]) -> bool:
    """Parse a variable, a method or a property, whose name is known."""
    behind = cursor.words[name + 1]
    written = parse_type(cursor)
    if cursor.words[name] == "operator":
        cursor.at = name
        return parse_constructor(cursor, header, out, written)
    cursor.at = name
    if behind in ("(", "<"):
        return parse_function(cursor, header, written, out)
    if behind in ("{", "=>") or cursor.words[name] == "this":
        return parse_property(cursor, header, written, out)
    _parse_variables(cursor, header, written, out)
    end_statement(cursor, None, out)
    return True


def variables(cursor: Cursor, out: list[Node]) -> bool:
    """Parse variables in the brackets of a statement; return false where none are declared."""
    header = Header(cursor.at)
    start = cursor.at
    while cursor.words[cursor.at] in ("ref", "const", "final", "readonly", "scoped"):
        cursor.at += 1
    name = _names(cursor, cursor.at)
    if name < 0:
        cursor.at = start
        return False
    written = parse_type(cursor)
    cursor.at = name
    _parse_variables(cursor, header, written, out)
    return True


def _names(cursor: Cursor, at: int, *, is_certain: bool = False) -> int:
    """Return where the name is that a declaration at a token declares, -1 where there is none.

    ``a * b;`` is one of a pointer where it is certain that something is declared.
    """
    words = cursor.words
    end = type_end(cursor, at)
    if end <= 0 or cursor.kinds[end] != NAME:
        return -1
    word = words[end]
    if word in cursor.grammar.reserved:
        is_member = (word == "this" and words[end + 1] == "[") or word == "operator"
        return end if is_member else -1
    if word in _NO_NAMES:
        return -1
    behind = words[end + 1]
    if behind in _BEHIND_VARIABLE:
        is_product = not is_certain and words[end - 1] == "*" and behind != "=" and words[end - 2] not in PREDEFINED
        return -1 if is_product else end
    return _member_name(cursor, end)


def _member_name(cursor: Cursor, at: int) -> int:
    """Return where the name of a method or a property is that may be one of an interface: ``T I.name``."""
    words = cursor.words
    while True:
        behind = at + 1
        if words[behind] == "<" and behind in cursor.angles:
            behind = cursor.angles[behind] + 1
        if words[behind] != "." or cursor.kinds[behind + 1] != NAME:
            break
        at = behind + 1
    word = words[behind]
    if word == "(":
        is_member = words[cursor.partners.get(behind, -1) + 1] in _BEHIND_METHOD and behind in cursor.partners
    elif word == "[":
        is_member = words[at] == "this" or words[behind + 2] == "]" or words[behind + 1] == "]"
    else:
        is_member = word == "=>" or (word == "{" and words[behind + 1] in _IN_PROPERTY)
    return at if is_member else -1


def parse_modifiers(cursor: Cursor) -> frozenset[str]:
    """Parse the words in front of a declaration; a word that may be a name has to be followed by one."""
    found: list[str] = []
    words = cursor.words
    while (word := words[cursor.at]) in MODIFIERS and len(found) < _MOST_MODIFIERS:
        following = words[cursor.at + 1]
        if word == "new" and not found and following not in MODIFIERS and _names(cursor, cursor.at + 1) < 0:
            break
        is_name = cursor.kinds[cursor.at + 1] != NAME and following not in ("(", "~")
        if word in _CONTEXTUAL and (is_name or following == "("):
            break
        found.append(word)
        cursor.at += 1
    return frozenset(found)


def _parse_attributes(cursor: Cursor) -> tuple[tuple[str, str], ...]:
    """Parse ``[A, B(x)]``: the names in lower case and the text of their arguments."""
    found: list[tuple[str, str]] = []
    while cursor.words[cursor.at] == "[":
        _parse_section(cursor, found)
    return tuple(found)


def _parse_section(cursor: Cursor, found: list[tuple[str, str]]) -> None:
    """Parse the attributes in one pair of brackets."""
    words, tokens = cursor.words, cursor.tokens
    close = cursor.partners.get(cursor.at, cursor.at)
    while cursor.at < close:
        cursor.at += 1
        cursor.steps += 1
        if cursor.kinds[cursor.at] != NAME or words[cursor.at + 1] == ":":
            continue
        name = parse_type(cursor, suffixes=False).name.lower()
        end = cursor.partners.get(cursor.at, -1) if words[cursor.at] == "(" else -1
        text = _written(tokens, cursor.at + 1, end) if cursor.at < end <= close else ""
        found.append((name, text))
        cursor.at = max(cursor.at, end)
        if words[cursor.at] == ")":
            cursor.at += 1
    cursor.at = close + 1


def _written(tokens: Tokens, start: int, end: int) -> str:
    """Return tokens as one text, without what the compiler skips."""
    pairs = zip(tokens.kinds[start:end], tokens.values[start:end], strict=True)
    return "".join(f'"{value}"' if kind == STRING else value for kind, value in pairs)


def _parse_variables(cursor: Cursor, header: Header, written: TypeName, out: list[Node]) -> None:
    """Parse names with their values; the first one has the type's tokens."""
    words = cursor.words
    start = header.start
    while cursor.kinds[cursor.at] == NAME:
        at = cursor.at
        cursor.steps += 1
        cursor.at += 1
        own = written if start == header.start else placed(written, at)
        if words[cursor.at] == "[" and own is not None:
            cursor.at = cursor.partners.get(cursor.at, cursor.at) + 1
            own.rank += 1
        value = cursor.grammar.expression(cursor) if cursor.skip("=") else None
        out.append(Declaration(start, cursor.at, cursor.values[at], own, value, modifiers=header.modifiers))
        if words[cursor.at] != ",":
            break
        cursor.at += 1
        start = cursor.at


def _parse_delegate(cursor: Cursor, header: Header, out: list[Node]) -> bool:
    """Parse ``delegate T Name(…);``, the type of a function."""
    cursor.at += 1
    name = _names(cursor, cursor.at)
    if name < 0:
        return False
    header.modifiers |= {"delegate"}
    written = parse_type(cursor)
    cursor.at = name
    return parse_function(cursor, header, written, out, kind="declared")


def state_using(cursor: Cursor, out: list[Node]) -> bool:
    """Parse an import, or ``using`` before a declaration or a block."""
    start, words = cursor.at, cursor.words
    if words[start + 1] == "(":
        return state_fixed(cursor, out)
    cursor.at += 1
    alias = ""
    is_static = cursor.skip("static")
    if words[cursor.at + 1] == "=" and cursor.kinds[cursor.at] == NAME:
        alias = cursor.values[cursor.at]
        cursor.at += 2
    elif not is_static and declare_as(cursor, Header(start, modifiers=frozenset(("using",))), out):
        return True
    written = parse_type(cursor)
    end_statement(cursor, Import(start, cursor.at, written.name, alias, is_static), out)
    return True


def state_global(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``global using``."""
    if cursor.words[cursor.at + 1] != "using":
        return False
    cursor.at += 1
    return state_using(cursor, out)


def state_import(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``import a.b;``, also Java's with a star."""
    start = cursor.at
    if cursor.kinds[start + 1] != NAME:
        return False
    cursor.at += 1
    is_static = cursor.skip("static")
    written = parse_type(cursor, suffixes=False)
    if cursor.words[cursor.at] == "." and cursor.words[cursor.at + 1] == "*":
        cursor.at += 2
    end_statement(cursor, Import(start, cursor.at, written.name, is_static=is_static), out)
    return True


def state_package(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``package a.b { … }``, or Java's without braces."""
    start = cursor.at
    if cursor.kinds[start + 1] != NAME:
        return False
    cursor.at += 1
    written = parse_type(cursor, suffixes=False)
    if cursor.words[cursor.at] != "{":
        end_statement(cursor, Unparsed(start, cursor.at), out)
        return True
    made = Class(start, cursor.at, written.name, "namespace", [], [])
    parse_members(cursor, made)
    made.end = cursor.at
    out.append(made)
    return True


def state_await(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``await foreach`` and ``await using``."""
    state = cursor.grammar.statements.get(cursor.words[cursor.at + 1])
    if state is None or cursor.words[cursor.at + 1] not in ("foreach", "using"):
        return False
    cursor.at += 1
    return state(cursor, out)
