"""Declarations that only VB.NET has: attributes, properties with accessors, events, external procedures, imports."""

from __future__ import annotations

from webshellhunt.lang.lexis import NAME, NEWLINE, STRING
from webshellhunt.lang.tree import Class, Declaration, Function, Import, Parameter, TypeName
from webshellhunt.lang.visual_basic.blocks import PROCEDURE, PROPERTY, Frame
from webshellhunt.lang.visual_basic.declarations import Attributes, VbDeclarations

_ACCESSORS = {"get": "get", "set": "set", "addhandler": "add", "removehandler": "remove", "raiseevent": "function"}
_NO_BODY = frozenset({"mustoverride", "delegate"})
_BEFORE_ACCESSOR = frozenset(("private", "protected", "friend", "public"))
_BEFORE_NAME = frozenset(("auto", "ansi", "unicode"))


class VbNetDeclarations(VbDeclarations):
    """Parses declarations of VB.NET."""

    _no_variables: frozenset[str] = frozenset(("imports", "namespace", "end", "option"))

    def attributes(self) -> list[tuple[str, str]]:
        """Pass over attributes; return their names and the texts of their arguments."""
        found: list[tuple[str, str]] = []
        while self.words[self._at] == "<":
            self._at += 1
            while self._at < self.size and (self.kinds[self._at] != NEWLINE or self.words[self._at] == ":"):
                self._steps += 1
                word = self.words[self._at]
                if word == ">":
                    self._at += 1
                    break
                if self.kinds[self._at] == NAME and self.words[self._at + 1] != ":":
                    found.append(self._attribute())
                else:
                    self._at += 1
        return found

    def _attribute(self) -> tuple[str, str]:
        name = self.dotted()
        first = self._at
        if self.words[first] != "(":
            return name, ""
        self.brackets()
        starts, ends = self.tokens.starts, self.tokens.ends
        return name, self.tokens.text[ends[first] : starts[self._at - 1]]

    def dotted(self) -> str:
        """Pass over a name with dots."""
        parts = [self.name()]
        while self.words[self._at] == "." and self.kinds[self._at + 1] == NAME:
            self._at += 1
            parts.append(self.name())
        return ".".join(parts)

    def declared_of_vb(self, start: int, modifiers: frozenset[str], attributes: Attributes) -> bool:
        """Parse a declaration that only VB.NET has; return whether it is one."""
        word = self.words[self._at]
        if self.is_accessor():
            self.accessor(start)
        elif self.kinds[self._at + 1] == NEWLINE:
            return False
        elif word == "declare":
            self._declare(start, modifiers, attributes)
        elif word == "delegate":
            self._delegate(start, modifiers)
        elif word == "event":
            self._event(start, modifiers)
        elif word == "operator":
            self._operator_of_class(start, modifiers)
        else:
            return False
        return True

    # Procedures -----------------------------------------------------------------------------------------------------

    def end_of_head(self, node: Function) -> None:
        """Parse ``Handles`` and ``Implements``, and open the body, if there is one."""
        handles: list[str] = []
        implements: list[str] = []
        while (word := self.words[self._at]) in ("handles", "implements"):
            self._at += 1
            names = [self.type_name().name]
            while self.take(","):
                names.append(self.type_name().name)
            (handles if word == "handles" else implements).extend(names)
        node.handles, node.implements = tuple(handles), tuple(implements)
        in_interface = bool(self._stack) and self._stack[-1].kind == "interface"
        if in_interface or not _NO_BODY.isdisjoint(node.modifiers):
            node.end = self._at
            self._out.append(node)
        else:
            self.open_procedure(node)

    def _declare(self, start: int, modifiers: frozenset[str], attributes: Attributes) -> None:
        """``Declare Function f Lib "x" Alias "y" (…) As T``."""
        self._at += 1
        if self.words[self._at] in _BEFORE_NAME:
            self._at += 1
        self._at += self.words[self._at] in ("function", "sub")
        name = self.name()
        found = [*attributes]
        while self.words[self._at] in ("lib", "alias") and self.kinds[self._at + 1] == STRING:
            found.append((self.words[self._at], self.values[self._at + 1]))
            self._at += 2
        node = Function(start, start, name, self.parameters(), None, "declared", modifiers=modifiers)
        node.attributes = tuple(found)
        node.type = self.type_after_as()
        node.end = self._at
        self._out.append(node)

    def _delegate(self, start: int, modifiers: frozenset[str]) -> None:
        """``Delegate Function D(x As T) As U``."""
        self._at += 1
        self._at += self.words[self._at] in ("function", "sub")
        node = Function(start, start, self.name(), self.parameters(), None, "declared")
        node.modifiers = modifiers | {"delegate"}
        node.type = self.type_after_as()
        node.end = self._at
        self._out.append(node)

    def _operator_of_class(self, start: int, modifiers: frozenset[str]) -> None:
        """``Operator +(a As T, b As T) As T``."""
        if not self.begins_at(start):
            return
        self._at += 1
        name = self.words[self._at]
        while self.words[self._at] != "(" and self.kinds[self._at] != NEWLINE:
            self._at += 1
        node = Function(start, start, name, self.parameters(), None, "operator", modifiers=modifiers)
        node.type = self.type_after_as()
        self.open_procedure(node)

    # Properties and events ------------------------------------------------------------------------------------------

    def property(self, start: int, modifiers: frozenset[str], attributes: Attributes) -> None:
        """``Property P As T``: a variable, or accessors up to ``End Property``."""
        if self.is_script:
            super().property(start, modifiers, attributes)
            return
        if not self.begins_at(start):
            return
        self._at += 1
        name = self.name()
        marked = self.type_of_mark()
        head = Function(start, start, name, [], None, "get", modifiers=modifiers, attributes=attributes)
        if self.words[self._at] == "(":
            head.parameters = self.parameters()
        node = Declaration(start, start, name, marked, modifiers=modifiers | {"property"})
        if self.words[self._at] == "as":
            self.typed(node)
        head.type = node.type
        if self.take("="):
            node.value = self.expression()
        implements: list[str] = []
        while self.take("implements") or self.take(","):
            implements.append(self.type_name().name)
        head.implements = tuple(implements)
        node.end = self._at
        if node.value is None and self._has_accessors():
            self._open_accessors(head)
        else:
            self._out.append(node)

    def _has_accessors(self) -> bool:
        """True if an accessor follows."""
        if self._stack and self._stack[-1].kind == "interface":
            return False
        at = self._at
        while at < self.size and self.kinds[at] == NEWLINE:
            at += 1
        if self.words[at] == "<":  # its attributes
            while at < self.size and self.kinds[at] != NEWLINE and self.words[at] != ">":
                at += 1
            at += 1
            while at < self.size and self.kinds[at] == NEWLINE:
                at += 1
        while self.words[at] in _BEFORE_ACCESSOR:
            at += 1
        return self.words[at] in ("get", "set")

    def _open_accessors(self, head: Function) -> None:
        frame = Frame(PROPERTY, None, None, self._out)
        frame.head = head
        self.push(frame)

    def is_accessor(self) -> bool:
        """True if an accessor begins here; ``Get`` and ``Set`` also do where the one before was left open."""
        word, stack = self.words[self._at], self._stack
        if word not in _ACCESSORS or not self._units.get(PROPERTY):
            return False
        if stack[-1].kind == PROPERTY:
            return True
        is_begun = self.words[self._at + 1] in ("\n", "(") and word in ("get", "set")
        return is_begun and stack[-1].kind == PROCEDURE and stack[-2].kind == PROPERTY

    def accessor(self, start: int) -> None:
        """``Get`` and ``Set(value As T)``, which have the name of the property and its parameters."""
        if self._stack[-1].kind == PROCEDURE:
            self.close(start, start)
        head = self._stack[-1].head
        assert head is not None
        if head.end == head.start:  # the first one, to which the head belongs
            head.end, begin = self._at, head.start
            parameters, type_ = [*head.parameters], head.type
        else:
            begin = start
            parameters = [Parameter(start, start, each.name, None, each.by) for each in head.parameters]
            type_ = None if head.type is None else TypeName(start, start, head.type.name, [], head.type.rank)
        node = Function(begin, begin, head.name, parameters, None, _ACCESSORS[self.words[self._at]])
        node.modifiers, node.attributes, node.type = head.modifiers, head.attributes, type_
        node.implements = head.implements
        self._at += 1
        node.parameters += self.parameters()
        self.open_procedure(node)

    def _event(self, start: int, modifiers: frozenset[str]) -> None:
        """``Event E(x As T)``, ``Event E As T``, and ``Custom Event`` with its accessors."""
        if not self.begins_at(start):
            return
        self._at += 1
        name = self.name()
        if self.words[self._at] == "(":
            self.brackets()
        type_ = self.type_after_as()
        while self.take("implements") or self.take(","):
            self.type_name()
        if "custom" in modifiers:
            head = Function(start, start, name, [], None, "get", type_, modifiers | {"event"})
            self._open_accessors(head)
        else:
            self._out.append(Declaration(start, self._at, name, type_, modifiers=modifiers | {"event"}))

    # Classes --------------------------------------------------------------------------------------------------------

    def end_of_class_head(self, node: Class) -> None:
        """Parse the rest behind the name of a class in its head."""
        while self.words[self._at] == "." and self.kinds[self._at + 1] == NAME:  # of a namespace
            self._at += 1
            node.name += "." + self.name()
        if self.words[self._at] == "(":
            node.generics = self.type_parameters()
            if not node.generics:
                self.brackets()
        if self.words[self._at] == "as":  # of an enumeration
            self.type_after_as()

    def inherits(self) -> None:
        """``Inherits T`` and ``Implements T, U``."""
        start = self._at
        self._at += 1
        found = [self.type_name()]
        while self.take(","):
            found.append(self.type_name())
        top = self._stack[-1].node if self._stack else None
        if isinstance(top, Class) and not top.members:
            top.bases += found
        else:
            self._at = start
            self._out.append(self.unparsed(start))

    def imports(self) -> None:
        """``Imports N``, ``Imports A = N.T``."""
        start = self._at
        self._at += 1
        while self.kinds[self._at] == NAME:
            alias = ""
            if self.words[self._at + 1] == "=":
                alias = self.name()
                self._at += 1
            type_ = self.type_name()
            self._out.append(Import(start, self._at, type_.name, alias))
            if not self.take(","):
                return
            start = self._at
        self._out.append(self.unparsed(start))
