"""Classes of C-like code with their bases and members."""

from __future__ import annotations

from webshellhunt.lang.c_like.cursor import Cursor
from webshellhunt.lang.c_like.expressions import parse_arguments
from webshellhunt.lang.c_like.functions import parse_parameters
from webshellhunt.lang.c_like.members import BODY, Header
from webshellhunt.lang.c_like.type_names import parse_type, type_end
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import Call, Class, Declaration, Name, Parameter

KINDS = frozenset(("class", "struct", "interface", "enum", "record", "namespace"))
_BEHIND_RECORD = frozenset(("(", "{", ":", ";", "<"))
_RECORD = frozenset(("record",))
_VALUE = frozenset(("const",))


def starts_class(cursor: Cursor) -> bool:
    """True if the word at the cursor declares a class, rather than being a name itself."""
    at = cursor.at
    if cursor.kinds[at + 1] != NAME:
        return False
    if cursor.words[at] != "record":
        return True
    return cursor.words[at + 1] in ("class", "struct") or cursor.words[at + 2] in _BEHIND_RECORD


def parse_class(cursor: Cursor, header: Header) -> Class:
    """Parse a class, struct, record, interface, enumeration or namespace from that word."""
    words = cursor.words
    kind = words[cursor.at]
    cursor.at += 1
    modifiers = header.modifiers
    if kind == "record" and words[cursor.at] in ("class", "struct"):
        kind = "struct" if words[cursor.at] == "struct" else kind
        cursor.at += 1
        modifiers |= _RECORD if kind == "struct" else frozenset()
    written = parse_type(cursor, suffixes=False)
    parameters: list[Parameter] = parse_parameters(cursor) if words[cursor.at] == "(" else []
    made = Class(header.start, cursor.at, written.name, kind, [], [], parameters, modifiers, header.attributes)
    made.generics = tuple(each.name for each in written.arguments)
    while words[cursor.at] not in ("{", ";", "}", ""):
        _parse_bases(cursor, made)
    if kind == "enum":
        parse_values(cursor, made)
    elif words[cursor.at] == "{" or (kind == "namespace" and words[cursor.at] == ";"):
        parse_members(cursor, made)
    cursor.skip(";")
    made.end = cursor.at
    return made


def parse_members(cursor: Cursor, made: Class) -> None:
    """Parse the members of a class up to its closing brace, the cursor at the opening one."""
    is_open = cursor.words[cursor.at] == "{"
    around, cursor.owner, cursor.member_depth = (
        (cursor.owner, cursor.member_depth),
        made.name or "class",
        cursor.depth + 1,
    )
    cursor.at += 1
    while cursor.words[cursor.at] != "}" and cursor.at < cursor.size:
        cursor.grammar.statement(cursor, made.members)
    cursor.owner, cursor.member_depth = around
    if is_open:
        cursor.skip("}")


def _parse_bases(cursor: Cursor, made: Class) -> None:
    """Parse one base, or pass over a token between them and over ``where`` clauses."""
    if cursor.words[cursor.at] == "where":
        pass_constraints(cursor)
    elif type_end(cursor, cursor.at) > 0 and cursor.words[cursor.at] not in ("extends", "implements"):
        made.bases.append(parse_type(cursor))
        if cursor.words[cursor.at] == "(":
            at = cursor.at
            arguments = parse_arguments(cursor, ")")
            made.first = Call(at, cursor.at, Name(at, at, "base"), arguments)
    else:
        cursor.at += 1


def pass_constraints(cursor: Cursor) -> None:
    """Pass over ``where T : class`` up to the body."""
    while cursor.words[cursor.at] not in BODY:
        cursor.steps += 1
        cursor.at += 1


def parse_values(cursor: Cursor, made: Class) -> None:
    """Parse the values of an enumeration."""
    if not cursor.skip("{"):
        return
    words = cursor.words
    while words[cursor.at] not in ("}", ""):
        at = cursor.at
        cursor.steps += 1
        if words[at] == "[":
            cursor.at = cursor.partners.get(at, at) + 1
            continue
        cursor.at += 1
        if cursor.kinds[at] == NAME:
            value = cursor.grammar.expression(cursor) if cursor.skip("=") else None
            made.members.append(Declaration(at, cursor.at, cursor.values[at], None, value, modifiers=_VALUE))
    cursor.skip("}")
