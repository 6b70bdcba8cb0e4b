"""Control: runs the blocks of a procedure; where a condition is not known, both ways are pending, and join by place.

A forward arrival at block ``b`` has the position 2·b, a backward one at the head of a loop the position after the last
block of the loop. The pending state with the lowest position goes on: positions follow the text, so both sides of a
branch run before the code after them, and the whole body of a loop before its head.
"""

from __future__ import annotations

from typing import Any

from webshellhunt.core.budget import FORK, JOIN, SHARE, UNROLL, Budget
from webshellhunt.core.ending import ExhaustedError, PageEnd, Thrown
from webshellhunt.core.errors import caught, doubted, joined, note_error
from webshellhunt.core.facts import apply
from webshellhunt.core.heap import equal_frames, fork_frame, join_frames, widen_value
from webshellhunt.core.procedure import CodeBlock, Fork, Frame, Procedure
from webshellhunt.core.state import Run
from webshellhunt.core.values import MISSING, Truth, Value

_TURNS_BETWEEN_LOOKS = 255
_LEFT = -1
"""The procedure returns."""
_ENDED = -2
"""No state goes on from here."""


def execute(procedure: Procedure, f: Frame) -> Frame | None:
    """Run a procedure; return the join of the states in which it returns, ``None`` where it never does.

    Raises:
        Thrown: It surely fails.
        PageEnd: The page surely ends in it.
        ExhaustedError: The budget is spent.
    """
    run: Run = f[1]
    procedure.compile(run.compile)
    walk = _Walk(run, procedure)
    run.handled += procedure.has_handlers
    try:
        return walk.go(f)
    finally:
        run.handled -= procedure.has_handlers
        run.coarse -= walk.widened


class _Loop:
    """A loop that is being run."""

    __slots__ = ("fixed", "floor", "last", "left", "rebated", "seen", "turns", "uncertain")

    def __init__(self, last: int) -> None:
        self.last = last
        """The last block that belongs to it."""
        self.turns = 0
        self.uncertain = 0
        """Conditions that leave it and were not known."""
        self.floor = 0
        """The steps that are left when its share is spent."""
        self.left = self.rebated = 0
        """The steps that were left when the turn began, and those that were returned."""
        self.seen: Frame | None = None
        """The state at its head in the last turn, once it is widened."""
        self.fixed: Frame | None = None
        """The state at its head in which nothing changed any more, for its next entry."""

    def goes_on(self, budget: Budget) -> bool:
        """Begin the next turn of a loop whose turns are known; False where it must be looked at."""
        if self.turns and not self.uncertain and self.seen is None and budget.left >= self.floor:
            self.turns += 1
            if not self.turns & _TURNS_BETWEEN_LOOKS:
                budget.look()
            budget.rebate(self.left, self.rebated)
            self.left, self.rebated = budget.left, budget.rebated
            return True
        return False

    def enter(self) -> None:
        """Begin a new entry from before the loop."""
        self.turns = self.uncertain = self.floor = 0
        self.seen = None


class _Walk:
    """One call of a procedure: its pending states by position, and its loops."""

    __slots__ = (
        "_around", "_blocks", "_copies", "_ending", "_exits", "_failing", "_last", "_loops", "_pending", "_run",
        "_source", "widened",
    )  # fmt: skip

    def __init__(self, run: Run, procedure: Procedure) -> None:
        self._run = run
        self._blocks = procedure.blocks
        self._source = procedure.source
        self._around = procedure.around
        self._copies = procedure.copies
        self._last = procedure.last
        self._pending: dict[int, tuple[int, Frame]] = {}
        self._loops: dict[int, _Loop] = {}
        self._exits: list[Frame] = []
        self._failing: Frame | None = None
        """The join of the states in which an error leaves the procedure."""
        self._ending: Any = None
        """The error, or the end of the page."""
        self.widened = 0
        """Loops whose state is being widened."""

    def go(self, f: Frame) -> Frame | None:  # noqa: C901 - the hottest loop of all
        """Run from the first block to the end; while nothing is pending, from block to block."""
        run, budget, blocks, pending, last = self._run, self._run.budget, self._blocks, self._pending, self._last
        reached, loops, b = self._reached(), self._loops, 0
        while True:
            block = blocks[b]
            reached[b] = 1
            run.pendings = bool(pending)
            budget.left -= block.cost
            if budget.left < budget.floor:
                raise ExhaustedError
            try:
                if block.resumes:
                    to = _resuming(block, f)
                else:
                    for each in block.code:
                        each(f)
                    to = block.end(f)
            except Thrown as error:
                to = self._failed(block, f, error)
            except PageEnd:
                to = self._page_ended(f)
            if run.doubts:
                self._doubted(b, block)
            if not pending and to.__class__ is int:
                if to > b:
                    if to not in last:
                        b = to
                        continue
                elif to in loops and loops[to].goes_on(budget):
                    b = to
                    continue
            budget.look()
            self._arrive(b, to, f)
            found = self._next()
            if found is None:
                return self._returned()
            b, f = found

    def _reached(self) -> bytearray:
        """Return the marks of the blocks that were run."""
        found = self._run.reached.get(self._source)
        if found is None:
            found = self._run.reached[self._source] = bytearray(len(self._blocks))
        return found

    def _failed(self, block: CodeBlock, f: Frame, error: Thrown) -> int:
        """Return where an error that surely happens goes."""
        if error.heap is not None:
            f[0], error.heap = error.heap, None
        if block.handler < 0:
            self._fails(f, error)
            return _ENDED
        if block.caught:
            f[block.caught] = caught(f, error)
        return block.handler

    def _fails(self, f: Frame, error: Thrown | None) -> None:
        """Let an error leave the procedure."""
        self._failing = f if self._failing is None else join_frames(self._failing, f)
        if error is not None:
            error.__traceback__ = None  # it has this frame
            self._ending = joined(self._ending, error) if self._ending.__class__ is Thrown else error

    def _doubted(self, b: int, block: CodeBlock) -> None:
        """Let the states before something that may have failed arrive where errors go."""
        doubts, self._run.doubts = self._run.doubts, []
        for each, value in doubts:
            if block.handler < 0:
                self._fails(each, None if value is MISSING else Thrown(value=value))
                continue
            if block.caught:
                each[block.caught] = doubted(each, value)
            self._go_to(b, block.handler, each)

    def _page_ended(self, f: Frame) -> int:
        self._run.page_ends += 1
        before = self._run.ended
        self._run.ended = f[0] if before is None else join_frames([before, None], [f[0], None])[0]
        self._ending = self._ending or PageEnd()  # a new one: that one's traceback has this frame
        return _ENDED

    def _returned(self) -> Frame | None:
        """Return the join of the states in which the procedure returned."""
        failing = self._failing[0] if self._failing is not None else None
        if not self._exits:
            self._raise(failing)
            return None
        value = self._ending.value if self._ending.__class__ is Thrown else MISSING
        self._run.failed = None if failing is None else (failing, value)
        result = self._exits[0]
        for other in self._exits[1:]:
            result = join_frames(result, other)
        return result

    def _raise(self, failing: Value) -> None:
        """Raise the error that no state came back from; no error is referred to from here any more."""
        ending, self._ending = self._ending, None
        if failing is not None:
            ending = ending if ending.__class__ is Thrown else Thrown()
            ending.heap = failing
        try:
            if ending is not None:
                raise ending.with_traceback(None) from None
        finally:
            del ending

    # Arrivals at blocks -----------------------------------------------------------------------------------------------

    def _arrive(self, b: int, to: Value, f: Frame) -> None:
        """Let the state after block ``b`` arrive where it goes on."""
        if self._pending and self._around[b] and to.__class__ is int:
            self._leave(b, to)
        if to.__class__ is Fork:
            self._fork(to, b, f)
        elif to >= 0:
            self._go_to(b, to, f)
        elif to == _LEFT:
            self._exits.append(f)

    def _go_to(self, b: int, to: int, f: Frame) -> None:
        loop = self._loops.get(to)
        if to in self._last and loop is None:
            loop = self._loops[to] = _Loop(self._last[to])
        if to > b:
            if loop is not None:
                self._close(loop)
                loop.enter()
            self._wait(2 * to, to, f)
            return
        if loop is None:  # a jump back into code that is no loop by its shape, as damaged IL has it
            loop = self._loops[to] = _Loop(b)
        loop.turns += 1
        if loop.turns == 1:
            left = loop.left = self._run.budget.left
            loop.rebated = self._run.budget.rebated
            room = self._run.budget.room
            share = room // SHARE
            loop.floor = left - (share if loop.uncertain else room - share)
        self._wait(2 * loop.last + 1, to, f)

    def _doubt_end(self, head: int, last: int) -> None:
        """Note that it is not known whether a loop goes on: it may spend less."""
        loop = self._loops.get(head)
        if loop is None:
            loop = self._loops[head] = _Loop(last)
        if not loop.uncertain:
            budget = self._run.budget
            loop.floor = max(loop.floor, budget.left - budget.room // SHARE)
        loop.uncertain += 1

    def _leave(self, b: int, to: int) -> None:
        """Note the loops that one of several states leaves."""
        for head, last in self._around[b]:
            if not head <= to <= last and any(2 * head <= each <= 2 * last + 1 for each in self._pending):
                self._doubt_end(head, last)

    def _wait(self, position: int, block: int, f: Frame) -> None:
        other = self._pending.get(position)
        self._pending[position] = (block, f if other is None else self._join(other[1], f))

    def _join(self, a: Frame, b: Frame) -> Frame:
        f = join_frames(a, b)
        self._run.budget.left -= JOIN
        return f

    def _fork(self, fork: Fork, b: int, f: Frame) -> None:
        """Go both ways from a condition that is not known, each with the facts of its answer."""
        yes, no, truth = fork.yes, fork.no, self._run.truth
        for head, last in self._around[b]:
            if not (head <= yes <= last and head <= no <= last):
                self._doubt_end(head, last)
        self._run.budget.left -= FORK
        other = fork_frame(f)
        is_truth = truth.__class__ is Truth
        for to, frame, facts in ((yes, f, truth.yes if is_truth else ()), (no, other, truth.no if is_truth else ())):
            apply(frame, facts, self._copies)
            self._go_to(b, to, frame)

    # Pending states ---------------------------------------------------------------------------------------------------

    def _next(self) -> tuple[int, Frame] | None:
        """Take the pending state with the lowest position, widened where its loop has had its turns."""
        pending = self._pending
        while pending:
            position = min(pending)
            b, f = pending.pop(position)
            if self.widened:
                self._leave_loops(b)
            if position & 1:
                wide = self._turn(self._loops[b], f)
                if wide is None:
                    continue
                return b, wide
            loop = self._loops.get(b)
            if self.widened and loop is not None and loop.fixed is not None:
                f = join_frames(loop.fixed, f, widen_value)
                self._open(loop, f)
            return b, f
        return None

    def _turn(self, loop: _Loop, f: Frame) -> Frame | None:
        """Return the state for the next turn of a loop, ``None`` where it has nothing new."""
        budget = self._run.budget
        is_unknown = loop.uncertain and loop.turns > (1 if budget.is_low else UNROLL)
        if not is_unknown and budget.left >= loop.floor:
            return f
        before = loop.seen
        if before is None:
            budget.cuts += not is_unknown
            self._open(loop, f)
            return f
        wide = join_frames(before, f, widen_value)
        budget.left -= JOIN
        if equal_frames(before, wide):
            loop.fixed = before
            return None
        loop.seen = fork_frame(wide)
        return wide

    def _open(self, loop: _Loop, f: Frame) -> None:
        """Begin to widen a loop."""
        if loop.seen is None:
            self.widened += 1
            self._run.coarse += 1
        loop.seen = fork_frame(f)

    def _close(self, loop: _Loop) -> None:
        if loop.seen is not None:
            loop.seen = None
            self.widened -= 1
            self._run.coarse -= 1

    def _leave_loops(self, b: int) -> None:
        """Forget the states of loops that a block is outside of."""
        for head, loop in self._loops.items():
            if loop.seen is not None and not head <= b <= loop.last:
                self._close(loop)


def _resuming(block: CodeBlock, f: Frame) -> Value:
    """Run a block in which an error goes on with the next expression."""
    for each in block.code:
        try:
            each(f)
        except Thrown as error:
            note_error(f, error)
    try:
        return block.end(f)
    except Thrown as error:
        note_error(f, error)
        return block.following
