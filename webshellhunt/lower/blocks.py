"""Expressions with blocks of their own, in all languages whose operators leave out operands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from webshellhunt.core import ir
from webshellhunt.lang import tree
from webshellhunt.lower.builder import Builder

LEAVES = (tree.Lambda, tree.Function)
"""Nodes whose parts are no parts of the expression that they are in."""


class Blocks(ABC):
    """Lowers the parts of an expression that are evaluated in some cases only; the code before them is held then."""

    builder: Builder

    @abstractmethod
    def expression(self, node: tree.Node | None) -> ir.Expr:
        """Lower an expression."""

    @abstractmethod
    def is_blocky(self, node: tree.Node) -> bool:
        """True if an expression needs blocks of its own."""

    @abstractmethod
    def branch(self, test: tree.Node, yes: int, no: int) -> None:
        """End the block with a condition."""

    def at_of(self, node: tree.Node) -> int:
        """Return the place of a node."""
        return node.start

    @abstractmethod
    def is_whole(self, node: tree.Node) -> bool:
        """True for a part of an expression that needs no blocks of the whole."""

    def x_argument(self, node: tree.Argument) -> ir.Expr:
        """An argument."""
        return self.expression(node.value)

    def operands(self, nodes: Sequence[tree.Node]) -> list[ir.Expr]:
        """Lower expressions that are evaluated in turn."""
        last = max((n for n, each in enumerate(nodes) if self.is_blocky(each)), default=-1)
        found: list[ir.Expr] = []
        for n, each in enumerate(nodes):
            value = self.expression(each)
            found.append(self.builder.hold(value, at=self.at_of(each)) if n < last else value)
        return found

    def conditional_in_blocks(self, node: tree.Conditional) -> ir.Expr:
        """``a ? b : c ? d : e``."""
        result, after = self.builder.temp(), self.builder.label()
        each: tree.Node = node
        while isinstance(each, tree.Conditional) and (each is node or not self.is_whole(each)):
            yes, no = self.builder.label(), self.builder.label()
            self.branch(each.test, yes, no)
            self.builder.place(yes)
            self.builder.write(result, self.expression(each.yes), at=self.at_of(each.yes))
            self.builder.jump(after)
            self.builder.place(no)
            each = each.no
        self.builder.write(result, self.expression(each), at=self.at_of(each))
        self.builder.place(after)
        return ir.Load(result)

    def first_in_blocks(
        self, node: tree.Binary, test: Callable[[tree.Node, ir.Expr], ir.Expr], *, passes: bool
    ) -> ir.Expr:
        """Return the first operand whose test has another answer than ``passes``, or else the last one."""
        result, after = self.builder.temp(), self.builder.label()
        for each in node.operands[:-1]:
            self.builder.write(result, self.expression(each), at=self.at_of(each))
            following = self.builder.label()
            yes, no = (following, after) if passes else (after, following)
            self.builder.branch(test(each, ir.Load(result)), yes, no, self.at_of(each))
            self.builder.place(following)
        self.builder.write(result, self.expression(node.operands[-1]), at=self.at_of(node.operands[-1]))
        self.builder.place(after)
        return ir.Load(result)

    def branch_in_turn(self, node: tree.Binary, yes: int, no: int, *, is_or: bool) -> None:
        """End the block with a condition of several, each of which may decide."""
        for each in node.operands[:-1]:
            following = self.builder.label()
            self.branch(each, yes if is_or else following, following if is_or else no)
            self.builder.place(following)
        self.branch(node.operands[-1], yes, no)


class ScriptBlocks(Blocks):
    """Knows for each expression whether it needs blocks."""

    LEAVES: tuple[type[tree.Node], ...] = LEAVES

    def __init__(self) -> None:
        self.blocky: dict[tree.Node, bool] = {}

    @abstractmethod
    def needs_blocks(self, node: tree.Node) -> bool:
        """True if an expression needs blocks, whatever its parts need."""

    def is_blocky(self, node: tree.Node) -> bool:
        """True if an expression needs blocks of its own."""
        if node.__class__ is tree.Literal:
            return False
        memo = self.blocky
        if node in memo:
            return memo[node]
        order, stack = list[tree.Node](), [node]
        while stack:
            each = stack.pop()
            order.append(each)
            if not isinstance(each, self.LEAVES):
                stack += each.children()
        for each in reversed(order):
            if each not in memo:
                is_leaf = isinstance(each, self.LEAVES)
                inner = () if is_leaf else each.children()
                memo[each] = not is_leaf and (self.needs_blocks(each) or any(memo.get(child, False) for child in inner))
        return memo[node]

    def choose(self, node: tree.Switch, test: Callable[[tree.Pattern], ir.Expr], after: int, at: int = -1) -> list[int]:
        """Add the tests of a ``switch`` in turn; return the blocks of its cases."""
        bodies = [self.builder.label() for _ in node.cases]
        default = after
        for case, body in zip(node.cases, bodies, strict=True):
            if not case.patterns:
                default = body
            for pattern in case.patterns:
                following = self.builder.label()
                self.builder.branch(test(pattern), body, following, pattern.start if at < 0 else at)
                self.builder.place(following)
        self.builder.jump(default)
        return bodies

    def is_whole(self, node: tree.Node) -> bool:
        """True for a part of an expression that needs no blocks of the whole."""
        return not self.is_blocky(node)


def within(lets: Sequence[tuple[int, ir.Expr]], value: ir.Expr) -> ir.Expr:
    """Return a value before which others are evaluated."""
    for slot, each in reversed(lets):
        value = ir.Let(slot, each, value)
    return value
