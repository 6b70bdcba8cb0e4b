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
from webshellhunt.lang.vb_cursor import MAX_DEPTH
from webshellhunt.lang.vb_types import VbTypes


class VbOperands(VbTypes):
    """Parses operands that begin with a keyword."""

    # New ------------------------------------------------------------------------------------------------------------

    def new(self) -> Node:
        """``New T(x)``, with the additions of VB.NET: ``With {…}``, ``From {…}``, ``{…}`` of an array."""
        start = self.at
        if self.depth >= MAX_DEPTH:
            return self.too_deep()
        self.depth += 1
        self.at += 1
        node = New(start, start, None, [])
        if self.words[self.at] != "with":
            node.type = self.type_name(has_rank=False)
            if self.words[self.at] == "(":
                node.arguments = self.arguments()
        if not self.is_script:
            self._initialised(node)
        self.depth -= 1
        node.end = self.at
        return node

    def _initialised(self, node: New) -> None:
        """Parse the initialiser of an object, if there is one."""
        rank = 1
        while self.is_rank():
            self.brackets()
            rank += 1
        word, following = self.words[self.at], self.words[self.at + 1]
        if word == "{":
            node.initialiser = self.items()
            if node.type is not None:
                node.type.rank = rank
        elif word == "from" and following == "{":
            self.at += 1
            node.initialiser = self.items()
        elif word == "with" and following == "{":
            self.at += 1
            node.initialiser = self._entries()

    def _entries(self) -> Entries:
        """``{.A = 1, Key .B = 2, x.C}``: in an anonymous type the name may be that of the value."""
        start = self.at
        found: list[Entry] = []
        self.at += 1
        while self.kinds[self.at] != NEWLINE and not self.take("}"):
            before = self.at
            found.append(self._field())
            if not self.take(",") and self.words[self.at] != "}":
                last = found[-1]
                rest = self.unparsed(self.at, "}")
                last.value, last.end = Unparsed(last.value.start, self.at, [last.value, rest]), self.at
            if self.at == before:
                break
        return Entries(start, self.at, found)

    def _field(self) -> Entry:
        """Parse one entry."""
        start = self.at
        if self.words[start] == "key" and self.words[start + 1] == ".":
            self.at += 1
        if self.words[self.at] == "." and self.words[self.at + 2] == "=":
            self.at += 1
            at = self.at
            key = Name(at, at + 1, self.name())
            self.at = at + 2
            value = self.expression()
            return Entry(start, self.at, key, value)
        value = self.expression()
        name = value.name if isinstance(value, Member) else value.text if isinstance(value, Name) else ""
        return Entry(start, self.at, Name(start, start, name), value)

    # Conversions and tests ------------------------------------------------------------------------------------------

    def cast(self) -> Node | None:
        """``CType(x, T)``, ``DirectCast``, ``TryCast``."""
        start = self.at
        if self.words[start + 1] != "(" or self.depth >= MAX_DEPTH:
            return None
        self.at += 2
        self.depth += 1
        operand = self.expression()
        self.take(",")
        type_ = self.type_name()
        self.depth -= 1
        if not self.take(")"):
            rest = self.unparsed(self.at, ")")
            self.take(")")
            return Unparsed(start, self.at, [operand, type_, rest])
        return Cast(start, self.at, type_, operand)

    def type_of(self) -> Node | None:
        """``TypeOf x Is T``."""
        start = self.at
        if self.depth >= MAX_DEPTH:
            return self.too_deep()
        self.depth += 1
        self.at += 1
        operand = self.operand()
        self.depth -= 1
        word = self.words[self.at]
        if word not in ("is", "isnot"):
            return Unparsed(start, self.at, [operand])
        self.at += 1
        first = self.at
        type_ = self.type_name()
        return Test(start, self.at, operand, Pattern(first, self.at, type_, is_negated=word == "isnot"))

    def get_type(self) -> Node | None:
        """``GetType(T)``: a call with a type as its argument."""
        start = self.at
        if self.words[start + 1] != "(":
            return None
        self.at += 2
        type_ = self.type_name()
        if not self.take(")"):
            rest = self.unparsed(self.at, ")")
            self.take(")")
            return Unparsed(start, self.at, [type_, rest])
        return Call(start, self.at, Name(start, start + 1, "gettype"), [type_])

    def unary_word(self) -> Node | None:
        """``AddressOf f``, ``Await x``."""
        start = self.at
        word = self.words[start]
        if self.depth >= MAX_DEPTH:
            return self.too_deep()
        self.depth += 1
        self.at += 1
        operand = self.operand()
        self.depth -= 1
        if operand.end == operand.start:
            return Name(start, self.at, word)
        return Unary(start, self.at, word, operand)

    def if_operator(self) -> Node | None:
        """``If(test, yes, no)`` and ``If(value, otherwise)``."""
        start = self.at
        if self.words[start + 1] != "(":
            return None
        self.at += 1
        if self.depth >= MAX_DEPTH:
            return self.too_deep()
        self.depth += 1
        parts = [part.value if isinstance(part, Argument) else part for part in self.arguments()]
        self.depth -= 1
        if len(parts) == 3:
            return Conditional(start, self.at, *parts)
        if len(parts) == 2:
            return Binary(start, self.at, parts, ["??"])
        return Unparsed(start, self.at, parts)

    def from_global(self) -> Node | None:
        """``Global.A.B``: the name without its first word."""
        start = self.at
        if self.words[start + 1] != ".":
            return None
        self.at += 2
        name = self.name()
        return Name(start, self.at, name)
