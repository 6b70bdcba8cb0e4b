"""Blocks of Visual Basic that are open: the statements of each, and its end."""

from __future__ import annotations

from dataclasses import dataclass, field

from webshellhunt.lang.tree import Block, Function, Node, Unparsed
from webshellhunt.lang.vb_expressions import VbExpressions

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

    ``out`` are the statements to which the next one belongs; ``counts`` says how many blocks of a kind are open in
    the procedure or class, so that a stray end needs no search.
    """

    def start_blocks(self, top: Block) -> None:
        """Begin with a whole page."""
        self.out = top.statements
        self.stack: list[Frame] = []
        self.counts: dict[str, int] = {}
        self.units: dict[str, int] = {}

    def open(self, kind: str, node: Node, block: Block | None, members: list[Node] | None = None) -> Frame:
        """Open a block of a node; where they are nested too deeply, only the statements in it remain."""
        stack = self.stack
        frame = Frame(kind, node, block, self.out)
        if len(stack) >= MAX_BLOCKS:
            found = [child for child in node.children() if not isinstance(child, Block)]
            self.out.append(Unparsed(node.start, self.at, found))
            frame.node = frame.block = None
        else:
            self.out.append(node)
            self.out = block.statements if block is not None else members if members is not None else self.out
        self.push(frame)
        return frame

    def push(self, frame: Frame) -> None:
        """Count a block in."""
        kind = frame.kind
        self.stack.append(frame)
        if kind in _UNITS:
            self.units[kind] = self.units.get(kind, 0) + 1
            frame.counts, self.counts = self.counts, {}
        else:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.subjects += kind == "with"

    def close(self, end: int, after: int) -> Frame:
        """End the innermost block; the words that end it reach from ``end`` to ``after``."""
        frame = self.stack.pop()
        if frame.counts is not None:
            self.units[frame.kind] -= 1
            self.counts = frame.counts
        else:
            self.counts[frame.kind] -= 1
            self.subjects -= frame.kind == "with"
        if frame.block is not None:
            frame.block.end = end
        for tail in frame.tails:
            tail.end = end
        if frame.node is not None:
            frame.node.end = after
        self.out = frame.outer
        self.steps += 1
        return frame

    def leave(self, kind: str, end: int, after: int) -> bool:
        """End the innermost block of a kind and all in it; return whether there was one."""
        if not self.counts.get(kind):
            return False
        while self.stack[-1].kind != kind:
            self.close(end, end)
        self.close(end, after)
        return True

    def leave_unit(self, kind: str, end: int, after: int) -> bool:
        """End the innermost procedure or class and all in it; return whether there was one."""
        if not self.units.get(kind):
            return False
        while self.stack[-1].kind != kind:
            self.close(end, end)
        self.close(end, after)
        return True

    def innermost(self, kind: str) -> Frame | None:
        """Return the innermost block of a kind, after those in it have ended here."""
        if not self.counts.get(kind):
            return None
        while self.stack[-1].kind != kind:
            self.close(self.at, self.at)
        return self.stack[-1]

    def end_line(self) -> None:
        """End the conditions that a line end ends."""
        stack = self.stack
        while stack and stack[-1].is_inline:
            self.close(self.at, self.at)

    def close_all(self, depth: int) -> None:
        """End all blocks that the end of the code, or of a lambda, leaves open."""
        while len(self.stack) > depth:
            self.close(self.at, self.at)
