"""A cursor over the tokens of C# and JScript: what comes next, where types end, which names are variables."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.declarations import behind_type_arguments
from webshellhunt.code.evaluation.c_nodes import Conversion
from webshellhunt.code.evaluation.expressions import Page
from webshellhunt.code.evaluation.nodes import Node
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME, OP


class Cursor:
    """Stands at a token; ``names`` are the variables, ``types`` what those of a declared type make of a value."""

    def __init__(self, page: Page, unit: Unit, own_objects: frozenset[str]) -> None:
        self._page = page
        self._unit = unit
        self._tokens = unit.tokens
        self._kinds, self._values = unit.tokens.kinds, unit.tokens.values
        self._match = unit.match
        self._own_objects = own_objects
        self._language = unit.language
        self._at = self._end = self._level = 0
        self.names: set[str] = set()
        self.types: dict[str, Conversion] = {}
        self.used: set[str] = set()

    # Tokens ---------------------------------------------------------------------------------------------------------

    def _op(self, index: int | None = None) -> str:
        at = self._at if index is None else index
        return self._values[at] if at < self._end and self._kinds[at] == OP else ""

    def _name(self, index: int) -> str:
        return self._values[index] if index < self._end and self._kinds[index] == NAME else ""

    def _expect(self, word: str) -> None:
        if self._op() != word:
            raise UnknownError
        self._at += 1

    def _unknown(self) -> Node:
        raise UnknownError

    def _type_end(self, index: int) -> int:
        """Return the token behind a type, ``A.B<C[]>[]``; where none begins, its own."""
        if not self._name(index):
            return index
        at = index + 1
        while self._op(at) in (".", "::") and self._name(at + 1):
            at += 2
        at = behind_type_arguments(self._unit, at)
        at += self._op(at) == "?" and self._op(at + 1) in (")", "[", ">")
        while self._op(at) == "[" and self._match.get(at, -1) in (at + 1, at + 2) and self._op(at + 1) in ("]", ","):
            at = self._match[at] + 1
        return at

    # What reads expressions -----------------------------------------------------------------------------------------

    def _assigned(self) -> Node:
        """Read an expression."""
        raise NotImplementedError

    def _nested(self, read: Callable[[], Node]) -> Node:
        """Read what stands one level deeper.

        Raises:
            UnknownError: that is deeper than any honest expression.
        """
        raise NotImplementedError

    def read(self, start: int, end: int) -> Node:
        """Return the node of a whole range."""
        raise NotImplementedError

    def _choice(self) -> Node:
        """Read an expression that assigns nothing."""
        raise NotImplementedError
