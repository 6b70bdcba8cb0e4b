"""Patterns of C#: the tests of ``is``, ``case`` and the arms of a switch expression."""

from __future__ import annotations

from webshellhunt.lang.c_like.cursor import MAX_DEPTH, Cursor
from webshellhunt.lang.c_like.type_names import PREDEFINED, is_cast, parse_tested_type, type_end
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import SLICE, Block, Case, Literal, Node, Pattern, Switch

_MOST_JOINED = 50
_COMPARING = frozenset(("<", ">", "<=", ">=", "==", "!="))
_JOINING = frozenset(("and", "or", "when"))
_AFTER_TYPE = frozenset(("{", "("))


def parse_pattern(cursor: Cursor, *, is_test: bool = False) -> Pattern:
    """Parse a pattern; a name alone is a type in a test, else a constant."""
    start = cursor.at
    if cursor.depth >= MAX_DEPTH:
        return Pattern(start, cursor.skip_expression().end)
    cursor.depth += 1
    cursor.steps += 1
    first = _parse_both(cursor, is_test=is_test)
    if cursor.words[cursor.at] == "or":
        alternatives = [first]
        while cursor.skip("or"):
            alternatives.append(_parse_both(cursor, is_test=is_test))
        first = Pattern(start, cursor.at, alternatives=alternatives)
    cursor.depth -= 1
    return first


def _parse_both(cursor: Cursor, *, is_test: bool) -> Pattern:
    """Parse patterns that all have to fit."""
    start = cursor.at
    first = _parse_single(cursor, is_test=is_test)
    if cursor.words[cursor.at] != "and":
        return first
    found = [first]
    while len(found) < _MOST_JOINED and cursor.skip("and"):
        found.append(_parse_single(cursor, is_test=is_test))
    joined = found.pop()
    while found:
        left = found.pop()
        if left.also is None:
            left.also, left.end = joined, cursor.at
            joined = left
        else:
            joined = Pattern(left.start, cursor.at, alternatives=[left], also=joined)
    joined.start, joined.end = start, cursor.at
    return joined


def _parse_single(cursor: Cursor, *, is_test: bool) -> Pattern:
    start, words = cursor.at, cursor.words
    negations = 0
    while words[cursor.at] == "not" and words[cursor.at + 1] not in (")", ";", ",", ":", "=>"):
        negations += 1
        cursor.at += 1
    word = words[cursor.at]
    if word in _COMPARING:
        cursor.at += 1
        value = _parse_constant(cursor)
        made = Pattern(start, cursor.at, value=value, operator=word)
    elif word in ("(", "[", "{") and not is_cast(cursor, cursor.at, cursor.partners.get(cursor.at, -1)):
        made = _parse_parts(cursor, None, start)
    else:
        made = _parse_typed(cursor, is_test=is_test)
    made.start = start
    made.is_negated = bool(negations % 2) != made.is_negated
    return made


def _parse_slice(cursor: Cursor) -> Pattern:
    """Parse ``..`` of a list, which stands for any items."""
    start = cursor.at
    cursor.at += 2
    if cursor.words[cursor.at] in (",", "]"):
        return Pattern(start, cursor.at)
    return parse_pattern(cursor)


def _parse_typed(cursor: Cursor, *, is_test: bool) -> Pattern:
    """Parse a type with or without a name, a constant, or ``_``."""
    start, words = cursor.at, cursor.words
    if words[start] == "var":
        cursor.at += 1
        if words[cursor.at] == "(":
            return _parse_parts(cursor, None, start, declares=True)
        name = _parse_name(cursor)
        return Pattern(start, cursor.at, name=name)
    if words[start] == "_" and cursor.kinds[start + 1] != NAME:
        cursor.at += 1
        return Pattern(start, cursor.at)
    end = -1 if words[start] == "(" else type_end(cursor, start)
    if end > 0:
        if words[end - 1] == "?":
            end -= 1
        is_type = (is_test or words[start] in PREDEFINED or words[end - 1] == "]") and words[end] not in (".", "(")
        if is_type or (words[end] in _AFTER_TYPE and words[end - 1] != ")") or _names(cursor, end):
            written = parse_tested_type(cursor)
            if words[cursor.at] in _AFTER_TYPE:
                made = _parse_parts(cursor, None, start)
                made.type = written
                return made
            name = _parse_name(cursor)
            return Pattern(start, cursor.at, written, name)
    value = _parse_constant(cursor)
    return Pattern(start, cursor.at, value=value)


def _names(cursor: Cursor, at: int) -> bool:
    return cursor.is_name(at) and cursor.words[at] not in _JOINING


def _parse_name(cursor: Cursor) -> str:
    """Parse the name that a pattern gives to a value that fits; ``_`` is none."""
    at = cursor.at
    if not _names(cursor, at):
        return ""
    cursor.at += 1
    name = cursor.values[at]
    return "" if name == "_" else name


def _parse_constant(cursor: Cursor) -> Node:
    """Parse a constant, with operators that bind more than comparisons."""
    before = cursor.strengths
    cursor.strengths = cursor.grammar.narrow
    value = cursor.grammar.operators(cursor)
    cursor.strengths = before
    return value


def _parse_parts(cursor: Cursor, written: None, start: int, *, declares: bool = False) -> Pattern:
    """Parse patterns in brackets, with or without names; then those in braces, and a name."""
    parts: list[tuple[str, Pattern]] = []
    lone: Pattern | None = None
    word = ""
    while cursor.words[cursor.at] in ("(", "[", "{"):
        word = cursor.words[cursor.at]
        found = _parse_list(cursor, declares=declares)
        if word == "(" and len(found) == 1 and not found[0][0] and not parts:
            lone = found[0][1]
        parts += found
    if lone is not None and len(parts) == 1:
        lone.end = cursor.at
        return lone
    if word == "[" and all(name != SLICE for name, _ in parts):
        size = Literal(cursor.at, cursor.at, len(parts), "number")
        parts.append(("Length", Pattern(cursor.at, cursor.at, value=size)))
    made = Pattern(start, cursor.at, written, parts=parts)
    made.name = _parse_name(cursor)
    made.end = cursor.at
    return made


def _parse_list(cursor: Cursor, *, declares: bool) -> list[tuple[str, Pattern]]:
    found: list[tuple[str, Pattern]] = []
    words = cursor.words
    cursor.at += 1
    while words[cursor.at] not in (")", "]", "}", "", ";"):
        before = cursor.at
        is_slice = words[cursor.at] == "." and words[cursor.at + 1] == "."
        name = SLICE if is_slice else _part_name(cursor)
        if declares and cursor.kinds[cursor.at] == NAME:
            at = cursor.at
            part = Pattern(at, at + 1, name=_parse_name(cursor))
            cursor.at = at + 1
        else:
            part = _parse_slice(cursor) if is_slice else parse_pattern(cursor)
        if cursor.at > before:
            found.append((name, part))
        elif not cursor.skip(","):
            cursor.at += 1
    if words[cursor.at] not in ("", ";"):
        cursor.at += 1
    return found


def _part_name(cursor: Cursor) -> str:
    """Pass over ``Length:`` or ``A.B:``; return the name."""
    at, words = cursor.at, cursor.words
    while cursor.kinds[at] == NAME and words[at + 1] == ".":
        at += 2
    if cursor.kinds[at] != NAME or words[at + 1] != ":":
        return ""
    name = "".join(cursor.values[cursor.at : at + 1])
    cursor.at = at + 2
    return name


def _parse_guard(cursor: Cursor) -> Node:
    """Parse the condition before the ``=>`` of a switch expression."""
    at, outer = cursor.at, cursor.arrow
    while cursor.words[at] not in ("=>", ",", "}", ";", ""):
        at = max(cursor.partners.get(at, at), at) + 1
    cursor.arrow = at
    guard = cursor.grammar.expression(cursor)
    cursor.arrow = outer
    return guard


def parse_switch_expression(cursor: Cursor, subject: Node, start: int) -> Node | None:
    """Parse ``subject switch { pattern => value, … }``."""
    words = cursor.words
    if words[cursor.at + 1] != "{":
        return None
    cursor.at += 2
    cases: list[Case] = []
    while words[cursor.at] not in ("}", ""):
        before = cursor.at
        pattern = parse_pattern(cursor)
        guard = _parse_guard(cursor) if cursor.skip("when") else None
        if cursor.skip("=>"):
            begin = cursor.at
            value = cursor.grammar.expression(cursor)
            patterns = [] if words[before] == "_" and pattern.end == before + 1 else [pattern]
            cases.append(Case(before, cursor.at, patterns, Block(begin, cursor.at, [value]), guard))
        if not cursor.skip(",") and cursor.at == before:
            cursor.at += 1
    cursor.skip("}")
    return Switch(start, cursor.at, subject, cases, is_expression=True)
