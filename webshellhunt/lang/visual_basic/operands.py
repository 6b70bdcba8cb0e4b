"""Operands of Visual Basic that begin with a keyword: ``New``, conversions, tests, ``If(a, b)``."""

from __future__ import annotations

from webshellhunt.lang import tree
from webshellhunt.lang.lexis import NEWLINE
from webshellhunt.lang.visual_basic.cursor import MAX_DEPTH
from webshellhunt.lang.visual_basic.types import VbTypes


class VbOperands(VbTypes):
    """Parses operands that begin with a keyword."""

    # New ------------------------------------------------------------------------------------------------------------

    def new(self) -> tree.Node:
        """``New T(x)``, with the additions of VB.NET: ``With {…}``, ``From {…}``, ``{…}`` of an array."""
        start = self._at
        if self._depth >= MAX_DEPTH:
            return self.too_deep()
        self._depth += 1
        self._at += 1
        node = tree.New(start, start, None, [])
        if self.words[self._at] != "with":
            node.type = self.type_name(has_rank=False)
            if self.words[self._at] == "(":
                node.arguments = self.arguments()
        if not self.is_script:
            self._initialised(node)
        self._depth -= 1
        node.end = self._at
        return node

    def _initialised(self, node: tree.New) -> None:
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

    def _entries(self) -> tree.Entries:
        """``{.A = 1, Key .B = 2, x.C}``: in an anonymous type the name may be that of the value."""
        start = self._at
        found: list[tree.Entry] = []
        self._at += 1
        while self.kinds[self._at] != NEWLINE and not self.take("}"):
            before = self._at
            found.append(self._field())
            if not self.take(",") and self.words[self._at] != "}":
                last = found[-1]
                rest = self.unparsed(self._at, "}")
                last.value, last.end = tree.Unparsed(last.value.start, self._at, [last.value, rest]), self._at
            if self._at == before:
                break
        return tree.Entries(start, self._at, found)

    def _field(self) -> tree.Entry:
        """Parse one entry."""
        start = self._at
        if self.words[start] == "key" and self.words[start + 1] == ".":
            self._at += 1
        if self.words[self._at] == "." and self.words[self._at + 2] == "=":
            self._at += 1
            at = self._at
            key = tree.Name(at, at + 1, self.name())
            self._at = at + 2
            value = self.expression()
            return tree.Entry(start, self._at, key, value)
        value = self.expression()
        name = value.name if isinstance(value, tree.Member) else value.text if isinstance(value, tree.Name) else ""
        return tree.Entry(start, self._at, tree.Name(start, start, name), value)

    # Conversions and tests ------------------------------------------------------------------------------------------

    def cast(self) -> tree.Node | None:
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
            return tree.Unparsed(start, self._at, [operand, type_, rest])
        return tree.Cast(start, self._at, type_, operand, is_tried=self.words[start] == "trycast")

    def type_of(self) -> tree.Node | None:
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
            return tree.Unparsed(start, self._at, [operand])
        self._at += 1
        first = self._at
        type_ = self.type_name()
        return tree.Test(start, self._at, operand, tree.Pattern(first, self._at, type_, is_negated=word == "isnot"))

    def get_type(self) -> tree.Node | None:
        """``GetType(T)``: a call with a type as its argument."""
        start = self._at
        if self.words[start + 1] != "(":
            return None
        self._at += 2
        type_ = self.type_name()
        if not self.take(")"):
            rest = self.unparsed(self._at, ")")
            self.take(")")
            return tree.Unparsed(start, self._at, [type_, rest])
        return tree.Call(start, self._at, tree.Name(start, start + 1, "gettype"), [type_])

    def unary_word(self) -> tree.Node | None:
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
            return tree.Name(start, self._at, word)
        return tree.Unary(start, self._at, word, operand)

    def if_operator(self) -> tree.Node | None:
        """``If(test, yes, no)`` and ``If(value, otherwise)``."""
        start = self._at
        if self.words[start + 1] != "(":
            return None
        self._at += 1
        if self._depth >= MAX_DEPTH:
            return self.too_deep()
        self._depth += 1
        parts = [part.value if isinstance(part, tree.Argument) else part for part in self.arguments()]
        self._depth -= 1
        if len(parts) == 3:
            return tree.Conditional(start, self._at, *parts)
        if len(parts) == 2:
            return tree.Binary(start, self._at, parts, ["??"])
        return tree.Unparsed(start, self._at, parts)

    def from_global(self) -> tree.Node | None:
        """``Global.A.B``: the name without its first word."""
        start = self._at
        if self.words[start + 1] != ".":
            return None
        self._at += 2
        name = self.name()
        return tree.Name(start, self._at, name)
