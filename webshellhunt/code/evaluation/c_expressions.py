"""Expressions of C# and JScript: a range of tokens compiled to a node, by the strength of its operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.literals import text_at
from webshellhunt.code.constants.operators import Value, read_number, read_regex
from webshellhunt.code.evaluation import c_nodes, nodes
from webshellhunt.code.evaluation.c_operands import Operands
from webshellhunt.code.evaluation.c_operators import AND, CHOICE, OPERATORS, OR, OTHERWISE, UNARY
from webshellhunt.code.evaluation.c_patterns import read_literal
from webshellhunt.code.evaluation.c_values import CONVERSIONS, NULL
from webshellhunt.code.evaluation.nodes import Node
from webshellhunt.lang.tokens import NUMBER, OP, REGEX, STRING

_LITERALS: dict[str, Value] = {"true": True, "false": False, "null": NULL, "undefined": NULL}
_ASSIGNING = frozenset({"+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<=", ">>=", ">>>="})
_SAME_TYPES = frozenset(
    {"string", "object", "bool", "boolean", "double", "float", "decimal", "single", "number", "var", "dynamic"}
)
_AFTER_CAST = frozenset({"(", "~", "!"})


_MAX_LEVELS = 24
"""How deeply brackets, signs and choices may be nested."""


class Expression(Operands):
    """Reads one expression after the other; ``at`` is the token that comes next."""

    def read(self, start: int, end: int) -> Node:
        """Return the node of a whole range.

        Raises:
            UnknownError: something in it isn't pure, or it is no expression.
        """
        before, self._at, self._end = (self._at, self._end), start, end
        node = self._assigned()
        if self._at != end:
            raise UnknownError
        self._at, self._end = before
        return node

    def _assigned(self) -> Node:
        """Read an expression that may assign: ``a = b = c``, ``x ^= y``."""
        start = self._at
        left = self._choice()
        word = self._op()
        if word == ">" and self._op(self._at + 1) == ">=":
            self._at, word = self._at + 1, ">>="
        if word == "=" or word in _ASSIGNING:
            self._at += 1
            right = self._nested(self._assigned)
            if word != "=":
                function = OPERATORS[self._language].get(word[:-1])
                if function is None:
                    raise UnknownError
                return c_nodes.augment(left, function[1], right, self._page.budget)
            return c_nodes.assign(left, right)
        return left if self._at > start else self._unknown()

    def _choice(self) -> Node:
        """``test ? this : that``."""
        node = self._nested(lambda: self._binary(CHOICE + 1))
        if self._op() != "?":
            return node
        self._at += 1
        yes = self._nested(self._choice)
        self._expect(":")
        return c_nodes.choice(node, yes, self._nested(self._choice))

    def _binary(self, least: int) -> Node:
        left = self._prefix()
        while True:
            name = self._operator()
            strength, function = self._operators.get(name, (0, None))
            if strength < least:
                return left
            self._at += 2 if name == ">>" and self._op() == ">" else 1
            right = self._binary(strength + 1)
            if function is None:
                left = c_nodes.lazily(name, left, right)
            else:
                left = nodes.binary(function, strength, left, right, self._page.budget)

    @property
    def _operators(self) -> Mapping[str, tuple[int, Callable[[Value, Value], Value] | None]]:
        return _ALL[self._language]

    def _operator(self) -> str:
        """Return the operator that comes next; C#'s ``>>`` is two tokens, since types have it too."""
        word = self._op()
        after = self._op(self._at + 1) if word == ">" and self._language == "c#" else ""
        return {">": ">>", ">=": ""}.get(after, word)

    def _prefix(self) -> Node:
        word = self._op()
        if word in UNARY:
            self._at += 1
            return nodes.unary(UNARY[word], self._nested(self._prefix))
        if word in ("++", "--"):
            self._at += 1
            return c_nodes.count(
                self._nested(self._prefix), 1 if word == "++" else -1, self._page.budget, gives_old=False
            )
        kind = self._cast() if word == "(" else None
        if kind is not None:
            function = CONVERSIONS.get(kind)
            operand = self._nested(self._prefix)
            return nodes.in_brackets(operand) if function is None else nodes.unary(function, operand)
        return self._postfix(self._operand())

    def _nested(self, read: Callable[[], Node]) -> Node:
        self._level += 1
        if self._level > _MAX_LEVELS:
            raise UnknownError
        node = read()
        self._level -= 1
        return node

    def _cast(self) -> str | None:
        """Pass over ``(type)`` where it is a cast; return the type's name in lower case."""
        first, closer = self._at + 1, self._match.get(self._at, -1)
        end = self._type_end(first)
        if self._language != "c#" or closer < 0 or end != closer:
            return None
        kind = self._values[first].lower()
        follows = closer + 1 < self._end and (self._kinds[closer + 1] != OP or self._op(closer + 1) in _AFTER_CAST)
        if kind not in CONVERSIONS and kind not in _SAME_TYPES and not (end > first + 1 and follows):
            return None
        self._at = closer + 1
        return kind if end == first + 1 else "object"

    def _operand(self) -> Node:
        """Read what no operator stands in."""
        if self._at >= self._end:
            raise UnknownError
        index, kind, word = self._at, self._kinds[self._at], self._values[self._at]
        self._at += 1
        if kind == STRING:
            return nodes.constant(text_at(self._tokens, index))
        if kind == NUMBER:
            return nodes.constant(_number(word, self._language))
        if kind == REGEX:
            return nodes.constant(read_regex(word) or read_literal(word))
        if word in _LITERALS:
            return nodes.constant(_LITERALS[word])
        self._at = index
        return self._made(word)


def _number(text: str, language: str) -> Value:
    plain = text.lower()
    value: Value = None
    if plain.startswith("0x") or not set(plain) & set(".e"):
        value = read_number(plain)
    else:
        try:
            value = float(plain.rstrip("fdm"))
        except ValueError:
            raise UnknownError from None
    if value is None:
        raise UnknownError
    is_whole = language == "jscript" and isinstance(value, float) and value.is_integer()
    return int(value) if is_whole else value


_LAZY: dict[str, tuple[int, None]] = {"&&": (AND, None), "||": (OR, None), "??": (OTHERWISE, None)}
_ALL: dict[str, dict[str, tuple[int, Callable[[Value, Value], Value] | None]]] = {
    language: {**known, **_LAZY} for language, known in OPERATORS.items()
}
