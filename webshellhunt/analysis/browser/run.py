"""Run: the scripts of a page as a browser runs them: from top to bottom, then handlers in any order.

A library that names no password field is not run, since its functions are known by their names. A function that nothing
calls is called in the end with unknown arguments. The states with and without such a call are joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from webshellhunt.analysis.browser.elements import FIELD, PasswordFields
from webshellhunt.analysis.browser.machine import EVENT, KEY_EVENT, TARGET, BrowserMachine, makes_digest
from webshellhunt.analysis.browser.notes import Handler, Notes
from webshellhunt.analysis.browser.sent import Sent
from webshellhunt.analysis.browser.source import Script, Source, is_long
from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import UNKNOWN, Closure, Opaque, Thing, Value
from webshellhunt.analysis.engine import BASE_STEPS, STEPS_OF_TOKEN
from webshellhunt.analysis.jscript.scopes import declare_in_blocks
from webshellhunt.analysis.machine.budget import MAX_STEPS
from webshellhunt.analysis.machine.endings import Ending, Target
from webshellhunt.lang.symbol_collection import collect
from webshellhunt.lang.tree import Block, Class, Function, Node

STEPS_OF_TOLD, STEPS_OF_OTHER = 40_000, 4_000
"""Steps of one statement, handler or function that names a password field, and of any other."""
MOST_ALONE = 60
"""Functions that are entered by themselves."""
TURNS = 2
"""How often the functions of the scripts are entered, as one may send a value that another keeps."""
_JUMPS = frozenset({"return", "throw", "end", "break", "continue"})


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
    scripts = [_without_libraries(script, source) for script in source.scripts]
    life = _Life(source, scripts, fields)
    life.run()
    machine = life.machine
    machine.disconnect()
    for container in machine.state.linked:
        container.clear()
    notes = machine.notes
    return BrowserRun(
        notes.outbox.sent,
        frozenset(notes.outbox.names),
        notes.remembers,
        source.is_cut or life.is_short or bool(life.dropped),
    )


def _without_libraries(script: Script, source: Source) -> Script:
    """Return a script without the statements that are libraries."""
    top = script.top
    kept = [each for each in top.statements if not is_long(each) or source.mentions(each)]
    return script._replace(parsed=replace(script.parsed, top=Block(top.start, top.end, kept)))


def _machine(scripts: Iterable[Script], source: Source, fields: PasswordFields) -> BrowserMachine:
    statements = [each for script in scripts for each in script.top.statements]
    symbols = collect(Block(0, 0, statements), "jscript")
    for name, functions in symbols.page.methods.items():
        symbols.page.methods[name] = functions[-1:]
    size = sum(each.end - each.start for each in statements)
    return BrowserMachine(symbols, Notes(source, fields), min(MAX_STEPS, BASE_STEPS + STEPS_OF_TOKEN * size))


class _Life:
    """The life of a page: its scripts in order, then its handlers and functions in any order.

    ``dropped`` are the statements and functions that name a password field and took too long; ``is_short`` is true if
    statements of scripts were not run at all.
    """

    def __init__(self, source: Source, scripts: Sequence[Script], fields: PasswordFields) -> None:
        self.machine: BrowserMachine = _machine(scripts, source, fields)
        self.dropped: list[Node] = []
        self.is_short: bool = False
        self._source, self._scripts = source, scripts
        self._reserve = self.machine.budget.left // 2

    def run(self) -> None:
        """Run all of it."""
        for script in self._scripts:
            declare_in_blocks(self.machine, script.top)
        for script in self._scripts:
            if not script.piece.event:
                for statement in script.top.statements:
                    if not isinstance(statement, (Class, Function)):
                        self._allow(statement, partial(_run_statements, self.machine, [statement]), is_certain=True)
        for turn in range(TURNS):
            self._enter_all(is_first=not turn)
            if not self.machine.notes.is_tainted or not _keeps(self.machine):
                break
        self._enter_alone()

    def _allow(self, node: Node, run: Callable[[], object], *, is_told: bool = False, is_certain: bool = False) -> None:
        """Run something for as long as it may take.

        Args:
            node: The code.
            run: Runs it.
            is_told: True if it matters without a name of a field.
            is_certain: True if it surely runs.
        """
        if is_told or self._source.mentions(node):
            if not self.machine.allow(STEPS_OF_TOLD, run):
                self.dropped.append(node)
        elif self.machine.budget.left > self._reserve:
            self.machine.allow(STEPS_OF_OTHER, run)
        elif is_certain:
            self.is_short = True

    def _enter_all(self, *, is_first: bool) -> None:
        """Run the event attributes, the handlers and the functions; the first time only those that nothing called."""
        machine, mentions = self.machine, self._source.mentions
        for script in self._scripts:
            if script.piece.event:
                run = partial(_run_attribute, machine, script)
                self._allow(script.top, partial(_possibly, machine, run), is_told=_is_told(script.piece.event))
        for handler in [*machine.notes.handlers]:
            node, run = handler.function.function, partial(_run_handler, machine, handler)
            is_told = _is_told(handler.event) or handler.this is FIELD
            self._allow(node, partial(_possibly, machine, run), is_told=is_told)
        functions = [*_functions(machine)]
        functions.sort(key=lambda each: not mentions(each.function))
        for closure in functions:
            is_digest = makes_digest(closure.function.name.lower())
            if not is_digest and (not is_first or closure.function not in machine.record.entered):
                self._allow(closure.function, partial(_possibly, machine, partial(_enter, machine, closure)))

    def _enter_alone(self) -> None:
        """Enter by themselves the functions that matter and that nothing reached, or not to their end."""
        source, machine = self._source, self.machine
        ranges = [(each.start, each.end) for each in self.dropped]
        found = [
            each
            for each in dict.fromkeys([*source.suspects, *source.mentioning])
            if each not in machine.record.entered or any(start <= each.start < end for start, end in ranges)
        ]
        machine.budget.left = max(machine.budget.left, BASE_STEPS) if found else machine.budget.left
        for function in found[:MOST_ALONE]:
            closure = machine.notes.functions.made.get(function) or Closure(function, None, UNKNOWN)
            handler = Handler(closure, "keydown", UNKNOWN)
            machine.allow(STEPS_OF_OTHER, partial(_possibly, machine, partial(_run_handler, machine, handler)))


def _is_told(event: str) -> bool:
    """True if an event is one of keys."""
    return "key" in event


def _run_statements(machine: BrowserMachine, statements: Sequence[Node]) -> Ending:
    """Run statements in order."""
    machine.control.within(Target(_JUMPS), partial(machine.run, Block(0, 0, [*statements])))
    machine.control.thrown()
    return None


def _run_attribute(machine: BrowserMachine, script: Script) -> Ending:
    """Run the code of an event attribute."""
    this = FIELD if script.piece.at_field else UNKNOWN
    page, machine.frames[0].this = machine.frames[0].this, this
    _with_event(
        machine, _event(machine, script.piece.event, this), lambda: _run_statements(machine, script.top.statements)
    )
    machine.frames[0].this = page
    return None


def _run_handler(machine: BrowserMachine, handler: Handler) -> Ending:
    event = _event(machine, handler.event, handler.this)
    _with_event(machine, event, lambda: _enter(machine, handler.function, [event], handler.this))
    return None


def _event(machine: BrowserMachine, name: str, target: Value) -> Thing:
    event = Thing(KEY_EVENT if "key" in name else EVENT, fields={TARGET: target})
    machine.state.bear(event.fields)
    return event


def _with_event(machine: BrowserMachine, event: Thing, run: Callable[[], Ending]) -> None:
    """Run a handler; the event is a variable of the page meanwhile."""
    fields = machine.page.fields
    machine.state.put(fields, "event", event)
    run()
    machine.state.drop(fields, "event")


def _possibly(machine: BrowserMachine, run: Callable[[], Ending]) -> None:
    """Run code that may run or not."""
    machine.control.fork([lambda: None, run])
    machine.control.thrown()


def _enter(machine: BrowserMachine, closure: Closure, arguments: Sequence[Value] = (), this: Value = None) -> Ending:
    """Call a function; arguments that are not known are known by the names of the parameters."""
    function = closure.function
    values = [*arguments, *(Opaque(path=(each.name.lower(),)) for each in function.parameters[len(arguments) :])]
    around = closure.this if this is None else this

    def call() -> Ending:
        call_function(machine, function, values, around, outer=closure.frame)
        return machine.control.thrown()

    machine.control.within(Target(_JUMPS), call)
    machine.control.thrown()
    return None


def _functions(machine: BrowserMachine) -> Iterator[Closure]:
    """Yield the functions that something may call: those of the page, and those that were made."""
    noted = machine.notes.functions.made
    symbols = [machine.symbols.page, *machine.symbols.classes.values()]
    for symbol in symbols:
        for function in symbol.functions():
            if function not in noted:
                yield Closure(function, None, machine.page if symbol is symbols[0] else UNKNOWN)
    yield from noted.values()


def _keeps(machine: BrowserMachine) -> bool:
    """True if a variable of the page or around a function keeps something that a visitor typed."""
    frames = {id(frame): frame for each in machine.notes.functions.made.values() if (frame := each.frame) is not None}
    containers = [machine.page.fields, *(frame.variables for frame in frames.values())]
    values = [value for container in containers for value in container.values()]
    return any(traces_of(each) for each in (*values, *machine.kept.stores.values()))
