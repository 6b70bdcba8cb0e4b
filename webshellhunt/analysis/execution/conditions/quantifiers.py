"""Quantifiers: tests whether a predicate is true for some item of a known collection, or for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.values import Closure, Value
from webshellhunt.analysis.execution.conditions.answers import Narrow
from webshellhunt.analysis.execution.conditions.equalities import plain_argument
from webshellhunt.analysis.library.arguments import UnsolvedError
from webshellhunt.analysis.library.sequences import row_of
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Block, Call, Jump, Lambda, Literal, Member, Node

_SOME = frozenset({"any", "exists"})
_ALL = frozenset({"all", "trueforall", "every"})
_FILTERS = frozenset({"where", "filter", "findall"})
_OF_PLACE: Mapping[tuple[str, object], bool] = {
    (">=", 0): True,
    (">", -1): True,
    ("!=", -1): True,
    ("<", 0): False,
    ("==", -1): False,
}
_OF_NUMBER: Mapping[tuple[str, object], bool] = {
    (">", 0): True,
    (">=", 1): True,
    ("!=", 0): True,
    ("==", 0): False,
    ("<", 1): False,
}
_TOLD: Mapping[str, Mapping[tuple[str, object], bool]] = {
    **dict.fromkeys(("findindex", "findlastindex"), _OF_PLACE),
    **dict.fromkeys(("count", "longcount"), _OF_NUMBER),
    **{
        name: {("!=", None): True, ("==", None): False}
        for name in ("find", "findlast", "firstordefault", "lastordefault", "singleordefault")
    },
}
"""What a comparison of the result of a search says: true if something is there."""
_OPERATORS = {"<>": "!=", "!==": "!=", "===": "==", "=": "==", "isnot": "!=", "is": "=="}
_MOST_ITEMS = 32


def is_told(machine: Machine, search: Node, operator: str, bound: Node) -> bool | None:
    """Return if a comparison says that a search with a predicate has found something; ``None`` for any other."""
    if not isinstance(search, Call) or not isinstance(search.callee, Member):
        return None
    told = _TOLD.get(search.callee.name.lower())
    if told is None or not isinstance(bound, Node) or _asked_of(search) is None:
        return None
    limit = machine.value(bound) if not isinstance(bound, Literal) else bound.value
    return told.get((_OPERATORS.get(operator, operator), limit)) if limit.__hash__ is not None else None


def quantified(machine: Machine, test: Node, narrow: Narrow, *, holds: bool) -> bool:
    """Narrow by a predicate for the items of a collection; return False for any other test.

    Where it holds for some item, the state is the join of those in which it holds for each one.
    """
    asked = _asked_of(test) if isinstance(test, Call) else None
    if asked is None or not isinstance(test, Call) or not isinstance(test.callee, Member):
        return False
    is_all = test.callee.name.lower() in _ALL
    if holds is is_all:
        return True  # nothing is said of a single item
    closure = machine.value(asked[1])
    body = _expression_of(closure)
    items = _items_of(machine, asked[0])
    if body is not None and items:
        machine.control.fork(
            [partial(_inside, machine, closure, each, partial(narrow, test=body, holds=holds)) for each in items]
        )
    return True


def _asked_of(test: Call) -> tuple[Node, Node] | None:
    """Return the collection and the predicate of a test; of ``x.Where(p).Any()`` those of the inner call."""
    if not isinstance(test.callee, Member) or test.callee.subject is None:
        return None
    name, subject = test.callee.name.lower(), test.callee.subject
    if name not in _SOME and name not in _ALL and name not in _TOLD:
        return None
    arguments = [plain_argument(each) for each in test.arguments]
    if not arguments and isinstance(subject, Call) and isinstance(subject.callee, Member) and name not in _ALL:
        is_filter = subject.callee.name.lower() in _FILTERS and len(subject.arguments) == 1
        inner = subject.callee.subject
        return (inner, plain_argument(subject.arguments[0])) if is_filter and inner is not None else None
    if not arguments or len(arguments) > 2 or not isinstance(arguments[-1], Lambda):
        return None
    return (subject if len(arguments) == 1 else arguments[0], arguments[-1])


def _expression_of(closure: Value) -> Node | None:
    """Return the expression that a predicate returns, ``None`` where it is more than an expression."""
    if closure.__class__ is not Closure or not closure.function.parameters:
        return None
    body = closure.function.body
    last = body.statements[0] if isinstance(body, Block) and len(body.statements) == 1 else None
    return last.value if isinstance(last, Jump) and last.kind == "return" else None


def _items_of(machine: Machine, collection: Node) -> list[Value]:
    try:
        row = row_of(forced(machine.value(collection)))
    except UnsolvedError:
        return []
    return row.items if row.is_exact and len(row.items) <= _MOST_ITEMS else []


class _Run(Protocol):
    def __call__(self, machine: Machine) -> None:
        """Run with a machine."""
        ...


def _inside(machine: Machine, closure: Closure, item: Value, run: _Run) -> None:
    """Narrow inside a predicate, whose parameter is an item."""
    function, outer = closure.function, closure.frame
    symbol = outer.symbol if outer is not None else machine.frame.symbol
    frame = Frame(function, machine.symbols.locals_of(function), outer, closure.this, symbol)
    machine.state.bear(frame.variables)
    frame.variables[machine.symbols.fold(function.parameters[0].name)] = item
    machine.frames.append(frame)
    run(machine)
    machine.frames.pop()
