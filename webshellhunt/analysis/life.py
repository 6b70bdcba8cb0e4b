"""Life: how requests to a page of any kind go, in one run of the core, and the outcome of that run."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from webshellhunt.analysis import arrivals as face
from webshellhunt.analysis.core_values import shown_arrivals
from webshellhunt.analysis.traces import VISITOR
from webshellhunt.analysis.unreached import UNREACHED_STEPS, Alone, blocks_of, run_block
from webshellhunt.core import ir
from webshellhunt.core.arrivals import Arrival, Arrivals
from webshellhunt.core.classes import STATIC
from webshellhunt.core.ending import ExhaustedError, PageEnd, Thrown
from webshellhunt.core.heap import CLASS, KIND, PAGE, Heap, Table
from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.core.library_calls import make
from webshellhunt.core.procedure import Frame, compiled
from webshellhunt.core.run import Machine, World
from webshellhunt.core.state import Witness, release
from webshellhunt.core.values import EMPTY, UNKNOWN, Ref, Value, labels_of
from webshellhunt.fence import present_deadline
from webshellhunt.lang.tree import Class, Declaration, Function, Import, Literal, Node, Unparsed
from webshellhunt.library.primitives import FILES

_OF_SERVER = frozenset({"stored", "file", "site-path"})
"""The kinds of values that a later request finds as well without the earlier one."""


class CoreRun:
    """The outcome of a run over the code of one unit of a page."""

    reads_text: bool = False
    """True if the run looked at the text around the code, so that its outcome depends on that, too."""

    def __init__(self, life: Life, unit: int, *, is_cut: bool) -> None:
        self._life: Life | None = life
        self._unit = unit
        self.is_exhausted: bool = is_cut or life.is_cut

    @property
    def shown(self) -> face.Arrivals:
        """The arrivals of the code with their values as judging reads them."""
        found = shown_arrivals(self._life.machine.arrivals, self._unit) if self._life is not None else []
        return face.Arrivals(found, self.is_exhausted)

    @property
    def elsewhere(self) -> Sequence[face.Arrival]:
        """The arrivals of the code that the run did not reach."""
        return shown_arrivals(self._life.reach_all(), self._unit) if self._life is not None else []

    @property
    def texts(self) -> KnownTexts:
        """The texts that the expressions of the code were, those of the code that the run did not reach included."""
        if self._life is None:
            return KnownTexts()
        self._life.reach_all()
        return self._life.machine.texts

    @property
    def undecided(self) -> frozenset[int]:
        """The places of conditions of the code that were not known."""
        found = self._life.machine.undecided if self._life is not None else ()
        return frozenset(each % ir.UNIT for each in found if each // ir.UNIT == self._unit)

    def of_unit(self, unit: int) -> CoreRun:
        """Return the outcome of the same run for another unit."""
        assert self._life is not None
        return CoreRun(self._life, unit, is_cut=self.is_exhausted)

    def crossed(self) -> frozenset[int]:
        """Return the units in which something of a visitor arrived that another one got."""
        found = set[int]()
        for each in self._life.machine.arrivals if self._life is not None else ():
            unit = each.at // ir.UNIT
            labels = (label for value in (each.subject, *each.arguments) for label in labels_of(value))
            if unit not in found and any(label.kind in VISITOR and label.at // ir.UNIT != unit for label in labels):
                found.add(unit)
        return frozenset(found)

    @property
    def is_closed(self) -> bool:
        """True after `close`."""
        return self._life is None

    def close(self) -> None:
        """Let go of everything that the run made."""
        if self._life is not None:
            self._life.close()
        self._life = None


class Life:
    """The requests that a page serves, in one run; ``is_cut`` is true if it had to stop early."""

    kept: tuple[str, ...] = ("session", "application", "registry.settings", FILES)
    """Objects of which there is one that are left for the next request."""

    def __init__(
        self,
        programs: Sequence[ir.Program],
        world: World,
        objects: Mapping[str, str],
        *,
        is_whole: bool,
        steps: int,
        size: int,
        witness: Witness | None = None,
    ) -> None:
        self.machine: Machine = Machine(programs, world, steps, size)
        self.machine.is_whole = is_whole
        self.machine.witness, self.machine.remembers = witness, witness is None
        deadline = present_deadline()
        self.machine.budget.ends = None if deadline is None else deadline.ends_run
        self.is_cut: bool = False
        self.heap: Heap
        self._programs = programs
        self._objects = objects
        self.is_reached: bool = False
        """Whether a run of the code that was not reached has begun."""
        self._elsewhere: list[Arrival] = []

    def run(self, *, is_part: bool, acts: bool) -> None:
        """Serve requests as the server does: a second one where the first left something of the visitor.

        ``is_part``: true for a file that others include. ``acts``: true if the page has statements that do something.
        """
        machine = self.machine
        try:
            self.heap = self.opened(None)
            for turn in range(2):
                if turn:
                    self.heap = self.opened(self.heap)
                self.request()
                if turn or not self.remembers_visitor(self.kept_objects()):
                    break
            if is_part or not (acts or any(each not in self.mains for each in machine.reached)):
                self.enter_all()
        except ExhaustedError:
            self.is_cut = True
        self.is_cut |= bool(machine.gaps) or machine.budget.cuts > 0

    @property
    def mains(self) -> list[ir.Proc]:
        """The codes at the top level of the page."""
        return [each.main for each in self._programs]

    # One request ------------------------------------------------------------------------------------------------------

    def opened(self, before: Heap | None) -> Heap:
        """Return the heap at the beginning of a request: some objects are left from the one before."""
        machine = self.machine
        tables: dict[Any, dict[Any, Any]] = dict(before.t) if before is not None else {}
        outside = machine.world.library
        for name in outside.only:
            if name not in self.kept or name not in tables:
                tables[name] = {KIND: name, **outside.fields.get(name, {})}
        tables.update((oid, dict(table)) for oid, table in machine.objects.items())
        tables[PAGE] = self.page_table()
        heap = Heap(tables, itertools.count(1 + max((each for each in tables if each.__class__ is int), default=0)))
        for name, kind in self._objects.items():
            tables[PAGE][name] = make([heap, machine], outside.programs.get(kind, kind), {}, 0)
        return heap

    def page_table(self) -> Table:
        """Return the entries of the page before it runs."""
        machine = self.machine
        variables = sorted(each for each in machine.variables if each not in machine.procs)
        return {KIND: "page", **dict.fromkeys(variables, EMPTY)}

    def request(self) -> None:
        """Serve one request: the codes in the order of the page."""
        for main in self.mains:
            self.machine.budget.look()
            self.heap = self.machine.run_main(main, self.heap)

    def kept_objects(self) -> Sequence[Value]:
        """Return the objects that are left for the next request."""
        return self.kept

    def remembers_visitor(self, oids: Iterable[Value]) -> bool:
        """Return True if an object has something by which a later request knows the values of an earlier one."""
        values = (value for oid in oids for value in self.heap.t[oid].values())
        return any(label.kind not in _OF_SERVER for value in values for label in labels_of(value))

    # Procedures that nobody calls -------------------------------------------------------------------------------------

    def procedures(self) -> Iterator[tuple[ir.Proc, ir.Class | None]]:
        """Yield the procedures of the page, with the class that each is a member of."""
        for program in self._programs:
            for proc in program.procs.values():
                yield proc, None
            for symbol in program.classes.values():
                for members in (symbol.methods, symbol.getters, symbol.setters):
                    for proc in members.values():
                        yield from ((each, symbol) for each in (proc, *proc.others))

    def enter(self, proc: ir.Proc, this: Value = None, values: list[Value] | None = None) -> None:
        """Call a procedure, with unknown arguments where there are none."""
        machine = self.machine
        frame: Frame = [self.heap, machine, this, EMPTY]
        with suppress(PageEnd, Thrown):
            given = [UNKNOWN] * len(proc.params) if values is None else values
            machine.call(frame, compiled(proc), given, this, 0)
        self.heap = frame[0]

    def enter_all(self) -> None:
        """Enter the procedures that nothing in the file calls; again where one left something of the visitor."""
        left = [each for each in self.procedures() if each[0] not in self.machine.reached]
        for turn in range(2):
            for proc, symbol in left:
                if turn or proc not in self.machine.reached:
                    self.enter(proc, self.object_of(symbol))
            if not self.remembers_visitor((PAGE, *self.kept_objects())):
                break

    def object_of(self, symbol: ir.Class | None) -> Value:
        """Return an object of a class, which the page may have made already."""
        if symbol is None:
            return None
        for oid, table in self.heap.t.items():
            if table.get(CLASS) is symbol and table[KIND] != STATIC:
                return Ref(oid)
        return self.made(symbol)

    def made(self, symbol: ir.Class) -> Value:
        """Return a new object of a class."""
        frame: Frame = [self.heap, self.machine, None, EMPTY]
        try:
            made = self.machine.new(frame, symbol.name, [], 0)
        except (PageEnd, Thrown):
            made = UNKNOWN
        self.heap = frame[0]
        return made

    def close(self) -> None:
        """Break the circles of references: compiled procedures refer to the procedures that have them."""
        for proc in (*self.machine.reached, *self.machine.procs, *(each for each, _ in self.procedures())):
            if not proc.is_kept:
                release(proc)

    # Code that was not reached ----------------------------------------------------------------------------------------

    def reach_all(self) -> Sequence[Arrival]:
        """Run the code that was not reached, after all other: its texts are added to those of the run.

        A procedure that other pages have as well is run alone, once for all of them: it knows nothing of this page.

        Returns:
            What arrives there, which is none of the arrivals of the run.
        """
        if self.is_reached:
            return self._elsewhere
        self.is_reached = True
        machine = self.machine
        outside, machine.arrivals = machine.arrivals, Arrivals()
        machine.restart(UNREACHED_STEPS)
        with suppress(ExhaustedError):
            self._run_alone()
        with suppress(ExhaustedError):
            procs = [each for each in self.procedures() if not each[0].is_kept]
            for proc, symbol in procs:
                if proc not in machine.reached:
                    self.enter(proc, self.object_of(symbol))
            for proc in (*self.mains, *(each for each, _ in procs)):
                blocks = blocks_of(machine, proc)
                marks = machine.reached.get(proc) or bytes(len(blocks))
                for block in itertools.compress(blocks, map(operator.not_, marks)):
                    self.heap = run_block(machine, self.heap, proc, block)
        self._elsewhere += machine.arrivals
        machine.arrivals = outside
        return self._elsewhere

    def _run_alone(self) -> None:
        """Add the outcomes of procedures that other pages have as well."""
        machine = self.machine
        reached = {proc: bytes(marks) for proc, marks in machine.reached.items()}
        alone = Alone(self._programs, machine, [proc for proc, _ in self.procedures()])
        for proc, symbol in self.procedures():
            for part in alone.parts(proc, symbol, reached.get(proc)) if proc.is_kept else ():
                machine.texts.merge(part.texts)
                self._elsewhere += part.arrivals


def does_something(node: Node) -> bool:
    """True if a statement of a page does more than to declare something."""
    if isinstance(node, Declaration):
        return not (node.value is None or isinstance(node.value, Literal))
    return not isinstance(node, (Class, Function, Import, Unparsed))
