"""Scopes of an exact evaluation: variables, the objects that it changes, and the work that it may do.

An evaluation changes nothing of the run until it has come to its end with known values: it works on copies of the
objects that it finds, and its variables are written back together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from webshellhunt.analysis.domain.values import ABSENT, EMPTY, REST, Opaque, Thing, Value, is_known
from webshellhunt.analysis.execution.names import is_never_assigned, read
from webshellhunt.analysis.machine.budget import ExhaustedError
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.machine.state import State
from webshellhunt.fence import present_deadline
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Block, Function, TypeName

UNITS_OF_STEP = 16
"""Nodes that are evaluated in the time of one step of a library function."""
_UNITS_BETWEEN_LOOKS = 4_096
"""Units between two looks at the clock, where the time for a file is limited."""
UNITS_TO_COMPILE = 8
"""Units that it takes to compile a node."""
_ITEMS_OF_UNIT = 8


class UnknownError(Exception):
    """A value is not known, or something happens that only the machine can do."""


class Scope(dict[str, Value]):
    """The variables of one call, or of the code around a loop, with the evaluation that they belong to."""

    __slots__ = ("evaluation", "function", "result", "this")

    def __init__(self, evaluation: Evaluation, function: Function | None = None, this: Value = None) -> None:
        super().__init__()
        self.evaluation: Evaluation = evaluation
        self.function: Function | None = function
        self.this: Value = this
        self.result: Value = ABSENT


class Around(Scope):
    """The variables around a loop, or those of the page: read from the run once they are needed."""

    __slots__ = ("first", "is_page", "written")

    def __init__(self, evaluation: Evaluation, *, is_page: bool) -> None:
        super().__init__(evaluation)
        self.first: dict[str, Value] = {}
        self.is_page: bool = is_page
        self.written: set[str] = set()

    def __missing__(self, name: str) -> Value:
        value = self.evaluation.found(name, is_page=self.is_page)
        self.first[name] = self[name] = value
        return value

    def write(self, name: str, value: Value) -> None:
        """Assign to a variable."""
        if name not in self:
            try:
                self.first[name] = self.evaluation.found(name, is_page=self.is_page)
            except UnknownError:
                self.first[name] = ABSENT
        self[name] = value
        self.written.add(name)

    def changed(self) -> Iterator[tuple[str, Value]]:
        """Yield the variables that have another value than before, with that as a value of the run."""
        for name in self.written:
            value = self.evaluation.outer(self[name])
            if value is not self.first.get(name, ABSENT):
                yield name, value


Evaluate = Callable[[Scope], Value]
"""An expression as a function."""
Write = Callable[[Scope, Value], None]
"""An assignment as a function."""


@dataclass(slots=True, eq=False)
class Compiled:
    """A function of the page that can be evaluated: its body, the cost of that, and its parameters.

    ``first`` are the variables that it declares with their first values, ``references`` its parameters by reference,
    ``assigned`` those of them that it may assign to, each with its place; ``result`` is the name of the variable that
    is its result, in Visual Basic.
    """

    function: Function
    run: Callable[[Scope], object]
    cost: int
    parameters: Sequence[str]
    first: dict[str, Value]
    result: str = ""
    references: frozenset[str] = frozenset()
    assigned: dict[int, str] = field(default_factory=dict)
    fitting: dict[str, TypeName] = field(default_factory=dict)
    """The types of the parameters, into which their values are fitted."""


class Evaluation:
    """One exact evaluation: its budget in units, the copies of objects, and the functions that it entered."""

    def __init__(self, machine: Machine, units: int, compiled: dict[Function, Compiled | None]) -> None:
        self.machine: Machine = machine
        self.language: str = machine.language
        self.state: State = State()
        self.left: int = units
        self.look_at: int = 0 if present_deadline() is None else units
        self.page: Around = Around(self, is_page=True)
        self.compiled: dict[Function, Compiled | None] = compiled
        self.entered: set[Function] = set()
        self.blocks: set[Block] = set()
        self.depth: int = 0
        self._copies: dict[int, tuple[Thing, Thing]] = {}

    # The part that library functions use --------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The text of the page."""
        return self.machine.text

    def spend(self, steps: int) -> None:
        """Count work in steps of the machine."""
        self.use(steps * UNITS_OF_STEP)

    def chosen(self, predicate: Value, item: Value, *, holds: bool) -> Value:
        """Return an item of which a predicate is true: a known one says nothing new."""
        return item

    def call(self, callee: Value, arguments: list[Value], token: int) -> Value:
        """A library calls a function that is a value: only the machine can do that.

        Raises:
            UnknownError: Always.
        """
        raise UnknownError

    # Variables and objects ----------------------------------------------------------------------------------------

    def use(self, units: int) -> None:
        """Count work.

        Raises:
            UnknownError: The evaluation has had its share.
            ExhaustedError: The time for the run is over.
        """
        self.left -= units
        if self.left < 0:
            raise UnknownError
        if self.left < self.look_at:
            deadline = present_deadline()
            if deadline is not None and deadline.ends_run():
                raise ExhaustedError
            self.look_at = 0 if deadline is None else self.left - _UNITS_BETWEEN_LOOKS

    def found(self, name: str, *, is_page: bool) -> Value:
        """Return the value that a variable has in the run.

        Raises:
            UnknownError: It is not known.
        """
        if is_page:
            return self.own(self.machine.page.fields.get(name, ABSENT))
        return self.own(read(self.machine, name, 0))

    def own(self, value: Value) -> Value:
        """Return a value of the run as one of this evaluation: of an object of known values, a copy.

        Raises:
            UnknownError: The value is not known.
        """
        if value.__class__ is not Thing:
            if is_known(value):
                return value
            raise UnknownError
        known = self._copies.get(id(value))
        if known is None:
            fields = value.fields
            if value.symbol is not None or REST in fields or value is self.machine.page:
                raise UnknownError
            self.use(len(fields) // _ITEMS_OF_UNIT)
            if not all(map(is_known, fields.values())):
                raise UnknownError
            known = value, Thing(value.type, fields=dict(fields))
            self._copies[id(value)] = known
        return known[1]

    def is_empty(self, name: str) -> bool:
        """True if a name of VBScript is a variable that nothing was assigned to."""
        machine = self.machine
        if self.language != "vbscript" or not machine.is_whole or not is_never_assigned(name):
            return False
        value = read(machine, name, 0)
        return value is EMPTY or (value.__class__ is Opaque and not value.type and value.path == (name,))

    def field_of(self, symbol: ClassSymbol, this: Value, name: str) -> Value:
        """Return the value of a name in a class of the page.

        Raises:
            UnknownError: It is not known.
        """
        return self.own(self.in_class(symbol, this, name))

    def in_class(self, symbol: ClassSymbol | None, this: Value, name: str) -> Value:
        """Return the meaning of a name in a class of the page, which may be a function or a library's name."""
        frames = self.machine.frames
        frames.append(Frame(this=this, symbol=symbol if symbol is not None else self.machine.symbols.page))
        try:
            return read(self.machine, name, 0)
        finally:
            frames.pop()

    # The end ------------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Write back the objects that were changed, and the variables of the page where they were apart."""
        machine = self.machine
        machine.record.entered.update(self.entered)
        machine.record.note_runs(self.blocks)
        for thing, copy in self._copies.values():
            _write_back(machine.state, self, thing, copy)
        if self.page.is_page:
            for name, value in self.page.changed():
                machine.state.put(machine.page.fields, name, value)

    def outer(self, value: Value) -> Value:
        """Return a value of this evaluation as one of the run: an object that it copied is the one that was copied."""
        if value.__class__ is not Thing:
            return value
        originals = {id(copy): thing for thing, copy in self._copies.values()}
        return _replaced(value, originals, {})


def _replaced(thing: Thing, originals: dict[int, Thing], seen: dict[int, Thing]) -> Thing:
    """Return an object, in whose fields the originals stand for their copies."""
    waiting = [thing]
    while waiting:
        each = waiting.pop()
        if id(each) in originals or id(each) in seen:
            continue
        seen[id(each)] = each
        for key, value in each.fields.items():
            if value.__class__ is Thing:
                each.fields[key] = originals.get(id(value), value)
                waiting.append(each.fields[key])
    return originals.get(id(thing), thing)


def _write_back(state: State, evaluation: Evaluation, thing: Thing, copy: Thing) -> None:
    before: dict[Any, Value] = thing.fields
    for key in [key for key in before if key not in copy.fields]:
        state.drop(before, key)
    for key, value in copy.fields.items():
        if before.get(key, ABSENT) is not value:
            state.put(before, key, evaluation.outer(value))
