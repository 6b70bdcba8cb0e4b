"""Narrowing: the knowledge that a condition adds about its variables, in the branch where it holds."""

from __future__ import annotations

from functools import partial
from itertools import zip_longest

from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.matching import bind
from webshellhunt.analysis.domain.values import Choice, Tainted, Text, Value, is_known, options_of, same
from webshellhunt.analysis.execution.guards import (
    compared_sides,
    equal_sides,
    guard,
    guard_place,
    is_found,
    is_matching,
    variable_in,
)
from webshellhunt.analysis.execution.own_checks import narrow_by_own
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.operator_words import AND, EQUAL, NOT, OR, UNEQUAL
from webshellhunt.lang.tree import Binary, Call, Literal, Name, Node, Test, Unary

_MOST_ALTERNATIVES = 16


def narrow(machine: Machine, test: Node, *, holds: bool) -> None:
    """Narrow variables by a condition that holds, or that does not."""
    if isinstance(test, Unary) and test.operator in NOT:
        narrow(machine, test.operand, holds=not holds)
    elif isinstance(test, Name):
        _truth(machine, test, holds=holds)
    elif isinstance(test, Call):
        _by_call(machine, test, holds=holds)
    elif isinstance(test, Test):
        if holds is not test.pattern.is_negated:
            bind(machine, test.pattern, machine.value(test.operand), test.operand)
    elif isinstance(test, Binary):
        if len(test.operands) == 2 and isinstance(test.operands[0], Call):
            _by_result(machine, test, test.operands[0], holds=holds)
        _by_operators(machine, test, holds=holds)


def _by_call(machine: Machine, test: Call, *, holds: bool) -> None:
    guard(machine, test, holds=holds)
    sides = equal_sides(test)
    if sides is not None and holds:
        _equal(machine, *sides)
    narrow_by_own(machine, test, narrow, holds=holds)


def _by_result(machine: Machine, test: Binary, call: Call, *, holds: bool) -> None:
    """Narrow variables by the comparison of the result of a call."""
    found = is_found(machine, test.operators[0], test.operands[1])
    if found is not None:
        guard_place(machine, call, holds=holds is found)
    elif (truth := _is_truth(machine, test, call)) is not None:
        narrow(machine, call, holds=holds is truth)
    elif (sides := compared_sides(test)) is not None and (test.operators[0] in EQUAL) is holds:
        _equal(machine, *sides)


def _by_operators(machine: Machine, test: Binary, *, holds: bool) -> None:
    operators = set(test.operators)
    if operators <= (AND if holds else OR):
        for each in test.operands:
            narrow(machine, each, holds=holds)
    elif operators <= (OR if holds else AND) and _is_of_one(machine, test, EQUAL if holds else UNEQUAL):
        machine.control.fork([partial(_alternative, machine, each, holds=holds) for each in test.operands])
    elif len(operators) == 1 and len(test.operands) == 2 and operators <= (EQUAL if holds else UNEQUAL):
        _equal(machine, *test.operands)
    elif len(operators) == 1 and len(test.operands) == 2 and operators <= (UNEQUAL if holds else EQUAL):
        _unequal(machine, *test.operands)


def _is_truth(machine: Machine, test: Binary, call: Call) -> bool | None:
    """Return whether a comparison says that the result of a call is true, or a match; ``None`` for any other."""
    right, operator = test.operands[1], test.operators[0]
    if not isinstance(right, Literal) or operator not in EQUAL | UNEQUAL:
        return None
    if right.value.__class__ is bool or (right.value is None and is_matching(machine, call)):
        return (operator in EQUAL) is (right.value is True)
    return None


def _is_of_one(machine: Machine, test: Binary, operators: frozenset[str]) -> bool:
    """True if each operand compares the same variable with a text that is known."""
    names: set[str] = set()
    for each in test.operands[:_MOST_ALTERNATIVES]:
        if not isinstance(each, Binary) or len(each.operands) != 2 or each.operators[0] not in operators:
            return False
        sides = each.operands if isinstance(each.operands[1], Literal) else each.operands[::-1]
        variable = variable_in(sides[0])
        if variable is None or not isinstance(sides[1], Literal):
            return False
        names.add(machine.symbols.fold(variable.text))
    return len(names) == 1 and len(test.operands) <= _MOST_ALTERNATIVES


def _alternative(machine: Machine, test: Node, *, holds: bool) -> None:
    narrow(machine, test, holds=holds)


def _truth(machine: Machine, test: Name, *, holds: bool) -> None:
    """Remove the options of a variable that do not fit a condition of JScript: one that is false is no text."""
    if machine.language != "jscript":
        return
    value = machine.value(test)
    options = [each for each in options_of(value) if truth_of(each, "jscript") in (None, holds)]
    if not holds:
        options = ["" if each.__class__ in (Tainted, Text) else each for each in options]
    if options and any(not same(left, right) for left, right in zip_longest(options, options_of(value))):
        write(machine, test, choice(options))


def _equal(machine: Machine, left: Node, right: Node) -> None:
    for asked, other in ((left, right), (right, left)):
        name = variable_in(asked)
        if name is not None:
            value, known = machine.value(name), machine.value(other)
            if is_known(known) and not is_known(value) and known not in ("", None):
                write(machine, name, known)


def _unequal(machine: Machine, left: Node, right: Node) -> None:
    """Remove a known value from the options of a variable."""
    for name, other in ((left, right), (right, left)):
        if isinstance(name, Name):
            value, known = machine.value(name), machine.value(other)
            if value.__class__ is Choice and is_known(known):
                options: tuple[Value, ...] = tuple(each for each in value.options if not same(each, known))
                if options and len(options) < len(value.options):
                    write(machine, name, options[0] if len(options) == 1 else Choice(options))
