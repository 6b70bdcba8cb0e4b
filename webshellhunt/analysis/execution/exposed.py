"""Exposed variables: those of which a turn of a loop may read the value that an earlier turn left.

A variable that each turn assigns to before it reads it is none of them. Where a turn changes no exposed variable, the
next one does the same again. A variable that is read for nothing but its own next value, ``s = s & x``, grows: one turn
shows how. Only loops of VBScript are looked at, as its functions are no values.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from webshellhunt.analysis.domain.taints import counted
from webshellhunt.analysis.domain.values import EMPTY, Thing, Value, is_number, options_of
from webshellhunt.analysis.domain.widening import blurred
from webshellhunt.analysis.machine.frames import GOES_ON, RESULT
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.machine.state import Changes, Container
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.symbols import PageSymbols
from webshellhunt.lang.tree import (
    Assign,
    Binary,
    Block,
    Class,
    Count,
    Declaration,
    Each,
    Function,
    If,
    Label,
    Loop,
    Member,
    Name,
    New,
    Node,
    OnError,
    Switch,
    Try,
    With,
    walk,
)

_Names = frozenset[str]
_NONE: _Names = frozenset()
_OF_DATABASES = frozenset({"execute", "create"})
"""Methods of the name of an evaluator that mostly run a statement of a database, or make an object."""
_OPAQUE = (Label, Class, Function, Try)
"""Statements for which a loop is taken for one that reads everything."""
_GROWING = frozenset({"&", "+"})


Grown = dict[tuple[int, Any], tuple[Container, Value]]
"""Values of variables that grow, by the identities of their containers and their keys."""


class Exposed(NamedTuple):
    """The variables that a loop exposes, and those that only grow."""

    read: _Names
    grown: _Names


def exposed_by(machine: Machine, loop: Node) -> Exposed | None:
    """Return the variables that a loop exposes now, ``None`` where they may be any."""
    if machine.language != "vbscript" or machine.borrowed or machine.record.is_dynamic:
        return None
    frame = machine.frame
    goes_on = frame.variables.get(GOES_ON, False) is not False
    key = loop, goes_on, len(machine.symbols.owners)
    exposed: dict[Hashable, Exposed | None] = machine.record.exposed
    if key not in exposed:
        exposed[key] = exposed_names(machine.symbols, loop, goes_on=goes_on)
    return exposed[key]


def may_matter(machine: Machine, exposed: Exposed, grown: Grown, changed: Iterable[tuple[Container, Any]]) -> bool:
    """True if another turn of a loop may do more than the one that changed some entries.

    Args:
        machine: The run.
        exposed: The variables that the loop exposes.
        grown: The variables whose last value is known.
        changed: The entries, by their containers and keys.
    """
    near = _near(machine)
    return any(
        key in exposed.read or id(container) not in near
        for container, key in changed
        if key != RESULT and (id(container), key) not in grown
    )


def grown_values(machine: Machine, exposed: Exposed, changes: Changes) -> Grown:
    """Return the values that variables have after all turns, of those that only grow, by the changes of one turn."""
    near = _near(machine)
    grown: Grown = {}
    for where, (container, key, after) in changes.items():
        if key in exposed.grown and id(container) in near:
            before = container.get(key, EMPTY)
            known = options_of(before)
            if not any(isinstance(each, str) and each not in known for each in options_of(after)):
                numbers = is_number(after) and (before is EMPTY or is_number(before))
                grown[where] = container, counted([before, after]) if numbers else blurred(before, after)
    return grown


def _near(machine: Machine) -> set[int]:
    """Return the identities of the containers whose variables have the names that the code says."""
    frame = machine.frame
    near = {id(frame.variables), id(machine.page.fields)}
    if frame.this.__class__ is Thing and frame.this.symbol is not None:
        near.add(id(frame.this.fields))
    return near


def exposed_names(symbols: PageSymbols, loop: Node, *, goes_on: bool) -> Exposed | None:
    """Return the variables that a loop exposes, ``None`` where they may be any.

    Args:
        symbols: The symbols of the page.
        loop: The loop.
        goes_on: True if an error ends its statement alone, so that no assignment is sure.
    """
    has_handlers = any(isinstance(each, OnError) for each in walk(loop))
    search = _Search(symbols, goes_on=goes_on or has_handlers)
    search.turn(loop)
    search.follow_calls()
    read = frozenset(search.names) | ({GOES_ON} if has_handlers else frozenset())
    return None if search.is_opaque else Exposed(read, frozenset(search.grown) - read)


class _Search:
    """The search for the names that are read before they are assigned to."""

    def __init__(self, symbols: PageSymbols, *, goes_on: bool) -> None:
        self.names: set[str] = set()
        self.grown: set[str] = set()
        self.is_opaque: bool = False
        """True if the loop may read anything."""
        self._symbols = symbols
        self._is_sure = not goes_on
        self._said: set[str] = {each.default_member for each in symbols.classes.values()}
        """All names of the loop: functions and classes of the page may be among them."""

    def turn(self, loop: Node) -> None:
        """Search one turn."""
        if isinstance(loop, Loop):
            self._read(loop.test, self._run(loop.body.statements, _NONE))
        elif isinstance(loop, (Count, Each)):
            self._run(loop.body.statements, self._with_target(loop.target, _NONE))
        else:
            self.is_opaque = True

    def follow_calls(self) -> None:
        """Add the names that functions of the page read, which the loop may call."""
        functions = _functions_by_name(self._symbols)
        done: set[str] = set()
        while not self.is_opaque and (waiting := self._said - done):
            done |= waiting
            for function in [each for name in waiting for each in functions.get(name, ())]:
                self._read(function.body, self._symbols.locals_of(function))
        self.is_opaque |= not self._said.isdisjoint(_evaluating())

    def _run(self, statements: Iterable[Node], assigned: _Names) -> _Names:
        """Search statements in a row; return the names that are assigned to after them."""
        for each in statements:
            assigned = self._statement(each, assigned)
        return assigned

    def _statement(self, node: Node, assigned: _Names) -> _Names:
        if isinstance(node, Assign) and isinstance(node.target, Name):
            return self._assignment(node.target, node.value, assigned)
        if isinstance(node, Declaration) and node.value is not None:
            self._read(node, assigned)
            return self._with_name(node.name, assigned)
        if isinstance(node, Block):
            return self._run(node.statements, assigned)
        if isinstance(node, With):
            self._read(node.subject, assigned)
            return self._run(node.body.statements, assigned)
        if isinstance(node, If):
            self._read(node.test, assigned)
            others = assigned if node.no is None else self._run(node.no.statements, assigned)
            return self._run(node.yes.statements, assigned) & others
        if isinstance(node, Switch):
            return self._cases(node, assigned)
        if isinstance(node, (Loop, Count, Each)):
            return self._loop(node, assigned)
        self.is_opaque |= isinstance(node, _OPAQUE)
        self._read(node, assigned)
        return assigned

    def _cases(self, node: Switch, assigned: _Names) -> _Names:
        self._read(node.subject, assigned)
        ends = []
        for case in node.cases:
            for pattern in case.patterns:
                self._read(pattern, assigned)
            ends.append(self._run(case.body.statements, assigned))
        return frozenset.intersection(*ends) if ends and not node.cases[-1].patterns else assigned

    def _loop(self, node: Loop | Count | Each, assigned: _Names) -> _Names:
        if isinstance(node, Loop):
            self._read(node.test, assigned)
            self._run(node.body.statements, assigned)
            return assigned
        heads = (node.items,) if isinstance(node, Each) else (node.first, node.last, node.step)
        for each in heads:
            self._read(each, assigned)
        within = self._with_target(node.target, assigned)
        self._run(node.body.statements, within)
        return within if isinstance(node, Count) else assigned

    def _with_target(self, target: Node, assigned: _Names) -> _Names:
        if isinstance(target, Name):
            return self._with_name(target.text, assigned)
        self._read(target, assigned)
        return assigned

    def _with_name(self, name: str, assigned: _Names) -> _Names:
        lower = name.lower()
        self._said.add(lower)  # maybe of a property
        return assigned | {lower} if self._is_sure else assigned

    def _assignment(self, target: Name, value: Node, assigned: _Names) -> _Names:
        """Search an assignment; one that lets its target grow is no sure one, as the value before is in it."""
        name = target.text.lower()
        first = value.operands[0] if isinstance(value, Binary) and _GROWING.issuperset(value.operators) else None
        is_grown = isinstance(first, Name) and first.text.lower() == name and name not in assigned
        if not isinstance(value, Binary) or not is_grown:
            self._read(value, assigned)
            return self._with_target(target, assigned)
        self.grown.add(name)
        self._said.add(name)
        for each in value.operands[1:]:
            self._read(each, assigned)
        return assigned

    def _read(self, top: Node | None, assigned: _Names) -> None:
        """Add the names in an expression that are not assigned to before."""
        for node in walk(top) if top is not None else ():
            if isinstance(node, (Name, Member)):
                name = (node.text if isinstance(node, Name) else node.name).lower()
                if isinstance(node, Member) or name not in assigned:
                    self.names.add(name)
                if isinstance(node, Name) or name not in _OF_DATABASES:
                    self._said.add(name)
            elif isinstance(node, New) and node.type is not None:
                self._said.add(node.type.name.lower())


@lru_cache(maxsize=1)
def _evaluating() -> _Names:
    """Return the names of functions that run a text, or make a value of a function."""
    return frozenset(map(str.lower, vocabulary().evaluating)) | {"getref"}


def _functions_by_name(symbols: PageSymbols) -> dict[str, list[Function]]:
    """Return the functions that may run where a name is said: methods, accessors, and all of a class."""
    found: dict[str, list[Function]] = {}
    for symbol in (symbols.page, *symbols.classes.values()):
        for group in (symbol.methods, symbol.getters, symbol.setters):
            for name, functions in group.items():
                found.setdefault(name.lower(), []).extend(functions)
        if symbol is not symbols.page:
            found.setdefault(symbol.name.lower(), []).extend(symbol.functions())
    return found
