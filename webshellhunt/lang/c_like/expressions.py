"""Expressions of C-like code: operators with two and three operands, assignments, arguments."""

from __future__ import annotations

from webshellhunt.lang import tree
from webshellhunt.lang.c_like.cursor import DIGITS, MAX_DEPTH, Cursor
from webshellhunt.lang.c_like.type_names import PREDEFINED, is_cast, parse_tested_type, parse_type, type_end
from webshellhunt.lang.columns import CLOSE
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import SLICE, Block, Case, Literal, Node, Pattern, Switch

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
