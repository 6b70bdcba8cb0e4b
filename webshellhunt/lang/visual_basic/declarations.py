"""Procedures, properties and classes of Visual Basic."""

from __future__ import annotations

from webshellhunt.lang.lexis import NAME, NEWLINE
from webshellhunt.lang.tree import Class, Function, Unparsed
from webshellhunt.lang.visual_basic.blocks import LAMBDA, PROCEDURE, PROPERTY, TYPES
from webshellhunt.lang.visual_basic.control import VbControl

_SCRIPT_MODIFIERS = frozenset(("public", "private", "default"))
_WORDS = (
    "dim const static shared friend protected partial overrides overridable notoverridable mustoverride mustinherit "
    "notinheritable overloads shadows readonly writeonly withevents async iterator widening narrowing custom"
)
_MODIFIERS = _SCRIPT_MODIFIERS | frozenset(_WORDS.split())
Attributes = tuple[tuple[str, str], ...]


class VbDeclarations(VbControl):
    """Parses declarations."""

    _no_variables: frozenset[str] = frozenset()
    """Words after attributes that begin something else than a declaration, as after those of an assembly."""
    _is_aborted = False
    """Whether the lambda that is being parsed ends here, since the next token can't be in one."""

    def modified(self) -> None:
        """Parse a declaration with its modifiers; attributes before it belong to it."""
        start = self._at
        attributes = tuple(self.attributes())
        while attributes and self.kinds[self._at] == NEWLINE and self._at < self.size:
            self._at += 1
            attributes += tuple(self.attributes())
        found: set[str] = set()
        allowed = _SCRIPT_MODIFIERS if self.is_script else _MODIFIERS
        while (word := self.words[self._at]) in allowed and self._goes_on_at(self._at + 1):
            found.add(word)
            self._at += 1
        self._declared(start, frozenset(found), attributes)

    def _goes_on_at(self, at: int) -> bool:
        return self.kinds[at] == NAME and self.words[at] != "as"

    def _declared(self, start: int, modifiers: frozenset[str], attributes: Attributes) -> None:
        word = self.words[self._at]
        if word in ("function", "sub"):
            self._procedure(start, modifiers, attributes)
        elif word == "property":
            self.property(start, modifiers, attributes)
        elif word in TYPES and (not self.is_script or word == "class"):
            self._class(start, modifiers, attributes)
        elif self.is_script or not self.declared_of_vb(start, modifiers, attributes):
            if self.is_script and self.take("const"):
                modifiers |= {"const"}
            if self.kinds[self._at] == NAME and self.words[self._at] not in self._no_variables:
                self.variables(start, modifiers)
            else:
                self._out.append(self.unparsed(start) if self._at == start else Unparsed(start, self._at))

    def declared_of_vb(self, start: int, modifiers: frozenset[str], attributes: Attributes) -> bool:
        """Parse a declaration that only VB.NET has; return whether it is one."""
        return False

    def dim(self) -> None:
        """``Dim``, ``Const``, ``Static``."""
        start = self._at
        word = self.words[start]
        self._at += 1
        self.variables(start, frozenset() if word == "dim" else frozenset((word,)))

    # Procedures -----------------------------------------------------------------------------------------------------

    def begins_declaration(self) -> bool:
        """End the procedure around a declaration that can't be in one; return whether it may begin here."""
        if self._units.get(LAMBDA):
            self._is_aborted = True
            return False
        self.leave(PROCEDURE, self._at, self._at)
        self.leave(PROPERTY, self._at, self._at)
        return True

    def _procedure(self, start: int, modifiers: frozenset[str], attributes: Attributes) -> None:
        if not self.begins_at(start):
            return
        kind = self.words[self._at]
        self._at += 1
        name = self.name_declared()
        marked = self.type_of_mark()
        if kind == "sub" and name == "new" and not self.is_script:
            kind = "constructor"
        node = Function(start, start, name, self.parameters(), None, kind, modifiers=modifiers, attributes=attributes)
        node.generics = self.generics
        node.type = self.type_after_as() or marked
        self.end_of_head(node)

    def name_declared(self) -> str:
        """Pass over the name of a procedure and return it; one in brackets keeps the blanks that stand there."""
        at = self._at
        name = self.name()
        if not name:
            return ""
        written = self.tokens.text[self.tokens.starts[at] : self.tokens.ends[at]]
        is_bracketed = len(written) > len(name) + 2 and written[0] == "[" and written[-1] == "]"
        return written[1:-1].lower() if is_bracketed else name

    def end_of_head(self, node: Function) -> None:
        """Open the body of a procedure whose head has been read up to its type."""
        self.open_procedure(node)

    def begins_at(self, start: int) -> bool:
        """True if a declaration that began at ``start`` is one; else the next token is that one again."""
        at = self._at
        self._at = start
        if not self.begins_declaration():
            return False
        self._at = at
        return True

    def open_procedure(self, node: Function) -> None:
        """Open the body of a procedure whose head has been read."""
        node.body = block = self.block()
        self.open(PROCEDURE, node, block)

    def end_procedure(self, start: int) -> None:
        """``End Sub``, ``End Function``: whichever was meant, the procedure ends."""
        if not self.leave(PROCEDURE, start, self._at) and not self.leave(LAMBDA, start, self._at):
            self._out.append(Unparsed(start, self._at))

    # Properties -----------------------------------------------------------------------------------------------------

    def property(self, start: int, modifiers: frozenset[str], attributes: Attributes) -> None:
        """``Property Get``, ``Property Let`` and ``Property Set`` of VBScript."""
        if not self.begins_at(start):
            return
        self._at += 1
        kind = self.words[self._at]
        if kind in ("get", "let", "set"):
            self._at += 1
        else:
            kind = "get"
        node = Function(start, start, self.name(), self.parameters(), None, kind, modifiers=modifiers)
        self.open_procedure(node)

    # Classes --------------------------------------------------------------------------------------------------------

    def _class(self, start: int, modifiers: frozenset[str], attributes: Attributes) -> None:
        if not self.begins_at(start):
            return
        kind = self.words[self._at]
        self._at += 1
        node = Class(start, start, self.name(), kind, [], [], modifiers=modifiers, attributes=attributes)
        self.end_of_class_head(node)
        self.open(kind, node, None, node.members)

    def end_of_class_head(self, node: Class) -> None:
        """Parse the rest behind the name of a class in its head."""

    def end_unit(self, start: int) -> None:
        """``End Class`` and the like."""
        if not self.leave(self.words[start + 1], start, self._at):
            self._out.append(Unparsed(start, self._at))
            self._is_aborted = bool(self._units.get(LAMBDA))
