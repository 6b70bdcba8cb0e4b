"""Code that a run did not reach: each procedure alone, with nothing known of the page around it.

The outcome depends on the procedure and on those that it calls, so it is kept with the compiled procedure, for
all pages that have these.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from webshellhunt.core import ir
from webshellhunt.core.arrivals import Arrivals
from webshellhunt.core.ending import ExhaustedError, PageEnd, Thrown
from webshellhunt.core.heap import KIND, PAGE, Heap, Table
from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.core.procedure import CodeBlock, Frame, compiled
from webshellhunt.core.run import Machine
from webshellhunt.core.state import release
from webshellhunt.core.values import EMPTY, UNKNOWN
from webshellhunt.fence import is_cut_by_time

UNREACHED_STEPS = 16_000
"""Steps for code of a page that its run did not reach."""
STEPS_ALONE = 2_000
"""Steps of a procedure alone."""
MOST_STEPS_ALONE = 32_000
"""Steps of all procedures of a page that are run alone, those of kept ones included."""
_MOST_OUTCOMES = 4
"""Outcomes that are kept of a procedure; it may call others of the same names on other pages."""
_LONGEST_TEXT = 1 << 16


class Part(NamedTuple):
    """The outcome of a call or a block that was run alone."""

    texts: KnownTexts
    arrivals: Arrivals


class _Outcome(NamedTuple):
    """The outcome of a procedure alone; ``among`` are the procedures that it called, and the classes that it made."""

    around: tuple[Any, ...]
    among: frozenset[ir.Proc | ir.Class]
    reached: bytes
    """The blocks that a call of it reached."""
    parts: Sequence[Part]
    """The outcome of the call, then of each block alone."""
    cost: int


class Alone:
    """The procedures of a page, each run alone with unknown arguments and page variables."""

    def __init__(self, programs: Sequence[ir.Program], machine: Machine, procs: Iterable[ir.Proc]) -> None:
        self._programs = programs
        self._machine = machine
        self._around = (machine.world.rows, machine.is_whole)
        self._procs = frozenset(procs)
        self._own: frozenset[ir.Proc | ir.Class] = self._procs.union(machine.classes.values())
        self._left = MOST_STEPS_ALONE
        outside = machine.world.library
        self._tables: dict[Any, Table] = {name: {KIND: name, **outside.fields.get(name, {})} for name in outside.only}
        self._tables.update((oid, dict(table)) for oid, table in machine.objects.items())
        names = sorted(each for each in machine.variables if each not in machine.procs)
        self._tables[PAGE] = {KIND: "page", **dict.fromkeys(names, UNKNOWN)}

    def parts(self, proc: ir.Proc, symbol: ir.Class | None, reached: bytes | None) -> Iterator[Part]:
        """Yield the outcomes of the blocks of a procedure that were not reached; of a call where nobody called it.

        Raises:
            ExhaustedError: The page had its steps.
        """
        if reached is not None and all(reached):
            return
        outcome = self._outcome(proc, symbol)
        self._left -= outcome.cost
        if self._left < 0:
            raise ExhaustedError
        called, *blocks = outcome.parts
        if reached is None:
            yield called
            reached = outcome.reached
        yield from (part for at, part in enumerate(blocks) if not (at < len(reached) and reached[at]))

    def _outcome(self, proc: ir.Proc, symbol: ir.Class | None) -> _Outcome:
        """Return the outcome of a procedure: a kept one if it is that of this page."""
        kept: list[_Outcome] = compiled(proc).alone
        for each in kept:
            if each.around == self._around and each.among <= self._own:
                return each
        made, may_be_kept = self._run(proc, symbol)
        if may_be_kept:
            kept[_MOST_OUTCOMES - 1 :] = []
            kept.insert(0, made)
        return made

    def _run(self, proc: ir.Proc, symbol: ir.Class | None) -> tuple[_Outcome, bool]:
        """Return the outcome of a procedure, and whether another page may have it."""
        machine = Machine(self._programs, self._machine.world, STEPS_ALONE)
        machine.budget.ends = self._machine.budget.ends
        machine.is_whole, machine.remembers = self._machine.is_whole, False
        frame: Frame = [Heap(self._tables.copy(), itertools.count(1)), machine, None, EMPTY]
        parts: list[Part] = []
        reached = b""
        with suppress(ExhaustedError):
            with suppress(PageEnd, Thrown):
                parts.append(_next_part(machine))
                this = None if symbol is None else machine.new(frame, symbol.name, [], 0)
                machine.call(frame, compiled(proc), [UNKNOWN] * len(proc.params), this, 0)
            reached = bytes(machine.reached.get(proc, b""))
            for block in blocks_of(machine, proc):
                parts.append(_next_part(machine))
                frame[0] = run_block(machine, frame[0], proc, block)
        if machine.count_of_texts:
            for each in machine.reached.keys() - self._procs:
                release(each)
        size = sum(len(text) for each in parts for _, text in each.texts.all())
        among = self._procs.intersection(machine.reached).union(machine.lineages)
        outcome = _Outcome(self._around, among, reached, parts, STEPS_ALONE - machine.budget.left)
        return outcome, not machine.count_of_texts and size <= _LONGEST_TEXT and not is_cut_by_time()


def _next_part(machine: Machine) -> Part:
    """Return the outcome of all that is run from here on."""
    part = Part(KnownTexts(), Arrivals())
    machine.texts, machine.arrivals = part
    machine.noted = part.texts.noted
    return part


def blocks_of(machine: Machine, proc: ir.Proc) -> list[CodeBlock]:
    """Return the compiled blocks of a procedure."""
    return compiled(proc).compile(machine.compile)


def run_block(machine: Machine, heap: Heap, proc: ir.Proc, block: CodeBlock) -> Heap:
    """Run a block alone, with registers of which nothing is known; return the heap after it."""
    machine.spend(block.cost)
    frame: Frame = [heap, machine, None, EMPTY] + [UNKNOWN] * proc.slots
    for each in (*block.code, block.end):
        with suppress(PageEnd, Thrown):
            each(frame)
    return frame[0]  # type: ignore[no-any-return]
