"""Compiled procedures: functions of Python over frames; they refer to no run, and runs share them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from webshellhunt.core import ir
from webshellhunt.core.letter_loops import find_letters

Frame = list[Any]
"""0 the heap, 1 the run, 2 ``this``, 3 the result, then parameters, locals and temporaries."""
Code = Callable[[Frame], Any]


class Fork:
    """A branch whose condition is not known; its facts are in ``Run.truth``."""

    __slots__ = ("no", "yes")

    def __init__(self, yes: int, no: int) -> None:
        self.no: int
        self.yes: int
        self.yes, self.no = yes, no


@dataclass(slots=True)
class CodeBlock:
    """A compiled block; ``end`` returns the next block, -1 for the end of the procedure, or a `Fork`."""

    code: list[Code]
    end: Code
    cost: int
    resumes: bool
    """True if an error goes on with the next expression."""
    handler: int
    """The block that an error goes to, -1 for the caller."""
    caught: int
    """The register that gets the value of the error, 0 for none."""
    following: int
    """The block that follows in the text, for an error in the test."""
    copies: list[tuple[Any, Any]]
    """The keys of variables that get a copy of another one, each with that of the other."""


class Procedure:
    """A compiled procedure; its blocks are compiled at its first call."""

    __slots__ = (
        "_assigned", "_written", "alone", "around", "blocks", "copies", "defaults", "has_handlers", "is_chosen", "last",
        "mentions", "name", "params", "results", "slots", "source", "typed",
    )  # fmt: skip

    def __init__(self, source: ir.Proc) -> None:
        self.source: ir.Proc = source
        self.name: str
        self.params: list[ir.Param]
        self.slots: int
        self.name, self.params, self.slots = source.name, source.params, source.slots
        self.blocks: list[CodeBlock] = []
        self.copies: dict[Any, set[Any]] = {}
        """Variables that may have the same text but for letter case and blanks, by their keys."""
        self.last: dict[int, int] = loops_of(source)
        """The last block of the loop that begins at a block."""
        self.around: tuple[tuple[tuple[int, int], ...], ...] = loops_around(self.last, len(source.blocks))
        """The loops that each block is in: their first and last blocks."""
        self.has_handlers: bool = any(each.handler >= 0 for each in source.blocks)
        self.is_chosen: bool = bool(source.others) or any(
            each.is_rest or each.default is not None for each in source.params
        )
        """True if the arguments of a call say which procedure of its name is meant, or what is left out."""
        self.typed: tuple[tuple[int, str], ...] = tuple(
            (4 + at, each.type)
            for at, each in enumerate(source.params)
            if each.type not in ("", "object") and not each.is_out and not each.is_rest
        )
        """The registers of parameters whose values are converted when the procedure is entered, and their types."""
        self.defaults: dict[int, Code] = {}
        """The compiled values of parameters without an argument."""
        self.mentions: Any = None
        """The names in its code, for `footprint.mentions`."""
        self.results: Any = None
        """Results that are remembered between runs."""
        self.alone: list[Any] = []
        """What came of it without a caller, kept between runs."""
        self._written: frozenset[int] | None = None
        self._assigned: frozenset[int] | None = None

    def compile(self, block: Callable[[ir.Block], CodeBlock]) -> list[CodeBlock]:
        """Return the compiled blocks, once they are needed; ``block`` compiles one."""
        if not self.blocks:
            self.blocks = [block(each) for each in self.source.blocks]
            for one, other in (pair for each in self.blocks for pair in each.copies):
                self.copies.setdefault(one, set()).add(other)
                self.copies.setdefault(other, set()).add(one)
        return self.blocks

    def assigned(self) -> frozenset[int]:
        """Return the registers that the procedure itself writes; those that it hands on by reference are others."""
        if self._assigned is None:
            self._assigned = written_registers(self.source, handed_on=False)
        return self._assigned

    def written(self) -> frozenset[int]:
        """Return the registers that the procedure writes."""
        if self._written is None:
            self._written = written_registers(self.source)
        return self._written


def loops_of(proc: ir.Proc) -> dict[int, int]:
    """Return the last block of each loop by its first."""
    last: dict[int, int] = {}
    for at, block in enumerate(proc.blocks):
        for target in ir.targets(block.end):
            if target <= at:
                last[target] = max(last.get(target, 0), at)
    return last


def loops_around(last: dict[int, int], count: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the loops that each block is in, as pairs of their first and last blocks."""
    return tuple(tuple((head, end) for head, end in last.items() if head <= b <= end) for b in range(count))


def written_registers(proc: ir.Proc, *, handed_on: bool = True) -> frozenset[int]:
    """Return the registers that a procedure writes; ``handed_on``: or that one may write which it calls."""
    slots: set[int] = set()
    for node in ir.walk(proc.blocks):
        kind = node.__class__
        place = node.place if kind is ir.Write else node.target if kind is ir.Next else None
        if kind is ir.Arg and handed_on:
            place = node.out
        if place.__class__ is ir.Local:
            slots.add(place.slot)
        elif kind is ir.Let:
            slots.add(node.slot)
    return frozenset(slots)


def compiled(proc: ir.Proc) -> Procedure:
    """Return the compiled procedure, which is kept with its code."""
    found = proc.compiled
    if found is None:
        if proc.make is not None:
            make, proc.make = proc.make, None
            make(proc)
        find_letters(proc, loops_of(proc))
        found = proc.compiled = Procedure(proc)
    return found  # type: ignore[no-any-return]
