"""Procedures, properties and classes of Visual Basic."""

from __future__ import annotations

from webshellhunt.lang.lexis import NAME, NEWLINE
from webshellhunt.lang.tree import Class, Function, Unparsed
from webshellhunt.lang.vb_blocks import LAMBDA, PROCEDURE, TYPE, Frame
from webshellhunt.lang.vb_control import VbControl

_SCRIPT_MODIFIERS = frozenset(("public", "private", "default"))
_WORDS = (
    "dim const static shared friend protected partial overrides overridable notoverridable mustoverride mustinherit "
    "notinheritable overloads shadows readonly writeonly withevents async iterator widening narrowing custom"
)
_MODIFIERS = _SCRIPT_MODIFIERS | frozenset(_WORDS.split())
_TYPES = frozenset(("class", "module", "structure", "interface", "enum"))


class VbDeclarations(VbControl):
    """Parses declarations."""

    is_aborted = False
    """Whether the lambda that is being parsed ends here, since what follows can't be in one."""

    def modified(self) -> None:
        """Parse a declaration with its modifiers; attributes before it belong to it."""
        start = self.at
        attributes = tuple(self.attributes())
        if attributes and self.kinds[self.at] == NEWLINE:
            self.at += 1
        found: set[str] = set()
        allowed = _SCRIPT_MODIFIERS if self.is_script else _MODIFIERS
        while (word := self.words[self.at]) in allowed and self.kinds[self.at + 1] == NAME:
            found.add(word)
            self.at += 1
        self._declared(start, frozenset(found), attributes)

    def _declared(self, start: int, modifiers: frozenset[str], attributes: tuple[tuple[str, str], ...]) -> None:
        word = self.words[self.at]
        if word in ("function", "sub"):
            self._procedure(start, modifiers, attributes)
        elif word == "property":
            self._property(start, modifiers, attributes)
        elif word in _TYPES and (not self.is_script or word == "class"):
            self._class(start, modifiers)
        elif self.is_script or not self._declared_of_vb(start, modifiers, attributes):
            if self.is_script and self.take("const"):
                modifiers |= {"const"}
            if self.kinds[self.at] != NAME:
                self.out.append(self.unparsed(start))
                return
            self.variables(start, modifiers)

    def _declared_of_vb(self, start: int, modifiers: frozenset[str], attributes: tuple[tuple[str, str], ...]) -> bool:
        """Parse a declaration that only VB.NET has; return whether it is one."""
        return False

    def dim(self) -> None:
        """``Dim``, ``Const``, ``Static``."""
        start = self.at
        word = self.words[start]
        self.at += 1
        self.variables(start, frozenset() if word == "dim" else frozenset((word,)))

    # Procedures -----------------------------------------------------------------------------------------------------

    def begins_declaration(self) -> bool:
        """End the procedure around a declaration that can't be in one; return whether it may begin here."""
        if self.units.get(LAMBDA):
            self.is_aborted = True
            return False
        self.leave_unit(PROCEDURE, self.at, self.at)
        return True

    def _procedure(self, start: int, modifiers: frozenset[str], attributes: tuple[tuple[str, str], ...]) -> None:
        if not self._begins_at(start):
            return
        kind = self.words[self.at]
        self.at += 1
        name = self.name()
        if kind == "sub" and name == "new" and not self.is_script:
            kind = "constructor"
        node = Function(start, start, name, self.parameters(), None, kind, modifiers=modifiers, attributes=attributes)
        node.type = self.type_after_as()
        self.open_procedure(node)

    def _begins_at(self, start: int) -> bool:
        """True if a declaration that began at ``start`` is one; else the next token is that one again."""
        at = self.at
        self.at = start
        if not self.begins_declaration():
            return False
        self.at = at
        return True

    def open_procedure(self, node: Function) -> Frame | None:
        """Open the body of a procedure whose head has been read."""
        node.body = block = self.block()
        return self.open(PROCEDURE, node, block)

    def end_procedure(self, start: int) -> None:
        """``End Sub``, ``End Function``: whatever of the two was written, the procedure ends."""
        if not self.leave_unit(PROCEDURE, start, self.at):
            self.out.append(Unparsed(start, self.at))

    # Properties -----------------------------------------------------------------------------------------------------

    def _property(self, start: int, modifiers: frozenset[str], attributes: tuple[tuple[str, str], ...]) -> None:
        """``Property Get``, ``Property Let`` and ``Property Set`` of VBScript."""
        if not self._begins_at(start):
            return
        self.at += 1
        kind = self.words[self.at]
        if kind in ("get", "let", "set"):
            self.at += 1
        else:
            kind = "get"
        node = Function(start, start, self.name(), self.parameters(), None, kind, modifiers=modifiers)
        self.open_procedure(node)

    # Classes --------------------------------------------------------------------------------------------------------

    def _class(self, start: int, modifiers: frozenset[str]) -> None:
        if not self._begins_at(start):
            return
        kind = self.words[self.at]
        self.at += 1
        node = Class(start, start, self.name(), kind, [], [], modifiers=modifiers)
        frame = self.open(TYPE, node, None, node.members)
        frame.word = kind

    def end_class(self, start: int) -> None:
        """``End Class``."""
        if not self.leave_unit(TYPE, start, self.at):
            self.out.append(Unparsed(start, self.at))
