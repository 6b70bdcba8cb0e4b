"""``yield`` of C# and of JScript."""

from __future__ import annotations

from webshellhunt.lang.c_like.cursor import DIGITS, TEXT, Cursor
from webshellhunt.lang.c_like.statements import end_statement
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import Jump, Node

_YIELDED = frozenset(("*", "{", "[", TEXT, DIGITS))
"""Tokens that follow ``yield`` where it is no name."""


def state_yield(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``yield return x`` and ``yield break``."""
    start = cursor.at
    word = cursor.words[start + 1]
    if word not in ("return", "break"):
        return False
    cursor.at += 2
    value = cursor.grammar.expression(cursor) if word == "return" else None
    end_statement(cursor, Jump(start, cursor.at, "yield" if value else "yield break", value), out)
    return True


def state_yield_of_script(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``yield x`` and ``yield* x`` of a generator."""
    start = cursor.at
    if cursor.kinds[start + 1] != NAME and cursor.words[start + 1] not in _YIELDED:
        return False
    cursor.at += 1
    cursor.skip("*")
    value = cursor.grammar.expression(cursor)
    end_statement(cursor, Jump(start, cursor.at, "yield", value), out)
    return True
