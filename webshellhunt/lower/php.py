"""Lowering of PHP to the core language: procedures, classes, statements, programs, and texts that are run.

Variables of the page are entries of its table, those of a function registers. A function that names variables by texts,
or whose variables a closure shares, has all of them in a box. Places in the code are numbers of tokens; all code of a
text that is run has the place of the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from webshellhunt.core import ir
from webshellhunt.core.compile import place_in
from webshellhunt.lang import tree
from webshellhunt.lower.builder import FIRST, THIS, Builder, Registers
from webshellhunt.lower.php_expressions import Expressions, Page, Scope, TextScope, class_key, pure
from webshellhunt.lower.statements import ScriptStatements

__all__ = ["Page", "TextScope", "lower", "lower_text"]


@dataclass(slots=True)
class Around:
    """A statement that is open: the block after it and that of its next turn, and the ``finally`` around it."""

    out: int
    again: int
    finals: int


class Body(Expressions, ScriptStatements):
    """Lowers the code of one procedure."""

    MOST_COPIES: ClassVar[int] = 8

    def __init__(self, page: Page, scope: Scope, at: int = -1, builder: Builder | None = None) -> None:
        Expressions.__init__(self, page, scope, at, builder)
        ScriptStatements.__init__(self)
        self.labels: dict[str, int] = {}
        self.completion = 0
        """The register that a ``return`` of a text writes, 0 for none."""

    def statements(self, nodes: Iterable[tree.Node]) -> None:
        """Lower statements in turn."""
        for node in nodes:
            lower_it = _STATEMENTS.get(node.__class__)
            if lower_it is None:
                self.builder.add(self.expression(node))
            else:
                lower_it(self, node)

    # Procedures -------------------------------------------------------------------------------------------------------

    def function(self, proc: ir.Proc, node: tree.Function) -> None:
        """Lower a function, whose captured variables are the first registers after its parameters."""
        scope, builder = self.scope, self.builder
        proc.kind = "function"
        proc.params = [ir.Param(each.name, is_out=each.by == "ref") for each in node.parameters if each.by != "rest"]
        for each in proc.params:
            scope.locals[each.name] = self.registers.new()
        captured = [*scope.captured]
        for name in captured:
            scope.locals[name.lstrip("&")] = self.registers.new()
        if scope.shared_box:
            scope.outer_box = self.registers.new()
        proc.boxes = tuple(scope.locals[name.lstrip("&")] for name in captured)
        if scope.shared_box:
            proc.boxes = (*proc.boxes, scope.outer_box)
        if scope.has_rest:
            proc.rest = scope.rest = self.registers.new()
        self._parameters(node)
        if scope.is_boxed:
            self._box()
        if scope.is_generator:
            scope.items = self.registers.new()
            builder.write(ir.Local(scope.items), pure("array", []))
        self.statements(node.body.statements if node.body is not None else [])
        if scope.is_generator:
            builder.end(ir.Return(ir.Load(ir.Local(scope.items))))
        builder.end(ir.Return(ir.Const(None)))
        proc.blocks, proc.slots = builder.finish(), self.registers.count

    def _parameters(self, node: tree.Function) -> None:
        """Give parameters without an argument their defaults, and the function copies of the arrays that it changes."""
        for number, each in enumerate(node.parameters):
            at = self.at_of(each)
            if each.by == "rest":
                rest = pure("rest", [ir.Load(ir.Local(self.scope.rest)), ir.Const(number)], at)
                self.builder.write(self.variable_place(each.name), rest)
                continue
            place = ir.Local(self.scope.locals[each.name], each.name)
            if each.default is not None:
                self.builder.write(place, pure("default", [ir.Load(place), self.expression(each.default)], at))
            if each.name in self.scope.changed and each.by == "value":
                self.builder.write(place, pure("copied", [ir.Load(place)], at))
            if each.type is not None and each.type.name == "promoted":
                this = ir.Load(ir.Local(THIS))
                self.builder.add(pure("set-member", [this, ir.Const(each.name[1:]), ir.Load(place)], at))

    def _box(self) -> None:
        """Put all variables into a box."""
        scope = self.scope
        slot = self.registers.new()
        self.builder.write(ir.Local(slot), ir.New("box", []))
        held = {**scope.locals}
        scope.locals.clear()
        scope.box = slot
        for name, local in held.items():
            self.builder.write(self.variable_place(name), ir.Load(ir.Local(local)))

    # Statements -------------------------------------------------------------------------------------------------------

    def s_nothing(self, node: tree.Node) -> None:
        """Pass over the declarations before."""

    def block(self, node: tree.Block) -> None:
        """Statements in braces."""
        self.statements(node.statements)

    def s_call(self, node: tree.Call) -> None:
        """A call; some have a meaning of their own as a statement."""
        name = node.callee.text if isinstance(node.callee, tree.Name) else ""
        if name == "exit":
            values = self.operands(node.arguments)
            for each in values:
                self.builder.add(each)
            self.builder.end(ir.Return(None, ends_page=True))
            self.builder.place()
        else:
            self.builder.add(self.expression(node))

    def s_declaration(self, node: tree.Declaration) -> None:
        """``global $a``, ``static $a = 1``, ``const A = 1``."""
        at = self.at_of(node)
        if "global" in node.modifiers:
            self.scope.aliases[node.name] = ir.Global(node.name)
        elif "static" in node.modifiers:
            place = ir.Global(f"{self.scope.name}\0{node.name}")
            self.scope.aliases[node.name] = place
            if node.value is not None:
                self.builder.write(place, pure("default", [ir.Load(place), self.expression(node.value)], at))
        elif node.value is not None:
            self.page.constants.add(node.name)
            self.builder.write(ir.Global(f"#{node.name}"), self.expression(node.value))

    def s_loop(self, node: tree.Loop) -> None:
        """``for``, ``while``, ``do``."""
        head, body, again, after = (self.builder.label() for _ in range(4))
        self.statements(node.initial)
        if not node.is_tested_last:
            self.builder.place(head)
            if node.test is not None:
                self._test(node.test, body, after)
        self.builder.place(body)
        self._within(node.body, after, again)
        self.builder.place(again)
        self.statements(node.step)
        if node.is_tested_last and node.test is not None:
            self.branch(node.test, body, after)
        else:
            self.builder.jump(body if node.is_tested_last else head)
        self.builder.place(after)

    def _test(self, test: tree.Node, yes: int, no: int) -> None:
        if isinstance(test, tree.Items):
            self.statements(test.items[:-1])
            test = test.items[-1]
        self.branch(test, yes, no)

    def _within(self, body: tree.Block, out: int, again: int) -> None:
        self.around.append(Around(out, again, len(self.finals)))
        self.statements(body.statements)
        self.around.pop()

    def s_each(self, node: tree.Each) -> None:
        """``foreach``: over the keys of an array."""
        at = self.at_of(node)
        target: tree.Node = node.target
        key_target = None
        if isinstance(target, tree.Entry):
            key_target, target = target.key, target.value
        is_reference = isinstance(target, tree.Argument) and target.by == "ref"
        if isinstance(target, tree.Argument):
            target = target.value
        head, body, after = (self.builder.label() for _ in range(3))
        items = self.builder.hold(self.expression(node.items), at=at)
        iterator, key = self.builder.temp(), self.builder.temp()
        self.builder.write(iterator, pure("keys", [items], at), at=at)
        self.builder.place(head)
        self.builder.next(iterator.slot, key, body, after, at)
        self.builder.place(body)
        if key_target is not None:
            self.builder.add(self.assign(key_target, ir.Load(key), at))
        before = self.scope.aliases.get(target.text) if isinstance(target, tree.Name) else None
        if is_reference and isinstance(target, tree.Name):
            self.scope.aliases[target.text] = tree.Index(at, at, node.items, [Held(at, at, ir.Load(key))])
        else:
            self.builder.add(self.assign(target, pure("index", [items, ir.Load(key)], at), at))
        self._within(node.body, after, head)
        if is_reference and isinstance(target, tree.Name):
            self.scope.aliases.pop(target.text, None)
            if before is not None:
                self.scope.aliases[target.text] = before
        self.builder.jump(head)
        self.builder.place(after)

    def s_switch(self, node: tree.Switch) -> None:
        """``switch``: tests in turn, then the bodies, which fall through."""
        after, at = self.builder.label(), self.at_of(node)
        subject = self.expression(node.subject)
        held = subject if _is_place(place_in(subject)) else self.builder.hold(subject, at=at)
        bodies = self.choose(
            node, lambda pattern: self.case(held, self.expression(pattern.value), "eq-php", at), after, at
        )
        self.around.append(Around(after, after, len(self.finals)))
        for case, body in zip(node.cases, bodies, strict=True):
            self.builder.place(body)
            self.statements(case.body.statements)
        self.around.pop()
        self.builder.place(after)

    def s_label(self, node: tree.Label) -> None:
        """The place that a ``goto`` names."""
        self.builder.place(self._label(node.name))

    def _label(self, name: str) -> int:
        if name not in self.labels:
            self.labels[name] = self.builder.label()
        return self.labels[name]

    def s_jump(self, node: tree.Jump) -> None:
        """``return``, ``break``, ``continue``, ``goto``."""
        if node.kind == "return":
            self._return(node)
            return
        if node.kind == "goto":
            if node.label in self.scope.labels:
                self.builder.jump(self._label(node.label))
                self.builder.place()
            return
        count = node.value.value if isinstance(node.value, tree.Literal) and node.value.value.__class__ is int else 1
        if not self.around:
            return
        each = self.around[-min(max(1, int(count or 1)), len(self.around))]
        self.pass_finals(each.finals)
        self.builder.jump(each.again if node.kind == "continue" else each.out)
        self.builder.place()

    def _return(self, node: tree.Jump) -> None:
        value: ir.Expr = self.expression(node.value) if node.value is not None else ir.Const(None)
        if self.completion:
            self.builder.write(ir.Local(self.completion), value)
            value = ir.Load(ir.Local(self.completion))
        if self.scope.items:
            value = ir.Load(ir.Local(self.scope.items))
        if self.finals:
            value = self.builder.hold(value)
        self.pass_finals(0)
        if not self.builder.is_open:
            self.builder.place()
        self.builder.end(ir.Return(value))
        self.builder.place()

    def caught(self, node: tree.Try, slot: int, after: int) -> None:
        """Lower the handlers of a ``try``: the first one whose class fits."""
        builder = self.builder
        caught = ir.Load(ir.Local(slot))
        for each in node.catches:
            inner, other, at = builder.label(), builder.label(), self.at_of(each)
            if each.type is not None:
                builder.branch(pure("is-a", [caught, ir.Const(each.type.name)], at), inner, other, at)
                builder.place(inner)
            if each.name:
                builder.add(self.assign(tree.Name(each.start, each.end, each.name), caught, at))
            self.statements(each.body.statements)
            builder.jump(after)
            builder.place(other)
            if each.type is None:
                return
        builder.end(ir.Throw(caught, self.at_of(node)))


@dataclass(slots=True, eq=False)
class Held(tree.Node):
    """A value that was lowered before."""

    value: ir.Expr

    def children(self) -> Sequence[tree.Node]:
        """Return nothing."""
        return ()


def _is_place(value: ir.Expr) -> bool:
    """True if evaluating something again changes nothing, and a condition may say something of it."""
    return isinstance(value, ir.Load) and isinstance(value.place, (ir.Local, ir.Global))


_STATEMENTS: dict[type, Callable[[Body, Any], None]] = {
    tree.Function: Body.s_nothing, tree.Class: Body.s_nothing, tree.Block: Body.block, tree.Call: Body.s_call,
    tree.Declaration: Body.s_declaration, tree.If: Body.s_if, tree.Loop: Body.s_loop, tree.Each: Body.s_each,
    tree.Switch: Body.s_switch, tree.Label: Body.s_label, tree.Jump: Body.s_jump, tree.Try: Body.s_try,
}  # fmt: skip


# Programs -------------------------------------------------------------------------------------------------------------


def lower(top: tree.Block, page: Page) -> ir.Program:
    """Lower the code of a file."""
    scope = page.scope_of_page([top])
    body = Body(page, scope)
    body.statements(top.statements)
    _write_labels(body)
    main = ir.Proc("", [], [], 0)
    first = Body(page, scope, builder=Builder(body.registers))
    classes = finish(page, first)
    first.builder.end(ir.Return(None))
    statics = first.builder.finish()
    blocks = body.builder.finish()
    if statics[0].code:
        blocks[0].code[:0] = statics[0].code
    main.blocks, main.slots = blocks, body.registers.count
    return ir.Program(main, page.handed_out(), classes, frozenset())


def _write_labels(body: Body) -> None:
    """Give each label that is nowhere a place: the end."""
    for label in body.labels.values():
        if not body.builder.is_placed(label):
            body.builder.place(label)


def finish(page: Page, first: Body) -> dict[str, ir.Class]:
    """Lower the functions and classes that were found; ``first`` gets the values of constants and static fields."""
    made: dict[str, ir.Class] = {}
    while page.waiting or page.classes_waiting:
        while page.classes_waiting:
            node = page.classes_waiting.pop(0)
            symbol = _class(page, node, first)
            made[symbol.name] = symbol
        if page.waiting:
            proc, scope, node_, at = page.waiting.pop()
            body = Body(page, scope, at)
            body.function(proc, node_)
    page.lowered.update(made)
    for symbol in made.values():
        _inherit(page, symbol)
    return made


def _class(page: Page, node: tree.Class, first: Body) -> ir.Class:
    """Lower a class: its methods are procedures of the page, too, under the names of both."""
    name = class_key(node.name)
    symbol = ir.Class(name, bases=tuple(class_key(each.name) for each in node.bases))
    fields: list[tuple[str, tree.Node | None]] = []
    for each in node.members:
        if isinstance(each, tree.Function):
            word = each.name.lower()
            key = f"{name}::{word}"
            proc = page.declare(key, each, page.scope_of(each, f"{name}::{word}", symbol=name))
            symbol.methods["__construct" if word == name and "__construct" not in symbol.methods else word] = proc
        elif isinstance(each, tree.Declaration) and ("const" in each.modifiers or "static" in each.modifiers):
            value = first.expression(each.value) if each.value is not None else ir.Const(None)
            first.scope.symbol = name
            first.builder.write(ir.Global(f"{name}::{each.name}"), value)
            page.statics.add(f"{name}::{each.name}")
        elif isinstance(each, tree.Declaration):
            symbol.fields.append(each.name)
            fields.append((each.name, each.value))
    if any(value is not None for _, value in fields):
        symbol.initial = _initial(page, name, fields)
    first.scope.symbol = ""
    return symbol


def _initial(page: Page, name: str, fields: Sequence[tuple[str, tree.Node | None]]) -> ir.Proc:
    """Return the procedure that gives the fields of a new object their values."""
    proc = ir.Proc(f"{name}::\0initial")
    body = Body(page, Scope(f"{name}::", symbol=name))
    for each, value in fields:
        if value is not None:
            this = ir.Load(ir.Local(THIS))
            body.builder.add(pure("set-member", [this, ir.Const(each[1:]), body.expression(value)]))
    proc.blocks, proc.slots = body.builder.finish(), max(FIRST, body.registers.count)
    return proc


def _inherit(page: Page, symbol: ir.Class) -> None:
    """Give a class the members of its bases, nearest first."""
    seen, stack = {symbol.name}, [*symbol.bases]
    initials = [symbol.initial]
    while stack and len(seen) < 64:
        base = page.lowered.get(stack.pop(0))
        if base is None or base.name in seen:
            continue
        seen.add(base.name)
        for name, proc in base.methods.items():
            symbol.methods.setdefault(name, proc)
        symbol.fields += [each for each in base.fields if each not in symbol.fields]
        initials.append(base.initial)
        stack += base.bases
    found = [each for each in dict.fromkeys(initials) if each is not None]
    if found and (len(found) > 1 or symbol.initial is None):
        proc = ir.Proc(f"{symbol.name}::\0fields", slots=FIRST)
        this = ir.Load(ir.Local(THIS))
        page.fresh.update((each.name, each) for each in found)
        calls = [pure("method", [this, ir.Const(each.name)]) for each in reversed(found)]
        proc.blocks = [ir.Block([*calls], ir.Return())]
        symbol.initial = proc


def lower_text(top: tree.Block, where: TextScope | None, page: Page, at: int) -> ir.Program:
    """Lower a text that is run where the code sees some names; ``None``: those of the page alone.

    The kind of the procedure is the register of the value that it returns.
    """
    scope = where.scope if where is not None else page.scope_of_page([top])
    registers = Registers(where.registers.count) if where is not None else Registers()
    page.collect(top)
    body = Body(page, scope.for_text(top), at, Builder(registers))
    body.completion = registers.new()
    body.builder.write(ir.Local(body.completion), ir.Const(None))
    first = Body(page, Scope("", is_page=True), at, Builder(registers))
    inner = body.builder
    classes = finish(page, first)
    inner.add_all(first.builder.finish()[0].code)
    body.statements(top.statements)
    _write_labels(body)
    classes |= finish(page, first)
    proc = ir.Proc("eval", [], body.builder.finish(), registers.count)
    proc.kind = str(body.completion)
    return ir.Program(proc, page.handed_out(), classes, frozenset())
