"""Lowering of VBScript to the core language."""

from __future__ import annotations

from typing import Any

from webshellhunt.core import ir
from webshellhunt.core.values import EMPTY
from webshellhunt.lang import tree as T
from webshellhunt.library.rows import CONSTANTS, INTRINSICS, ROWS

_OPERATORS = {"=<": "<=", "=>": ">=", "==": "=", "><": "<>"}
_SPECIAL = frozenset({"execute", "executeglobal", "eval", "getref", "createobject"})


class Scope:
    """Where names are looked up: the locals of a procedure, its class, the page."""

    def __init__(self, page: PageScope, owner: ir.Class | None = None) -> None:
        self.page = page
        self.owner = owner
        self.locals: dict[str, int] = {}
        self.result = ""
        self.slots = 4


class PageScope:
    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.procs: dict[str, ir.Proc] = {}
        self.classes: dict[str, ir.Class] = {}


class Builder:
    """Blocks of one procedure."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.blocks: list[ir.Block] = []
        self.resumes = False
        self.loops: list[tuple[str, ir.Block]] = []
        self.withs: list[int] = []
        self.now: ir.Block | None = None
        self.place(ir.Block())

    # Blocks

    def place(self, block: ir.Block) -> ir.Block:
        if self.now is not None and getattr(self, "open", False):
            self.end(ir.Jump(block))  # type: ignore[arg-type]
        block.resumes = self.resumes
        self.blocks.append(block)
        self.now, self.open = block, True
        return block

    def end(self, how: Any) -> None:
        if self.open:
            self.now.end = how
            self.open = False

    def add(self, instruction: Any) -> None:
        if not self.open:
            self.place(ir.Block())
        self.now.code.append(instruction)

    def temp(self) -> int:
        self.scope.slots += 1
        return self.scope.slots - 1

    def finish(self) -> list[ir.Block]:
        self.end(ir.Return())
        number = {id(block): at for at, block in enumerate(self.blocks)}
        for block in self.blocks:
            for name in ("to", "yes", "no", "body", "done"):
                target = getattr(block.end, name, None)
                if isinstance(target, ir.Block):
                    setattr(block.end, name, number[id(target)])
        return self.blocks

    def resize(self, place: ir.Place, bounds: list[ir.Expr], *, keeps: bool = False) -> ir.Expr:
        old: ir.Expr = ir.Load(place) if keeps else ir.Const(None)
        return ir.Write(place, ir.Pure(ROWS["", "resize"], [old, *bounds]))

    # Names

    def place_of(self, name: str) -> ir.Place | None:
        scope = self.scope
        if name in scope.locals:
            return ir.Local(scope.locals[name], name)
        owner = scope.owner
        if owner is not None and (name in owner.fields or name in owner.getters or name in owner.setters):
            return ir.Field(ir.Load(ir.Local(2)), name)
        if name in scope.page.variables:
            return ir.Global(name)
        return None

    def name(self, node: T.Name) -> ir.Expr:
        name, scope = node.text.lower(), self.scope
        if name == "me":
            return ir.Load(ir.Local(2))
        place = self.place_of(name)
        if place is not None:
            return ir.Load(place, node.start)
        if scope.owner is not None and name in scope.owner.methods:
            return ir.Call(ir.Field(ir.Load(ir.Local(2)), name), [], node.start)
        if name in scope.page.procs:
            return ir.Call(name, [], node.start)
        if name in CONSTANTS:
            return ir.Const(CONSTANTS[name])
        if name in INTRINSICS:
            return ir.Const(INTRINSICS[name])
        if ("", name) in ROWS:
            return ir.Pure(ROWS["", name], [], node.start)
        return ir.Load(ir.Global(name), node.start)

    # Expressions

    def expression(self, node: T.Node | None) -> ir.Expr:
        if node is None:
            return ir.Const(EMPTY)
        method = getattr(self, "x_" + node.__class__.__name__.lower(), None)
        if method is None:
            return ir.Pure(ROWS["", "unparsed"], [self.expression(each) for each in node.children()], node.start)
        made = method(node)
        if getattr(made, "key", made) is None and not isinstance(node, T.Literal):
            made.key = node
        return made

    def x_literal(self, node: T.Literal) -> ir.Expr:
        return ir.Const(EMPTY if node.kind == "empty" else node.value)

    def x_name(self, node: T.Name) -> ir.Expr:
        return self.name(node)

    def x_argument(self, node: T.Argument) -> ir.Expr:
        return self.expression(node.value)

    def x_member(self, node: T.Member) -> ir.Expr:
        return ir.Load(ir.Field(self.subject(node), node.name.lower(), node.end - 1), node.end - 1)

    def subject(self, node: T.Member) -> ir.Expr:
        if node.subject is None:
            return ir.Load(ir.Local(self.withs[-1])) if self.withs else ir.Const(EMPTY)
        return self.expression(node.subject)

    def x_call(self, node: T.Call) -> ir.Expr:
        callee = node.callee
        if isinstance(callee, T.Member):
            field = ir.Field(self.subject(callee), callee.name.lower(), callee.end - 1)
            return ir.Call(field, self.arguments(node.arguments), callee.end - 1)
        if not isinstance(callee, T.Name):
            return ir.Load(ir.Item(self.expression(callee), self.plain(node.arguments), node.start), node.start)
        name, scope = callee.text.lower(), self.scope
        is_own = (
            name == scope.result and name in scope.page.procs and node.has_brackets and scope.page.procs[name].params
        )
        place = None if is_own else self.place_of(name)
        if place is not None:
            if isinstance(place, ir.Field):
                return ir.Call(place, self.arguments(node.arguments), callee.start)
            if not node.arguments:
                return ir.Load(place, callee.start)
            return ir.Load(ir.Item(ir.Load(place), self.plain(node.arguments), callee.start), callee.start)
        if scope.owner is not None and name in scope.owner.methods:
            return ir.Call(ir.Field(ir.Load(ir.Local(2)), name), self.arguments(node.arguments), callee.start)
        if name in scope.page.procs:
            return ir.Call(name, self.arguments(node.arguments), callee.start)
        if name == "erase" and len(node.arguments) == 1:
            self.add(self.resize(self.target(node.arguments[0]), []))
            return ir.Const(EMPTY)
        if name in _SPECIAL:
            call = ir.Call(name, [ir.Arg(each) for each in self.plain(node.arguments)], callee.start)
            call.scope = Scope(scope.page) if name == "executeglobal" else scope
            return call
        if name in INTRINSICS:
            value = ir.Const(INTRINSICS[name])
            keys = self.plain(node.arguments)
            return ir.Load(ir.Item(value, keys, callee.start), callee.start) if keys else value
        if ("", name) in ROWS:
            return ir.Pure(ROWS["", name], self.plain(node.arguments), callee.start)
        if not node.has_brackets or node.arguments:
            return ir.Call(name, self.arguments(node.arguments), callee.start)
        return ir.Call(name, [], callee.start)

    def plain(self, nodes: list[T.Node]) -> list[ir.Expr]:
        return [self.expression(each) for each in nodes]

    def arguments(self, nodes: list[T.Node]) -> list[ir.Arg]:
        return [ir.Arg(self.expression(each), self.out(each)) for each in nodes]

    def out(self, node: T.Node) -> ir.Place | None:
        """Return the place that an argument by reference is."""
        if isinstance(node, T.Name) and node.text.lower() != "me":
            place = self.place_of(node.text.lower())
            if place is None and isinstance(self.name(node), ir.Load):
                return ir.Global(node.text.lower())
            return place if not isinstance(place, ir.Field) or place.name in self.scope.owner.fields else None
        if isinstance(node, T.Call) and isinstance(node.callee, T.Name) and node.arguments:
            value = self.x_call(node)
            return value.place if isinstance(value, ir.Load) else None
        return None

    def x_binary(self, node: T.Binary) -> ir.Expr:
        value = self.expression(node.operands[0])
        for name, operand in zip(node.operators, node.operands[1:], strict=True):
            value = ir.Op(_OPERATORS.get(name, name), [value, self.expression(operand)], operand.start)
        return value

    def x_unary(self, node: T.Unary) -> ir.Expr:
        name = {"-": "neg", "+": "plus"}.get(node.operator, node.operator)
        return ir.Op(name, [self.expression(node.operand)], node.start)

    def x_new(self, node: T.New) -> ir.Expr:
        name = node.type.name.lower() if node.type is not None else ""
        return ir.New(name, self.arguments(node.arguments), node.start)

    # Statements

    def statements(self, nodes: list[T.Node]) -> None:
        for node in nodes:
            method = getattr(self, "s_" + node.__class__.__name__.lower(), None)
            if method is not None:
                method(node)
            elif isinstance(node, T.Block):
                self.statements(node.statements)
            else:
                self.add(self.expression(node))

    def s_function(self, node: T.Function) -> None:
        pass

    s_class = s_function

    def s_declaration(self, node: T.Declaration) -> None:
        place = self.place_of(node.name.lower())
        if place is None:
            return
        if node.value is not None:
            self.add(ir.Write(place, self.expression(node.value), "copy", node.start))
        elif node.bounds is not None:
            self.add(self.resize(place, self.plain(node.bounds)))

    def s_redim(self, node: T.ReDim) -> None:
        target = self.target(node.target)
        self.add(self.resize(target, self.plain(node.bounds), keeps=node.is_preserved))

    def target(self, node: T.Node) -> ir.Place:
        if isinstance(node, T.Name):
            name = node.text.lower()
            if name == self.scope.result:
                return ir.Local(3, name)
            place = self.place_of(name)
            return place if place is not None else ir.Global(name)
        if isinstance(node, T.Member):
            return ir.Field(self.subject(node), node.name.lower(), node.end - 1)
        if isinstance(node, T.Call):
            if isinstance(node.callee, T.Member):
                field = ir.Field(self.subject(node.callee), node.callee.name.lower(), node.callee.end - 1)
                return ir.Item(ir.Load(field), self.plain(node.arguments), node.start)
            if isinstance(node.callee, T.Name):
                name = node.callee.text.lower()
                place = self.place_of(name)
                base = ir.Load(place) if place is not None else self.name(node.callee)
                return ir.Item(base, self.plain(node.arguments), node.start)
            return ir.Item(self.expression(node.callee), self.plain(node.arguments), node.start)
        return ir.Local(self.temp())

    def s_assign(self, node: T.Assign) -> None:
        value = self.expression(node.value)
        self.add(ir.Write(self.target(node.target), value, "object" if node.is_set else "copy", node.target.end - 1))

    def branch(self, test: T.Node, yes: ir.Block, no: ir.Block) -> None:
        while isinstance(test, T.Unary) and test.operator == "not":
            test, yes, no = test.operand, no, yes
        self.end(ir.Branch(self.expression(test), yes, no, test.start))  # type: ignore[arg-type]

    def s_if(self, node: T.If) -> None:
        yes, no, after = ir.Block(), ir.Block(), ir.Block()
        if not self.open:
            self.place(ir.Block())
        self.branch(node.test, yes, no if node.no is not None else after)
        self.place(yes)
        self.statements(node.yes.statements)
        if node.no is not None:
            self.end(ir.Jump(after))  # type: ignore[arg-type]
            self.place(no)
            self.statements(node.no.statements)
        self.place(after)

    def s_loop(self, node: T.Loop) -> None:
        head, body, after = ir.Block(), ir.Block(), ir.Block()
        if not node.is_tested_last:
            self.place(head)
            if node.test is None:
                self.end(ir.Jump(body))  # type: ignore[arg-type]
            else:
                self.branch(node.test, after if node.is_until else body, body if node.is_until else after)
        self.place(body)
        self.loops.append(("do", after))
        self.statements(node.body.statements)
        self.loops.pop()
        if node.is_tested_last and node.test is not None:
            self.place(head)
            self.branch(node.test, after if node.is_until else body, body if node.is_until else after)
        else:
            self.end(ir.Jump(body if node.is_tested_last else head))  # type: ignore[arg-type]
        self.place(after)

    def s_count(self, node: T.Count) -> None:
        head, body, after = ir.Block(), ir.Block(), ir.Block()
        target = self.target(node.target)
        self.add(ir.Write(target, self.expression(node.first), "copy", node.start))
        last, step = self.expression(node.last), self.expression(node.step) if node.step is not None else ir.Const(1)
        if not isinstance(last, ir.Const):
            slot = self.temp()
            self.add(ir.Write(ir.Local(slot), last, "copy", node.start))
            last = ir.Load(ir.Local(slot))
        if isinstance(step, ir.Op) and step.name == "neg" and isinstance(step.args[0], ir.Const):
            step = ir.Const(-step.args[0].value)
        if not isinstance(step, ir.Const):
            slot = self.temp()
            self.add(ir.Write(ir.Local(slot), step, "copy", node.start))
            step = ir.Load(ir.Local(slot))
        self.place(head)
        if isinstance(step, ir.Const):
            test = ir.Op("<=" if step.value >= 0 else ">=", [ir.Load(target), last], node.start)
        else:
            test = ir.Op("in-range", [ir.Load(target), last, step], node.start)
        self.end(ir.Branch(test, body, after, node.start))  # type: ignore[arg-type]
        self.place(body)
        self.loops.append(("for", after))
        self.statements(node.body.statements)
        self.loops.pop()
        self.add(ir.Write(target, ir.Op("+", [ir.Load(target), step], node.start), "copy", node.start))
        self.end(ir.Jump(head))  # type: ignore[arg-type]
        self.place(after)

    def s_each(self, node: T.Each) -> None:
        head, body, after, slot = ir.Block(), ir.Block(), ir.Block(), self.temp()
        self.add(
            ir.Write(
                ir.Local(slot), ir.Pure(ROWS["", "iterate"], [self.expression(node.items)], node.start), at=node.start
            )
        )
        self.place(head)
        self.end(ir.Next(slot, self.target(node.target), body, after, node.start))  # type: ignore[arg-type]
        self.place(body)
        self.loops.append(("for", after))
        self.statements(node.body.statements)
        self.loops.pop()
        self.end(ir.Jump(head))  # type: ignore[arg-type]
        self.place(after)

    def s_switch(self, node: T.Switch) -> None:
        slot, after = self.temp(), ir.Block()
        self.add(ir.Write(ir.Local(slot), self.expression(node.subject), "copy", node.start))
        subject = ir.Load(ir.Local(slot))
        bare = self.expression(node.subject)
        if isinstance(bare, ir.Load) and isinstance(bare.place, (ir.Local, ir.Global)):
            subject = bare
        for case in node.cases:
            body, other = ir.Block(), ir.Block()
            for pattern in case.patterns:
                following = ir.Block()
                value = self.expression(pattern.value)
                if pattern.last is not None:
                    last = self.expression(pattern.last)
                    test: ir.Expr = ir.Op("and", [ir.Op(">=", [subject, value]), ir.Op("<=", [subject, last])])
                else:
                    name = _OPERATORS.get(pattern.operator, pattern.operator)
                    test = ir.Op(name, [subject, value], pattern.start)
                self.end(ir.Branch(test, body, following, pattern.start))  # type: ignore[arg-type]
                self.place(following)
            if case.patterns:
                self.end(ir.Jump(other))  # type: ignore[arg-type]
            self.place(body)
            self.statements(case.body.statements)
            self.end(ir.Jump(after))  # type: ignore[arg-type]
            self.place(other)
        self.place(after)

    def s_with(self, node: T.With) -> None:
        slot = self.temp()
        self.add(ir.Write(ir.Local(slot), self.expression(node.subject), at=node.start))
        self.withs.append(slot)
        self.statements(node.body.statements)
        self.withs.pop()

    def s_onerror(self, node: T.OnError) -> None:
        self.resumes = node.goes_on
        self.add(ir.Pure(ROWS["", "clear-error"], []))
        self.end(ir.Jump(block := ir.Block()))  # type: ignore[arg-type]
        self.place(block)

    def s_jump(self, node: T.Jump) -> None:
        if node.kind == "exit" and node.label in ("for", "do"):
            for kind, after in reversed(self.loops):
                if kind == node.label:
                    self.end(ir.Jump(after))  # type: ignore[arg-type]
                    break
        elif node.kind in ("exit", "return", "end", "stop"):
            self.end(ir.Return())
        self.place(ir.Block()) if not self.open else None

    def s_unparsed(self, node: T.Unparsed) -> None:
        for each in node.found:
            self.add(self.expression(each))


# Programs -------------------------------------------------------------------------------------------------------------


def assigned(nodes: list[T.Node]) -> tuple[set[str], set[str]]:
    """Return the names that statements declare, and those that they assign to; functions and classes aside."""
    declared: set[str] = set()
    written: set[str] = set()
    stack = [*nodes]
    while stack:
        node = stack.pop()
        if isinstance(node, (T.Function, T.Class)):
            continue
        if isinstance(node, T.Declaration):
            declared.add(node.name.lower())
        target = getattr(node, "target", None)
        if isinstance(target, T.Name):
            written.add(target.text.lower())
        stack += node.children()
    return declared, written


def lower(top: T.Block, page: PageScope | None = None) -> ir.Program:
    """Lower a page; ``page`` has what earlier code of it declares."""
    page = page or PageScope()
    declared, written = assigned(top.statements)
    page.variables |= declared | written
    functions = [each for each in T.walk(top) if isinstance(each, T.Function)] if top.statements else []
    classes = [each for each in top.statements if isinstance(each, T.Class)]
    inside = {id(member) for each in classes for member in each.members}
    for node in functions:
        if id(node) not in inside:
            page.procs[node.name.lower()] = ir.Proc(node.name.lower())
    page.variables -= page.procs.keys()
    for node in classes:
        symbol = page.classes[node.name.lower()] = ir.Class(node.name.lower())
        for member in node.members:
            if isinstance(member, T.Declaration):
                symbol.fields.append(member.name.lower())
                if member.bounds is not None:
                    symbol.sizes[member.name.lower()] = [getattr(each, "value", 0) for each in member.bounds]
            elif isinstance(member, T.Function):
                kind = {"get": symbol.getters, "let": symbol.setters, "set": symbol.setters}.get(
                    member.kind, symbol.methods
                )
                kind[member.name.lower()] = ir.Proc(member.name.lower())
                if "default" in member.modifiers:
                    symbol.default = member.name.lower()
    for node in functions:
        if id(node) not in inside:
            lower_function(node, page, None, page.procs[node.name.lower()])
    for node in classes:
        symbol = page.classes[node.name.lower()]
        for member in node.members:
            if isinstance(member, T.Function):
                kind = {"get": symbol.getters, "let": symbol.setters, "set": symbol.setters}.get(
                    member.kind, symbol.methods
                )
                lower_function(member, page, symbol, kind[member.name.lower()])
    main = Builder(Scope(page))
    main.statements(top.statements)
    blocks = main.finish()
    return ir.Program(ir.Proc("", [], blocks, main.scope.slots), page.procs, page.classes, frozenset(page.variables))


def lower_function(node: T.Function, page: PageScope, owner: ir.Class | None, proc: ir.Proc) -> None:
    scope = Scope(page, owner)
    for each in node.parameters:
        scope.locals[each.name.lower()] = scope.slots
        scope.slots += 1
    proc.params = [ir.Param(each.name.lower(), each.by == "ref") for each in node.parameters]
    name = node.name.lower()
    if node.kind in ("function", "get"):
        scope.result = name
        scope.locals[name] = 3
    body = node.body.statements if node.body is not None else []
    declared, written = assigned(body)
    for each in sorted(declared | written):
        known = each in page.variables or (owner is not None and (each in owner.fields or each in owner.setters))
        if each not in scope.locals and (each in declared or not known):
            scope.locals[each] = scope.slots
            scope.slots += 1
    builder = Builder(scope)
    builder.statements(body)
    proc.blocks, proc.slots, proc.kind, proc.owner = builder.finish(), scope.slots, node.kind, owner


def lower_text(top: T.Block, scope: Scope, *, is_expression: bool) -> tuple[ir.Proc, list[ir.Proc]]:
    """Lower a text that is run in a scope; its new names are variables of the page where the scope is the page's."""
    page = scope.page
    fresh = lower_declarations(top, page)
    declared, written = assigned(top.statements)
    if not scope.locals:
        page.variables |= (declared | written) - page.procs.keys()
    inner = Scope(page, scope.owner)
    inner.locals, inner.result, inner.slots = dict(scope.locals), scope.result, max(scope.slots, 4)
    if scope.locals:
        for each in declared | written:
            if each not in inner.locals and each not in page.variables:
                inner.locals[each] = inner.slots
                inner.slots += 1
    builder = Builder(inner)
    if is_expression and top.statements:
        node = top.statements[0]
        slot = builder.temp()
        if isinstance(node, T.Assign):  # ``a = b`` is a comparison
            value: ir.Expr = ir.Op("=", [builder.expression(node.target), builder.expression(node.value)], node.start)
        else:
            value = builder.expression(node)
        builder.add(ir.Write(ir.Local(slot), value, at=node.start))
        proc = ir.Proc("eval", [], builder.finish(), inner.slots)
        proc.kind = str(slot)
    else:
        builder.statements(top.statements)
        proc = ir.Proc("execute", [], builder.finish(), inner.slots)
    if scope.locals:
        scope.locals.update(inner.locals)
        scope.slots = inner.slots
    return proc, fresh


def lower_declarations(top: T.Block, page: PageScope) -> list[ir.Proc]:
    functions = [each for each in top.statements if isinstance(each, T.Function)]
    for node in functions:
        page.procs[node.name.lower()] = ir.Proc(node.name.lower())
        page.variables.discard(node.name.lower())
    for node in functions:
        lower_function(node, page, None, page.procs[node.name.lower()])
    classes = [each for each in top.statements if isinstance(each, T.Class)]
    if classes:
        lower(T.Block(0, 0, classes), page)
    return [page.procs[node.name.lower()] for node in functions]
