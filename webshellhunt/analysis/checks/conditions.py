"""Conditions: their clauses, and whether each one holds for the texts that it compares with, or for all others."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.structure.comparisons import callee_name
from webshellhunt.lang.operator_words import AND, NOT, OR, UNEQUAL
from webshellhunt.lang.tree import Binary, Call, Literal, Node, Test, Unary, walk

_JOINING = AND | OR
_EQUAL = frozenset({"=", "==", "===", "<", "<=", "is"})
_TURNING = frozenset({"isnot", "xor", "eqv"})
_COMPARING = frozenset({"strcomp", "compare", "compareordinal", "compareto", "localecompare"})
"""Functions whose result is zero for two texts that are equal."""


def iter_clauses(test: Node) -> Iterator[tuple[Node, bool]]:
    """Yield the clauses of a condition, the parts between ``And`` and ``Or`` at any depth.

    Each one comes with True if an odd number of ``Not`` is around it.
    """
    waiting = [(test, False)]
    while waiting:
        node, is_negated = waiting.pop()
        if isinstance(node, Unary) and node.operator in NOT and _joins(node.operand):
            waiting.append((node.operand, not is_negated))
        elif isinstance(node, Binary) and not _JOINING.isdisjoint(node.operators):
            waiting += [(each, is_negated) for each in reversed(node.operands)]
        else:
            yield node, is_negated


def _joins(node: Node) -> bool:
    while isinstance(node, Unary) and node.operator in NOT:
        node = node.operand
    return isinstance(node, Binary) and not _JOINING.isdisjoint(node.operators)


def is_turned(clause: Node, *, is_negated: bool = False) -> bool:
    """Return True if a clause says that a comparison fails: ``Not a = b``, ``a <> b``, ``x < 0``."""
    return (_turns(clause) + is_negated) % 2 == 1


def has_turn(node: Node) -> bool:
    """Return True if a part of an expression reverses the result of a comparison."""
    return _turns(node) > 0


def iter_conjuncts(test: Node) -> Iterator[Node]:
    """Yield the parts of a condition that are joined by ``And``; the condition itself if none are."""
    waiting = [test]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Unary) and node.operator in NOT:
            waiting.append(node.operand)
        elif isinstance(node, Binary) and not AND.isdisjoint(node.operators):
            waiting += reversed(node.operands)
        else:
            yield node


def _turns(node: Node) -> int:
    turns, compares = 0, False
    for each in walk(node):
        if isinstance(each, Unary):
            turns += each.operator in NOT
        elif isinstance(each, Binary):
            turns += sum(map(_turns_by, each.operators, each.operands[1:]))
        elif isinstance(each, Test):
            turns += each.pattern.is_negated
        elif isinstance(each, Literal):
            turns += each.value is False
        elif isinstance(each, Call):
            compares = compares or callee_name(each) in _COMPARING
    return turns + compares


def _turns_by(operator: str, right: Node) -> bool:
    if operator in UNEQUAL:
        return not _is_nought(operator, right)
    return operator in _TURNING or (operator in _EQUAL and _is_nought(operator, right))


def _is_nought(operator: str, node: Node) -> bool:
    """Return True at the number that a search returns if it finds nothing; ``< 1`` means the same."""
    if isinstance(node, Unary) and node.operator == "-" and isinstance(node.operand, Literal):
        return node.operand.value == 1
    if not isinstance(node, Literal) or node.kind != "number":
        return False
    return node.value == 0 or (node.value == 1 and operator == "<")
