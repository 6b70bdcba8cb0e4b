"""Folding: the constants of a code, each as large as it gets, from the texts that a run knew.

A run evaluates every expression anyway. An expression that was a text, and always the same one, is a constant; of one
that is known in part, each known row of its operands is one. Literals are constants of their own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from webshellhunt.analysis.constants import Constant, Constants
from webshellhunt.analysis.steps import Steps
from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.operator_words import JOINING
from webshellhunt.lang.plain import rows_of_literals
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tokens import OP, STRING
from webshellhunt.lang.tree import (
    Assign,
    Binary,
    Block,
    Call,
    Case,
    Class,
    Count,
    Declaration,
    Each,
    Function,
    If,
    Literal,
    Loop,
    Member,
    Name,
    Node,
    Switch,
    With,
)

MAX_OUTPUT = 1 << 20
"""Characters of all constants together, each text counted once."""
MAX_CONSTANTS = 50_000
_MADE_OF_STATEMENTS = (Block, Case, Class, Count, Each, Function, If, Loop, Switch, With)
_OF_LITERAL = frozenset(".[(?")
"""Signs behind a literal with which something is done to it before it is joined."""


class _Group(NamedTuple):
    """A statement of a page in pieces: those of its nodes that are not made of statements.

    ``literals`` are the constants of the group where no run knew a text in it, ``size`` the characters of these.
    """

    start: int
    end: int
    nodes: Sequence[Node]
    literals: Sequence[Constant]
    size: int


def constants_of(index: SyntaxIndex, texts: KnownTexts) -> Constants:
    """Return the constants of a code after a run over it, by its tree and the texts that the run knew."""
    known = sorted(node.start for node, _ in texts.all() if not isinstance(node, Literal))
    search = _Search(texts, Steps(texts, index.functions.keys(), _Assigned(index)))
    found: list[Constant] = []
    size = 0
    for groups in index.of_parts(_groups_of):
        for group in groups:
            at = bisect_left(known, group.start)
            if at < len(known) and known[at] <= group.end:
                for node in group.nodes:
                    search.run(node)
            else:
                found += group.literals
                size += group.size
    looked_at = search.found(found)
    if looked_at:
        found = sorted([*found, *looked_at], key=_place)
        size += sum(len(each.value) for each in looked_at)
    is_small = size <= MAX_OUTPUT and len(found) <= MAX_CONSTANTS
    return Constants(_outermost(found) if looked_at and is_small else found if is_small else _bounded(found))


def _groups_of(index: SyntaxIndex) -> Sequence[_Group]:
    """Return the groups of a code."""
    groups: list[_Group] = []
    for statement in index.top.statements:
        nodes: list[Node] = []
        waiting: list[Node] = [statement]
        while waiting:
            node = waiting.pop()
            if isinstance(node, _MADE_OF_STATEMENTS):
                waiting += node.children()[::-1]
            else:
                nodes.append(node)
        unknown = KnownTexts()
        search = _Search(unknown, Steps(unknown, frozenset(), {}))
        for node in nodes:
            search.run(node)
        literals = sorted(search.found(()), key=_place)
        size = sum(len(each.value) for each in literals)
        groups.append(_Group(statement.start, statement.end, nodes, literals, size))
    return groups


def _assigned_values(index: SyntaxIndex) -> Mapping[str, Sequence[Node]]:
    """Return the values that variables of a code are assigned, by their names in lower case."""
    assigned: dict[str, list[Node]] = {}
    for node in index.of(Declaration, Assign):
        if isinstance(node, Declaration):
            assigned.setdefault(node.name.lower(), []).extend(() if node.value is None else (node.value,))
        elif isinstance(node.target, Name):
            assigned.setdefault(node.target.text.lower(), []).append(node.value)
    return assigned


class _Assigned(Mapping[str, Sequence[Node]]):
    """The values that variables of a page are assigned, put together on demand."""

    def __init__(self, index: SyntaxIndex) -> None:
        self._parts = index.of_parts(_assigned_values)

    def __getitem__(self, name: str) -> Sequence[Node]:
        found = [part[name] for part in self._parts if name in part]
        if not found:
            raise KeyError(name)
        return [*chain.from_iterable(found)]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(chain.from_iterable(self._parts)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return any(name in part for part in self._parts)


def literals_of(tokens: Tokens) -> Constants:
    """Return the literals of a code as its constants; a row of literals that are joined is one."""
    values = tokens.values
    ends = dict(rows_of_literals(tokens))
    for first, end in ends.items():
        if values[end : end + 1] and values[end] in _OF_LITERAL and tokens.kinds[end] == OP:
            ends[first] = end - 2  # of the last literal alone: "a" + "b".Length
    found: list[Constant] = []
    reached = 0
    for start in tokens.of_kind(STRING):
        if start >= reached:
            reached = ends.get(start, start + 1)
            steps = ("concatenate",) if reached > start + 1 else ()
            found.append(Constant("".join(values[start:reached:2]), start, reached, steps))
    return Constants(found)


def _place(constant: Constant) -> tuple[int, int]:
    return constant.start, -constant.end


def _outermost(found: Iterable[Constant]) -> Iterator[Constant]:
    """Yield constants that are no part of another one."""
    reached = 0
    for constant in found:
        if constant.start >= reached:
            reached = constant.end
            yield constant


def _bounded(found: Iterable[Constant]) -> Iterator[Constant]:
    """Yield constants that are no part of another one, up to the bounds; a text that was there before is free."""
    seen: set[str] = set()
    reached = size = count = 0
    for constant in found:
        if constant.start < reached:
            continue
        if constant.value not in seen:
            if size + len(constant.value) > MAX_OUTPUT:
                continue
            seen.add(constant.value)
            size += len(constant.value)
        count += 1
        if count > MAX_CONSTANTS:
            return
        reached = constant.end
        yield constant


class _Search:
    """The search for constants in one tree, from the top down, its statements in their order."""

    def __init__(self, texts: KnownTexts, steps: Steps) -> None:
        self._texts = texts
        self._steps = steps
        self._grown: dict[str, Constant] = {}
        self._found: list[Constant] = []

    def run(self, top: Node) -> None:
        """Look for the constants below a node."""
        waiting, known = [top], self._texts.get
        while waiting:
            node = waiting.pop()
            text = self._text_of(node) if isinstance(node, Literal) else known(node)
            if text is not None:
                self._keep(Constant(text, node.start, node.end, self._steps.of(node)))
            elif isinstance(node, Binary):
                waiting += reversed(self._rows(node))
            elif isinstance(node, Assign):
                waiting += reversed(self._assigned(node))
            elif not isinstance(node, Name):
                waiting += node.children()[::-1]

    def found(self, others: Iterable[Constant]) -> list[Constant]:
        """Return the constants that were found, in no order; ``others`` are those of the rest of the code."""
        grown = [*self._grown.values()]
        told = {constant.value for constant in chain(self._found, others)} if grown else ()
        return [*self._found, *(each for each in grown if each.value not in told)]

    def _text_of(self, node: Node) -> str | None:
        if isinstance(node, Literal):
            return node.value if isinstance(node.value, str) and node.kind in ("string", "character") else None
        return self._texts.get(node)

    def _keep(self, constant: Constant) -> None:
        if constant.end > constant.start:
            self._found.append(constant)

    def _assigned(self, node: Assign) -> list[Node]:
        """Return the parts of an assignment to look at; the name that is assigned is none.

        A text that grows, ``s = s & "a"``, counts where it is used; only of the last one it is not sure that it is.
        """
        target, value = node.target, node.value
        if not isinstance(target, Name):
            return [*(target.children() if isinstance(target, (Call, Member)) else (target,)), value]
        first = value.operands[0] if isinstance(value, Binary) else None
        grown = self._texts.get(value) if first is not None else None
        if grown is None or not isinstance(first, Name) or first.text != target.text:
            return [value]
        before = self._grown.get(target.text)
        if before is not None and not grown.startswith(before.value):
            self._keep(before)
        self._grown[target.text] = Constant(grown, value.start, value.end, self._steps.of(value))
        return []

    def _rows(self, node: Binary) -> list[Node]:
        """Keep each known row of joined operands; return the other operands."""
        operands = node.operands
        left: list[Node] = []
        at = 0
        while at < len(operands):
            end = self._end_of_row(node, at)
            if end - at < 2:
                left.append(operands[at])
                at += 1
                continue
            row = operands[at:end]
            text = "".join(self._text_of(each) or "" for each in row)
            steps = dict.fromkeys(step for each in row for step in self._steps.of(each))
            self._keep(Constant(text, row[0].start, row[-1].end, (*steps, "concatenate")))
            at = end
        return left

    def _end_of_row(self, node: Binary, at: int) -> int:
        """Return the end of the row of known texts that begins with an operand."""
        if at and node.operators[at - 1] not in JOINING:
            return at
        end = at
        while end < len(node.operands) and self._text_of(node.operands[end]) is not None:
            end += 1
            if end <= len(node.operators) and node.operators[end - 1] not in JOINING:
                break
        return end
