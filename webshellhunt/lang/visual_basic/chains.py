"""The links behind an operand in Visual Basic: members, and arguments in brackets."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.lang.lexis import NAME, NEWLINE
from webshellhunt.lang.tree import Argument, Call, Literal, Member, Name, Node, TypeName, Unparsed
from webshellhunt.lang.visual_basic.cursor import MAX_DEPTH, MAX_HEIGHT, VbCursor

POSTFIX = frozenset(("(", ".", "?.", "!", "?", "%", "@", "#"))
_FURTHER = POSTFIX - {"(", "."}
_TYPE_MARKS = frozenset("%@#!")


class VbChains(VbCursor):
    """Parses chains of members and calls."""

    _height = 0
    """How high the highest expression is between the brackets that are being parsed."""
    _subjects = 0
    """How many ``With`` are open, whose members begin with a dot."""
    _target_start = -1
    """Where the statement begins that is being parsed, if it may be a call without brackets."""

    def postfix(self, node: Node, height: int = 0) -> Node:
        """Parse members and arguments that follow; of a target, a dot after a blank may begin an argument.

        ``height`` is that of the operand, in brackets and links of chains, whose sum is bounded.
        """
        words = self.words
        while height < MAX_HEIGHT:
            word = words[self._at]
            if word == "(":
                if self._depth >= MAX_DEPTH:
                    break
                outer, self._height = self._height, 0
                self._depth += 1
                node = self.called(node)
                self._depth -= 1
                height = max(height, self._height)
                self._height = outer
            elif word == "." and not self._begins_argument(node):
                self._at += 1
                name = self.member_name()
                node = Member(node.start, self._at, node, name)
            elif word not in _FURTHER or not self._is_marked_further():
                self._height = max(self._height, height)
                return node
            else:
                node = self._further(node)
            height += 1
        self._height = max(self._height, height)
        return self._rest_of_chain(node)

    def _begins_argument(self, node: Node) -> bool:
        return self._subjects > 0 and node.start == self._target_start and not self.is_close(self._at)

    def called(self, node: Node) -> Node:
        """Parse the arguments in brackets of a call, the indexes of an array, or type arguments."""
        if self.words[self._at + 1] == "of" and not self.is_script:
            start = self._at + 2
            self.brackets()
            node.end = self._at
            if isinstance(node, (Name, Member)):
                node.types = tuple(self._types_between(start, self._at - 1))
            return node
        arguments = self.arguments()
        return Call(node.start, self._at, node, arguments)

    def _types_between(self, start: int, end: int) -> Iterator[TypeName]:
        """Yield the types between two tokens, with commas between them; their own type arguments are passed over."""
        depth, begin = 0, start
        for at in range(start, end + 1):
            word = self.words[at] if at < end else ","
            depth += (word in ("(", "{")) - (word in (")", "}"))
            if word == "," and depth <= 0:
                names = [self.values[each] for each in range(begin, at) if self.kinds[each] == NAME]
                if names:
                    yield TypeName(begin, at, ".".join(names[: names.index("of")] if "of" in names else names))
                begin = at + 1

    def member_name(self) -> str:
        """Pass over the name after a dot."""
        return self.name()

    def _is_marked_further(self) -> bool:
        at = self._at
        if self.words[at] in ("?.", "?"):
            return self.words[at] == "?." or self.words[at + 1] == "("
        return self.is_close(at)

    def _further(self, node: Node) -> Node:
        """Parse ``?.name``, ``?(0)``, ``!name``, or the mark of a type after a name."""
        word = self.words[self._at]
        self._at += 1
        if word == "?.":
            name = self.name()
            return Member(node.start, self._at, node, name, is_conditional=True)
        if word == "!" and self.kinds[self._at] == NAME and self.is_close(self._at):
            name = self.name()
            return Member(node.start, self._at, node, name, is_key=True)
        if word in _TYPE_MARKS:
            node.end = self._at
        return node

    def _rest_of_chain(self, node: Node) -> Node:
        """Pass over the end of a chain that is too long."""
        found = [node]
        while (word := self.words[self._at]) in ("(", ".", "?."):
            if word != "(":
                self._at += 1
                self.name()
            elif self._depth >= MAX_DEPTH:
                found.append(self.too_deep())
            else:
                self._depth += 1
                found += self.arguments()
                self._depth -= 1
            self._steps += 1
        return Unparsed(node.start, self._at, found) if len(found) > 1 or self._at > node.end else node

    # Arguments ------------------------------------------------------------------------------------------------------

    def arguments(self, closing: str = ")") -> list[Node]:
        """Parse a list in brackets, them included; an argument left out is an empty constant."""
        words = self.words
        self._at += 1
        if words[self._at] == closing:
            self._at += 1
            return []
        found = self.list_of(closing)
        if words[self._at] != closing and self.kinds[self._at] != NEWLINE:
            rest = self.unparsed(self._at, closing)
            found.append(rest)
        self.take(closing)
        return found

    def list_of(self, closing: str = "\n") -> list[Node]:
        """Parse expressions with commas between them."""
        words = self.words
        found: list[Node] = []
        while True:
            word = words[self._at]
            if word == "," or word == closing or self.kinds[self._at] == NEWLINE:
                found.append(Literal(self._at, self._at, None, "empty"))
            elif words[self._at + 1] == ":=":
                found.append(self._named())
            else:
                node = self.expression()
                found.append(by_value(node) if words[node.start] == "(" else node)
                if words[self._at] == "to":
                    self._upper_bound(found)
            if words[self._at] != ",":
                return found
            self._at += 1

    def _upper_bound(self, found: list[Node]) -> None:
        """``0 To 5``: the upper bound alone matters."""
        self._at += 1
        found[-1] = self.expression()

    def _named(self) -> Argument:
        start = self._at
        self._at += 2
        name = self.values[start]
        value = self.expression()
        return Argument(start, self._at, value, name)


def by_value(node: Node) -> Node:
    """Return an argument; one that is a variable in brackets of its own is passed by value."""
    if isinstance(node, Name):
        is_bracketed = node.end > node.start + 1
    elif isinstance(node, Call):
        is_bracketed = node.callee.start > node.start
    elif isinstance(node, Member) and node.subject is not None:
        is_bracketed = node.subject.start > node.start
    else:
        return node
    return Argument(node.start, node.end, node) if is_bracketed else node
