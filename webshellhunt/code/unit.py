"""Unit: the code of one language in one page, cut into statements and functions.

Blocks stay where they are; only their tokens are joined, so that each offset still points into the layer's text.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from webshellhunt.code.lambdas import Lambda, iter_lambdas
from webshellhunt.code.tokens import NAME, NEWLINE, OP, Tokens, tokenize

MAX_NESTING = 30
MAX_TOKENS = 400_000
MAX_RANGE = 4 * 1024 * 1024
"""Characters of one block; the largest page of any size seen holds a tenth of that, comments included."""

_OPEN = {"(": ")", "[": "]", "{": "}"}
_CLOSE = frozenset(_OPEN.values())
_PAIRED = frozenset("()[]{}\n:")  # brackets, and what VB ends a statement with
_CUTTING = frozenset({"\n", ":", "then", "else"})
_ENDING = frozenset(";{}")
_BEGINNING = frozenset({"var", "switch", "if", "for", "while", "return", "try", "throw"})
_GOING_ON = frozenset({".", ",", "(", "[", "=", "+", "?", ":", "&&", "||"})
_VB = frozenset({"vb", "vbscript"})
_DECLARING = frozenset({"function", "sub", "property"})
_MODIFIERS = frozenset({"byval", "byref", "optional", "paramarray"})
_NOT_FUNCTIONS = frozenset(
    {
        "if",
        "for",
        "while",
        "switch",
        "catch",
        "using",
        "lock",
        "foreach",
        "with",
        "elseif",
        "fixed",
        "do",
        "else",
        "new",
        "return",
    }
)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the page: its name, its parameters, and the token range of its body."""

    name: str
    parameters: tuple[str, ...]
    start: int
    end: int


@dataclass(slots=True)
class Unit:
    """Tokens of one language with their brackets matched, statements cut and functions found.

    ``match`` maps an opening token to its closing one and back; ``statements`` are half-open token ranges, and those
    that begin at one of ``results`` are the one expression of a function, which returns it. ``cut`` tells that there
    is more code than is read.
    """

    language: str
    tokens: Tokens
    match: dict[int, int] = field(default_factory=dict)
    statements: list[tuple[int, int]] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    results: set[int] = field(default_factory=set)
    cut: bool = False

    @property
    def is_vb(self) -> bool:
        """Tell whether the language is VBScript or VB.NET: case-insensitive, calls without parentheses."""
        return self.language in _VB

    def value(self, index: int) -> str:
        """Return a token's value in the form that names are compared in; ``""`` outside the unit."""
        values = self.tokens.values
        return values[index] if 0 <= index < len(values) else ""

    def is_op(self, index: int, text: str) -> bool:
        """Tell whether a token is this operator."""
        values = self.tokens.values
        return 0 <= index < len(values) and values[index] == text and self.tokens.kinds[index] == OP

    def is_name(self, index: int) -> bool:
        """Tell whether a token is a name (or a keyword: the tokenizer doesn't tell them apart)."""
        kinds = self.tokens.kinds
        return 0 <= index < len(kinds) and kinds[index] == NAME


def build_unit(text: str, language: str, ranges: Sequence[tuple[int, int]], *, server_comments: bool = True) -> Unit:
    """Tokenise ranges of a text as one unit, a statement boundary between them."""
    merged: Tokens | None = None
    cut = False
    for start, end in ranges:
        if merged is not None and len(merged) >= MAX_TOKENS:
            cut = True
            break
        part = tokenize(text, language, start, min(end, start + MAX_RANGE), server_comments=server_comments)
        cut = cut or end - start > MAX_RANGE
        if merged is None:
            merged = part
            continue
        at = part.starts[0] if len(part) else start
        merged.append(NEWLINE if language in _VB else OP, "\n" if language in _VB else ";", at, at)
        merged.extend(part)
    unit = Unit(language, merged if merged is not None else tokenize(text, language, 0, 0))
    unit.cut = unit.tokens.truncate(MAX_TOKENS) or cut
    _match_brackets(unit)
    (_cut_vb if unit.is_vb else _cut_c)(unit)
    unit.functions = _find_vb_functions(unit) if unit.is_vb else _find_c_functions(unit)
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
            for depth in range(len(stack) - 1, max(-1, len(stack) - 40), -1):
                if _OPEN[values[stack[depth]]] == value:
                    opener = stack[depth]
                    unit.match[opener], unit.match[index] = index, opener
                    del stack[depth:]
                    break


def _cut_vb(unit: Unit) -> None:
    """Cut at line ends and colons, and after ``Then`` and ``Else``, to keep a condition from its consequence."""
    kinds, statements = unit.tokens.kinds, unit.statements
    start = 0
    for index in unit.tokens.indexes_of(_CUTTING):
        kind = kinds[index]
        if kind == NEWLINE or (kind == NAME and not unit.is_op(index - 1, ".")):
            if index > start:
                statements.append((start, index))
            start = index + 1
    if start < len(unit.tokens):
        unit.statements.append((start, len(unit.tokens)))


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
    if before == ")" and unit.value(unit.match.get(index - 1, 0) - 1) in _NOT_FUNCTIONS:
        return False  # using (T x = new T()) {
    window = range(max(start, index - 24), index)
    has_new = any(unit.value(k) == "new" for k in window)
    has_body = any(unit.value(k) in ("delegate", "function", "=>", "class") for k in window)
    return has_new and not has_body


def _find_vb_functions(unit: Unit) -> list[Function]:
    """Find ``Function``, ``Sub`` and ``Property`` with their bodies."""
    found: list[Function] = []
    pending: tuple[str, tuple[str, ...], int] | None = None
    values = unit.tokens.values
    starts = [start for start, _ in unit.statements]
    declaring = dict.fromkeys(bisect_right(starts, index) - 1 for index in unit.tokens.indexes_of(_DECLARING))
    for start, end in (unit.statements[number] for number in declaring if number >= 0):
        words = values[start : min(end, start + 6)]
        if _DECLARING.isdisjoint(words):
            continue
        if words[0] == "end" and len(words) > 1 and words[1] in _DECLARING:
            if pending is not None:
                found.append(Function(*pending, start))
                pending = None
            continue
        at = next(k for k, word in enumerate(words, start) if word in _DECLARING)
        if unit.value(at - 1) in ("end", "exit") or any(unit.is_op(k, "=") for k in range(start, at)):
            continue
        name_at = at + 2 if unit.value(at + 1) in ("get", "let", "set") and unit.is_name(at + 2) else at + 1
        if unit.is_name(name_at):
            if pending is not None:
                found.append(Function(*pending, start))
            pending = (unit.value(name_at), _parameters(unit, name_at + 1), end)
    if pending is not None:
        found.append(Function(*pending, len(unit.tokens)))
    return found


def _find_c_functions(unit: Unit) -> list[Function]:
    """Find ``name(…) {`` that isn't a control statement, and functions held in a variable or a property."""
    found = []
    for opener, closer in unit.match.items():
        if opener > closer or not unit.is_op(opener, "(") or not unit.is_name(opener - 1):
            continue
        body = closer + 1
        while (
            unit.is_op(body, ":")
            or (unit.is_name(body) and unit.is_op(body - 1, ":"))
            or unit.value(body) in (".", "[", "]")
        ):
            body += 1
        if not unit.is_op(body, "{") or body not in unit.match:
            continue
        name_at = opener - 1
        if unit.value(name_at) == "function" and unit.value(name_at - 1) in ("=", ":") and unit.is_name(name_at - 2):
            name_at -= 2
        name = unit.value(name_at)
        if name not in _NOT_FUNCTIONS:
            found.append(Function(name, _parameters(unit, opener), body, unit.match[body]))
    if unit.language == "c#":
        found += _take_lambdas(unit, sorted(iter_lambdas(unit.tokens, unit.match), key=lambda each: each.start))
    return _to_depth(found)


def _take_lambdas(unit: Unit, lambdas: Sequence[Lambda]) -> list[Function]:
    """Return lambdas as functions; the one expression of a lambda becomes a statement of its own."""
    given = [(each.start, each.end) for each in lambdas if each.gives]
    if given:
        cuts = sorted({place for start, end in given for place in (start, end)})
        pieces: list[tuple[int, int]] = []
        for start, end in unit.statements:
            inside = cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]
            pieces += itertools.pairwise((start, *inside, end))
        unit.statements, unit.results = pieces, {start for start, _ in given}
    found = []
    for name_at, parameters_at, start, end, _ in lambdas:
        names: tuple[str, ...] = ()
        if parameters_at is not None:
            alone = unit.is_name(parameters_at)
            names = (unit.value(parameters_at),) if alone else _parameters(unit, parameters_at)
        found.append(Function(unit.value(name_at), names, start, end))
    return found


def _to_depth(functions: list[Function]) -> list[Function]:
    """Leave out what is nested deeper than anybody writes: each level reads its body again."""
    ends: list[int] = []
    deep: set[int] = set()
    for function in sorted(functions, key=lambda each: each.start):
        while ends and ends[-1] <= function.start:
            ends.pop()
        if len(ends) < MAX_NESTING:
            ends.append(function.end)
        else:
            deep.add(function.start)
    return [function for function in functions if function.start not in deep]


def enclosing(functions: Sequence[Function]) -> dict[str, tuple[str, ...]]:
    """Return the names of the functions around each one, the nearest first; those of one name are taken together."""
    around: dict[str, dict[str, None]] = {}
    open_now: list[Function] = []
    for function in sorted(functions, key=lambda each: each.start):
        while open_now and open_now[-1].end <= function.start:
            open_now.pop()
        names = around.setdefault(function.name, {})
        if len(names) < MAX_NESTING:
            names.update(dict.fromkeys(each.name for each in reversed(open_now)))
        open_now.append(function)
    return {name: tuple(names) for name, names in around.items() if names}


def _parameters(unit: Unit, opener: int) -> tuple[str, ...]:
    """Return the parameter names of a declaration whose ``(`` is at ``opener``."""
    closer = unit.match.get(opener)
    if closer is None or not unit.is_op(opener, "("):
        return ()
    names: list[str] = []
    part: list[str] = []
    index = opener
    while index < closer:
        index = max(unit.match.get(index + 1, 0), index + 1)  # over inner brackets: a default, an attribute
        if unit.is_op(index, ",") or index == closer:
            if part:
                names.append(part[0] if unit.is_vb or unit.language == "jscript" else part[-1])
            part = []
        elif unit.is_name(index) and unit.value(index) not in _MODIFIERS and unit.value(index - 1) not in ("=", "."):
            part.append(unit.value(index))
    return tuple(names)
