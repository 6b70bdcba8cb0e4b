"""Given texts: what is in the arguments of a call, also by way of variables, told by the words of constants."""

from __future__ import annotations

from collections.abc import Container, Mapping

from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.flow import FlowAnalysis
from webshellhunt.code.marks import Marks
from webshellhunt.code.unit import Unit

_MOST_BEGINS = 2_000
_MOST_HOPS = 3
_MOST_GIFTS = 20
_MEMBERS = frozenset({".", "?.", "(", "["})


def mark_texts(analysis: FlowAnalysis, words: Mapping[str, str]) -> dict[int, frozenset[str]]:
    """Return a mark at the first token of each constant that contains one of some words in lower case.

    Args:
        analysis: The code.
        words: The mark of each word.
    """
    found: dict[int, frozenset[str]] = {}
    for constant in analysis.constants.values():
        text = constant.value.lower()
        marks = frozenset(mark for word, mark in words.items() if word in text)
        if marks and len(found) < _MOST_BEGINS:
            found[constant.start] = found.get(constant.start, frozenset()) | marks
    return found


def arguments_at(unit: Unit, token: int) -> tuple[int, int]:
    """Return the range of the arguments of a call whose name is at a token: in brackets, or to the statement's end."""
    closer = unit.match.get(token + 1, -1)
    if unit.is_op(token + 1, "(") and closer > token:
        return token + 2, closer
    number = unit.statement_at(token)
    return token + 1, token + 1 if number is None else max(token + 1, unit.statements[number][1])


def marks_given(marks: Marks, token: int) -> frozenset[str]:
    """Return the marks on the arguments of a call whose name is at a token."""
    return marks.on(*arguments_at(marks.calls.unit, token))


def marks_of_owner(marks: Marks, token: int) -> frozenset[str]:
    """Return the marks on what the member at a token belongs to, as far as that stands in the same statement."""
    number = marks.calls.unit.statement_at(token)
    start = token if number is None else marks.calls.unit.statements[number][0]
    roots = [root for root in marks.calls.roots_in(start, token + 1) if token in marks.calls.name(root).tokens]
    return marks.on(roots[-1], token) if roots else marks.on(start, token)


class OnlyGiven:
    """The names of a unit that get nothing but values with some begin in them, wherever they are assigned.

    Stricter than marks: a name with any other value, and a parameter, says nothing.
    """

    def __init__(self, analysis: FlowAnalysis, begins: Container[int]) -> None:
        self._unit, self._calls, self._begins = analysis.unit, analysis.calls, begins
        self._parameters = {name for function in self._unit.functions for name in function.parameters}
        self._gifts: dict[str, list[tuple[int, int]]] | None = None

    def has(self, start: int, end: int, hops: int = _MOST_HOPS) -> bool:
        """True if a begin is in a range of tokens, or a name that gets nothing else."""
        if any(token in self._begins for token in range(start, end)):
            return True
        roots = self._calls.roots_in(start, end) if hops else ()
        return any(self._is_only(self._unit.value(root), hops) for root in roots)

    def _is_only(self, name: str, hops: int) -> bool:
        if self._gifts is None:
            self._gifts = {}
            for left, right in self._unit.statements:
                for name_at, start, end in iter_assignments(self._unit, self._calls.lower, left, right):
                    if self._calls.is_root(name_at) and self._unit.value(name_at + 1) not in _MEMBERS:
                        self._gifts.setdefault(self._unit.value(name_at), []).append((start, end))
        gifts = self._gifts.get(name, ()) if name not in self._parameters else ()
        return 0 < len(gifts) <= _MOST_GIFTS and all(self.has(*gift, hops - 1) for gift in gifts)
