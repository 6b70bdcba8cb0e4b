"""Imports of C-like code, and the other meanings of the words that start them."""

from __future__ import annotations

from webshellhunt.lang.c_like.classes import parse_members
from webshellhunt.lang.c_like.cursor import Cursor
from webshellhunt.lang.c_like.declarations import declare_as
from webshellhunt.lang.c_like.members import Header
from webshellhunt.lang.c_like.statements import end_statement, state_fixed
from webshellhunt.lang.c_like.type_names import parse_type
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import Class, Import, Node, Unparsed


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
