"""Expressions: a range of tokens compiled to a node, by the strength of its operators and with a stack of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from webshellhunt.code.constants import INTRINSIC
from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.constants.terms import Budget
from webshellhunt.code.evaluation import nodes
from webshellhunt.code.evaluation.functions import PURE
from webshellhunt.code.evaluation.nodes import Node
from webshellhunt.code.evaluation.operators import BINARY, UNARY
from webshellhunt.code.evaluation.values import EMPTY, read_text
from webshellhunt.lang.tokens import NAME, NUMBER, OP, STRING, Tokens

_COMPARISONS = {"vbbinarycompare": 0, "vbtextcompare": 1}
_LITERALS: dict[str, Value] = {"true": True, "false": False, "empty": EMPTY, **INTRINSIC, **_COMPARISONS}
_NO_VALUES = frozenset({"null", "nothing", "new", "me", "is", "like", "eqv", "imp", "byval", "typeof", "addressof"})
_TWO_PARTS = {("<", ">"): "<>", ("<", "="): "<=", (">", "="): ">=", ("=", "<"): "<=", ("=", ">"): ">="}


class Page(Protocol):
    """What an expression asks of the page that it stands in."""

    budget: Budget

    def has(self, name: str) -> bool:
        """Tell whether the page defines a function of this name."""

    def invoke(self, name: str, arguments: list[Value], depth: int) -> Value:
        """Return what a function of the page returns."""

    def change(self, name: str, arguments: list[Value], depth: int) -> list[Value]:
        """Return what the parameters of a procedure of the page hold behind it."""

    def deepen(self, by: int) -> None:
        """Count that a function that is a value is entered, or left, which is nested so deeply."""

    def evaluate(self, text: Value) -> Value:
        """Return what ``Eval`` makes of a text."""


@dataclass(slots=True)
class Opened:
    """Brackets that are open: what stands before them, and the arguments so far."""

    kind: str
    name: str = ""
    arguments: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class _Pending:
    """An operator that waits for its right operand."""

    strength: int
    name: str
    is_unary: bool


class Expression:
    """One expression that is being read.

    ``variables`` are the names that are variables whatever the language calls so, ``own_name`` the function that the
    expression stands in, whose bare name is the variable that it returns.
    """

    def __init__(self, page: Page, tokens: Tokens, variables: frozenset[str], own_name: str = "") -> None:
        self._page = page
        self._tokens = tokens
        self._variables = variables
        self._own_name = own_name
        self._operands: list[Node] = []
        self._waiting: list[Opened | _Pending] = []

    def read(self, start: int, end: int) -> Node:
        """Return the node of a whole range.

        Raises:
            UnknownError: something in it isn't pure, or it is no expression.
        """
        index, wants = start, True
        while index < end:
            index, wants = (self._operand if wants else self._after)(index, end)
        if wants:
            raise UnknownError
        self._settle(0)
        if self._waiting or len(self._operands) != 1:
            raise UnknownError
        return self._operands[0]

    def _operand(self, index: int, end: int) -> tuple[int, bool]:
        """Read at a place where an operand is wanted; return the next token and whether one still is."""
        kind, word = self._tokens.kinds[index], self._tokens.values[index]
        if kind == STRING:
            self._operands.append(nodes.constant(word))
        elif kind == NUMBER:
            self._operands.append(nodes.constant(read_text(word.rstrip("#!@%"))))
        elif word in UNARY:
            self._waiting.append(_Pending(UNARY[word][0], word, is_unary=True))
            return index + 1, True
        elif kind == NAME:
            return self._name(index, end, word)
        elif word == "(":
            self._waiting.append(Opened("("))
            return index + 1, True
        elif word == ")":
            return self._close(index, is_empty=True)
        else:
            raise UnknownError
        return index + 1, False

    def _name(self, index: int, end: int, word: str) -> tuple[int, bool]:
        if word in _NO_VALUES:
            raise UnknownError
        is_called = index + 1 < end and self._is_op(index + 1, "(")
        is_result = word == self._own_name and not is_called
        if is_result or word in self._variables:
            self._operands.append(nodes.variable(word))
        elif word in _LITERALS and not self._page.has(word):
            self._operands.append(nodes.constant(_LITERALS[word]))
        elif is_called and (self._page.has(word) or word in PURE or word == "eval"):
            self._waiting.append(Opened("call", word))
            return index + 2, True
        elif self._page.has(word):
            self._operands.append(nodes.own_call(word, (), self._page.invoke))
        elif word == "strings" and index + 1 < end and self._is_op(index + 1, "."):  # VB.NET: Strings.Mid(…)
            return index + 2, True
        else:
            self._operands.append(nodes.variable(word))
        return index + 1, False

    def _after(self, index: int, end: int) -> tuple[int, bool]:
        """Read at a place where an operand was; return the next token and whether one is wanted."""
        word = self._tokens.values[index]
        if self._tokens.kinds[index] in (STRING, NUMBER):
            raise UnknownError
        if word == "(":
            self._waiting.append(Opened("item"))
            return index + 1, True
        if word == ")":
            return self._close(index, is_empty=False)
        if word == ",":
            self._argument()
            return index + 1, True
        if word == "." and self._tokens.language == "vb" and index + 1 < end:
            return self._member(index + 1, end)
        joined = _TWO_PARTS.get((word, self._tokens.values[index + 1])) if index + 1 < end else None
        name = joined or word
        if name not in BINARY:
            raise UnknownError
        strength = BINARY[name][0]
        self._settle(strength)
        self._waiting.append(_Pending(strength, name, is_unary=False))
        return index + (2 if joined else 1), True

    def _member(self, index: int, end: int) -> tuple[int, bool]:
        name = self._tokens.values[index]
        if index + 1 < end and self._is_op(index + 1, "("):
            self._waiting.append(Opened("member", name))
            return index + 2, True
        self._operands.append(nodes.property_of(name, self._operands.pop(), self._page.budget))
        return index + 1, False

    def _is_op(self, index: int, text: str) -> bool:
        return self._tokens.kinds[index] == OP and self._tokens.values[index] == text

    # Reduction ------------------------------------------------------------------------------------------------------

    def _settle(self, strength: int) -> None:
        """Apply the operators that wait, as far as they bind at least as much as the next one."""
        while self._waiting and isinstance(self._waiting[-1], _Pending) and self._waiting[-1].strength >= strength:
            pending = self._waiting.pop()
            assert isinstance(pending, _Pending)
            right = self._operands.pop()
            if pending.is_unary:
                node = nodes.unary(UNARY[pending.name][1], right)
            else:
                function = BINARY[pending.name][1]
                node = nodes.binary(function, pending.strength, self._operands.pop(), right, self._page.budget)
            self._operands.append(node)

    def _argument(self) -> Opened:
        """End an argument; return the brackets that it stands in."""
        self._settle(0)
        opened = self._waiting[-1] if self._waiting else None
        if not isinstance(opened, Opened):
            raise UnknownError
        opened.arguments.append(self._operands.pop())
        return opened

    def _close(self, index: int, *, is_empty: bool) -> tuple[int, bool]:
        if is_empty:  # only `f()` may hold nothing
            opened = self._waiting[-1] if self._waiting else None
            if not isinstance(opened, Opened) or opened.arguments or not self._is_op(index - 1, "("):
                raise UnknownError
        else:
            opened = self._argument()
        self._waiting.pop()
        self._operands.append(self._made(opened))
        return index + 1, False

    def _made(self, opened: Opened) -> Node:
        """Return what closed brackets are."""
        arguments, budget = opened.arguments, self._page.budget
        if opened.kind == "(":
            if len(arguments) != 1:
                raise UnknownError
            return nodes.in_brackets(arguments[0])
        if opened.kind == "item":
            return nodes.item(self._operands.pop(), arguments)
        if opened.kind == "member":
            subject = self._operands.pop()
            if opened.name == "chars":
                return nodes.item(subject, arguments)
            return nodes.method_call(opened.name, subject, arguments, self._tokens.language, budget)
        if self._page.has(opened.name):
            return nodes.own_call(opened.name, arguments, self._page.invoke)
        if opened.name == "eval":
            evaluate = self._page.evaluate
            return nodes.pure_call(lambda values: evaluate(values[0]), arguments, budget)
        return nodes.pure_call(PURE[opened.name], arguments, budget)
