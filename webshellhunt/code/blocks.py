"""Blocks: which statements run only if others do: branches, loops, cases. Structure only, no meaning."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NEWLINE, OP

MAX_AROUND = 40
"""Blocks around a statement that are looked at."""
_SOONEST = 12  # blocks among which the one is looked for that a VB statement ends
_LOOPS = frozenset({"for", "foreach", "while", "do"})
_BRANCHES = frozenset({"if", "else", "switch"}) | _LOOPS
_LABELS = frozenset({"case", "default"})
_VB_CLOSES = {"next": "for", "wend": "while", "loop": "do", "catch": "try", "finally": "try", "case": "case"}
_VB_ENDS = {"if": "if", "select": "select", "while": "while", "try": "try"}
_VB_OPENS = frozenset({"for", "while", "do", "select", "case", "try", "catch", "finally"})
_VB_KINDS = {"catch": "try", "finally": "try"}


@dataclass(slots=True)
class _Block:
    """Statements from ``first`` to ``last``, by their numbers; ``closer`` is the token that ends it, in C.

    Of the blocks of one ``group``, the branches of one ``If``, only one runs.
    """

    kind: str
    first: int
    outer: int
    group: int
    closer: int = -1
    is_line: bool = False
    last: int = -1


class Blocks:
    """The blocks of one unit, and for each statement the innermost one that holds it."""

    def __init__(self, unit: Unit, lower: Sequence[str], owners: Sequence[str | None]) -> None:
        self._unit = unit
        self._lower = lower
        self._starts = unit.starts
        self._blocks = [_Block("", 0, -1, 0, last=len(unit.statements))]
        self._open: list[int] = [0]
        self._of: list[int] = []
        self._left: dict[int, int] = {}  # by what is around them: the groups of the blocks that were closed last
        self._excluding: dict[tuple[int, int], bool] = {}
        self._loops: dict[int, list[_Block]] = {}
        (self._find_vb if unit.is_vb else self._find_c)(owners)
        self._close(1, len(unit.statements) - 1)

    def statement_of(self, token: int) -> int:
        """Return the number of the statement that a token stands in, or follows."""
        return max(0, bisect_right(self._starts, token) - 1)

    def is_sure(self, statement: int, later: int) -> bool:
        """Tell whether one statement has run whenever a later one of the same function runs."""
        block = self._blocks[self._of[statement]]
        begins = self._starts[statement]
        while self._unit.is_op(begins + 1, ":") and self._unit.is_name(begins):  # a label
            begins += 2
        branches = not self._unit.is_vb and self._lower[begins : begins + 1] and self._lower[begins] in _BRANCHES
        return block.first <= later <= block.last and not branches

    def repeats(self, statement: int, earlier: int, *, without: int | None) -> bool:
        """Tell whether a loop runs one statement before an earlier one, and does not run a third one in between."""
        for block in self._loops_around(self._of[earlier]):
            if statement <= block.last:
                return without is None or not block.first <= without <= block.last
        return False

    def _loops_around(self, inner: int) -> list[_Block]:
        """Return the loops among a block and those around it, the innermost first, looked for once."""
        found = self._loops.get(inner)
        if found is None:
            around = map(self._blocks.__getitem__, self._around(inner))
            found = self._loops[inner] = [block for block in around if block.kind in _LOOPS]
        return found

    def excludes(self, statement: int, other: int) -> bool:
        """Tell whether two statements stand in branches of which one call of their function runs one."""
        pair = self._of[statement], self._of[other]
        if pair[0] == pair[1]:
            return False
        found = self._excluding.get(pair)
        if found is None:
            found = self._excluding[pair] = self._are_parted(*pair)
        return found

    def _are_parted(self, inner: int, other: int) -> bool:
        """Tell whether one call runs only one of two blocks."""
        groups = {self._blocks[number].group: number for number in self._around(inner)}
        found = False
        for number in self._around(other):
            block = self._blocks[number]
            found = found or groups.get(block.group, number) != number
            if found and block.kind in _LOOPS:
                return False
        return found

    def _around(self, around: int) -> Iterator[int]:
        """Yield a block and those around it, the innermost first, without that of the whole code."""
        for _ in range(MAX_AROUND):
            if around <= 0:
                return
            yield around
            around = self._blocks[around].outer

    # Finding them -----------------------------------------------------------------------------------------------------

    def _add(self, kind: str, first: int, closer: int = -1, *, is_line: bool = False, group: int | None = None) -> None:
        number = len(self._blocks) if group is None else group
        self._blocks.append(_Block(kind, first, self._open[-1], number, closer, is_line))
        self._open.append(len(self._blocks) - 1)

    def _close(self, depth: int, last: int) -> None:
        """Close all open blocks from a depth on; ``last`` is their last statement."""
        for number in self._open[depth:]:
            block = self._blocks[number]
            block.last, self._left[block.outer] = last, block.group
        del self._open[depth:]

    def _find_c(self, owners: Sequence[str | None]) -> None:
        """Follow the braces between statements; what begins with ``case`` ends at the next one."""
        match, lower, kinds, before = self._unit.match, self._lower, self._unit.tokens.kinds, 0
        for number, (start, end) in enumerate(self._unit.statements):
            for token in range(before, start):
                if lower[token] == "{" and kinds[token] == OP and token in match:
                    head = match.get(token - 1, token) - 1  # `for (…) {`, or `do {`
                    goes_on = "else" in (lower[head], lower[head - 1])
                    group = self._left.get(self._open[-1]) if goes_on else None
                    self._add(lower[head] if lower[head] in _LOOPS else "{", number, match[token], group=group)
            while len(self._open) > 1 and self._blocks[self._open[-1]].closer < start:
                self._close(len(self._open) - 1, number - 1)
            if lower[start] in _LABELS:
                around = self._blocks[self._open[-1]]
                if around.kind == "case":
                    self._close(len(self._open) - 1, number - 1)
                self._add("case", number, around.closer)  # a case may run on into the next one
            self._of.append(self._open[-1])
            before = end

    def _find_vb(self, owners: Sequence[str | None]) -> None:
        """Follow ``If``, ``Select``, ``Try`` and loops; an ``If`` whose branch stands behind it ends with its line."""
        before, kinds = 0, self._unit.tokens.kinds
        for number, (start, end) in enumerate(self._unit.statements):
            if number and owners[number] != owners[number - 1]:
                self._close(1, number - 1)
            for token in range(before, start):
                if kinds[token] != NEWLINE or self._blocks[self._open[-1]].is_line:
                    self._between(token, number)
            first = self._lower[start]
            if first == "end" and start + 1 < end:
                self._leave(_VB_ENDS.get(self._lower[start + 1], ""), number)
            elif first in _VB_CLOSES:
                self._leave(_VB_CLOSES[first], number)
            elif first == "elseif":
                self._leave("if", number)
            self._of.append(self._open[-1])
            if first in _VB_OPENS:
                group = -self._open[-1] if first == "case" else None
                self._add(_VB_KINDS.get(first, first), number + 1, group=group)
            before = end

    def _between(self, token: int, number: int) -> None:
        """Open and close blocks at what stands before a VB statement: ``Then``, ``Else``, the end of a line."""
        word = self._lower[token]
        if self._unit.tokens.kinds[token] == NEWLINE:
            depth = len(self._open)
            while depth > 1 and self._blocks[self._open[depth - 1]].is_line:
                depth -= 1
            self._close(depth, number - 1)
        elif word == "else":
            is_line = self._blocks[self._open[-1]].is_line
            self._leave("if", number)
            self._add("if", number, is_line=is_line, group=self._left.get(self._open[-1]))
        elif word == "then":
            ahead = token + 1
            goes_on = ahead < len(self._lower) and self._unit.tokens.kinds[ahead] != NEWLINE
            begun = self._lower[self._unit.statements[number - 1][0]] if number else ""
            group = self._left.get(self._open[-1]) if begun == "elseif" else None
            self._add("if", number, is_line=goes_on, group=group)

    def _leave(self, kind: str, number: int) -> None:
        """Close the innermost block of a kind, with what was left open in it, in front of a statement."""
        for depth in range(len(self._open) - 1, max(0, len(self._open) - _SOONEST), -1):
            found = self._blocks[self._open[depth]].kind
            if found == kind:
                self._close(depth, number - 1)
                return
            if found == "select" and kind == "case":
                return
