"""Statements of Visual Basic that are no blocks."""

from __future__ import annotations

from webshellhunt.lang.lexis import NAME, NEWLINE, NUMBER
from webshellhunt.lang.tree import Argument, Assign, Call, Jump, Member, Name, Node, OnError, ReDim, Unparsed
from webshellhunt.lang.visual_basic.chains import by_value
from webshellhunt.lang.visual_basic.declarations import VbDeclarations
from webshellhunt.lang.visual_basic.expressions import UNARY

_ASSIGNING = frozenset(("=", "+=", "-=", "*=", "/=", "\\=", "^=", "&=", "<<=", ">>="))
_ENDED_BY = frozenset(("else", "elseif", "end", "\n", ":", ")", "}", "loop", "next", "wend"))
"""The tokens that follow a whole statement, the last ones in a lambda or without a colon between."""


class VbStatements(VbDeclarations):
    """Parses simple statements."""

    def simple(self) -> None:
        """Parse an assignment, or a call without ``Call``."""
        self._out.append(self.simple_node())

    def simple_node(self) -> Node:
        """Parse an assignment, a call, or an expression that stands alone."""
        start = self._at
        if self.words[start] in UNARY:
            return self.expression()
        self._target_start = start
        target = self.operand()
        self._target_start = -1
        word = self.words[self._at]
        if word in _ASSIGNING:
            self._at += 1
            value = self.expression()
            return Assign(start, self._at, target, word, value)
        if self.ends_here():
            return self._alone(target)
        return self._command(target)

    def ends_here(self) -> bool:
        """True if the statement is whole."""
        word = self.words[self._at]
        is_whole = word in _ENDED_BY or self.kinds[self._at] == NEWLINE
        return is_whole or (word == "," and not self.is_script)  # of the call that a lambda is an argument of

    def _alone(self, target: Node) -> Node:
        """Return the statement that an operand alone is."""
        if isinstance(target, (Name, Member)):
            return Call(target.start, target.end, target, [], has_brackets=False)
        if self.is_script and isinstance(target, Call) and len(target.arguments) == 1:
            first = target.arguments[0]
            if isinstance(first, (Name, Member, Call)):  # `f(x)` is `f (x)`
                target.arguments[0] = Argument(first.start, first.end, first)
        return target

    def _command(self, target: Node) -> Node:
        """Parse the arguments of a call without brackets; ``f (x), y`` has two, ``f (x) & y`` one."""
        at = self._at
        is_number = self.kinds[at] == NUMBER and self.values[at][1:2].isalpha()  # `f &HFF`
        if not is_number and isinstance(target, Call) and len(target.arguments) == 1 and self._goes_on():
            return self._regrouped(target)
        if not is_number and self.is_joined() and self.words[at] not in UNARY:
            return self.join(target)
        if not isinstance(target, (Name, Member, Call)):
            return target
        arguments = self.list_of()
        return Call(target.start, self._at, target, arguments, has_brackets=False)

    def _regrouped(self, target: Call) -> Call:
        """Return the call whose first argument begins with the brackets of ``target``."""
        callee, first = target.callee, target.arguments[0]
        first.start, first.end = callee.end, target.end
        arguments = [self.join(first) if self.is_joined() else by_value(first)]
        if self.take(","):
            arguments += self.list_of()
        return Call(target.start, self._at, callee, arguments, has_brackets=False)

    def _goes_on(self) -> bool:
        return self.is_joined() or self.words[self._at] == ","

    def call(self) -> None:
        """``Call f(x)``."""
        start = self._at
        self._at += 1
        callee = self.operand()
        if isinstance(callee, Call):
            callee.start = start
            self._out.append(callee)
        else:
            self._out.append(Call(start, self._at, callee, [], has_brackets=False))

    def set(self) -> None:
        """``Set x = y``, and ``Let x = y``."""
        start = self._at
        is_set = self.words[start] == "set"
        self._at += 1
        target = self.operand()
        if not self.take("="):
            self._out.append(Unparsed(start, self._at, [target]))
            return
        value = self.expression()
        self._out.append(Assign(start, self._at, target, "=", value, is_set))

    def redim(self) -> None:
        """``ReDim Preserve a(5), b(6)``."""
        start = self._at
        self._at += 1
        is_preserved = self.words[self._at] == "preserve" and self.kinds[self._at + 1] == NAME
        self._at += is_preserved
        while True:
            target = self.operand()
            bounds: list[Node] = []
            if isinstance(target, Call):
                bounds = target.arguments
                target = target.callee
            self.type_after_as()
            self._out.append(ReDim(start, self._at, target, bounds, is_preserved))
            if not self.take(","):
                return
            start = self._at

    def erase(self) -> None:
        """``Erase a``."""
        start = self._at
        self._at += 1
        callee = Name(start, self._at, "erase")
        arguments = self.list_of()
        self._out.append(Call(start, self._at, callee, arguments, has_brackets=False))

    def exit_(self) -> None:
        """``Exit Sub`` and the like."""
        start = self._at
        self._at += 1
        label = self.name()
        self._out.append(Jump(start, self._at, "exit", label=label))

    def on_error(self) -> None:
        """``On Error Resume Next`` and ``On Error GoTo 0``."""
        start = self._at
        if self.words[start + 1] != "error":
            self.simple()
            return
        self._at += 2
        goes_on = self.words[self._at] == "resume" and self.words[self._at + 1] == "next"
        label = self.words[self._at + 1] if self.words[self._at] == "goto" else ""
        label = label if label[:1].isalpha() or label[:1] == "_" else ""
        while self.words[self._at] not in _ENDED_BY or self.words[self._at - 1] == "resume":
            if self.kinds[self._at] == NEWLINE:
                break
            self._at += 1
        self._out.append(OnError(start, self._at, goes_on, label))

    def jump_to(self) -> None:
        """``GoTo label``, ``Resume Next``."""
        start = self._at
        kind = self.words[start]
        self._at += 1
        at = self._at
        if self.kinds[at] != NEWLINE:
            self._at += 1
        self._out.append(Jump(start, self._at, kind, label="" if at == self._at else self.values[at]))

    def stop(self) -> None:
        """``Stop``."""
        self._at += 1
        self._out.append(Jump(self._at - 1, self._at, "stop"))

    def option(self) -> None:
        """``Option Explicit``: it changes nothing that is followed."""
        start = self._at
        while self.kinds[self._at] != NEWLINE:
            self._at += 1
        self._out.append(Unparsed(start, self._at))
