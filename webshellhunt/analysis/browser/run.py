"""Run: the scripts of a page as a browser runs them: from top to bottom, then handlers in any order.

A library that names no password field is not run, since its functions are known by their names. A function that nothing
calls is called in the end with unknown arguments. The states with and without such a call are joined.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from webshellhunt.analysis.browser.host import FIELD, FIELD_NAME, Browser, Handler, PasswordFields, is_made
from webshellhunt.analysis.browser.sent import TYPED, Sent
from webshellhunt.analysis.browser.source import Script, Source, is_long
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.core import ir
from webshellhunt.core import properties as p
from webshellhunt.core.budget import STEPS
from webshellhunt.core.ending import ExhaustedError, PageEnd, Thrown
from webshellhunt.core.heap import CODE, KIND, PAGE, Heap, join_frames
from webshellhunt.core.procedure import Frame, compiled
from webshellhunt.core.run import Machine, World
from webshellhunt.core.state import release
from webshellhunt.core.values import EMPTY, KNOWN, UNKNOWN, Func, Ref, Value, labels_of, options
from webshellhunt.fence import present_deadline
from webshellhunt.lang.tree import Class, Function, Node
from webshellhunt.library.rows import library
from webshellhunt.library.unknown import unknown_result
from webshellhunt.lower.browser import Lowered, makes_digest
from webshellhunt.lower.texts import TextReader

STEPS_OF_TOLD, STEPS_OF_OTHER = 20_000, 2_000
"""Steps of one statement, handler or function that names a password field, and of any other."""
MOST_ALONE = 60
"""Functions that are entered by themselves."""
OBJECTS_OF_STEP = 8
"""Objects of a page for which each function that is entered costs one step more: its state is one of all of them."""
TOGETHER, SMALL = 32, 1_000
"""Statements that are run together, if they have not many tokens."""
TURNS = 2
"""How often the functions of the scripts are entered, as one may send a value that another keeps."""


class BrowserRun(NamedTuple):
    """The outcome: the sent values, and the names under which typed values are sent.

    ``remembers``: a value from a store is entered into a password field. ``is_cut``: a limit ended the run.
    """

    sent: Sequence[Sent]
    names: frozenset[str]
    remembers: bool
    is_cut: bool


def run_scripts(source: Source, fields: PasswordFields) -> BrowserRun:
    """Return the outcome of the scripts of a page."""
    life = _Life(source, fields)
    life.run()
    life.close()
    host = life.host
    is_cut = source.is_cut or life.is_short or bool(life.dropped)
    return BrowserRun(host.outbox.sent, frozenset(host.outbox.names), host.remembers, is_cut)


class _Life:
    """The life of a page: its scripts in order, then its handlers and functions in any order.

    ``dropped`` are the statements and functions that name a password field and took too long; ``is_short`` is true if
    statements of scripts were not run at all.
    """

    def __init__(self, source: Source, fields: PasswordFields) -> None:
        self._source = source
        self._statements = {
            script.top: [each for each in script.top.statements if not is_long(each) or source.mentions(each)]
            for script in source.scripts
        }
        self._code = Lowered([each for script in source.scripts for each in self._statements[script.top]])
        self.host: Browser = Browser(fields, self._code.page.sites.get, source.text_of)
        taking = vocabulary().gatherers
        world = World(library("browser"), frozenset(), TextReader().read, unknown_result, self.host, taking)
        program = self._code.program
        self.machine: Machine = Machine(program, world, STEPS, len(source.text))
        deadline = present_deadline()
        self.machine.budget.ends = None if deadline is None else deadline.ends_run
        self.heap: Heap = self._opened()
        self.left: int = STEPS
        self.dropped: list[Node] = []
        self.is_short: bool = False
        self._procs: list[ir.Proc] = []
        self._has_thrown = False
        """Whether the code that ran last ended early."""

    def _opened(self) -> Heap:
        tables: dict[Any, dict[Any, Any]] = {oid: dict(table) for oid, table in self.machine.objects.items()}
        variables = sorted(self.machine.variables)
        tables[PAGE] = {KIND: "page", **dict.fromkeys(variables, EMPTY)}
        tables[FIELD.oid] = {KIND: "plain", p.HOST: FIELD_NAME}
        return Heap(tables, itertools.count(1))

    def run(self) -> None:
        """Run all of it."""
        self._execute(self._code.first)
        for script in self._source.scripts:
            if not script.piece.event:
                statements = self._statements[script.top]
                for first in range(0, len(statements), TOGETHER):
                    self._run_together(statements[first : first + TOGETHER])
        for turn in range(TURNS):
            self._enter_all(is_first=not turn)
            if not self.host.is_tainted or not self._keeps():
                break
        self._enter_alone()

    def _run_together(self, nodes: Sequence[Node]) -> None:
        """Run some statements in their order: together, or each by itself where that is too much."""
        nodes = [each for each in nodes if not isinstance(each, Function)]
        is_small = sum(each.end - each.start for each in nodes) < SMALL and self.left > STEPS // 2
        if len(nodes) > 1 and is_small and not any(map(self._source.mentions, nodes)):
            before, self._has_thrown = self.heap.fork(), False
            if self._within(STEPS_OF_OTHER, partial(self._run_statements, nodes)) and not self._has_thrown:
                return
            self.heap = before
        for each in nodes:
            run = partial(self._run_statements, [each])
            self._allow(each, run, is_certain=not isinstance(each, Class))

    def close(self) -> None:
        """Break the circles of references: compiled procedures refer to the procedures that have them."""
        for proc in (*self.machine.reached, *self._procs):
            release(proc)

    # Steps ------------------------------------------------------------------------------------------------------------

    def _allow(self, node: Node, run: Callable[[], object], *, is_told: bool = False, is_certain: bool = False) -> None:
        """Run something for as long as it may take.

        ``is_told``: true if it matters without a name of a field.
        """
        if is_told or self._source.mentions(node):
            if not self._within(STEPS_OF_TOLD, run):
                self.dropped.append(node)
        elif self.left > STEPS // 2:
            self._within(STEPS_OF_OTHER, run)
        elif is_certain:
            self.is_short = True

    def _within(self, steps: int, run: Callable[[], object]) -> bool:
        """Run code for so many steps at most; return False if it needed more, and drop its effects."""
        machine = self.machine
        self.left -= len(self.heap.t) // OBJECTS_OF_STEP
        allowed = max(1, min(steps, self.left))
        before = self.heap.fork()
        machine.restart(allowed)
        machine.budget.look()
        try:
            run()
        except ExhaustedError:
            self.heap = before
            machine.open.clear()
            machine.recordings.clear()
            machine.handled, machine.doubts, machine.text_depth = 0, [], 0
            self.left -= allowed
            return False
        self.left -= allowed - machine.budget.left
        return True

    # Code -------------------------------------------------------------------------------------------------------------

    def _execute(self, proc: ir.Proc, this: Value = None) -> None:
        """Run a procedure without parameters."""
        machine = self.machine
        machine.ended = None
        frame: Frame = [self.heap, machine, this, EMPTY]
        try:
            machine.call(frame, compiled(proc), [], this, 0)
        except Thrown as error:
            self._has_thrown = True
            self.heap = error.heap if error.heap is not None else frame[0]
        except PageEnd:
            self._has_thrown = True
            self.heap = machine.ended if machine.ended is not None else frame[0]
        else:
            self.heap = frame[0]

    def _run_statements(self, statements: Sequence[Node], this: Value = None) -> None:
        proc = self._code.run_of(statements)
        self._procs.append(proc)
        self._execute(proc, this)

    def _run_attribute(self, script: Script) -> None:
        """Run the code of an event attribute."""
        this = FIELD if script.piece.at_field else UNKNOWN
        self._with_event(script.piece.event, this, lambda _: self._run_statements(self._statements[script.top], this))

    def _run_handler(self, handler: Handler) -> None:
        self._with_event(
            handler.event, handler.this, lambda event: self._enter(handler.function, [event], handler.this)
        )

    def _with_event(self, name: str, target: Value, run: Callable[[Value], None]) -> None:
        """Run a handler; the event is a variable of the page meanwhile."""
        frame: Frame = [self.heap, self.machine, None, EMPTY]
        event = self.host.event(frame, name, target)
        before = self.heap.t[PAGE].get("event")
        self.heap.own(PAGE)["event"] = event
        run(event)
        page = self.heap.own(PAGE)
        if before is None:
            page.pop("event", None)
        else:
            page["event"] = before

    def _enter(self, function: Value, values: Sequence[Value] = (), this: Value = None) -> None:
        """Call a function; arguments that are not known are known by the names of the parameters."""
        code = next((each for each in options(self._code_of(function)) if each.__class__ is Func), None)
        names = [each.name for each in code.proc.params[len(values) :]] if code is not None else []
        given = [*values, *map(self.host.parameter, names)]
        frame: Frame = [self.heap, self.machine, None, EMPTY]
        try:
            p.call_value(frame, function, given, this, 0)
        except Thrown as error:
            self.heap = error.heap if error.heap is not None else frame[0]
        except PageEnd:
            self.heap = frame[0]
        else:
            self.heap = frame[0]

    def _code_of(self, function: Value) -> Value:
        return self.heap.t[function.oid].get(CODE) if function.__class__ is Ref else function

    def _possibly(self, run: Callable[[], None]) -> None:
        """Run code that may run or not."""
        before = self.heap.fork()
        run()
        self.heap = join_frames([before, None], [self.heap, None])[0]

    # Handlers and functions -------------------------------------------------------------------------------------------

    def _enter_all(self, *, is_first: bool) -> None:
        """Run the event attributes, the handlers and the functions; the first time only those that nothing called."""
        mentions = self._source.mentions
        for script in self._source.scripts:
            if script.piece.event:
                run = partial(self._possibly, partial(self._run_attribute, script))
                self._allow(script.top, run, is_told=_is_told(script.piece.event))
        for handler in [*self.host.handlers]:
            is_there = is_made(self.heap, handler.function) and is_made(self.heap, handler.this)
            node = self._node_of(handler.function) if is_there else None
            if node is not None:
                run = partial(self._possibly, partial(self._run_handler, handler))
                self._allow(node, run, is_told=_is_told(handler.event) or handler.this == FIELD)
        functions = self._functions()
        functions.sort(key=lambda each: not mentions(each[0]))
        for node, proc, value in functions:
            if not makes_digest(node.name.lower()) and (not is_first or proc not in self.machine.reached):
                self._allow(node, partial(self._possibly, partial(self._enter, value)))

    def _functions(self) -> list[tuple[Function, ir.Proc, Value]]:
        """Return the functions that were made, each once, with their declarations."""
        found: dict[ir.Proc, tuple[Function, ir.Proc, Value]] = {}
        for oid, table in [*self.heap.t.items()]:
            for each in options(table[CODE]) if CODE in table else ():
                if each.__class__ is Func and isinstance(each.proc.key, Function):
                    found[each.proc] = (each.proc.key, each.proc, Ref(oid))
        return [*found.values()]

    def _node_of(self, function: Value) -> Function | None:
        for each in options(self._code_of(function)):
            if each.__class__ is Func and isinstance(each.proc.key, Function):
                return each.proc.key
        return None

    def _enter_alone(self) -> None:
        """Enter by themselves the functions that matter and that nothing reached, or not to their end."""
        source = self._source
        ranges = [(each.start, each.end) for each in self.dropped]
        reached = {each.key for each in self.machine.reached}
        made = {node: value for node, _, value in self._functions()}
        found = [
            each
            for each in dict.fromkeys([*source.suspects, *source.mentioning])
            if each not in reached or any(start <= each.start < end for start, end in ranges)
        ]
        self.left = max(self.left, STEPS // 8) if found else self.left
        for function in found[:MOST_ALONE]:
            value = made.get(function)
            if value is None:
                proc = self._code.alone(function)
                if proc is None:
                    continue
                self._procs.append(proc)
                value = Func(proc.name, proc)
            handler = Handler(value, "keydown", UNKNOWN)
            self._within(STEPS_OF_OTHER, partial(self._possibly, partial(self._run_handler, handler)))

    def _keeps(self) -> bool:
        """True if a variable of the page or around a function keeps something that a visitor typed."""
        tables = self.heap.t
        waiting = [Ref(PAGE), *(Ref(oid) for oid, table in tables.items() if CODE in table)]
        seen = {each.oid for each in waiting}
        while waiting:
            for value in tables[waiting.pop().oid].values():
                for each in () if value.__class__ in KNOWN else options(value):
                    if any(label.kind in TYPED for label in labels_of(each)):
                        return True
                    for ref in each.boxes if each.__class__ is Func else (each,):
                        if ref.__class__ is Ref and ref.oid not in seen and ref.oid in tables:
                            seen.add(ref.oid)
                            waiting.append(ref)
        return self.host.keeps


def _is_told(event: str) -> bool:
    """True if an event is one of keys."""
    return "key" in event
