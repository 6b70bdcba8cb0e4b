"""Cutting: texts of one language become a unit: tokens, matched brackets, statements, functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.code.functions import DECLARING, NOT_FUNCTIONS, find_functions, name_behind
from webshellhunt.code.unit import Unit
from webshellhunt.lang import unit as lang_unit
from webshellhunt.lang.tokens import NAME, NEWLINE, OP

_OPEN = {"(": ")", "[": "]", "{": "}"}
_CLOSE = frozenset(_OPEN.values())
_PAIRED = frozenset("()[]{}\n:")  # brackets, and what VB ends a statement with
_FARTHEST_OPENER = 40  # openers on the stack among which that of a closing bracket is looked for
_CUTTING_WORDS = frozenset({"then", "else"})
_ENDING = frozenset(";{}")
_BEGINNING = frozenset({"var", "switch", "if", "for", "while", "return", "try", "throw"})
_GOING_ON = frozenset({".", ",", "(", "[", "=", "+", "?", ":", "&&", "||"})
_VB = frozenset({"vb", "vbscript"})


def build_unit(text: str, language: str, ranges: Sequence[tuple[int, int]], *, server_comments: bool = False) -> Unit:
    """Tokenise ranges of a text as one unit, a statement boundary between them."""
    read = lang_unit.build_unit(text, language, ranges, server_comments=server_comments)
    unit = Unit(language, read.tokens, read.is_cut)
    _match_brackets(unit)
    (_cut_vb if unit.is_vb else _cut_c)(unit)
    unit.functions = find_functions(unit)
    return unit


def _match_brackets(unit: Unit) -> None:
    """Pair brackets leniently: a closing one without its opener is passed over."""
    values, kinds, is_vb = unit.tokens.values, unit.tokens.kinds, unit.is_vb
    stack: list[int] = []
    for index in unit.tokens.indexes_of(_PAIRED):
        kind = kinds[index]
        if kind != OP:
            if kind == NEWLINE and is_vb:
                stack.clear()
            continue
        value = values[index]
        if value in _OPEN:
            stack.append(index)
        elif stack and value in _CLOSE:
            opener = stack.pop() if _OPEN[values[stack[-1]]] == value else _pop_until(stack, values, value)
            if opener is not None:
                unit.match[opener], unit.match[index] = index, opener


def _pop_until(stack: list[int], values: Sequence[str], closer: str) -> int | None:
    """Take the opener of a closing bracket off the stack, and those that were never closed; none where none is near."""
    for depth in range(len(stack) - 2, max(-1, len(stack) - _FARTHEST_OPENER), -1):
        if _OPEN[values[stack[depth]]] == closer:
            opener = stack[depth]
            del stack[depth:]
            return opener
    return None


def _cut_vb(unit: Unit) -> None:
    """Cut at line ends and colons, and after ``Then`` and ``Else``, to keep a condition from its consequence."""
    tokens, kinds = unit.tokens, unit.tokens.kinds
    words = (at for at in tokens.indexes_of(_CUTTING_WORDS) if kinds[at] == NAME and not unit.is_op(at - 1, "."))
    cuts = sorted([*tokens.of_kind(NEWLINE), *words])
    starts = (0, *(cut + 1 for cut in cuts))
    unit.statements = [each for each in zip(starts, (*cuts, len(tokens)), strict=True) if each[0] < each[1]]
    if unit.language == "vbscript":
        unit.part(_ends_of_heads(unit))


def _ends_of_heads(unit: Unit) -> Iterator[int]:
    """Yield where the body of a procedure begins and ends that stands in one line with its head."""
    kinds, total = unit.tokens.kinds, len(unit.tokens)
    for at in unit.tokens.indexes_of(DECLARING):
        name_at = name_behind(unit, at)
        if unit.value(at - 1) == "end":
            if at > 1 and kinds[at - 2] != NEWLINE:
                yield at - 1
        elif unit.is_name(name_at) and unit.value(at - 1) not in ("exit", "."):
            behind = unit.match.get(name_at + 1, name_at) + 1
            if behind < total and kinds[behind] != NEWLINE:
                yield behind


def _cut_c(unit: Unit) -> None:
    """Cut at ``;`` and at braces of bodies; braces of literals and initialisers stay in their statement."""
    start = resume = 0
    kinds, values, total = unit.tokens.kinds, unit.tokens.values, len(unit.tokens)
    for index in unit.tokens.indexes_of(_ENDING | _BEGINNING if unit.language == "jscript" else _ENDING):
        if index < resume:
            continue
        if kinds[index] != OP:
            if index > start and _begins_statement(unit, index):
                unit.statements.append((start, index))
                start = index
            continue
        if values[index] == "{" and _is_literal_brace(unit, index, start) and index in unit.match:
            resume = unit.match[index] + 1
            continue
        if index > start:
            unit.statements.append((start, index))
        start = index + 1
    if start < total:
        unit.statements.append((start, total))


def _begins_statement(unit: Unit, index: int) -> bool:
    """Tell whether a keyword begins a statement though no ``;`` stands before it: on a new line, or behind ``)``."""
    tokens = unit.tokens
    if tokens.kinds[index] != NAME or tokens.values[index - 1] in _GOING_ON or unit.is_op(index + 1, ":"):
        return False
    between = tokens.text[tokens.ends[index - 1] : tokens.starts[index]]
    return tokens.values[index - 1] in (")", "else") or "\n" in between or "\r" in between


def _is_literal_brace(unit: Unit, index: int, start: int) -> bool:
    """Tell whether ``{`` opens an object literal or an initialiser rather than a body."""
    before = unit.value(index - 1)
    if index == start or before == "=>":
        return False
    if before in ("=", "(", ",", ":", "[", "]", "return", "+", "?"):
        return unit.language == "jscript" or before != ":"
    if before == ")" and unit.value(unit.match.get(index - 1, 0) - 1) in NOT_FUNCTIONS:
        return False  # using (T x = new T()) {
    window = range(max(start, index - 24), index)
    has_new = any(unit.value(k) == "new" for k in window)
    has_body = any(unit.value(k) in ("delegate", "function", "=>", "class") for k in window)
    return has_new and not has_body
