"""Handlers: ``try`` with its handlers: which of them takes an exception, and the states in which it may come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.values import ABSENT, Opaque, Thing, Value
from webshellhunt.analysis.execution.jumps import jumps_out
from webshellhunt.analysis.execution.labels import attempt_all
from webshellhunt.analysis.execution.targets import declare
from webshellhunt.analysis.machine.control import MAX_THROWS
from webshellhunt.analysis.machine.endings import DEAD, RETURNS, THROWS, Ending, Target
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.machine.state import Changes
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Block, Catch, Declaration, Try, TypeName

_EXITS = frozenset({"exit"})
_ALL = frozenset({"exception", "systemexception"})
"""Types of which all exceptions of a library are."""
_BASES = {
    "argumentnullexception": "argumentexception",
    "argumentoutofrangeexception": "argumentexception",
    "objectdisposedexception": "invalidoperationexception",
    "filenotfoundexception": "ioexception",
    "directorynotfoundexception": "ioexception",
    "pathtoolongexception": "ioexception",
    "endofstreamexception": "ioexception",
    "dividebyzeroexception": "arithmeticexception",
    "overflowexception": "arithmeticexception",
    "httpexception": "externalexception",
    "win32exception": "externalexception",
    "webexception": "invalidoperationexception",
    "taskcanceledexception": "operationcanceledexception",
}
"""The bases of types of exceptions that are not one of `_ALL`."""
_KNOWN = frozenset(
    {
        *_BASES,
        *_BASES.values(),
        *("formatexception", "invalidcastexception", "nullreferenceexception", "indexoutofrangeexception"),
        *("notsupportedexception", "notimplementedexception", "applicationexception", "keynotfoundexception"),
        *("unauthorizedaccessexception", "securityexception", "timeoutexception", "aggregateexception"),
    }
)
Start = tuple[Changes, Value]
"""A state in which an exception may come, and the exception, `ABSENT` where a library throws it."""


def try_statement(machine: Machine, node: Try) -> Ending:
    """Run a body, its handlers where it may throw, and the block that runs in the end anyway."""
    body = partial(_guarded, machine, node) if node.catches else partial(machine.run, node.body)
    if machine.language == "vb":
        body = partial(machine.control.within, Target(_EXITS, "try"), body)
    if node.last is None:
        return body()
    thrown = Target(THROWS, possible=[])
    leaving = [Target(RETURNS), *(Target(frozenset({kind}), label) for kind, label in jumps_out(machine, node))]
    ending, now = attempt_all(machine, [*leaving, thrown], body)
    runs: list[Callable[[], Ending]] = []
    if ending is not DEAD:
        runs.append(partial(_finish, machine, node.last, [now], lambda: ending))
    for target in leaving:
        if target.pending:
            leave = partial(machine.control.jump, min(target.kinds), target.label)
            runs.append(partial(_finish, machine, node.last, target.pending, leave))
    if thrown.pending:
        throw_on = partial(
            _finish, machine, node.last, thrown.pending, lambda: machine.control.throw(machine.control.caught())
        )
        runs.append(throw_on)
    if thrown.possible:
        runs.append(partial(_finish, machine, node.last, thrown.possible, partial(_may_throw_on, machine)))
    if not runs:
        last = machine.run(node.last)
        return DEAD if last is None else last
    return machine.control.fork(runs) if len(runs) > 1 else runs[0]()


def _may_throw_on(machine: Machine) -> Ending:
    """Let the handler around see the state of now; nothing after it runs."""
    machine.control.may_throw()
    return DEAD


def _finish(machine: Machine, last: Block, starts: Sequence[Changes], leave: Callable[[], Ending]) -> Ending:
    """Run the block that runs in the end anyway, then leave as the body did."""
    machine.state.merge(starts)
    ending = machine.run(last)
    return leave() if ending is None else ending


def _guarded(machine: Machine, node: Try) -> Ending:
    """Run a body with its handlers, which see the states in which it threw or a call in it may have thrown."""
    target = Target(THROWS, possible=[])
    ending, now = machine.control.attempt(target, partial(machine.run, node.body))
    starts: list[Start] = [(changes, machine.control.thrown_in(changes)) for changes in target.pending]
    starts += [(changes, ABSENT) for changes in target.possible or ()]
    if target.calls > MAX_THROWS:
        starts.append((now, ABSENT))
    runs: list[Callable[[], Ending]] = []
    if ending is not DEAD:

        def go_on() -> Ending:
            machine.state.merge([now])
            return ending

        runs.append(go_on)
    for at, handler in enumerate(node.catches):
        taken = [(each, _takes(machine, handler.type, each[1])) for each in starts]
        fitting = [each[0] for each, answer in taken if answer is not False]
        starts = [each for each, answer in taken if answer is not True]
        if fitting:
            runs.append(partial(_catch, machine, node.catches[at:], fitting))
    uncaught = [changes for changes, thrown in starts if thrown is not ABSENT]
    if uncaught:
        runs.append(partial(_throw_on, machine, uncaught))
    return machine.control.fork(runs) if runs else DEAD


def _throw_on(machine: Machine, starts: Sequence[Changes]) -> Ending:
    machine.state.merge(starts)
    return machine.control.throw(machine.control.caught())


def _catch(machine: Machine, handlers: Sequence[Catch], starts: Sequence[Changes]) -> Ending:
    """Run the first of some handlers, or one of the others where its condition does not hold."""
    machine.state.merge(starts)
    handler = handlers[0]
    if handler.name:
        declare(
            machine, Declaration(handler.start, handler.start, handler.name, handler.type), machine.control.caught()
        )
    holds = True if handler.guard is None else truth_of(machine.value(handler.guard), machine.language)
    if holds is True:
        return machine.run(handler.body)
    if holds is False:
        return _next_handler(machine, handlers[1:])
    return machine.control.fork([partial(machine.run, handler.body), partial(_next_handler, machine, handlers[1:])])


def _next_handler(machine: Machine, handlers: Sequence[Catch]) -> Ending:
    """Run the first of some handlers that takes the exception, or throw it on."""
    for at, handler in enumerate(handlers):
        answer = _takes(machine, handler.type, machine.control.caught())
        if answer is True:
            return _catch(machine, handlers[at:], [])
        if answer is None:
            return machine.control.fork(
                [partial(_catch, machine, handlers[at:], []), partial(_next_handler, machine, handlers[at + 1 :])]
            )
    return machine.control.throw(machine.control.caught())


def _takes(machine: Machine, written: TypeName | None, thrown: Value) -> bool | None:
    """Return whether a handler of a type takes an exception, ``None`` where that is not known."""
    if written is None:
        return True
    wanted = written.name.rpartition(".")[2].lower()
    symbol = machine.symbols.class_of(written.name)
    if symbol is not None:
        if thrown.__class__ is Thing and thrown.symbol is not None:
            return symbol in [*machine.symbols.bases_of(thrown.symbol)]
        return None if thrown.__class__ is Opaque else False
    if thrown.__class__ is not Thing:
        return True if wanted in _ALL else None
    return _is_of(_library_type(machine, thrown), wanted)


def _library_type(machine: Machine, thrown: Thing) -> str:
    """Return the nearest type of a library that an exception is of."""
    symbol: ClassSymbol | None = thrown.symbol
    if symbol is None:
        return thrown.type.rpartition(".")[2]
    names = [name for each in machine.symbols.bases_of(symbol) for name in each.bases]
    return next((name.rpartition(".")[2].lower() for name in names if machine.symbols.class_of(name) is None), "")


def _is_of(name: str, wanted: str) -> bool | None:
    if wanted == "exception" or name == wanted:
        return True
    if name not in _KNOWN or wanted == "systemexception":
        return False if wanted in _KNOWN and name == "exception" else None
    while name in _BASES:
        name = _BASES[name]
        if name == wanted:
            return True
    return False if wanted in _KNOWN else None
