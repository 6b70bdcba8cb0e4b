"""XML literals of VB.NET: the constructors of the elements and attributes that they stand for."""

from __future__ import annotations

from dataclasses import dataclass, field

from webshellhunt.lang.lexis import NAME, NEWLINE, STRING
from webshellhunt.lang.tree import Literal, New, Node, TypeName, Unparsed
from webshellhunt.lang.visual_basic.operands import VbOperands

_PLAIN = frozenset(("!", "?"))
_HEADS = frozenset((">", ">>", "/"))
_ASSIGNING, _OPENING = frozenset(("=", "=<")), frozenset(("<", "=<"))
_ENDS = frozenset((">", ">>"))


@dataclass(slots=True)
class _Element:
    """An element that is open: its name and its content so far; ``text`` is where the last piece of text begins."""

    start: int
    name: str
    content: list[Node] = field(default_factory=list)
    text: int = -1


class VbMarkup(VbOperands):
    """Parses XML literals."""

    _has_open_markup = False
    """True if a literal never ends: another one is then read to the end of its line."""

    def mark_of_vb(self) -> Node:
        """Parse an XML literal; of other markup, only the expressions in it are kept."""
        start = self._at
        if self.words[start] != "<" or not (self.kinds[start + 1] == NAME or self.words[start + 1] in (*_PLAIN, "%")):
            return self.missing()
        found: list[Node] = []
        if self.kinds[start + 1] != NAME:
            self._at += 1
            if self.words[start + 1] == "%" and self.words[start + 2] == "=":
                self._at = start + 3
                found.append(self.expression())
            return Unparsed(start, self._at, found)
        stack: list[_Element] = []
        while self._at < self.size and not (self._has_open_markup and self.kinds[self._at] == NEWLINE):
            self._steps += 1
            made = self._piece(stack, found)
            if made is not None:
                return made
        if self._at >= self.size:
            self._has_open_markup = True
        return Unparsed(start, self._at, found)

    def _piece(self, stack: list[_Element], found: list[Node]) -> Node | None:
        """Parse a piece of an element; return the outermost one at its end."""
        words, at = self.words, self._at
        if words[at] != "<":
            if stack[-1].text < 0:
                stack[-1].text = at
            self._at = at + 1
            return None
        if stack:
            self._end_text(stack[-1], at)
        if words[at + 1] == "%":
            self._hole(stack[-1].content if stack else [], found)
            return None
        if words[at + 1] == "/":
            while self._at < self.size and words[self._at] != ">":
                self._at += 1
            self._at = min(self._at + 1, self.size)
            return self._close(stack)
        self._at = at + 1
        if self.kinds[at + 1] != NAME:
            return None
        stack.append(_Element(at, self.name()))
        return self._close(stack) if self._head(stack[-1], found) else None

    def _hole(self, content: list[Node], found: list[Node]) -> None:
        """Parse an expression in a literal."""
        self._at = min(self._at + 2, self.size)
        if self.words[self._at] == "=":
            self._at += 1
            value = self.expression()
            content.append(value)
            found.append(value)
        while self._at < self.size and not (self.words[self._at] == "%" and self.words[self._at + 1] in _ENDS):
            if self.words[self._at] == "<":
                return
            self._at += 1
        self._at = min(self._at + 2 - (self.words[self._at + 1] == ">>"), self.size)

    def _head(self, element: _Element, found: list[Node]) -> bool:
        """Parse the attributes of an element; return true if it ends at once."""
        while self._at < self.size and self.words[self._at] not in _HEADS:
            at = self._at
            if self.kinds[at] == NAME and self.words[at + 1] in _ASSIGNING:
                values: list[Node] = []
                self._at = at + 2 - (self.words[at + 1] == "=<")
                if self.words[self._at] in _OPENING and self.words[self._at + 1] == "%":
                    self._hole(values, found)
                elif self.kinds[self._at] == STRING:
                    values.append(Literal(self._at, self._at + 1, self.values[self._at], "string"))
                    self._at += 1
                element.content.append(_made(at, self._at, "xattribute", self.values[at], values))
            else:
                self._at = at + 1
        if self.words[self._at] == "/":
            self._at = min(self._at + 2, self.size)
            return True
        self._at = min(self._at + 1, self.size)
        return False

    def _end_text(self, element: _Element, at: int) -> None:
        """Add the text before a token to the content of an element."""
        if element.text >= 0:
            starts, ends = self.tokens.starts, self.tokens.ends
            text = self.tokens.text[starts[element.text] : ends[at - 1]]
            element.content.append(Literal(element.text, at, text, "string"))
            element.text = -1

    def _close(self, stack: list[_Element]) -> Node | None:
        """End the innermost element; return it if it is the outermost one."""
        element = stack.pop()
        made = _made(element.start, self._at, "xelement", element.name, element.content)
        if not stack:
            return made
        stack[-1].content.append(made)
        return None

    def member_name(self) -> str:
        """Pass over the name after a dot, also that of an element or an attribute of markup."""
        if self.words[self._at] in ("<", "@") and self.kinds[self._at + 1] == NAME:
            is_element = self.words[self._at] == "<"
            self._at += 1
            name = self.name()
            if is_element:
                self.take(">")
            return name
        return self.name()


def _made(start: int, end: int, kind: str, name: str, content: list[Node]) -> New:
    """Return the constructor of an element or an attribute."""
    return New(start, end, TypeName(start, start, kind), [Literal(start, start, name, "string"), *content])
