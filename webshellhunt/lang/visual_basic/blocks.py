"""Blocks of Visual Basic that are open: the statements of each, and its end."""

from __future__ import annotations

from dataclasses import dataclass, field

from webshellhunt.lang.tree import Block, Function, Node, Unparsed
from webshellhunt.lang.visual_basic.expressions import VbExpressions

MAX_BLOCKS = 100
"""How deeply blocks may nest; the statements of those below belong to the one around them."""
PROCEDURE, PROPERTY, LAMBDA = "procedure", "property", "lambda"
TYPES = frozenset(("class", "module", "structure", "interface", "enum", "namespace"))
_UNITS = TYPES | {PROCEDURE, PROPERTY, LAMBDA}


@dataclass(slots=True, eq=False)
class Frame:
    """A block that is open.

    ``outer`` are the statements around it. ``block`` and ``tails`` end where the words begin that end it, ``node``
    after them. ``counts`` are the blocks that are open around a procedure or a class. ``links`` are the parts of a
    chain of ``ElseIf``; ``head`` is that of a property, of which accessors take name and parameters.
    """

    kind: str
    node: Node | None
    block: Block | None
    outer: list[Node]
    tails: list[Node] = field(default_factory=list)
    counts: dict[str, int] | None = None
    is_inline: bool = False
    has_else: bool = False
    links: int = 0
    head: Function | None = None


class VbBlocks(VbExpressions):
    """Opens and ends blocks.

    ``_out`` are the statements to which the next one belongs; ``counts`` says how many blocks of a kind are open in
    the procedure or class, so that a stray end needs no search.
    """

    def start_blocks(self, top: Block) -> None:
        """Begin with a whole page."""
        self._out = top.statements
        self._stack: list[Frame] = []
        self._counts: dict[str, int] = {}
        self._units: dict[str, int] = {}

    def open(self, kind: str, node: Node, block: Block | None, members: list[Node] | None = None) -> Frame:
        """Open a block of a node; where they are nested too deeply, only the statements in it remain."""
        stack = self._stack
        frame = Frame(kind, node, block, self._out)
        if len(stack) >= MAX_BLOCKS:
            found = [child for child in node.children() if not isinstance(child, Block)]
            self._out.append(Unparsed(node.start, self._at, found))
            frame.node = frame.block = None
        else:
            self._out.append(node)
            self._out = block.statements if block is not None else members if members is not None else self._out
        self.push(frame)
        return frame

    def push(self, frame: Frame) -> None:
        """Count a block in."""
        kind = frame.kind
        self._stack.append(frame)
        if kind in _UNITS:
            self._units[kind] = self._units.get(kind, 0) + 1
            frame.counts, self._counts = self._counts, {}
        else:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._subjects += kind == "with"

    def close(self, end: int, after: int) -> Frame:
        """End the innermost block; the words that end it reach from ``end`` to ``after``."""
        frame = self._stack.pop()
        if frame.counts is not None:
            self._units[frame.kind] -= 1
            self._counts = frame.counts
        else:
            self._counts[frame.kind] -= 1
            self._subjects -= frame.kind == "with"
        if frame.block is not None:
            frame.block.end = end
        for tail in frame.tails:
            tail.end = end
        if frame.node is not None:
            frame.node.end = after
        self._out = frame.outer
        self._steps += 1
        return frame

    def leave(self, kind: str, end: int, after: int) -> bool:
        """End the innermost block, procedure or class of a kind and all in it; return whether there was one."""
        counts = self._units if kind in _UNITS else self._counts
        if not counts.get(kind):
            return False
        while self._stack[-1].kind != kind:
            self.close(end, end)
        self.close(end, after)
        return True

    def innermost(self, kind: str) -> Frame | None:
        """Return the innermost block of a kind, after those in it have ended here."""
        if not self._counts.get(kind):
            return None
        while self._stack[-1].kind != kind:
            self.close(self._at, self._at)
        return self._stack[-1]

    def end_line(self) -> None:
        """End the conditions that a line end ends."""
        stack = self._stack
        while stack and stack[-1].is_inline:
            self.close(self._at, self._at)

    def close_all(self, depth: int) -> None:
        """End all blocks that the end of the code, or of a lambda, leaves open."""
        while len(self._stack) > depth:
            self.close(self._at, self._at)
