"""What C# and JScript make where they stand: arrays, lists, dictionaries, texts, and functions that are values."""

from __future__ import annotations

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.functions import FUNCTIONS, call_function
from webshellhunt.code.constants.operators import Codec, Text, Value
from webshellhunt.code.declarations import behind_type_arguments
from webshellhunt.code.evaluation import c_nodes, nodes
from webshellhunt.code.evaluation.c_cursor import Cursor
from webshellhunt.code.evaluation.c_operators import OPERATORS
from webshellhunt.code.evaluation.c_patterns import compiled
from webshellhunt.code.evaluation.c_values import Growing, integer_of, text_of
from webshellhunt.code.evaluation.functions import MAX_ITEMS, Function
from webshellhunt.code.evaluation.nodes import Node
from webshellhunt.lang.tokens import NAME

_GROWING = frozenset({"list", "arraylist", "queue", "stack", "hashset", "linkedlist"})
_MAPS = frozenset(
    {"dictionary", "hashtable", "sorteddictionary", "namevaluecollection", "sortedlist", "concurrentdictionary"}
)
_CODECS = {"utf8encoding": "utf-8", "asciiencoding": "latin-1", "unicodeencoding": "utf-16-le", "utf7encoding": "utf-7"}
_ZERO: dict[str, Value] = {"string": "", "char": "\0", "object": ""}
_MADE: dict[str, Function] = {
    **dict.fromkeys(_GROWING, lambda a: Growing(a[0] if a and isinstance(a[0], list) else ())),
    "stringbuilder": lambda a: Text(text_of(a[0])) if a and isinstance(a[0], str) else Text(),
    "regex": lambda a: compiled(text_of(a[0])),
}
"""What constructors make of their arguments, where constants' own don't tell."""


class Makers(Cursor):
    """Reads what makes a value."""

    def _arguments(self) -> list[Node]:
        """Read ``(a, b)``."""
        closer = self._match.get(self._at, -1)
        if closer < 0 or self._op() != "(":
            raise UnknownError
        self._at += 1
        found: list[Node] = []
        while self._at < closer:
            found.append(self._assigned())
            if self._at < closer:
                self._expect(",")
        self._expect(")")
        return found

    # What is made ---------------------------------------------------------------------------------------------------

    def _list(self, closing: str, kind: type[list[Value]]) -> Node:
        """Read ``[a, b]``, ``{ a, b }``."""
        closer = self._match.get(self._at, -1)
        self._at += 1
        items: list[Node] = []
        nested = False
        while self._at < closer:
            if self._op() == "{":
                nested = True
                items.append(self._nested(lambda: self._list("}", list)))
            else:
                nested = nested or self._op() == "[" or self._name(self._at) == "new"
                items.append(self._assigned())
            if self._at < closer:
                self._expect(",")
        self._expect(closing)
        return c_nodes.listed(items, kind, nested, self._page.budget)

    def _object(self) -> Node:
        """Read ``{a: b}`` of JScript."""
        closer = self._match.get(self._at, -1)
        self._at += 1
        pairs: list[tuple[Node, Node]] = []
        while self._at < closer:
            key = self._values[self._at]
            self._at += 1
            self._expect(":")
            pairs.append((nodes.constant(key), self._assigned()))
            if self._at < closer:
                self._expect(",")
        self._expect("}")
        return c_nodes.dictionary(pairs, self._page.budget)

    def _new(self) -> Node:
        """Read what follows ``new``: an array, a list, a dictionary, a text."""
        if self._op() == "[":
            self._at = self._match.get(self._at, -1) + 1
            return self._list("}", list) if self._op() == "{" else self._unknown()
        at = self._at + 1
        while self._op(at) == "." and self._name(at + 1):
            at += 2
        kind = self._name(at - 1).lower()
        self._at = behind_type_arguments(self._unit, at)
        if self._op() == "[":
            return self._array(kind)
        given = self._arguments() if self._op() == "(" else []
        if self._op() == "{" and kind in _GROWING:
            return self._list("}", Growing)
        if kind in _MAPS:
            return self._entries() if self._op() == "{" else c_nodes.dictionary([], self._page.budget)
        if kind in _CODECS:
            return nodes.constant(Codec(_CODECS[kind]))
        function = _MADE.get(kind)
        if function is None and f"new.{kind}" in FUNCTIONS:
            return nodes.pure_call(lambda values: call_function(("new", kind), values), given, self._page.budget)
        return self._unknown() if function is None else nodes.pure_call(function, given, self._page.budget)

    def _array(self, kind: str) -> Node:
        """Read ``[n]`` or ``[] {…}`` behind the type of an array."""
        closer = self._match.get(self._at, -1)
        size = self.read(self._at + 1, closer) if closer > self._at + 1 and self._op(self._at + 1) != "," else None
        self._at = closer + 1
        while self._op() == "[" and self._match.get(self._at, -1) == self._at + 1:
            self._at += 2
        if self._op() == "{":
            return self._list("}", list)
        if size is None:
            raise UnknownError
        zero = _ZERO.get(kind, 0)
        return nodes.pure_call(
            lambda a: [zero] * min(max(integer_of(a[0]), 0), MAX_ITEMS + 1), [size], self._page.budget
        )

    def _entries(self) -> Node:
        """Read ``{{a, b}, [c] = d}`` of a dictionary."""
        closer = self._match.get(self._at, -1)
        self._at += 1
        pairs: list[tuple[Node, Node]] = []
        while self._at < closer:
            bracket, inner = self._op(), self._match.get(self._at, -1)
            if bracket not in ("{", "[") or inner < 0:
                raise UnknownError
            self._at += 1
            key = self._assigned()
            self._expect("," if bracket == "{" else "]")
            if bracket == "[":
                self._expect("=")
            pairs.append((key, self._assigned()))
            if bracket == "{":
                self._expect("}")
            if self._at < closer:
                self._expect(",")
        self._expect("}")
        return c_nodes.dictionary(pairs, self._page.budget)

    # Functions that are values --------------------------------------------------------------------------------------

    def _arrow(self) -> int:
        """Return the token of ``=>`` where a lambda begins here, 0 where none does."""
        behind = self._match.get(self._at, -1) + 1 if self._op() == "(" else self._at + 1
        return behind if behind > self._at and self._op(behind) == "=>" else 0

    def _lambda(self, arrow: int) -> Node:
        parameters = [
            self._values[at]
            for at in range(self._at, arrow)
            if self._kinds[at] == NAME and self._values[at + 1] in (",", ")", "=>")
        ]
        self._at = arrow + 1
        if self._op() == "{":
            return self._block(parameters)
        added = set(parameters) - self.names
        self.names.update(added)
        start = self._at
        body = self._assigned()
        self.names.difference_update(added)
        return c_nodes.closure(parameters, body, self._at - start + 2, self._page)

    def _function(self) -> Node:
        """Read ``function(a, b) {…}``."""
        opener = self._at + 1 + bool(self._name(self._at + 1))
        closer = self._match.get(opener, -1)
        parameters = [self._values[at] for at in range(opener, closer) if self._kinds[at] == NAME]
        self._at = closer + 1
        return self._block(parameters)

    def _block(self, parameters: list[str]) -> Node:
        """Read the body of a function that is a value: one ``return``."""
        closer = self._match.get(self._at, -1)
        if closer < 0 or self._op() != "{" or self._name(self._at + 1) != "return":
            raise UnknownError
        added = set(parameters) - self.names
        self.names.update(added)
        end = closer - (self._op(closer - 1) == ";")
        body = self.read(self._at + 2, end)
        self.names.difference_update(added)
        cost = closer - self._at
        self._at = closer + 1
        return c_nodes.closure(parameters, body, cost, self._page)

    def _arms(self, node: Node) -> Node:
        """Read ``switch { a => b, _ => c }`` behind what it is asked of."""
        self._at += 1
        closer = self._match.get(self._at, -1)
        self._at += 1
        arms: list[tuple[Node | None, Node]] = []
        while self._at < closer:
            is_rest = self._name(self._at) in ("_", "default") and self._op(self._at + 1) == "=>"
            test = None if is_rest else self._choice()
            self._at += is_rest
            self._expect("=>")
            arms.append((test, self._assigned()))
            if self._at < closer:
                self._expect(",")
        self._expect("}")
        return c_nodes.matched(node, arms, OPERATORS[self._language]["=="][1])
