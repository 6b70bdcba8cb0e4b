"""Builder: the blocks of one procedure in the order of the text, and its registers; for all languages.

Blocks are named by labels, numbers of the builder, until `Builder.finish` gives each its place. A label may be the
target of jumps before its block is placed, and `Builder.place` is the only way to add a block.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from webshellhunt.core import ir

HEAP, MACHINE, THIS, RESULT, FIRST = range(5)
"""The registers of every frame; parameters and variables begin with ``FIRST``."""

MAX_NESTING = 60
"""How deeply expressions nest; expressions that are nested more deeply are written to a temporary before."""

LONGEST_CHAIN = 16
"""So many operands are joined from left to right in one expression; more of them, in halves."""


class Registers:
    """Counts the registers of a frame; texts that are run in a procedure go on counting."""

    __slots__ = ("count",)

    def __init__(self, count: int = FIRST) -> None:
        self.count: int = count

    def new(self) -> int:
        """Return a new register."""
        self.count += 1
        return self.count - 1


@dataclass(frozen=True, slots=True)
class Around:
    """A statement that is open, which others leave or go on with.

    ``kind`` is the word that leaves it (``for``, ``do``, ``switch``), ``names`` are its labels in the text. ``out`` is
    the block after it, ``again`` the one with the next turn, -1 where it has none.
    """

    kind: str
    out: int
    again: int = -1
    names: tuple[str, ...] = ()


class Builder:
    """Builds the blocks of one procedure.

    ``resumes``, ``handler`` (a label, -1 for none) and ``caught`` are those of the blocks that are placed from now on;
    a change begins a new block. ``around`` are the loops and the like that are open, the innermost last.
    """

    def __init__(self, registers: Registers | None = None) -> None:
        self.registers: Registers = registers or Registers()
        self.around: list[Around] = []
        self.resumes: bool = False
        self.handler: int = -1
        self.caught: int = 0
        self.is_open: bool = False
        """Whether the code goes on here: no jump or return has ended the block."""
        self._blocks: list[ir.Block] = []
        self._places: list[int] = []
        """The number of the block of each label, -1 before it is placed."""
        self._used: set[int] = set()
        """Labels that a block goes on with."""
        self._now = ir.Block()
        self.place()
        self.first: ir.Block = self._now

    # Blocks -----------------------------------------------------------------------------------------------------------

    def label(self) -> int:
        """Return the label of a block that will be placed."""
        self._places.append(-1)
        return len(self._places) - 1

    def place(self, label: int = -1) -> int:
        """Begin a block here; the one before goes on with it unless it has ended. Return its label."""
        if label < 0:
            label = self.label()
        self.end(ir.Jump(label))
        self._places[label] = len(self._blocks)
        self._now = ir.Block([], ir.Return(), self.resumes, self.handler, self.caught)
        self._blocks.append(self._now)
        self.is_open = True
        return label

    def is_placed(self, label: int) -> bool:
        """Return True if the block of a label is there already."""
        return self._places[label] >= 0

    def join(self, label: int) -> None:
        """Begin a block here if something jumps to its label already; else the code goes on, and nothing may later."""
        if label in self._used or not self.is_open:
            self.place(label)
        else:
            self._places[label] = len(self._blocks) - 1

    def end(self, end: ir.End) -> None:
        """End the block; code that follows without a label is never reached."""
        if self.is_open:
            self._now.end = end
            self.is_open = False
            if isinstance(end, ir.Jump):
                self._used.add(end.to)
            elif isinstance(end, ir.Branch):
                self._used.update((end.yes, end.no))
            elif isinstance(end, ir.Next):
                self._used.update((end.body, end.done))

    def jump(self, label: int) -> None:
        """End the block with a jump."""
        self.end(ir.Jump(label))

    def branch(self, test: ir.Expr, yes: int, no: int, at: int = 0) -> None:
        """End the block with a condition."""
        if not self.is_open:
            self.place()
        self.end(ir.Branch(test, yes, no, at))

    def next(self, iterator: int, target: ir.Place, body: int, done: int, at: int = 0) -> None:
        """End the block with the next item of an iterator."""
        if not self.is_open:
            self.place()
        self.end(ir.Next(iterator, target, body, done, at))

    def guard(self, *, resumes: bool | None = None, handler: int | None = None, caught: int | None = None) -> None:
        """Change the handling of errors in the code that follows."""
        self.resumes = self.resumes if resumes is None else resumes
        self.handler = self.handler if handler is None else handler
        self.caught = self.caught if caught is None else caught
        if self.is_open:
            self.place()

    # Code -------------------------------------------------------------------------------------------------------------

    def add(self, code: ir.Expr) -> None:
        """Add an expression to the block."""
        if not self.is_open:
            self.place()
        self._now.code.append(code)

    def add_all(self, code: Iterable[ir.Expr]) -> None:
        """Add expressions to the block."""
        for each in code:
            self.add(each)

    def write(self, place: ir.Place, value: ir.Expr, how: str = "share", at: int = 0) -> None:
        """Add an assignment."""
        self.add(ir.Write(place, value, how, at))

    def temp(self) -> ir.Local:
        """Return a new register that has no name."""
        return ir.Local(self.registers.new())

    def hold(self, value: ir.Expr, how: str = "share", at: int = 0) -> ir.Expr:
        """Return a value that is evaluated here and now: a constant, or a temporary with it."""
        if isinstance(value, ir.Const):
            return value
        place = self.temp()
        self.write(place, value, how, at)
        return ir.Load(place)

    # Statements that others leave -------------------------------------------------------------------------------------

    def enter(self, kind: str, out: int, again: int = -1, names: tuple[str, ...] = ()) -> None:
        """Open a statement that others leave."""
        self.around.append(Around(kind, out, again, names))

    def leave(self) -> None:
        """Close the innermost one."""
        self.around.pop()

    def innermost(self, kind: str = "", name: str = "", *, goes_on: bool = False) -> Around | None:
        """Return the innermost statement of a kind, or with a name in the text; ``goes_on``: one that has turns."""
        for each in reversed(self.around):
            fits = (not kind or each.kind == kind) and (not name or name in each.names)
            if fits and (not goes_on or each.again >= 0):
                return each
        return None

    # The end ----------------------------------------------------------------------------------------------------------

    def finish(self) -> list[ir.Block]:
        """Return the blocks, each end with the numbers of the blocks that it goes on with."""
        self.end(ir.Return())
        at = self._places
        for block in self._blocks:
            end = block.end
            if isinstance(end, ir.Jump):
                block.end = ir.Jump(at[end.to])
            elif isinstance(end, ir.Branch):
                block.end = replace(end, yes=at[end.yes], no=at[end.no])
            elif isinstance(end, ir.Next):
                block.end = replace(end, body=at[end.body], done=at[end.done])
            if block.handler >= 0:
                block.handler = at[block.handler]
        return self._blocks


def chained(operator: str, operands: list[ir.Expr], at: int = 0) -> ir.Expr:
    """Join operands by an operator for which brackets do not matter, evaluated from left to right, however many."""
    parts = [_chain(operator, operands[k : k + LONGEST_CHAIN], at) for k in range(0, len(operands), LONGEST_CHAIN)]
    while len(parts) > 1:
        parts = [_chain(operator, parts[k : k + 2], at) for k in range(0, len(parts), 2)]
    return parts[0]


def height_of_chain(count: int) -> int:
    """Return how deeply the first operands of a chain nest."""
    return min(count, LONGEST_CHAIN) + max(0, count // LONGEST_CHAIN).bit_length()


def _chain(operator: str, operands: list[ir.Expr], at: int) -> ir.Expr:
    value = operands[0]
    for each in operands[1:]:
        value = ir.Op(operator, [value, each], at)
    return value
