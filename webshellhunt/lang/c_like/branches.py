"""``switch`` and ``try`` of C-like code."""

from __future__ import annotations

from webshellhunt.lang.c_like.cursor import Cursor
from webshellhunt.lang.c_like.expressions import parse_comma
from webshellhunt.lang.c_like.patterns import parse_pattern
from webshellhunt.lang.c_like.statements import close_brackets, parse_commas, parse_inner, parse_statement, parse_test
from webshellhunt.lang.c_like.type_names import parse_type, type_end
from webshellhunt.lang.tree import Block, Case, Catch, Node, Pattern, Switch, Try, TypeName


def state_switch(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``switch``: each label is a case, which falls through where it has no body."""
    start, words = cursor.at, cursor.words
    cursor.at += 1
    subject = parse_test(cursor)
    cases: list[Case] = []
    if cursor.skip("{"):
        while words[cursor.at] not in ("}", ""):
            if words[cursor.at] in ("case", "default"):
                cases.append(_parse_case(cursor))
            else:  # nothing stands before the first case
                stray: list[Node] = []
                parse_statement(cursor, stray)
        cursor.skip("}")
    out.append(Switch(start, cursor.at, subject, cases, falls_through=True))
    return True


def _parse_case(cursor: Cursor) -> Case:
    start, words = cursor.at, cursor.words
    patterns: list[Pattern] = []
    guard: Node | None = None
    cursor.at += 1
    cursor.steps += 1
    if words[start] == "case":
        patterns.append(_parse_script_pattern(cursor) if cursor.is_script else parse_pattern(cursor))
        guard = cursor.grammar.expression(cursor) if cursor.skip("when") else None
    cursor.skip(":")
    begin = cursor.at
    body: list[Node] = []
    while (word := words[cursor.at]) not in ("case", "}", "") and (word != "default" or words[cursor.at + 1] != ":"):
        parse_statement(cursor, body)
    return Case(start, cursor.at, patterns, Block(begin, cursor.at, body), guard)


def _parse_script_pattern(cursor: Cursor) -> Pattern:
    start = cursor.at
    value = parse_comma(cursor)
    return Pattern(start, cursor.at, value=value)


def state_try(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``try`` with its handlers."""
    start, words = cursor.at, cursor.words
    cursor.at += 1
    resources: list[Node] = []
    if words[cursor.at] == "(":  # Java's
        opening = cursor.at
        cursor.at += 1
        if not cursor.grammar.variables(cursor, resources):
            resources = parse_commas(cursor)
        close_brackets(cursor, opening)
    body = parse_inner(cursor)
    body.statements[:0] = resources
    body.start = min([body.start, *(each.start for each in resources)])
    catches: list[Catch] = []
    while words[cursor.at] == "catch":
        catches.append(_parse_catch(cursor))
    last = parse_inner(cursor) if cursor.skip("finally") else None
    out.append(Try(start, cursor.at, body, catches, last))
    return True


def _parse_catch(cursor: Cursor) -> Catch:
    start = cursor.at
    cursor.at += 1
    written: TypeName | None = None
    name = ""
    guard: Node | None = None
    if cursor.words[cursor.at] == "(":
        opening = cursor.at
        cursor.at += 1
        end = type_end(cursor, cursor.at)
        if not cursor.is_script and end > 0:
            written = parse_type(cursor)
        if cursor.is_name(cursor.at):
            name = cursor.values[cursor.at]
            cursor.at += 1
        if cursor.is_script and cursor.skip(":"):
            written = parse_type(cursor)
        close_brackets(cursor, opening)
    if cursor.skip("when"):
        guard = parse_test(cursor)
    body = parse_inner(cursor)
    return Catch(start, cursor.at, written, name, body, guard)
