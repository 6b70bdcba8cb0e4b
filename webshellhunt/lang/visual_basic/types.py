"""Types, variables and parameters of Visual Basic."""

from __future__ import annotations

from webshellhunt.lang.lexis import NAME, NEWLINE
from webshellhunt.lang.tree import Declaration, New, Parameter, TypeName
from webshellhunt.lang.visual_basic.blocks import VbBlocks
from webshellhunt.lang.visual_basic.cursor import MAX_DEPTH

_BY = {"byval": "value", "byref": "ref", "paramarray": "rest", "optional": ""}
_MARKED = {"$": "string", "%": "integer", "&": "long", "@": "decimal", "#": "double", "!": "single", "?": ""}
"""The types that a character behind a name says."""
_VARIANCE = frozenset(("in", "out"))
_OPENING, _CLOSING = frozenset("({"), frozenset(")}")


class VbTypes(VbBlocks):
    """Parses types, and declarations with one."""

    generics: tuple[str, ...] = ()
    """The type parameters of the head that was parsed last."""

    # Types ----------------------------------------------------------------------------------------------------------

    def type_name(self, *, has_rank: bool = True) -> TypeName:
        """Parse a type; after ``New``, brackets are no part of it."""
        start = self._at
        node = TypeName(start, start, "")
        if self._depth >= MAX_DEPTH:
            node.end = self.too_deep().end
            return node
        self._depth += 1
        if self.words[start] == "(" and not self.is_script:
            node.name = "valuetuple"
            self._at += 1
            self._type_arguments(node)
        else:
            if self.words[start] == "global" and self.words[start + 1] == ".":
                self._at += 2
            self._dotted(node)
        self._depth -= 1
        node.is_nullable = self.take("?")
        while has_rank and self.is_rank():
            self.brackets()
            node.rank += 1
        node.end = self._at
        return node

    def _dotted(self, node: TypeName) -> None:
        """Parse the names of a type, each with its arguments."""
        parts = [self.name()]
        while True:
            if self.words[self._at] == "(" and self.words[self._at + 1] == "of":
                self._at += 2
                self._type_arguments(node)
            elif self.words[self._at] == "." and self.kinds[self._at + 1] == NAME:
                self._at += 1
                parts.append(self.name())
            else:
                break
        node.name = ".".join(parts)

    def _type_arguments(self, node: TypeName) -> None:
        """Parse the types in brackets up to the closing one; those of a tuple may have names."""
        names: list[str] = []
        while self.kinds[self._at] != NEWLINE and not self.take(")"):
            before = self._at
            if self.words[self._at + 1] == "as":
                names.append(self.values[self._at])
                self._at += 2
            if self.words[self._at] != ",":
                node.arguments.append(self.type_name())
            if not self.take(",") and self._at == before:
                self._at += 1
        node.names = tuple(names) if len(names) == len(node.arguments) else ()

    def is_rank(self) -> bool:
        """True if brackets of an array's type follow, with nothing in them but commas."""
        return self.words[self._at] == "(" and self.words[self._at + 1] in (")", ",")

    def type_after_as(self) -> TypeName | None:
        """Parse ``As T``."""
        if not self.take("as"):
            return None
        self.attributes()
        return self.type_name()

    def type_of_mark(self) -> TypeName | None:
        """Pass over the character behind a name that says its type (``x%``); return that type."""
        at = self._at
        marks = self.tokens.text[self.tokens.ends[at - 1] - 1] if at else ""
        while self.words[self._at] in _MARKED and self.is_close(self._at):
            marks = self.words[self._at]
            self._at += 1
        name = "" if self.is_script else _MARKED.get(marks, "")
        return TypeName(self._at, self._at, name) if name else None

    def attributes(self) -> list[tuple[str, str]]:
        """Pass over attributes, which only VB.NET has; return their names and the texts of their arguments."""
        return []

    # Variables ------------------------------------------------------------------------------------------------------

    def variables(self, start: int, modifiers: frozenset[str]) -> None:
        """Parse declarations with commas between them, up to the end of the statement."""
        waiting: list[Declaration] = []
        while True:
            node = self._variable(start, modifiers)
            self._out.append(node)
            waiting.append(node)
            if node.type is not None and len(waiting) > 1:  # `Dim a, b As String` is one type for both
                for each in waiting[:-1]:
                    each.type = TypeName(each.end, each.end, node.type.name, node.type.arguments, node.type.rank)
            if node.type is not None or node.value is not None:
                waiting = []
            if self.words[self._at] != ",":
                return
            self._at += 1
            start = self._at

    def _variable(self, start: int, modifiers: frozenset[str]) -> Declaration:
        node = Declaration(start, start, self.name(), modifiers=modifiers)
        node.type = self.type_of_mark()
        rank = 0
        while self.words[self._at] == "(":
            if self.is_rank():
                self.brackets()
                rank += 1
                node.bounds = [] if node.bounds is None else node.bounds
            else:
                node.bounds = self.arguments()
        if self.words[self._at] == "as":
            self.typed(node)
        if node.type is not None:
            node.type.rank += rank + bool(node.bounds)
        if self.take("="):
            node.value = self.expression()
        node.end = self._at
        return node

    def typed(self, node: Declaration) -> None:
        """Parse ``As T`` or ``As New T(x)``."""
        if self.words[self._at + 1] != "new":
            node.type = self.type_after_as()
            return
        self._at += 1
        value = self.operand()
        node.value = value
        if isinstance(value, New) and value.type is not None:
            made = value.type
            node.type = TypeName(value.start, value.start, made.name, made.arguments, made.rank)

    # Parameters -----------------------------------------------------------------------------------------------------

    def type_parameters(self) -> tuple[str, ...]:
        """Parse ``(Of T As New, U)``, where there are any; return their names."""
        if self.words[self._at] != "(" or self.words[self._at + 1] != "of":
            return ()
        start = self._at + 2
        self.brackets()
        names: list[str] = []
        depth, is_name = 0, True
        for at in range(start, self._at - 1):
            word = self.words[at]
            depth += (word in _OPENING) - (word in _CLOSING)
            if is_name and self.kinds[at] == NAME and word not in _VARIANCE:
                names.append(self.values[at])
                is_name = False
            is_name = is_name or (word == "," and not depth)
        return tuple(names)

    def parameters(self) -> list[Parameter]:
        """Parse parameters in brackets, where there are any."""
        self.generics = self.type_parameters()
        if not self.take("("):
            return []
        found: list[Parameter] = []
        while self.kinds[self._at] != NEWLINE and not self.take(")"):
            before = self._at
            self.attributes()
            if self.words[self._at] != ",":
                found.append(self._parameter())
            if not self.take(",") and self._at == before:
                self._at += 1
        return found

    def _parameter(self) -> Parameter:
        node = Parameter(self._at, self._at, "", by="ref" if self.is_script else "value")
        while (word := self.words[self._at]) in _BY and self.kinds[self._at + 1] == NAME:
            node.by = _BY[word] or node.by
            self._at += 1
        node.name = self.name()
        marked = self.type_of_mark()
        rank = 0
        while self.words[self._at] == "(":
            self.brackets()
            rank += 1
        node.type = self.type_after_as() or marked
        if node.type is not None:
            node.type.rank += rank
        if self.take("="):
            node.default = self.expression()
        node.end = self._at
        return node
