"""Narrowing: the knowledge that a condition adds about its variables, in the branch where it holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice, zip_longest

from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.matching import bind
from webshellhunt.analysis.domain.values import Choice, Tainted, Text, Value, is_known, options_of, same
from webshellhunt.analysis.execution.conditions.answers import answered, item_with_answer, remembered
from webshellhunt.analysis.execution.conditions.asked import give
from webshellhunt.analysis.execution.conditions.equalities import Equality, equality_of, tidied
from webshellhunt.analysis.execution.conditions.guards import guard, guard_place, is_found, is_matching
from webshellhunt.analysis.execution.conditions.quantifiers import is_told, quantified
from webshellhunt.analysis.execution.names import frame_of
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.operator_words import AND, NOT, OR
from webshellhunt.lang.tree import Argument, Binary, Call, Index, Literal, Member, Name, Node, Test, Unary, walk

_MOST_ALTERNATIVES = 16
_MOST_NODES = 32


def narrow(machine: Machine, test: Node, *, holds: bool) -> None:
    """Narrow variables by a condition that holds, or that does not."""
    if isinstance(test, Argument):
        narrow(machine, test.value, holds=holds)
    elif isinstance(test, Unary) and test.operator in NOT:
        narrow(machine, test.operand, holds=not holds)
    elif isinstance(test, Name):
        _truth(machine, test, holds=holds)
    elif (equality := equality_of(test)) is not None:
        _by_equality(machine, equality, holds=holds)
    elif isinstance(test, (Call, Member)):
        _by_call(machine, test, holds=holds)
    elif isinstance(test, Test):
        if holds is not test.pattern.is_negated:
            bind(machine, test.pattern, machine.value(test.operand), test.operand)
    elif isinstance(test, Binary):
        if len(test.operands) == 2:
            _by_place(machine, test, holds=holds)
        _by_operators(machine, test, holds=holds)


def _by_call(machine: Machine, test: Call | Member, *, holds: bool) -> None:
    """Narrow by a call that is true or false: of a function of the page, of a predicate for items, of a guard."""
    if isinstance(test, Call) and answered(machine, test, narrow, holds=holds):
        return
    if not quantified(machine, test, narrow, holds=holds):
        guard(machine, test, holds=holds)


def _by_place(machine: Machine, test: Binary, *, holds: bool) -> None:
    """Narrow by the place, the number or the item that a search has found, or not."""
    (left, right), operator = test.operands, test.operators[0]
    told = is_told(machine, left, operator, right)
    if told is not None:
        quantified(machine, left, narrow, holds=holds is told)
    elif isinstance(left, Call) and (found := is_found(machine, operator, right)) is not None:
        guard_place(machine, left, holds=holds is found)


def _by_operators(machine: Machine, test: Binary, *, holds: bool) -> None:
    operators = set(test.operators)
    if operators <= (AND if holds else OR):
        for each in test.operands:
            narrow(machine, each, holds=holds)
    elif operators <= (OR if holds else AND) and _have_one(machine, test.operands):
        machine.control.fork([partial(_alternative, machine, each, holds=holds) for each in test.operands])


def _have_one(machine: Machine, tests: Sequence[Node]) -> bool:
    """True if all of several tests have a variable in common."""
    if len(tests) > _MOST_ALTERNATIVES:
        return False
    fold = machine.symbols.fold
    names = [{fold(each.text) for each in islice(walk(test), _MOST_NODES) if isinstance(each, Name)} for test in tests]
    return bool(set.intersection(*names))


def _alternative(machine: Machine, test: Node, *, holds: bool) -> None:
    narrow(machine, test, holds=holds)


def _truth(machine: Machine, test: Name, *, holds: bool) -> None:
    """Narrow by a variable that is true or false.

    What it was asked about is narrowed; a variable of JScript loses the options that do not fit: one that is false is
    no text.
    """
    value = machine.value(test)
    asked = remembered(machine, value)
    if asked is not None:
        narrow(machine, asked, holds=holds)
    if value.__class__ is Choice:
        _by_flag(machine, test, holds=holds)
    if machine.language != "jscript":
        return
    options = [each for each in options_of(value) if truth_of(each, "jscript") in (None, holds)]
    if not holds:
        options = ["" if each.__class__ in (Tainted, Text) else each for each in options]
    if options and any(not same(left, right) for left, right in zip_longest(options, options_of(value))):
        write(machine, test, choice(options))


def _by_flag(machine: Machine, flag: Name, *, holds: bool) -> None:
    """Give other variables the values that they have where a truth value was assigned."""
    name = machine.symbols.fold(flag.text)
    frame = frame_of(machine, name)
    container = machine.page.fields if frame is None else frame.variables
    for each in machine.state.implied(container, name, truth=holds):
        if each.container.get(each.key) is each.now:
            machine.state.put(each.container, each.key, each.value)


def chosen_item(machine: Machine, predicate: Value, item: Value, holds: bool) -> Value:
    """Return an item of which a predicate is true, or false, with the knowledge that this adds."""
    return item if is_known(item) else item_with_answer(machine, predicate, item, narrow, holds=holds)


def _by_equality(machine: Machine, test: Equality, *, holds: bool) -> None:
    sides = ((test.left, test.right), (test.right, test.left))
    for one, other in sides:
        is_match = isinstance(one, Call) and is_matching(machine, one)
        if isinstance(other, Literal) and (other.kind == "truth" or (other.value is None and is_match)):
            narrow(machine, one, holds=(holds is test.is_asked) is bool(other.value))
            return
        told = is_told(machine, one, "==" if test.is_asked else "!=", other)
        if told is not None:
            quantified(machine, one, narrow, holds=holds is told)
            return
    if isinstance(test.left, Call) and (found := is_found(machine, "==", test.right)) is not None:
        guard_place(machine, test.left, holds=(holds is test.is_asked) is found)
    for one, other in sides:
        if holds is test.is_asked:
            _equal(machine, tidied(one), other)
        else:
            _unequal(machine, one, other)


def _equal(machine: Machine, name: Node, right: Node) -> None:
    """Give a variable, a field or an item the values that it is equal to, if all of them are known."""
    if not isinstance(name, (Name, Member, Index, Call)):
        return
    if not isinstance(name, Name) and not isinstance(right, (Name, Literal)):
        return
    known = machine.value(right)
    if not all(is_known(each) and each not in ("", None) for each in options_of(known)):
        return
    if not is_known(value := machine.value(name)):
        give(machine, name, value, known)


def _unequal(machine: Machine, name: Node, right: Node) -> None:
    """Remove a known value from the options of a variable."""
    if not isinstance(name, Name):
        return
    value, known = machine.value(name), machine.value(right)
    if value.__class__ is Choice and is_known(known):
        options: tuple[Value, ...] = tuple(each for each in value.options if not same(each, known))
        if options and len(options) < len(value.options):
            write(machine, name, options[0] if len(options) == 1 else Choice(options))
