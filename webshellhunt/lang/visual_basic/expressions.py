"""Expressions of Visual Basic: operators by their strength, operands, their links, and arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from webshellhunt.lang.lexis import CURLY_QUOTES, NAME, NEWLINE, NUMBER, STRING
from webshellhunt.lang.tree import Argument, Binary, Form, Items, Literal, Member, Name, Node, Unary
from webshellhunt.lang.visual_basic.chains import POSTFIX, VbChains
from webshellhunt.lang.visual_basic.cursor import MAX_DEPTH, VbCursor

_STRONGER = (
    "imp", "eqv", "xor", "or orelse", "and andalso", "not", "= <> < > <= >= =< => is isnot like", "<< >>", "&", "+ -",
    "mod", "\\", "* /", "unary", "^",
)  # fmt: skip
_FREE_LEVELS = 4
"""Strengths of operators that one expression may mix before each one counts as one level of nesting more."""
UNARY = {"not": 6, "-": 14, "+": 14}
BINARY = {word: strength for strength, words in enumerate(_STRONGER, 1) for word in words.split()}
del BINARY["not"], BINARY["unary"]
"""How strongly each operator binds."""
_JOINED = {("<", ">"): "<>", ("<", "="): "<=", (">", "="): ">=", ("=", "<"): "<=", ("=", ">"): ">="}
_SPELLED = {"=<": "<=", "=>": ">="}
_HALVES = frozenset("<>=")
_STOPS = "then else elseif to next loop wend end case as in exit dim redim until byval byref select do for"

_QUOTES = f'"{CURLY_QUOTES}\uff02'
_SUFFIXES = "%&@!#DFRLISUdfrlisu"
_HALF, _WHOLE = 1 << 16, 1 << 32


@dataclass(slots=True)
class _Level:
    """Operators of one strength that wait for their last operand; a unary one has no operands before it."""

    strength: int
    start: int
    operators: list[str]
    operands: list[Node] | None

    def close(self, last: Node) -> Node:
        if self.operands is None:
            return Unary(self.start, last.end, self.operators[0], last)
        self.operands.append(last)
        return Binary(self.start, last.end, self.operands, self.operators)


Special = Callable[[Any], "Node | None"]


class VbExpressions(VbChains):
    """Parses expressions."""

    _specials: dict[str, Special]
    """The operands that begin with a keyword."""

    def expression(self) -> Node:
        """Parse an expression; without one the node is empty and no token is passed over."""
        if self.words[self._at] in UNARY:
            return self.join(None)
        left = self.operand()
        return self.join(left) if self.is_joined() else left

    def is_joined(self) -> bool:
        """True if an operator follows an operand; ``&17`` is one with its operand there."""
        at = self._at
        return self.words[at] in BINARY or (self.kinds[at] == NUMBER and self.values[at][0] == "&")

    def join(self, left: Node | None) -> Node:
        """Parse the rest behind a first operand, or an expression that begins with an operator."""
        levels: list[_Level] = []
        depth = self._depth
        while True:
            if left is None:
                left = self._after_unary(levels)
            if not self.is_joined():
                break
            operator = self._operator()
            strength = BINARY[operator]
            while levels and levels[-1].strength > strength:
                left = levels.pop().close(left)
            top = levels[-1] if levels else None
            if top is not None and top.strength == strength and top.operands is not None:
                top.operands.append(left)
                top.operators.append(operator)
            else:
                levels.append(_Level(strength, left.start, [operator], [left]))
                self._depth += len(levels) > _FREE_LEVELS
            left = None
        while levels:
            left = levels.pop().close(left)
        self._depth = depth
        return left

    def _operator(self) -> str:
        """Pass over an operator and return it."""
        at, words = self._at, self.words
        operator = words[at]
        if not operator:  # the number begins with it
            return "&"
        self._at = at + 1
        if operator in _HALVES and (operator, words[at + 1]) in _JOINED:
            self._at = at + 2
            return _JOINED[operator, words[at + 1]]
        return _SPELLED.get(operator, operator)

    def _after_unary(self, levels: list[_Level]) -> Node:
        """Parse an operand with the operators before it."""
        while (word := self.words[self._at]) in UNARY:
            if self._depth >= MAX_DEPTH:
                return self.too_deep()
            self._depth += 1
            levels.append(_Level(UNARY[word], self._at, [word], None))
            self._at += 1
        return self.operand()

    # Operands -------------------------------------------------------------------------------------------------------

    def operand(self) -> Node:
        """Parse an operand and its links: members, arguments."""
        self._steps += 1
        at = self._at
        kind = self.kinds[at]
        height = 0
        if kind == NAME:
            special = self._specials.get(self.words[at])
            node, height = self._nested(special) if special is not None else (None, 0)
            if node is None:
                self._at = at + 1
                node = Name(at, at + 1, self.values[at])
        elif kind == STRING:
            self._at = at + 1
            node = Literal(at, at + 1, self.values[at], "string")
            if not self.is_script and self._is_character(at):
                node.kind = "character"
        elif kind == NUMBER:
            node = self._number(at)
        else:
            node, height = self._nested(VbExpressions._marked)
        return self.postfix(node, height) if self.words[self._at] in POSTFIX else node

    def _nested(self, parse: Special) -> tuple[Any, int]:
        """Parse an operand that may have others in it; return it with its height."""
        outer, self._height = self._height, 0
        node = parse(self)
        height = self._height + 1
        self._height = max(outer, height)
        return node, height

    def _is_character(self, at: int) -> bool:
        """True for ``"x"c``; a piece of a string with holes may end with that letter too."""
        tokens = self.tokens
        written = tokens.text[tokens.starts[at] : tokens.ends[at]]
        return len(written) > 2 and written[-1] in "cC" and written[0] in _QUOTES and written[-2] in _QUOTES

    def _number(self, at: int) -> Literal:
        value = self.values[at]
        self._at = at + 1
        if value[0] == "#":
            return Literal(at, at + 1, value.strip("#"), "date")
        is_operator = value[0] == "&" and at and self.kinds[at - 1] != NEWLINE and not value[1:2].isalpha()
        if is_operator and self._ends_operand(at - 1):
            return Literal(at, at + 1, number_of(value[1:], is_script=self.is_script), "number")
        return Literal(at, at + 1, number_of(value, is_script=self.is_script), "number")

    def _ends_operand(self, at: int) -> bool:
        word = self.words[at]
        return word == ")" or (word not in BINARY and word not in UNARY and self.kinds[at] in (NAME, STRING, NUMBER))

    def _marked(self) -> Node:
        """Parse an operand that begins with a mark."""
        at = self._at
        word = self.words[at]
        if word in ("(", "{"):
            if self._depth >= MAX_DEPTH:
                return self.too_deep()
            self._depth += 1
            node = self._bracketed() if word == "(" else self.items()
            self._depth -= 1
            return node
        if word in (".", "!"):
            self._at = at + 1
            name = self.name()
            return Member(at, self._at, None, name, is_key=word == "!")
        return self.missing() if self.is_script else self.mark_of_vb()

    def mark_of_vb(self) -> Node:
        """Parse an operand that only VB.NET has."""
        return self.missing()

    def _bracketed(self) -> Node:
        """Parse an expression in brackets, whose range they belong to; several are a tuple."""
        start = self._at
        items = self.arguments()
        if len(items) != 1:
            return Items(start, self._at, items, Form.TUPLE)
        node = items[0]
        if isinstance(node, Argument) and not node.name:
            node = node.value
        node.start, node.end = start, self._at
        return node

    def items(self) -> Items:
        """Parse a list in braces."""
        start = self._at
        found = self.arguments("}")
        return Items(start, self._at, found)

    def literal(self, value: bool | None, kind: str) -> Literal:
        """Pass over a constant that is a word."""
        self._at += 1
        return Literal(self._at - 1, self._at, value, kind)


SPECIALS: dict[str, Special] = {
    **dict.fromkeys(_STOPS.split(), VbCursor.missing),
    "true": lambda cursor: cursor.literal(True, "truth"),
    "false": lambda cursor: cursor.literal(False, "truth"),
    "nothing": lambda cursor: cursor.literal(None, "null"),
}
"""Operators of both languages."""


def number_of(text: str, *, is_script: bool) -> int | float | str:
    """Return the value of a number; its text where it is none."""
    plain = text.replace("_", "")
    try:
        if plain[0] == "&":
            return _bits_of(plain[1:], is_script=is_script)
        if plain.isdecimal():
            return int(plain)
        digits = plain.rstrip(_SUFFIXES)
        return int(digits) if digits.isdecimal() and plain[-1] not in "!#@DFRdfr" else float(digits)
    except ValueError:  # also a whole number too long for Python
        return text


def _bits_of(digits: str, *, is_script: bool) -> int:
    """Return a hexadecimal or octal number, whose highest bit is its sign: ``&HFFFF`` of VBScript is -1."""
    base = {"h": 16, "o": 8}.get(digits[0].lower(), 0)
    bare = digits.lstrip("hHoO").rstrip(_SUFFIXES if base != 16 else "%&")  # D and F are digits here
    value = int(bare, base or 8)
    is_long = digits[-1] == "&"
    if is_script and not is_long and value < _HALF:
        return value - _HALF if value >= _HALF // 2 else value
    if is_long and not is_script:
        return value
    return value - _WHOLE if _WHOLE // 2 <= value < _WHOLE else value
