"""Lowering of JScript to the core language: procedures, statements, programs, and texts that are run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from webshellhunt.core import ir
from webshellhunt.core.compile import place_in
from webshellhunt.core.properties import TEXTS
from webshellhunt.core.values import EMPTY
from webshellhunt.lang import tree
from webshellhunt.library.script_objects import OBJECTS
from webshellhunt.lower.builder import Builder, Registers
from webshellhunt.lower.script_expressions import is_absent, is_truth, is_typeof
from webshellhunt.lower.script_modern import Modern, Opened
from webshellhunt.lower.script_names import Link, Page, TextScope
from webshellhunt.lower.script_scopes import ARGUMENTS, THIS, Scope, Scopes, scopes_of
from webshellhunt.lower.statements import ScriptStatements

__all__ = ["Body", "Page", "TextScope", "declared", "lower", "lower_text"]
_NO_LOOP = -2
"""Instead of the block of the next turn: a statement that a ``break`` leaves by its label alone."""


@dataclass(slots=True)
class Around:
    """A statement that is open: its labels, the block after it and that of its next turn, -1 for none."""

    names: tuple[str, ...]
    out: int
    again: int
    finals: int
    links: int


class Body(Modern, ScriptStatements):
    """Lowers the code of one procedure."""

    def __init__(self, page: Page, scope: Scope, scopes: Scopes, chain: Sequence[Link] = ()) -> None:
        Modern.__init__(self, page, scope, scopes, chain)
        ScriptStatements.__init__(self)
        self.completion: int = 0
        """The register of the value of the last statement, 0 for none."""

    # Procedures -------------------------------------------------------------------------------------------------------

    def function(self, proc: ir.Proc) -> None:
        """Lower a function."""
        scope, function = self.scope, self.scope.function
        assert function is not None
        proc.kind = "function"
        proc.params = proc.params or [ir.Param(each.name) for each in function.parameters]
        for each in function.parameters:
            self.locals[each.name] = self.registers.new()
        self._chain(proc)
        if scope.own_name and scope.own_name not in scope.names:
            self.locals[scope.own_name] = proc.itself = self.registers.new()
        if ARGUMENTS not in scope.names and (ARGUMENTS in scope.used or scope.has_eval):
            self.locals[ARGUMENTS] = proc.rest = self.registers.new()
            proc.rest_kind = "arguments"
            proc.itself = proc.itself or self.registers.new()
        self.itself: int = proc.itself
        if any(each.by == "rest" for each in function.parameters):
            proc.rest = proc.rest or self.registers.new()
        self.given: int = proc.rest
        for name in scope.names:
            if name not in self.locals and name not in scope.captured:
                self.locals[name] = self.registers.new()
        self._box()
        self.prologue()
        self.declare(scope.functions)
        self.statements(function.body.statements if function.body is not None else [])
        proc.blocks, proc.slots = self.builder.finish(), self.registers.count

    def prologue(self) -> None:
        """Add the code that runs when the function is entered."""
        if THIS in self.scope.names:
            place = self.find(THIS).place
            assert place is not None
            self.builder.write(place, ir.Op("this-js", []))
        super().prologue()

    def _chain(self, proc: ir.Proc) -> None:
        """Give the objects that the function has captured registers."""
        for each in self.chain:
            each.slot = self.registers.new()
        proc.boxes = tuple(each.slot for each in self.chain)
        if self.scope.has_eval:
            slot = self.registers.new()
            self.builder.write(ir.Local(slot), ir.Pure(self.rows["js", "make-box"], []))
            self.chain.append(Link(slot, None, is_of_texts=True))

    def _box(self) -> None:
        """Make the object with the variables that functions inside see."""
        captured = [name for name in (*self.scope.names, self.scope.own_name) if name in self.scope.captured]
        if not captured:
            return
        slot = self.registers.new()
        self.builder.write(ir.Local(slot), ir.Pure(self.rows["js", "make-box"], []))
        self.links.append(Link(slot, frozenset(captured)))
        for name in captured:
            if name in self.locals:
                local = ir.Load(ir.Local(self.locals.pop(name), name))
                self.builder.write(ir.Property(ir.Load(ir.Local(slot)), ir.Const(name)), local)

    def declare(self, functions: Sequence[tree.Function]) -> None:
        """Declare functions, which happens before any other code."""
        last = {each.name: each for each in functions}
        for each in last.values():
            found = self.find(each.name)
            if found.links and self.completion:
                self.assign_dynamically(found, self.builder.hold(self.closure(each)), each.start)
            elif found.place is not None:
                self.builder.write(found.place, self.closure(each), at=each.start)

    # Statements -------------------------------------------------------------------------------------------------------

    def statements(self, nodes: Sequence[tree.Node]) -> None:
        """Lower statements in turn."""
        names: list[str] = []
        for node in nodes:
            if isinstance(node, tree.Label):
                names.append(node.name)
                continue
            self.statement(node, tuple(names))
            names = []

    def statement(self, node: tree.Node, names: tuple[str, ...] = ()) -> None:
        """Lower one statement, ``names`` its labels."""
        lower = _STATEMENTS.get(node.__class__)
        if isinstance(node, tree.Unary) and node.is_postfix and not self.completion:
            node = tree.Unary(node.start, node.end, node.operator, node.operand)  # nothing asks for the value before
        if lower is None:
            value = self.expression(node)
            if self.completion:
                self.builder.write(ir.Local(self.completion), value, at=node.start)
            else:
                self.builder.add(value)
            return
        if not names or isinstance(node, (tree.Loop, tree.Each, tree.Switch)):
            getattr(self, lower)(node, names)
            return
        out = self.builder.label()
        self._enter(names, out, _NO_LOOP)
        getattr(self, lower)(node, ())
        self.around.pop()
        self.builder.place(out)

    def _enter(self, names: tuple[str, ...], out: int, again: int) -> None:
        self.around.append(Around(names, out, again, len(self.finals), len(self.links)))

    def s_nothing(self, node: tree.Node, names: tuple[str, ...]) -> None:
        """Pass over the declarations before."""

    def s_block(self, node: tree.Block, names: tuple[str, ...]) -> None:
        """Statements in braces."""
        opened = self.open_block(node.statements)
        self.statements(node.statements)
        self.close_block(opened)

    def s_class(self, node: tree.Class, names: tuple[str, ...]) -> None:
        """A class."""
        self.builder.add(self.x_class(node))

    def s_declaration(self, node: tree.Declaration, names: tuple[str, ...]) -> None:
        """``var a = b``."""
        if node.value is not None:
            name = tree.Name(node.start, node.start + 1, node.name)
            self.builder.add(self.x_assign(tree.Assign(node.start, node.end, name, "=", node.value)))
        elif "let" in node.modifiers and (place := self.find(node.name).place) is not None:
            self.builder.write(place, ir.Const(EMPTY), at=node.start)

    def s_loop(self, node: tree.Loop, names: tuple[str, ...]) -> None:
        """``for``, ``while``, ``do``."""
        head, body, again, after = (self.builder.label() for _ in range(4))
        opened = self.open_block(node.initial)
        self.statements(node.initial)
        if not node.is_tested_last:
            self.builder.place(head)
            if node.test is not None and not is_absent(node.test):
                self.branch(node.test, body, after)
        self.builder.place(body)
        self._enter(names, after, again)
        self.s_block(node.body, ())
        self.around.pop()
        self.builder.place(again)
        self._renew_turn(opened)
        completion, self.completion = self.completion, 0
        self.statements(node.step)
        self.completion = completion
        if node.is_tested_last and node.test is not None:
            self.branch(node.test, body, after)
        else:
            self.builder.jump(body if node.is_tested_last else head)
        self.builder.place(after)
        self.close_block(opened)

    def _renew_turn(self, opened: Opened) -> None:
        """Give the next turn of a loop variables of its own, with the values of this one: functions may keep them."""
        if not opened[1]:
            return
        link = self.links[-1]
        places = [ir.Property(ir.Load(ir.Local(link.slot)), ir.Const(each)) for each in sorted(link.names or ())]
        values = [self.builder.hold(ir.Load(each)) for each in places]
        self.renew_block()
        for place, value in zip(places, values, strict=True):
            self.builder.write(place, value)

    def s_each(self, node: tree.Each, names: tuple[str, ...]) -> None:
        """``for (a in b)``."""
        head, body, after = (self.builder.label() for _ in range(3))
        row = self.rows["js", "names-of" if node.is_keys else "values-of"]
        if isinstance(node.target, tree.Declaration) and node.target.value is not None:
            self.statement(node.target)
        iterator = self.builder.temp()
        self.builder.write(iterator, ir.Pure(row, [self.expression(node.items)], node.start), at=node.start)
        self.builder.place(head)
        item = self.builder.temp()
        self.builder.next(iterator.slot, item, body, after, node.start)
        self.builder.place(body)
        opened = self.open_block([node.target])
        self._set(node.target, ir.Load(item))
        self._enter(names, after, head)
        self.s_block(node.body, ())
        self.around.pop()
        self.builder.jump(head)
        self.close_block(opened)
        self.builder.place(after)

    def _set(self, target: tree.Node, value: ir.Expr) -> None:
        if isinstance(target, (tree.Items, tree.Entries)):
            self.take_apart(target, value, target.start)
            return
        if isinstance(target, tree.Declaration):
            target = tree.Name(target.start, target.start + 1, target.name)
        if self.is_set_dynamically(target):
            self.assign_dynamically(self.find(target.text), value, target.start)  # type: ignore[attr-defined]
        else:
            self.builder.write(self.target(target), value, at=target.start)

    def s_switch(self, node: tree.Switch, names: tuple[str, ...]) -> None:
        """``switch``: tests in turn, then the bodies, which fall through."""
        after = self.builder.label()
        question = (
            node.subject.operand if isinstance(node.subject, tree.Unary) and is_typeof(node.subject) else node.subject
        )
        subject = self.expression(question)
        held = self.builder.hold(subject, at=node.start)
        if isinstance(place_in(subject), ir.Load) and isinstance(
            question, (tree.Name, tree.Call, tree.Member, tree.Index)
        ):
            held = subject
        bodies = self.choose(node, partial(self._case, node.subject, held), after)
        self._enter(names, after, -1)
        opened = self.open_block([each for case in node.cases for each in case.body.statements])
        for case, body in zip(node.cases, bodies, strict=True):
            self.builder.place(body)
            self.statements(case.body.statements)
        self.close_block(opened)
        self.around.pop()
        self.builder.place(after)

    def _case(self, subject: tree.Node, held: ir.Expr, pattern: tree.Pattern) -> ir.Expr:
        value = self.expression(pattern.value)
        if is_typeof(subject) and isinstance(value, ir.Const):
            return ir.Op("is-kind-js", [held, value], pattern.start)
        if isinstance(held, ir.Const) and held.value is True and pattern.value is not None and is_truth(pattern.value):
            return value
        return ir.Op("eq-strict-js", [held, value], pattern.start)

    def s_with(self, node: tree.With, names: tuple[str, ...]) -> None:
        """``with (a)``."""
        slot = self.registers.new()
        self.builder.write(ir.Local(slot), self.expression(node.subject), at=node.start)
        self.links.append(Link(slot, None))
        blocky = self.blocky
        self.blocky: dict[tree.Node, bool] = {}
        self.s_block(node.body, ())
        self.blocky = blocky
        self.links.pop()

    def s_unparsed(self, node: tree.Unparsed, names: tuple[str, ...]) -> None:
        """Statements of no other kind: the expressions in them."""
        for each in node.found:
            self.statement(each)

    # Ways out ---------------------------------------------------------------------------------------------------------

    def s_jump(self, node: tree.Jump, names: tuple[str, ...]) -> None:
        """``return``, ``throw``, ``break``, ``continue``."""
        if node.kind == "return":
            self._return(node)
        elif node.kind == "throw":
            value = self.expression(node.value)
            if not self.builder.is_open:
                self.builder.place()
            self.builder.end(ir.Throw(value, node.start))
        elif node.kind == "yield":
            self.add_yielded(node, self.expression(node.value))
        elif node.kind in ("break", "continue"):
            self._leave(node)

    def _return(self, node: tree.Jump) -> None:
        value = self.returned(self.expression(node.value)) if node.value is not None else None
        if self.scope.is_generator and value is not None:
            self.builder.add(value)
            value = None
        if self.finals and value is not None:
            value = self.builder.hold(value)
        self.pass_finals(0)
        if not self.builder.is_open:
            self.builder.place()
        self.builder.end(ir.Return(value))

    def returned(self, value: ir.Expr) -> ir.Expr:
        """Return the result of the function, of a value that it returns."""
        return value

    def _leave(self, node: tree.Jump) -> None:
        for each in reversed(self.around):
            if node.label and node.label not in each.names:
                continue
            if (each.again < 0 and node.kind == "continue") or (each.again == _NO_LOOP and not node.label):
                continue
            self.pass_finals(each.finals)
            self.builder.jump(each.again if node.kind == "continue" else each.out)
            return

    def block(self, node: tree.Block) -> None:
        """Lower the statements of a block."""
        self.s_block(node, ())

    def block_on_error(self, node: tree.Block) -> None:
        """Lower a ``finally`` that an error passes: nothing asks for its value."""
        completion, self.completion = self.completion, 0
        self.block(node)
        self.completion = completion

    def caught(self, node: tree.Try, slot: int, after: int) -> None:
        """Lower the handler of a ``try``; the error is in a register."""
        first = node.catches[0]
        if first.name:
            self._set(tree.Name(first.start, first.start + 1, first.name), ir.Load(ir.Local(slot)))
        self.s_block(first.body, ())


_STATEMENTS: dict[type, str] = {
    tree.Function: "s_nothing", tree.Class: "s_class", tree.Import: "s_nothing", tree.Block: "s_block",
    tree.Declaration: "s_declaration", tree.If: "s_if", tree.Loop: "s_loop", tree.Each: "s_each",
    tree.Switch: "s_switch", tree.With: "s_with", tree.Try: "s_try", tree.Jump: "s_jump",
    tree.Unparsed: "s_unparsed",
}  # fmt: skip
"""The methods that lower each kind of statement."""


# Programs -------------------------------------------------------------------------------------------------------------


def lower(top: tree.Block, page: Page | None = None) -> ir.Program:
    """Lower the code of a page."""
    page = page or Page()
    scope = Scope()
    scopes = scopes_of(top.statements, scope)
    note_names(page, scope, scopes)
    body = Body(page, scope, scopes)
    body.declare(scope.functions)
    body.statements(top.statements)
    main = ir.Proc("", [], body.builder.finish(), body.registers.count, unit=page.unit)
    finish(page)
    evaluator = {**OBJECTS["js.eval"], TEXTS: Body(page, scope, scopes).text_scope()}
    variables = frozenset(scope.names) - {each.name for each in scope.functions}
    return ir.Program(main, page.handed_out(), {}, variables, {**OBJECTS, "js.eval": evaluator})


def declared(top: tree.Block) -> tuple[list[str], list[str]]:
    """Return the functions and the other names that the code of a page declares."""
    scope = Scope()
    page = Page()
    note_names(page, scope, scopes_of(top.statements, scope))
    functions = [each.name for each in scope.functions]
    return functions, [name for name in page.names if name not in functions]


def finish(page: Page) -> None:
    """Lower the functions that were found."""
    while page.waiting:
        proc, body = page.waiting.pop()
        assert isinstance(body, Body)
        body.function(proc)


def note_names(page: Page, scope: Scope, scopes: Scopes) -> None:
    """Note the names of the page: those that it declares, and those that code assigns to without a declaration."""
    page.names |= scope.names
    page.names |= dict.fromkeys(sorted(scope.assigned))
    for each in scopes.values():
        page.names |= dict.fromkeys(sorted(name for name in each.assigned if _is_page_name(each, name)))


def _is_page_name(scope: Scope, name: str) -> bool:
    each: Scope | None = scope
    while each is not None and each.function is not None:
        if name in each.names or name == each.own_name:
            return False
        each = each.outer
    return True


def lower_text(top: tree.Block, where: TextScope | None) -> tuple[ir.Proc, list[ir.Proc]]:
    """Lower a text that is run where the code sees some names; ``None``: those of the page alone."""
    page = where.page if where is not None else Page()
    visible = Scope(where.scope.function, where.scope.outer) if where is not None else Scope()
    visible.names = dict.fromkeys(where.locals) if where is not None else {}
    scope = Scope(visible.function, visible)
    scopes = scopes_of(top.statements, scope)
    body = Body(page, scope, scopes)
    if where is not None:
        body = where.around.inside(scope, where.chain)  # type: ignore[assignment]
        body.page, body.scopes = page, scopes
        body.links, body.locals, body.registers = [*where.links], where.locals, Registers(where.registers.count)
        body.builder = Builder(body.registers)
        body.scope = where.scope
    if where is None or where.scope.function is None:
        note_names(page, scope, scopes)
    else:
        _keep_captured(body, visible)
        _declare_names(body, scope)
    body.completion = body.registers.new()
    body.builder.write(ir.Local(body.completion), ir.Const(EMPTY))
    body.declare(scope.functions)
    body.statements(top.statements)
    proc = ir.Proc("eval", [], body.builder.finish(), body.registers.count, unit=page.unit)
    proc.kind = str(body.completion)
    finish(page)
    return proc, [*page.handed_out().values()]


def _keep_captured(body: Body, scope: Scope) -> None:
    """Give the functions of a text copies of the variables that they see and that are registers of its function."""
    seen = [name for name in body.locals if name in scope.captured]
    if not seen:
        return
    slot = body.registers.new()
    body.builder.write(ir.Local(slot), ir.Pure(body.rows["js", "make-box"], []))
    for name in seen:
        value = ir.Load(ir.Local(body.locals[name], name))
        body.builder.write(ir.Property(ir.Load(ir.Local(slot)), ir.Const(name)), value)
    body.chain.append(Link(slot, frozenset(seen)))


def _declare_names(body: Body, scope: Scope) -> None:
    """Let the names that a text declares be names of the function that runs it."""
    kept = [each for each in body.chain if each.is_of_texts]
    for name in scope.names:
        if name not in body.locals and not any(each.names and name in each.names for each in body.links) and kept:
            place = ir.Property(ir.Load(ir.Local(kept[-1].slot)), ir.Const(name))
            body.builder.write(place, ir.Load(place))
