"""Audiences: the parts of the code that run only for crawlers, or for visitors whom a search engine sent."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from webshellhunt.analysis.marks.marks import Marks
from webshellhunt.lang.dotted_names import last_name
from webshellhunt.lang.operator_words import AND, EQUAL, NOT, OR, UNEQUAL
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import (
    Binary,
    Block,
    Call,
    Case,
    Cast,
    Catch,
    Class,
    Conditional,
    Count,
    Each,
    Function,
    If,
    Lambda,
    Literal,
    Loop,
    Node,
    Switch,
    Try,
    Unary,
    With,
    walk,
)

_SEARCHES = frozenset(
    {
        "instr", "instrrev", "indexof", "contains", "ismatch", "match", "matches", "test", "search", "startswith",
        "endswith", "includes", "exists", "any", "crawler", "inarray", "containskey", "execute", "equals",
    }
)  # fmt: skip
_COMPARING = frozenset({">", "<", ">=", "!=", "<>", "=="})
_JOINING_TRUTHS = AND | OR | {"&", "|"}
_TEXT_RESULTS = frozenset({"replace", "split", "substring", "mid"})
"""Names of functions that return texts: an expression with one is no test."""
_COMPOUND = (Block, If, Loop, Count, Each, Switch, Case, Try, Catch, With, Function, Class, Lambda)
"""Nodes whose parts are read alone."""
_ROUNDS = 3
_MOST_BRANCHES = 2_000
_MOST_CONDITION = 200
"""Largest number of tokens in a condition that is read."""
_MOST_TEST = 1_000
"""Largest number of tokens in an assigned test."""


class _Branch(NamedTuple):
    """A condition, the part that runs if it is true, and the part that runs if it is not."""

    test: Node
    yes: Node
    no: Node | None


class Audiences:
    """The recognition of crawlers in a code with the marks of `webshellhunt.analysis.marks.relay_marks`."""

    def __init__(self, index: SyntaxIndex, marks: Marks) -> None:
        self._index, self._marks = index, marks
        self._names: set[str] = set()
        self._searches = sorted(
            [*index.places_of(_SEARCHES)] + [node.start for node in index.of(Binary) if "like" in node.operators]
        )

    def recognises(self) -> bool:
        """Return True if any statement searches the user agent or referrer for names of crawlers or engines."""
        parents = self._index.parents
        return any(
            self._recognises(node)
            for node in self._index.nodes
            if isinstance(parents.get(node), _COMPOUND) and not isinstance(node, _COMPOUND)
        )

    def find(self) -> list[Node]:
        """Return the parts of the code that run only for crawlers or visitors of search engines."""
        branches, truths = [*self._branches()], self._truths()
        found: list[Node] = []
        for _ in range(_ROUNDS):
            found = [each for each in map(self._chosen, branches) if each is not None]
            known = len(self._names)
            self._names.update(name for each in found for name in _within(truths, each))
            self._names.update(self._tests())
            if len(self._names) == known:
                break
        return [each for each in found if each.start < each.end]

    def _branches(self) -> Iterator[_Branch]:
        found = self._index.of(If, Conditional, Switch)
        branches = chain.from_iterable(_branches_of(node) for node in sorted(found, key=lambda each: each.start))
        for branch in islice(branches, _MOST_BRANCHES):
            if branch.test.end - branch.test.start <= _MOST_CONDITION:
                yield branch

    def _recognises(self, node: Node) -> bool:
        """Return True if an expression searches the user agent or referrer for a name of a crawler or engine."""
        place = bisect_left(self._searches, node.start)
        if place == len(self._searches) or self._searches[place] >= node.end:
            return False
        marks = self._marks.on(node)
        return "who" in marks and not marks.isdisjoint({"crawler", "engine"})

    def _is_recognition(self, node: Node) -> bool:
        """Return True if an expression recognises such visitors, or uses a variable or function that does."""
        names = self._names
        if names and any(not names.isdisjoint(dotted.names) for dotted in self._index.starting_in(node)):
            return True
        return self._recognises(node)

    def _chosen(self, branch: _Branch) -> Node | None:
        """Return the part of a branch that runs for crawlers only."""
        if not self._is_recognition(branch.test):
            return None
        return branch.no if self._is_negated(branch.test) else branch.yes

    def _is_negated(self, node: Node) -> bool:
        """Return True if a condition is true for all other visitors."""
        if isinstance(node, Unary) and node.operator in NOT:
            return not self._is_negated(node.operand)
        if not isinstance(node, Binary):
            return False
        if not _JOINING_TRUTHS.isdisjoint(node.operators):
            parts = [each for each in node.operands if self._is_recognition(each)]
            return bool(parts) and all(map(self._is_negated, parts))
        return len(node.operands) == 2 and (
            _excludes(node.operators[0], node.operands[1])
            or (node.operators[0] in EQUAL and _excludes("=", node.operands[0]))
            or any(map(self._is_negated, node.operands))
        )

    def _truths(self) -> list[tuple[int, str]]:
        """Return the variables that are set to true, and the functions that return it, in the order of their places."""
        return sorted(
            (each.value.start, last_name(each.target))
            for each in self._index.assignments
            if _is_true(each.value) and last_name(each.target)
        )

    def _tests(self) -> Iterator[str]:
        """Yield the variables that are assigned such a test, and the functions that return one."""
        for name, value in self._marks.edges:
            if value.end - value.start <= _MOST_TEST and self._recognises(value) and _is_test(value):
                yield name.lower()


def _branches_of(node: If | Conditional | Switch) -> Iterator[_Branch]:
    """Yield the branches of a node; of a switch over true those whose cases are conditions, and all with guards."""
    if not isinstance(node, Switch):
        yield _Branch(node.test, node.yes, node.no)
        return
    for case in node.cases:
        tests = [pattern.value for pattern in case.patterns] if _value(node.subject) is True else []
        yield from (_Branch(test, case.body, None) for test in (*tests, case.guard) if test is not None)


def _within(truths: Sequence[tuple[int, str]], node: Node) -> Iterator[str]:
    """Yield the names whose places are in the range of a node."""
    for _, name in truths[bisect_left(truths, (node.start, "")) : bisect_left(truths, (node.end, ""))]:
        yield name


def _excludes(operator: str, operand: Node) -> bool:
    """Return True if a comparison with this operand is true where a search found nothing, or a test failed."""
    value = _value(operand)
    if isinstance(value, bool):
        return operator in (UNEQUAL if value else EQUAL)
    return (operator in EQUAL | {"<", "<="} and value in (0, -1)) or (operator == "<" and value == 1)


def _value(node: Node) -> object:
    """Return the value of a literal, also of a negative number."""
    if isinstance(node, Unary) and node.operator == "-" and isinstance(node.operand, Literal):
        return -node.operand.value if isinstance(node.operand.value, int) else None
    return node.value if isinstance(node, Literal) else None


def _is_true(node: Node) -> bool:
    return _value(node) in (True, 1, -1)


def _is_test(value: Node) -> bool:
    """Return True if an expression ends with a call or has a comparison, and joins or cuts no texts."""
    last = value
    while isinstance(last, (Unary, Cast, Binary)):
        last = last.operands[-1] if isinstance(last, Binary) else last.operand
    parts = [*walk(value)]
    names = {last_name(each) for each in parts}
    operators = {operator for each in parts if isinstance(each, Binary) for operator in each.operators}
    if "&" in operators or not names.isdisjoint(_TEXT_RESULTS):
        return False
    return isinstance(last, Call) or "crawler" in names or not operators.isdisjoint(_COMPARING)
