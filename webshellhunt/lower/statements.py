"""Statements that languages have in common: conditions, loops, ``switch``, and ``finally`` on each way out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from webshellhunt.core import ir
from webshellhunt.lang import tree
from webshellhunt.lower.builder import Builder

Work = tree.Node | Callable[[], None]
Step = tree.Block | Callable[[], None] | None


def nothing(_: object, node: tree.Node) -> None:
    """Pass over a declaration, which is known already."""


@dataclass(slots=True)
class Final:
    """A ``finally`` that the code around it passes on its way out."""

    body: tree.Block
    handler: int
    caught: int
    around: int


class StackedStatements(ABC):
    """Lowers statements without recursion: the work still to do is a stack of statements and steps."""

    STATEMENTS: ClassVar[Mapping[type[tree.Node], Callable[[Any, Any], None]]]
    builder: Builder

    def __init__(self) -> None:
        self.work: list[Work] = []

    @abstractmethod
    def branch(self, test: tree.Node, yes: int, no: int) -> None:
        """End the block with a condition."""

    @abstractmethod
    def effect(self, node: tree.Node) -> None:
        """Lower an expression that is a statement."""

    def ordered(self, nodes: Sequence[tree.Node]) -> Sequence[Work]:
        """Return the statements of a block in the order in which they run."""
        return nodes

    def run(self, nodes: Sequence[tree.Node]) -> None:
        """Lower statements, and all that are in them."""
        depth = len(self.work)
        self.work += self.ordered(nodes)[::-1]
        while len(self.work) > depth:
            item = self.work.pop()
            if isinstance(item, tree.Node):
                self.statement(item)
            else:
                item()

    def statement(self, node: tree.Node) -> None:
        """Lower one statement; those in it are next."""
        lower = self.STATEMENTS.get(node.__class__)
        if lower is not None:
            lower(self, node)
        else:
            self.effect(node)

    def then(self, *parts: Step) -> None:
        """Go on with blocks and steps, in this order."""
        for part in reversed(parts):
            if isinstance(part, tree.Block):
                self.work += self.ordered(part.statements)[::-1]
            elif part is not None:
                self.work.append(part)

    def s_if(self, node: tree.If) -> None:
        """``if``."""
        builder = self.builder
        yes, after = builder.label(), builder.label()
        no = after if node.no is None else builder.label()
        self.branch(node.test, yes, no)
        builder.place(yes)
        if node.no is None:
            self.then(node.yes, partial(self.place_label, after))
        else:
            self.then(node.yes, partial(self.other, after, no), node.no, partial(self.place_label, after))

    def place_label(self, label: int) -> None:
        """Go on here from all that jumps to a label."""
        self.builder.place(label)

    def other(self, after: int, label: int) -> None:
        """Begin the other branch of a condition, or another case."""
        self.builder.jump(after)
        self.builder.place(label)

    def s_loop(self, node: tree.Loop) -> None:
        """``while``, ``do``, ``for``."""
        builder = self.builder
        head, body, again, after = (builder.label() for _ in range(4))
        yes, no = (after, body) if node.is_until else (body, after)
        is_tested_first = node.test is not None and not node.is_tested_last

        def enter() -> None:
            if node.test is not None and is_tested_first:
                builder.place(head)
                self.branch(node.test, yes, no)
            builder.place(body)
            builder.enter("do", after, again, ("while",))

        def step() -> None:
            builder.leave()
            builder.join(again)

        def leave() -> None:
            if node.test is not None and node.is_tested_last:
                self.branch(node.test, yes, no)
            else:
                builder.jump(head if is_tested_first else body)
            builder.place(after)

        self.work.append(leave)
        self.work += node.step[::-1]
        self.then(*(tree.Block(each.start, each.end, [each]) for each in node.initial), enter, node.body, step)

    def counted(
        self, node: tree.Count, target: ir.Place, last: ir.Expr, step: ir.Expr, at: int, how: str = "share"
    ) -> None:
        """Add the turns of a loop that counts; its variable has the first number already."""
        builder = self.builder
        head, body, after, again = (builder.label() for _ in range(4))
        builder.place(head)
        builder.branch(_goes_on(target, last, step, at), body, after, at)
        builder.place(body)
        builder.enter("for", after, again)

        def end() -> None:
            builder.leave()
            builder.join(again)
            builder.write(target, ir.Op("add-vb", [ir.Load(target), step], at), how, at)
            builder.jump(head)
            builder.place(after)

        self.then(node.body, end)

    def turns(self, node: tree.Each, iterator: ir.Local, item: ir.Place, at: int) -> ir.Next:
        """Begin the turns of a loop over the items of an iterator, and return their step; its body is next."""
        builder = self.builder
        head, body, after = (builder.label() for _ in range(3))
        builder.place(head)
        step = ir.Next(iterator.slot, item, body, after, at)
        builder.end(step)
        builder.place(body)
        builder.enter("for", after, head)

        def end() -> None:
            builder.leave()
            builder.jump(head)
            builder.place(after)

        self.then(node.body, end)
        return step

    SHARED: ClassVar[Mapping[type[tree.Node], Callable[[Any, Any], None]]] = {
        tree.Function: nothing, tree.Class: nothing, tree.If: s_if, tree.Loop: s_loop,
    }  # fmt: skip
    """The methods that lower these statements."""


def _goes_on(target: ir.Place, last: ir.Expr, step: ir.Expr, at: int) -> ir.Expr:
    if isinstance(step, ir.Const) and step.value.__class__ in (int, float):
        return ir.Op("le-vb" if step.value >= 0 else "ge-vb", [ir.Load(target), last], at)
    return ir.Op("in-range", [ir.Load(target), last, step], at)


class ScriptStatements(ABC):
    """Statements of PHP and JScript, whose blocks are lowered where they stand."""

    MOST_COPIES: ClassVar[int] = 24
    """The copies of ``finally`` in one procedure, one for each way out of its ``try``."""
    builder: Builder

    def __init__(self) -> None:
        self.around: list[Any] = []
        """The statements that are open, which others leave or go on with."""
        self.finals: list[Final] = []
        self.copies: int = 0

    @abstractmethod
    def branch(self, test: tree.Node, yes: int, no: int) -> None:
        """End the block with a condition."""

    @abstractmethod
    def block(self, node: tree.Block) -> None:
        """Lower the statements of a block."""

    @abstractmethod
    def caught(self, node: tree.Try, slot: int, after: int) -> None:
        """Lower the handlers of a ``try``; the error is in a register."""

    def block_on_error(self, node: tree.Block) -> None:
        """Lower a ``finally`` that an error passes."""
        self.block(node)

    def s_if(self, node: tree.If, _: tuple[str, ...] = ()) -> None:
        """``if``, with all its ``else if``."""
        after = self.builder.label()
        each: tree.If | None = node
        while each is not None:
            yes, no = self.builder.label(), self.builder.label()
            self.branch(each.test, yes, no)
            self.builder.place(yes)
            self.block(each.yes)
            self.builder.jump(after)
            self.builder.place(no)
            following, each = each.no, None
            if following is not None:
                only = following.statements[0] if len(following.statements) == 1 else None
                if isinstance(only, tree.If):
                    each = only
                else:
                    self.block(following)
        self.builder.place(after)

    def pass_finals(self, depth: int) -> None:
        """Run the code of ``finally`` on the way out of all open ones but the first few."""
        finals, handler, caught = self.finals, self.builder.handler, self.builder.caught
        for n in range(len(finals) - 1, depth - 1, -1):
            final = finals[n]
            self.copies += 1
            if self.copies > self.MOST_COPIES:
                break
            self.finals = finals[:n]
            around, self.around = self.around, self.around[: final.around]
            self.builder.guard(handler=final.handler, caught=final.caught)
            self.block(final.body)
            self.around = around
        self.finals = finals
        self.builder.handler, self.builder.caught = handler, caught

    def s_try(self, node: tree.Try, _: tuple[str, ...] = ()) -> None:
        """``try``: its ``finally`` is lowered once for each way out."""
        builder = self.builder
        outer, outer_caught = builder.handler, builder.caught
        after = builder.label()
        failing = builder.label() if node.last is not None else -1
        error = builder.registers.new()
        if node.last is not None:
            self.finals.append(Final(node.last, outer, outer_caught, len(self.around)))
        handler = builder.label() if node.catches else failing
        slot = builder.registers.new() if node.catches else error
        builder.guard(handler=handler, caught=slot)
        self.block(node.body)
        builder.jump(after)
        if node.catches:
            builder.handler, builder.caught = (failing, error) if node.last is not None else (outer, outer_caught)
            builder.place(handler)
            self.caught(node, slot, after)
            builder.jump(after)
        builder.handler, builder.caught = outer, outer_caught
        if node.last is not None:
            self.finals.pop()
            builder.place(failing)
            self.block_on_error(node.last)
            builder.end(ir.Throw(ir.Load(ir.Local(error)), node.start))
        builder.place(after)
        if node.last is not None:
            self.block(node.last)
