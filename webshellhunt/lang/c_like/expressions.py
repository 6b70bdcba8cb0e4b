"""Expressions of C-like code: operators with two and three operands, assignments, arguments."""

from __future__ import annotations

from webshellhunt.lang import tree
from webshellhunt.lang.c_like.cursor import DIGITS, MAX_DEPTH, Cursor
from webshellhunt.lang.c_like.patterns import parse_pattern
from webshellhunt.lang.c_like.type_names import parse_tested_type, parse_type, type_end
from webshellhunt.lang.columns import CLOSE
from webshellhunt.lang.lexis import NAME

_LEVELS = (
    ("??",), ("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", ">", "<=", ">=", "is", "as"),
    ("<<", ">>", ">>>"), ("+", "-"), ("*", "/", "%"), ("..",),
)  # fmt: skip
_SCRIPT_ONLY = {"===": 7, "!==": 7, "instanceof": 8, "in": 8, "**": 12}
STRENGTHS = {operator: level for level, operators in enumerate(_LEVELS, 1) for operator in operators} | {
    "instanceof": 8
}
STRENGTHS_OF_SCRIPT = {word: level for word, level in STRENGTHS.items() if word not in ("is", "as")} | _SCRIPT_ONLY
_TESTS = frozenset(("is", "as", "instanceof"))
_ASSIGNING = frozenset(
    ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", ">>>=", "??=", "**=", "&&=", "||=")
)
ENDS = frozenset((";", ")", ",", "]", "}", ""))
_MOST_TESTS = 50
_COMPOSED = frozenset(">.")
_BEHIND_DECLARED = frozenset(",)")
_BY = frozenset(("ref", "out", "in", "params"))


def parse_expression(cursor: Cursor) -> tree.Node:
    """Parse an expression, an assignment too; without one, the node is empty and nothing is passed over."""
    if cursor.depth >= MAX_DEPTH:
        return cursor.skip_expression()
    cursor.depth += 1
    cursor.steps += 1
    start = cursor.at
    left = parse_binary(cursor)
    word = cursor.words[cursor.at]
    if word not in ENDS:
        if word == "?":
            left = _parse_conditional(cursor, left, start)
        elif word in _ASSIGNING:
            left = _parse_assignment(cursor, left, start)
        elif word == ">" and cursor.words[cursor.at + 1] in (">=", ">"):
            left = _parse_shift_assignment(cursor, left, start)
    cursor.depth -= 1
    return left


def _parse_assignment(cursor: Cursor, target: tree.Node, start: int) -> tree.Assign:
    operator = cursor.words[cursor.at]
    cursor.at += 1
    value = parse_expression(cursor)
    return tree.Assign(start, cursor.at, target, operator, value)


def _parse_shift_assignment(cursor: Cursor, target: tree.Node, start: int) -> tree.Assign:
    """Parse ``>>=`` of C#, which is several tokens."""
    while cursor.words[cursor.at] == ">":
        cursor.at += 1
    cursor.skip(">=")
    value = parse_expression(cursor)
    return tree.Assign(start, cursor.at, target, ">>=", value)


def _parse_conditional(cursor: Cursor, test: tree.Node, start: int) -> tree.Conditional:
    cursor.at += 1
    yes = parse_expression(cursor)
    no = parse_expression(cursor) if cursor.skip(":") else cursor.missing()
    return tree.Conditional(start, cursor.at, test, yes, no)


def parse_comma(cursor: Cursor) -> tree.Node:
    """Parse an expression of JScript, where a comma is an operator."""
    start = cursor.at
    first = parse_expression(cursor)
    if cursor.words[cursor.at] != ",":
        return first
    items = [first]
    while cursor.skip(","):
        items.append(parse_expression(cursor))
    return tree.Items(start, cursor.at, items, tree.Form.COMMA)


def absent(cursor: Cursor) -> tree.Literal:
    """Return the end of a range that has none."""
    return tree.Literal(cursor.at, cursor.at, None, "empty")


class _Level:
    """Operands of one strength that are not complete yet."""

    __slots__ = ("operands", "operators", "start", "strength")

    def __init__(self, strength: int, start: int, operand: tree.Node, operator: str) -> None:
        self.strength = strength
        self.start = start
        self.operands = [operand]
        self.operators = [operator]

    def add(self, operand: tree.Node, operator: str) -> None:
        """Add an operand and the operator that follows it."""
        self.operands.append(operand)
        self.operators.append(operator)

    def joined(self, last: tree.Node, end: int) -> tree.Binary:
        """Return the node, with its last operand."""
        self.operands.append(last)
        return tree.Binary(self.start, end, self.operands, self.operators)


def parse_binary(cursor: Cursor) -> tree.Node:
    """Parse operands and the operators between them: by their strength, with a stack."""
    words, strengths, operand = cursor.words, cursor.strengths, cursor.grammar.operand
    start = cursor.at
    left = operand(cursor)
    word = words[cursor.at]
    if word in ENDS or (word not in strengths and word != "."):
        return left
    stack: list[_Level] = []
    tests = 0
    while True:
        strength, width = strengths.get(word, 0), 1
        if word in _COMPOSED and not cursor.is_script:
            strength, width = _composed(cursor, word)
        above = strength - 1 if word in _TESTS else strength
        while stack and stack[-1].strength > above:
            left, start = stack[-1].joined(left, cursor.at), stack.pop().start
        if not strength or tests > _MOST_TESTS:
            return left
        cursor.steps += 1
        if word in _TESTS:
            tests += 1
            left = _parse_test(cursor, word, left, start)
        else:
            operator = ".." if word == "." else word * width
            if stack and stack[-1].strength == strength:
                stack[-1].add(left, operator)
            else:
                stack.append(_Level(strength, start, left, operator))
            cursor.at += width
            start = cursor.at
            left = operand(cursor) if operator != ".." or words[start] not in ENDS else absent(cursor)
        word = words[cursor.at]


def _composed(cursor: Cursor, word: str) -> tuple[int, int]:
    """Return strength and width of an operator of C# that may be several tokens."""
    at, following = cursor.at, cursor.words[cursor.at + 1]
    if word == ".":
        if following == ".":
            return cursor.strengths[".."], 2
        return (cursor.strengths[".."], 1) if following == DIGITS else (0, 1)
    is_close = at + 1 < cursor.size and cursor.tokens.gaps[at + 1] == CLOSE
    if following == ">" and is_close:
        return (0, 1) if cursor.words[at + 2] == ">=" else (cursor.strengths[">>"], 2)
    return (0, 1) if following == ">=" and is_close else (cursor.strengths.get(">", 0), 1)


def _parse_test(cursor: Cursor, word: str, operand: tree.Node, start: int) -> tree.Cast | tree.Test:
    """Parse the operand of ``is``, ``as`` or ``instanceof``."""
    cursor.at += 1
    at = cursor.at
    if word == "as":
        written = parse_tested_type(cursor)
        return tree.Cast(start, cursor.at, written, operand)
    if cursor.is_script:
        value = cursor.grammar.operand(cursor)
        path = tree.name_path(value)
        known = tree.TypeName(at, cursor.at, ".".join(path)) if path else None
        pattern = tree.Pattern(at, cursor.at, known, value=None if known else value)
    else:
        pattern = parse_pattern(cursor, is_test=True)
    return tree.Test(start, cursor.at, operand, pattern)


def parse_arguments(cursor: Cursor, close: str) -> list[tree.Node]:
    """Parse arguments in brackets, the cursor at the opening one; an item that JScript leaves out is empty."""
    is_closed = cursor.at in cursor.partners
    cursor.at += 1
    words = cursor.words
    found: list[tree.Node] = []
    is_left_out = cursor.is_script
    while (word := words[cursor.at]) != close:
        before = cursor.at
        if word == ",":
            if is_left_out:
                found.append(absent(cursor))
            is_left_out = cursor.is_script
            cursor.at += 1
            continue
        argument = parse_argument(cursor)
        is_left_out = False
        if cursor.at > before:
            found.append(argument)
        elif is_closed and word:
            found.append(tree.Unparsed(before, before + 1))
            cursor.at += 1
        else:
            return found
    cursor.at += 1
    return found


def parse_argument(cursor: Cursor) -> tree.Node:
    """Parse one argument: it may have a name or a direction, or be a declaration."""
    start, words = cursor.at, cursor.words
    word = words[start]
    if words[start + 1] == ":" and cursor.kinds[start] == NAME and not cursor.is_script:
        cursor.at += 2
        value = parse_argument(cursor) if words[cursor.at] in _BY else parse_expression(cursor)
        if isinstance(value, tree.Argument):
            return tree.Argument(start, cursor.at, value.value, cursor.values[start], value.by)
        return tree.Argument(start, cursor.at, value, cursor.values[start])
    if word == "." and words[start + 1] == ".":
        return _parse_spread(cursor)
    if word in _BY and not cursor.is_script and words[start + 1] not in ENDS:
        cursor.at += 1
        value = (parse_declared(cursor) if word == "out" else None) or parse_expression(cursor)
        return tree.Argument(start, cursor.at, value, by=word if word in ("out", "ref") else "value")
    return parse_expression(cursor)


def _parse_spread(cursor: Cursor) -> tree.Argument:
    start = cursor.at
    while cursor.skip("."):
        pass
    value = parse_expression(cursor)
    return tree.Argument(start, cursor.at, value, by="spread")


def parse_declared(cursor: Cursor) -> tree.Node | None:
    """Parse a variable that is declared inside an expression; ``None`` without one."""
    start = cursor.at
    if cursor.words[start] == "var" and cursor.words[start + 1] == "(":
        return cursor.grammar.operand(cursor)
    end = type_end(cursor, start)
    if end < 0 or not cursor.is_name(end) or cursor.words[end + 1] not in _BEHIND_DECLARED:
        return None
    written = parse_type(cursor)
    cursor.at = end + 1
    return tree.Declaration(start, end + 1, cursor.values[end], written)
