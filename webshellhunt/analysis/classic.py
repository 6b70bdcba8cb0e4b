"""Classic pages: the life of a page of classic ASP on the core, and the outcome of its run.

A classic page runs from top to bottom, all of its languages on one heap. It is run twice where something of the visitor
is left for the next request. A function that nobody calls never runs, unless the file has nothing that the server would
run: then it is there for other files, which may call all of it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from webshellhunt.analysis import arrivals as face
from webshellhunt.analysis.core_values import shown_arrivals
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.core import ir
from webshellhunt.core.arrivals import Arrivals
from webshellhunt.core.budget import STEPS
from webshellhunt.core.ending import ExhaustedError, PageEnd, Thrown
from webshellhunt.core.heap import CLASS, KIND, PAGE, Heap
from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.core.library_calls import make
from webshellhunt.core.procedure import Frame, compiled
from webshellhunt.core.run import Machine, World
from webshellhunt.core.state import release
from webshellhunt.core.values import EMPTY, UNKNOWN, Ref, Value, labels_of
from webshellhunt.fence import present_deadline
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.parser import Parsed
from webshellhunt.lang.tree import Class, Declaration, Function, Import, Literal, Node, Unparsed
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.library.functions import CODE_PAGES
from webshellhunt.library.rows import library
from webshellhunt.library.unknown import unknown_result
from webshellhunt.lower.languages import together
from webshellhunt.lower.names import PageNames
from webshellhunt.lower.texts import TextReader

UNREACHED_STEPS = 16_000
"""Steps for code that the run did not reach."""
INCLUDING = "#include"
"""Is in the text of a page that may not be whole."""
_CODE_PAGE = lazy_pattern(r"<%\s*+@[^%>]{0,512}?\bcodepage\s*+=\s*+[\"']?(\d{1,6}+)", re.IGNORECASE)
_HEAD = 8192
"""Characters of a page in which its directives are."""
_UNITS: Mapping[str, int] = {"vbscript": 0, "jscript": 1}
_KEPT = ("session", "application")


class ClassicRun:
    """The outcome of a run over the code of one language of a page."""

    reads_text = False
    """A run depends on nothing of the text around the code."""

    def __init__(self, life: Life, tokens: Tokens, *, is_cut: bool) -> None:
        self._life: Life | None = life
        self._unit = _UNITS[tokens.language]
        self.is_exhausted: bool = is_cut or life.is_cut

    @property
    def shown(self) -> face.Arrivals:
        """The arrivals of the code with their values as judging reads them."""
        found = shown_arrivals(self._life.machine.arrivals, self._unit) if self._life is not None else []
        return face.Arrivals(found, self.is_exhausted)

    @property
    def texts(self) -> KnownTexts:
        """The texts that the expressions of the code were, those of the code that the run did not reach included."""
        if self._life is None:
            return KnownTexts()
        self._life.reach_all()
        return self._life.machine.texts

    def close(self) -> None:
        """Let go of everything that the run made."""
        if self._life is not None:
            self._life.close()
        self._life = None


def run_classic(pages: Sequence[tuple[Tokens, Surroundings, Parsed]], steps: int | None = None) -> list[ClassicRun]:
    """Return the outcomes of the codes of one classic page, one for each of its languages; they run together.

    A page has the steps of `STEPS`, unless others are given.
    """
    surroundings = pages[0][1]
    programs, names = _lowered(pages)
    is_whole = surroundings.is_whole and not any(INCLUDING in tokens.text for tokens, _, _ in pages)
    limit = STEPS if steps is None else steps
    life = Life(programs, names, surroundings.objects, is_whole=is_whole, steps=limit)
    nodes = [node for _, _, parsed in pages for node in parsed.top.statements]
    life.run(is_part=not surroundings.is_whole, acts=any(map(_acts, nodes)))
    return [ClassicRun(life, tokens, is_cut=parsed.is_cut) for tokens, _, parsed in pages]


def _lowered(pages: Sequence[tuple[Tokens, Surroundings, Parsed]]) -> tuple[list[ir.Program], PageNames | None]:
    """Return the programs of a page, and the names of its VBScript."""
    codes = []
    for tokens, surroundings, parsed in pages:
        variables = {*surroundings.objects}
        names = PageNames(
            declared=surroundings.declared,
            tokens=tokens,
            variables=variables,
            is_for_reader=True,
            parts=parsed.trees,
            code_page=_code_page(tokens.text),
        )
        codes.append((tokens.language, parsed.top, names))
    return together(codes), next((names for language, _, names in codes if language == "vbscript"), None)


def _code_page(text: str) -> str:
    """Return the code page that a page names, of those in which a letter may have two bytes; "" for none."""
    found = _CODE_PAGE.search(text, 0, _HEAD)
    return found[1] if found is not None and found[1] in CODE_PAGES else ""


def _acts(node: Node) -> bool:
    """True if a statement of a page does more than to declare something."""
    if isinstance(node, Declaration):
        return not (node.value is None or isinstance(node.value, Literal))
    return not isinstance(node, (Class, Function, Import, Unparsed))


class Life:
    """The requests that a page serves, in one run; ``is_cut`` is true if it had to stop early."""

    def __init__(
        self,
        programs: Sequence[ir.Program],
        names: PageNames | None,
        objects: Mapping[str, str],
        *,
        is_whole: bool,
        steps: int,
    ) -> None:
        world = World(library(), frozenset(vocabulary().sinks), TextReader(names).read, unknown_result)
        self.machine: Machine = Machine(programs, world, steps)
        self.machine.is_whole = is_whole
        deadline = present_deadline()
        self.machine.budget.ends = None if deadline is None else deadline.ends_run
        self.is_cut: bool = False
        self._programs = programs
        self._objects = objects
        self._heap = self._opened(None)
        self._is_reached = False

    def run(self, *, is_part: bool, acts: bool) -> None:
        """Run the page as the server does.

        Args:
            is_part: True for a file that others include.
            acts: True if the page has statements that do something.
        """
        machine = self.machine
        try:
            for turn in range(2):
                self._heap = self._opened(self._heap)
                self._request()
                if turn or not self._remembers_visitor(_KEPT):
                    break
            if is_part or not (acts or any(each not in self._mains for each in machine.reached)):
                self._enter_all()
        except ExhaustedError:
            self.is_cut = True
        self.is_cut |= bool(machine.gaps) or machine.budget.cuts > 0

    @property
    def _mains(self) -> list[ir.Proc]:
        return [each.main for each in self._programs]

    def _opened(self, before: Heap | None) -> Heap:
        """Return the heap at the beginning of a request: session and application are left from the one before."""
        machine = self.machine
        tables: dict[Any, dict[Any, Any]] = dict(before.t) if before is not None else {}
        outside = machine.world.library
        for name in outside.only:
            if name not in _KEPT or name not in tables:
                tables[name] = {KIND: name, **outside.fields.get(name, {})}
        tables.update((oid, dict(table)) for oid, table in machine.objects.items())
        variables = sorted(each for each in machine.variables if each not in machine.procs)
        tables[PAGE] = {KIND: "page", **dict.fromkeys(variables, EMPTY)}
        tables.update((oid, dict(table)) for oid, table in machine.objects.items())
        heap = Heap(tables, itertools.count(1 + max((each for each in tables if each.__class__ is int), default=0)))
        for name, kind in self._objects.items():
            tables[PAGE][name] = make([heap, machine], outside.programs.get(kind, kind), {}, 0)
        return heap

    def _request(self) -> None:
        """Serve one request: the codes in the order of the page."""
        for main in self._mains:
            self.machine.budget.look()
            self._heap = self.machine.run_main(main, self._heap)

    def _enter(self, proc: ir.Proc, this: Value = None) -> None:
        """Call a procedure with unknown arguments."""
        machine = self.machine
        frame: Frame = [self._heap, machine, this, EMPTY]
        with suppress(PageEnd, Thrown):
            machine.call(frame, compiled(proc), [UNKNOWN] * len(proc.params), this, 0)
        self._heap = frame[0]

    def _procedures(self) -> Iterator[tuple[ir.Proc, ir.Class | None]]:
        """Yield the procedures of the page, with the class that each is a member of."""
        for program in self._programs:
            for proc in program.procs.values():
                yield proc, None
            for symbol in program.classes.values():
                for members in (symbol.methods, symbol.getters, symbol.setters):
                    for proc in members.values():
                        yield proc, symbol

    def _enter_all(self) -> None:
        """Enter the procedures that nothing in the file calls; again where one left something of the visitor."""
        left = [each for each in self._procedures() if each[0] not in self.machine.reached]
        for turn in range(2):
            for proc, symbol in left:
                if turn or proc not in self.machine.reached:
                    self._enter(proc, self._object_of(symbol))
            if not self._remembers_visitor((PAGE, *_KEPT)):
                break

    def _object_of(self, symbol: ir.Class | None) -> Value:
        """Return an object of a class, which the page may have made already."""
        if symbol is None:
            return None
        for oid, table in self._heap.t.items():
            if table.get(CLASS) is symbol:
                return Ref(oid)
        frame: Frame = [self._heap, self.machine, None, EMPTY]
        try:
            made = self.machine.new(frame, symbol.name, [], 0)
        except (PageEnd, Thrown):
            made = UNKNOWN
        self._heap = frame[0]
        return made

    def _remembers_visitor(self, oids: Sequence[Value]) -> bool:
        values = (value for oid in oids for value in self._heap.t[oid].values())
        return any(label.kind != "stored" for value in values for label in labels_of(value))

    def close(self) -> None:
        """Break the circles of references: compiled procedures refer to the procedures that have them."""
        for proc in (*self.machine.reached, *self.machine.procs, *(each for each, _ in self._procedures())):
            if not proc.is_kept:
                release(proc)

    # Code that was not reached ----------------------------------------------------------------------------------------

    def reach_all(self) -> None:
        """Run the code that was not reached for its texts alone; nothing of it arrives."""
        if self._is_reached:
            return
        self._is_reached = True
        machine = self.machine
        outside, machine.arrivals = machine.arrivals, Arrivals()
        machine.restart(UNREACHED_STEPS)
        try:
            for proc, symbol in self._procedures():
                if proc not in machine.reached:
                    self._enter(proc, self._object_of(symbol))
            for proc in (*self._mains, *(each for each, _ in self._procedures())):
                self._run_blocks(proc)
        except ExhaustedError:
            pass
        finally:
            machine.arrivals = outside

    def _run_blocks(self, proc: ir.Proc) -> None:
        """Run each block of a procedure that was not reached, with registers of which nothing is known."""
        machine = self.machine
        code = compiled(proc)
        reached = machine.reached.get(proc) or bytearray(len(proc.blocks))
        for at, block in enumerate(code.blocks or [machine.compile(each) for each in proc.blocks]):
            if reached[at]:
                continue
            machine.spend(block.cost)
            frame: Frame = [self._heap, machine, None, EMPTY]
            frame += [UNKNOWN] * proc.slots
            for each in (*block.code, block.end):
                try:
                    each(frame)
                except (PageEnd, Thrown):
                    continue
            self._heap = frame[0]
