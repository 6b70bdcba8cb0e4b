"""Steps: how the text of an expression is made, by the kinds of the nodes below it.

The steps are ``concatenate``, ``variable``, the names of functions and methods in lower case, ``index``, and
``evaluate`` for everything else that chooses or computes a text. A variable has the steps of the expression that was
this text first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.lang.tree import (
    Argument,
    Assign,
    Binary,
    Call,
    Cast,
    Conditional,
    Index,
    Lambda,
    Literal,
    Member,
    Name,
    New,
    Node,
    Switch,
    Unary,
    name_path,
)
from webshellhunt.library.rows import library

MAX_STEPS = 12
_MOST_NODES = 4_000
"""Nodes of one expression that are looked at."""
_MOST_VALUES = 8
_CHOOSING = (Assign, Conditional, Switch, Unary)


class Steps:
    """The steps of the expressions of one code.

    ``functions`` are the names of its functions in lower case, ``assigned`` the values that variables are assigned, by
    their names in lower case.
    """

    def __init__(self, texts: KnownTexts, functions: Set[str], assigned: Mapping[str, Sequence[Node]]) -> None:
        self._texts = texts
        self._functions = functions
        self._assigned = assigned
        self._makers: dict[str, Node] | None = None
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, node: Node) -> tuple[str, ...]:
        """Return the steps of an expression, in their order and each once."""
        if isinstance(node, Literal):
            return ()
        found = dict.fromkeys(step for each in _inner_first(node) for step in self._with_maker(each))
        return tuple(found)[:MAX_STEPS]

    def _with_maker(self, node: Node) -> Iterator[str]:
        """Yield the steps of a variable or item before it was one, and the step that a node is."""
        text = self._texts.get(node) if isinstance(node, (Name, Member, Index)) else None
        if text:
            yield from self._of_text(text) or self._of_values(node, text)
        yield from self._own(node)

    def _own(self, node: Node) -> Iterator[str]:
        """Yield the step that a node is, the nodes below it aside."""
        if isinstance(node, Name):
            yield from self._of_name(node)
        elif isinstance(node, Member):
            is_asked = node.subject is not None and self._texts.get(node.subject) is not None
            yield node.name.lower() if is_asked or isinstance(node.subject, (Literal, Call)) else "variable"
        elif isinstance(node, Call):
            yield self._called(node)
        elif isinstance(node, Index):
            yield "index"
        elif isinstance(node, New) and node.type is not None:
            yield f"new.{node.type.name.rpartition('.')[2].lower()}"
        elif isinstance(node, Cast):
            yield f"({node.type.name.lower()})"
        elif isinstance(node, Binary):
            yield from dict.fromkeys("concatenate" if each in ("+", "&") else each for each in node.operators)
        elif isinstance(node, _CHOOSING):
            yield "evaluate"

    def _of_name(self, node: Name) -> Iterator[str]:
        name = node.text.lower()
        if name in self._functions:
            yield name
        elif name not in library().constants:
            yield "variable"

    def _called(self, node: Call) -> str:
        callee = node.callee
        if isinstance(callee, Name):
            name = callee.text.lower()
            return "index" if name in self._assigned and name not in self._functions else name
        if isinstance(callee, Member):
            names = [each.lower() for each in name_path(callee)]
            is_asked = callee.subject is None or isinstance(callee.subject, Literal) or callee.subject in self._texts
            return ".".join(names[-2:]) if names and not is_asked else callee.name.lower()
        return "evaluate"

    # Variables ------------------------------------------------------------------------------------------------------

    def _of_text(self, text: str) -> tuple[str, ...]:
        """Return the steps of the expression that was a text first, in the order of the run."""
        if text not in self._known:
            self._known[text] = ()  # it may be made of itself
            maker = self._makers_of_texts().get(text)
            if maker is not None:
                steps = (step for each in _inner_first(maker) for step in self._own(each))
                self._known[text] = tuple(dict.fromkeys(steps))
        return self._known[text]

    def _of_values(self, node: Node, text: str) -> Iterator[str]:
        """Yield the steps of the values that a variable is assigned, for one that a loop changes."""
        values = self._assigned.get(node.text.lower(), ())[:_MOST_VALUES] if isinstance(node, Name) else ()
        if any(isinstance(each, Literal) and each.value == text for each in values):
            return
        for value in values:
            yield from (step for each in _inner_first(value) for step in self._own(each))

    def _makers_of_texts(self) -> dict[str, Node]:
        if self._makers is None:
            self._makers = {}
            for node, text in self._texts.all():
                if not isinstance(node, Name):
                    self._makers.setdefault(text, node)
        return self._makers


def _inner_first(top: Node) -> Iterator[Node]:
    """Yield the expressions that an expression is made of, each after those below it; callees are no such ones."""
    waiting: list[tuple[Node, bool]] = [(top, False)]
    count = 0
    while waiting and count < _MOST_NODES:
        node, is_done = waiting.pop()
        count += 1
        if is_done or isinstance(node, (Literal, Name)):
            yield node
        elif not isinstance(node, Lambda):
            waiting.append((node, True))
            waiting += [(each, False) for each in reversed(_parts_of(node))]


def _parts_of(node: Node) -> list[Node]:
    if isinstance(node, Call):
        callee = node.callee
        subject = callee.subject if isinstance(callee, Member) else None if isinstance(callee, Name) else callee
        owner = [] if subject is None or name_path(subject) else [subject]
        return [*owner, *node.arguments]
    if isinstance(node, Member):
        return [node.subject] if node.subject is not None and not name_path(node) else []
    if isinstance(node, New):
        return [*node.arguments, *([node.initialiser] if node.initialiser is not None else ())]
    if isinstance(node, Cast):
        return [node.operand]
    if isinstance(node, Argument):
        return [node.value]
    return [*node.children()]
