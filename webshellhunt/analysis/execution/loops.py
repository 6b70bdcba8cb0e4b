"""Loops: turn by turn while all that matters is known, then until another turn changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.calling.outside.sources import as_control
from webshellhunt.analysis.domain.arrays import inner_of, iter_values, known_items
from webshellhunt.analysis.domain.conversions import number_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import (
    KEYS,
    LENGTH,
    NUMBER,
    REST,
    UNKNOWN,
    Char,
    Choice,
    Opaque,
    Pending,
    Tainted,
    Thing,
    Value,
    is_known,
)
from webshellhunt.analysis.execution.conditions.narrowing import narrow
from webshellhunt.analysis.execution.fixpoints import until_fixed
from webshellhunt.analysis.execution.operations import condition
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.execution.turns import begin_turn, in_turns, own_of_turns
from webshellhunt.analysis.jscript.prototypes import enumerable_names
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS, entries_of
from webshellhunt.analysis.library.dotnet.dictionaries import pairs_of
from webshellhunt.analysis.library.enumerators import ENUMERATOR, items_of_enumerator
from webshellhunt.analysis.machine.endings import DEAD, Ending, Signal, Target
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Count, Declaration, Each, Loop, Node

_CONTINUES = frozenset({"continue", "continue to"})
_LEFT = Signal("left")
"""How an iterator ends where the loop that asks for its items leaves: no statement takes it."""
MAX_TURNS = 100_000
MAX_LEAVING = 32
"""Turns of a counted loop that may leave it, each with a state of its own."""


_COLLECTIONS = LISTS - {"array"}
"""Objects of .NET with items."""
_OF_KEYS = frozenset({"scripting.dictionary", "namevaluecollection"})
"""Collections of which a loop gets the keys."""
_VISITED = DICTIONARIES - {"httpcookiecollection", "expandoobject", "routevaluedictionary", "propertybag"}


def _loop(machine: Machine, node: Loop) -> Ending:
    if machine.is_evaluated(node):
        return None
    label, machine.label = machine.label, ""
    for each in node.initial:
        machine.execute(each)
    word = "do" if node.is_tested_last or node.is_until else ""
    leaves = Target(frozenset({"break", "exit"}), word or "do")

    def go_on() -> bool | None:
        if node.test is None:
            return True
        truth = condition(machine, node.test)
        return truth if truth is None else truth is not node.is_until

    own = own_of_turns(machine, node.body)

    def turn() -> Ending:
        begin_turn(machine, own)
        ending = machine.control.within(Target(_CONTINUES, label or "do"), partial(machine.run, node.body))
        if ending is None:
            for each in node.step:
                machine.execute(each)
        return ending

    def run(share: int) -> Ending:
        ending = _turns(machine, node, leaves, go_on, turn, share)
        if ending is None and node.test is not None:
            narrow(machine, node.test, holds=node.is_until)
        return ending

    return in_turns(machine, own, partial(machine.control.within, leaves, partial(machine.budget.within_share, run)))


def _turns(
    machine: Machine,
    node: Loop,
    leaves: Target,
    go_on: Callable[[], bool | None],
    turn: Callable[[], Ending],
    share: int,
) -> Ending:
    """Run turns while the test is known to hold and none may leave; from then on, as many as change anything."""
    if node.is_tested_last:
        ending = turn()
        if ending is not None:
            return ending
    for _ in range(MAX_TURNS):
        machine.spend(1)  # a loop without a test and a body evaluates nothing
        holds = go_on()
        leaving = machine.control.thrown()
        if leaving is not None:
            return leaving
        if holds is None or (holds and (leaves.pending or machine.budget.left < share)):
            until_fixed(machine, node, lambda: _tested(go_on, turn))
            return DEAD if holds and go_on() else None
        if not holds:
            return None
        ending = turn()
        if ending is not None:
            return ending
    return None


def _tested(go_on: Callable[[], bool | None], turn: Callable[[], Ending]) -> Ending:
    ending = turn()
    if ending is None:
        go_on()
    return ending


def _count(machine: Machine, node: Count) -> Ending:
    if machine.is_evaluated(node):
        return None
    first, last = machine.value(node.first), machine.value(node.last)
    step = 1 if node.step is None else machine.value(node.step)
    bounds = [number_of(each) if is_known(each) else None for each in (first, last, step)]
    leaves = Target(frozenset({"break", "exit"}), "for")
    write(machine, node.target, first)

    own = own_of_turns(machine, node.body)

    def body() -> Ending:
        begin_turn(machine, own)
        return machine.control.within(Target(frozenset({"continue"}), "for"), partial(machine.run, node.body))

    def run(share: int) -> Ending:
        start, stop, by = bounds
        if start is None or stop is None or not by:
            write(machine, node.target, NUMBER)
            return until_fixed(machine, node, body)
        at, turns = start, 0
        while (at <= stop if by > 0 else at >= stop) and turns < MAX_TURNS:
            machine.spend(1)
            write(machine, node.target, at)
            ending = body()
            if ending is not None:
                return ending
            at, turns = at + by, turns + 1
            if len(leaves.pending) > MAX_LEAVING or machine.budget.left < share:
                write(machine, node.target, NUMBER)
                return until_fixed(machine, node, body)
        write(machine, node.target, at)
        return None

    return in_turns(machine, own, partial(machine.control.within, leaves, partial(machine.budget.within_share, run)))


def _each(machine: Machine, node: Each) -> Ending:
    if machine.is_evaluated(node):
        return None
    items = enumerated(machine, machine.value(node.items))
    leaves = Target(frozenset({"break", "exit"}), "for")
    label, machine.label = machine.label, ""

    own = own_of_turns(machine, node.body, node.target)

    def turn(value: Value) -> Ending:
        begin_turn(machine, own)
        written = node.target.type if isinstance(node.target, Declaration) else None
        write(machine, node.target, as_control(value, written))
        return machine.control.within(Target(_CONTINUES, label or "for"), partial(machine.run, node.body))

    def run() -> Ending:
        if items.__class__ is Pending:
            return _visit(machine, items, turn)
        if items.__class__ is Choice:
            return machine.control.fork(
                [
                    partial(machine.budget.within_share, partial(_over, machine, each, turn, node))
                    for each in items.options
                ]
            )
        return machine.budget.within_share(partial(_over, machine, items, turn, node))

    return in_turns(machine, own, partial(machine.control.within, leaves, run))


def _visit(machine: Machine, iterator: Pending, turn: Callable[[Value], Ending]) -> Ending:
    """Run an iterator of the page in turns with the body of a loop; where this leaves, the iterator ends."""
    frames, targets = len(machine.frames), len(machine.control.targets)
    left: list[Ending] = []

    def take(value: Value) -> Ending:
        ending = machine.as_caller(frames, targets, partial(turn, value))
        if ending is None or ending is DEAD:
            return ending
        left.append(ending)
        return _LEFT

    if iterator.visit is not None:
        iterator.visit(take)
    ending = machine.control.thrown()
    machine.control.open_targets()
    return left[0] if left else ending


def enumerated(machine: Machine, value: Value) -> Value:
    """Return the collection that a loop goes over: the items of a query or an enumerator, or the iterator itself."""
    value = _iterable(machine, value)
    if value.__class__ is Thing and value.symbol is not None:
        found = find_member(machine, value.symbol, machine.symbols.fold("GetEnumerator"))
        if found is not None and found.kind == "method":
            value = call_function(machine, found.functions[0], [], value)
    if value.__class__ is Thing and value.type == ENUMERATOR:
        value = items_of_enumerator(value)
    return inner_of(_iterable(machine, value))


def _iterable(machine: Machine, value: Value) -> Value:
    """Return a sequence with its items, unless it is an iterator of the page: this runs in turns with the loop."""
    is_iterator = value.__class__ is Pending and value.visit is not None
    return value if is_iterator and not machine.budget.is_coarse else forced(value)


def _any_turn(machine: Machine, items: Value, turn: Callable[[Value], Ending], node: Each) -> Ending:
    """Run a turn with any of the values that a loop goes over."""
    return turn(any_key(machine, items) if node.is_keys else any_item(machine, items))


def _over(machine: Machine, items: Value, turn: Callable[[Value], Ending], node: Each, share: int) -> Ending:
    known = items_to_visit(machine, items, is_keys=node.is_keys)
    if known is None:
        return until_fixed(machine, node, partial(_any_turn, machine, items, turn, node))
    for value in known:
        machine.spend(1)
        if machine.budget.left < share:
            return until_fixed(machine, node, partial(_any_turn, machine, items, turn, node))
        ending = turn(value)
        if ending is not None:
            return ending
    return None


def items_to_visit(machine: Machine, items: Value, *, is_keys: bool) -> Iterable[Value] | None:
    """Return the values that a loop goes over, ``None`` where that is not known apart."""
    if isinstance(items, (str, bytes)) and not is_keys:
        return [Char(each) for each in items] if isinstance(items, str) and machine.language == "c#" else list(items)
    if isinstance(items, str) and machine.language == "jscript":
        return [*map(str, range(len(items)))]
    if items.__class__ is not Thing or REST in items.fields:
        return None
    if is_keys and items.type not in _COLLECTIONS:  # of a collection of .NET, JScript.NET visits the items
        return enumerable_names(machine, items)
    if items.type in _VISITED and LENGTH not in items.fields:
        return [*entries_of(items)] if items.type in _OF_KEYS else pairs_of(items)
    return known_items(items)


def any_key(machine: Machine, items: Value) -> Value:
    """Return any key of a collection."""
    if items.__class__ is not Thing:
        return derived([items])
    return choice([*enumerable_names(machine, items), items.fields.get(KEYS, UNKNOWN)])


def any_item(machine: Machine, items: Value) -> Value:
    """Return any item of a collection."""
    if items.__class__ is Thing and items.type in _OF_KEYS and KEYS in items.fields:
        return any_key(machine, items)
    if items.__class__ is Thing:
        is_of_pairs = items.type in _VISITED and items.type not in _OF_KEYS and LENGTH not in items.fields
        values = pairs_of(items) if is_of_pairs else [*iter_values(items)]
        return choice(values) if values else UNKNOWN
    if items.__class__ is Tainted:
        return Tainted(items.traces, items.type, items.form)
    return items if items.__class__ is Opaque and machine.language == "jscript" else derived([items])


LOOPS: dict[type[Node], Callable[..., Ending]] = {Loop: _loop, Count: _count, Each: _each}
