"""Operands of Visual Basic that begin with a keyword: ``New``, conversions, tests, ``If(a, b)``."""

from __future__ import annotations

from webshellhunt.lang.lexis import NEWLINE
from webshellhunt.lang.tree import (
    Argument,
    Binary,
    Call,
    Cast,
    Conditional,
    Entries,
    Entry,
    Member,
    Name,
    New,
    Node,
    Pattern,
    Test,
    Unary,
    Unparsed,
)
from webshellhunt.lang.visual_basic.cursor import MAX_DEPTH
from webshellhunt.lang.visual_basic.types import VbTypes


class VbOperands(VbTypes):
    """Parses operands that begin with a keyword."""

    # New ------------------------------------------------------------------------------------------------------------

    def new(self) -> Node:
        """``New T(x)``, with the additions of VB.NET: ``With {…}``, ``From {…}``, ``{…}`` of an array."""
        start = self._at
        if self._depth >= MAX_DEPTH:
            return self.too_deep()
        self._depth += 1
        self._at += 1
        node = New(start, start, None, [])
        if self.words[self._at] != "with":
            node.type = self.type_name(has_rank=False)
            if self.words[self._at] == "(":
                node.arguments = self.arguments()
        if not self.is_script:
            self._initialised(node)
        self._depth -= 1
        node.end = self._at
        return node

    def _initialised(self, node: New) -> None:
        """Parse the initialiser of an object, if there is one."""
        rank = 1
        while self.is_rank():
            self.brackets()
            rank += 1
        word, following = self.words[self._at], self.words[self._at + 1]
        if word == "{":
            node.initialiser = self.items()
            if node.type is not None:
                node.type.rank = rank
        elif word == "from" and following == "{":
            self._at += 1
            node.initialiser = self.items()
        elif word == "with" and following == "{":
            self._at += 1
            node.initialiser = self._entries()

    def _entries(self) -> Entries:
        """``{.A = 1, Key .B = 2, x.C}``: in an anonymous type the name may be that of the value."""
        start = self._at
        found: list[Entry] = []
        self._at += 1
        while self.kinds[self._at] != NEWLINE and not self.take("}"):
            before = self._at
            found.append(self._field())
            if not self.take(",") and self.words[self._at] != "}":
                last = found[-1]
                rest = self.unparsed(self._at, "}")
                last.value, last.end = Unparsed(last.value.start, self._at, [last.value, rest]), self._at
            if self._at == before:
                break
        return Entries(start, self._at, found)

    def _field(self) -> Entry:
        """Parse one entry."""
        start = self._at
        if self.words[start] == "key" and self.words[start + 1] == ".":
            self._at += 1
        if self.words[self._at] == "." and self.words[self._at + 2] == "=":
            self._at += 1
            at = self._at
            key = Name(at, at + 1, self.name())
            self._at = at + 2
            value = self.expression()
            return Entry(start, self._at, key, value)
        value = self.expression()
        name = value.name if isinstance(value, Member) else value.text if isinstance(value, Name) else ""
        return Entry(start, self._at, Name(start, start, name), value)

    # Conversions and tests ------------------------------------------------------------------------------------------

    def cast(self) -> Node | None:
        """``CType(x, T)``, ``DirectCast``, ``TryCast``."""
        start = self._at
        if self.words[start + 1] != "(" or self._depth >= MAX_DEPTH:
            return None
        self._at += 2
        self._depth += 1
        operand = self.expression()
        self.take(",")
        type_ = self.type_name()
        self._depth -= 1
        if not self.take(")"):
            rest = self.unparsed(self._at, ")")
            self.take(")")
            return Unparsed(start, self._at, [operand, type_, rest])
        return Cast(start, self._at, type_, operand, is_tried=self.words[start] == "trycast")

    def type_of(self) -> Node | None:
        """``TypeOf x Is T``."""
        start = self._at
        if self._depth >= MAX_DEPTH:
            return self.too_deep()
        self._depth += 1
        self._at += 1
        operand = self.operand()
        self._depth -= 1
        word = self.words[self._at]
        if word not in ("is", "isnot"):
            return Unparsed(start, self._at, [operand])
        self._at += 1
        first = self._at
        type_ = self.type_name()
        return Test(start, self._at, operand, Pattern(first, self._at, type_, is_negated=word == "isnot"))

    def get_type(self) -> Node | None:
        """``GetType(T)``: a call with a type as its argument."""
        start = self._at
        if self.words[start + 1] != "(":
            return None
        self._at += 2
        type_ = self.type_name()
        if not self.take(")"):
            rest = self.unparsed(self._at, ")")
            self.take(")")
            return Unparsed(start, self._at, [type_, rest])
        return Call(start, self._at, Name(start, start + 1, "gettype"), [type_])

    def unary_word(self) -> Node | None:
        """``AddressOf f``, ``Await x``."""
        start = self._at
        word = self.words[start]
        if self._depth >= MAX_DEPTH:
            return self.too_deep()
        self._depth += 1
        self._at += 1
        operand = self.operand()
        self._depth -= 1
        if operand.end == operand.start:
            return Name(start, self._at, word)
        return Unary(start, self._at, word, operand)

    def if_operator(self) -> Node | None:
        """``If(test, yes, no)`` and ``If(value, otherwise)``."""
        start = self._at
        if self.words[start + 1] != "(":
            return None
        self._at += 1
        if self._depth >= MAX_DEPTH:
            return self.too_deep()
        self._depth += 1
        parts = [part.value if isinstance(part, Argument) else part for part in self.arguments()]
        self._depth -= 1
        if len(parts) == 3:
            return Conditional(start, self._at, *parts)
        if len(parts) == 2:
            return Binary(start, self._at, parts, ["??"])
        return Unparsed(start, self._at, parts)

    def from_global(self) -> Node | None:
        """``Global.A.B``: the name without its first word."""
        start = self._at
        if self.words[start + 1] != ".":
            return None
        self._at += 2
        name = self.name()
        return Name(start, self._at, name)
