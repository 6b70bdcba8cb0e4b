"""Lowering of JScript to the core language.

A variable that a function inside captures is an entry of a *box*, an object that each call of its function makes; all
others are registers, those of the page entries of the page's table. The object of a ``with``, and the names that texts
declare in a function that runs some, are looked up when the code runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from webshellhunt.core import ir
from webshellhunt.core.properties import TEXTS
from webshellhunt.core.script_values import NAN
from webshellhunt.core.values import EMPTY, Func, Ref
from webshellhunt.lang import tree as T
from webshellhunt.library.rows import INTRINSICS, ROWS
from webshellhunt.library.script_objects import CONSTANTS, OBJECTS, STATICS
from webshellhunt.lower.builder import Builder, Registers
from webshellhunt.lower.script_scopes import ARGUMENTS, Scope, Scopes, scopes_of

UNIT = 1
_BINARY = {
    "+": "add-js", "-": "sub-js", "*": "mul-js", "/": "div-js", "%": "mod-js", "&": "and-js", "|": "or-js",
    "^": "xor-js", "<<": "shl-js", ">>": "shr-js", ">>>": "ushr-js", "<": "lt-js", ">": "gt-js", "<=": "le-js",
    ">=": "ge-js", "==": "eq-js", "!=": "ne-js", "===": "eq-strict-js", "!==": "ne-strict-js", "in": "in-js",
}  # fmt: skip
_UNARY = {"-": "neg-js", "+": "num-js", "~": "inv-js", "!": "not-js", "typeof": "typeof-js"}
_TRUTHS = frozenset({"<", ">", "<=", ">=", "==", "!=", "===", "!==", "in"})
_NEGATIVE = frozenset({"!=", "!=="})
_CONTAINS = {(">=", 0): True, (">", -1): True, ("!=", -1): True, ("!==", -1): True,
             ("<", 0): False, ("==", -1): False, ("===", -1): False, ("<=", -1): False}  # fmt: skip
_PLACES = frozenset({"indexOf", "search"})
_REQUEST = frozenset({"form", "querystring", "cookies", "servervariables", "item", "params"})
_NO_LOOP = -2
"""Instead of the block of the next turn: a statement that a ``break`` leaves by its label alone."""
_CHAIN = 16
"""So many operands are joined in one expression; what is before goes to a temporary."""
_MOST_COPIES = 24
"""The copies of ``finally`` in one procedure, one for each way out of its ``try``."""


@dataclass(slots=True)
class Link:
    """An object in which names are looked up: its register, and its names, ``None`` where they are not known.

    ``is_of_texts``: it has what texts declare that a function runs.
    """

    slot: int
    names: frozenset[str] | None
    is_of_texts: bool = False


@dataclass(slots=True)
class Around:
    """A statement that is open: its labels, the block after it and that of its next turn, -1 for none."""

    names: tuple[str, ...]
    out: int
    again: int
    finals: int
    links: int


@dataclass(slots=True)
class Final:
    """A ``finally`` that the code around it passes on its way out."""

    body: T.Block
    handler: int
    caught: int
    around: int


class Page:
    """What all code of a page shares: its procedures by name, and the names of the page."""

    def __init__(self, others: Mapping[str, ir.Place | str] | None = None) -> None:
        self.others = others or {}
        """Variables and procedures of the page's other languages, by their names in lower case."""
        self.names: dict[str, None] = {}
        self.procs: dict[str, ir.Proc] = {}
        self.waiting: list[tuple[ir.Proc, Scope, list[Link], Scopes]] = []

    def copy(self) -> Page:
        """Return the names for one run, whose texts may add some."""
        page = Page(self.others)
        page.names, page.procs = dict(self.names), dict(self.procs)
        return page

    def proc(self, name: str) -> ir.Proc:
        """Return a new procedure, whose name nothing else has."""
        key, n = name or "anonymous", 1
        while key in self.procs or key in self.others:
            n += 1
            key = f"{name or 'anonymous'}#{n}"
        made = self.procs[key] = ir.Proc(key, unit=UNIT)
        return made

    def finish(self) -> None:
        """Lower the functions that were found."""
        while self.waiting:
            proc, scope, chain, scopes = self.waiting.pop()
            Body(self, scope, scopes, chain).function(proc)


@dataclass(slots=True)
class TextScope:
    """Where a text that code runs is read: the names that the code sees there."""

    page: Page
    scope: Scope
    registers: Registers
    locals: dict[str, int]
    chain: list[Link]
    links: list[Link]

    def of(self, page: Page) -> TextScope:
        """Return the same for a page with other names."""
        return replace(self, page=page)


@dataclass(slots=True)
class Found:
    """What a name is: objects that may have it, innermost first, and where it is otherwise."""

    links: list[int]
    place: ir.Place | None
    value: ir.Expr | None = None
    text: str = field(default="")


class Body:
    """Lowers the code of one procedure."""

    def __init__(self, page: Page, scope: Scope, scopes: Scopes, chain: Sequence[Link] = ()) -> None:
        self.page = page
        self.scope = scope
        self.scopes = scopes
        self.chain = [*chain]
        """Objects with names around the function, the innermost last."""
        self.links: list[Link] = []
        """Those that the function made itself."""
        self.locals: dict[str, int] = {}
        self.registers = Registers()
        self.builder = Builder(self.registers)
        self.around: list[Around] = []
        self.finals: list[Final] = []
        self.copies = 0
        self.completion = 0
        """The register of the value of the last statement, 0 for none."""
        self._is_blocky: dict[T.Node, bool] = {}
        self._pure: dict[T.Node, frozenset[str] | None] = {}

    # Procedures -------------------------------------------------------------------------------------------------------

    def function(self, proc: ir.Proc) -> None:
        """Lower a function."""
        scope, function = self.scope, self.scope.function
        assert function is not None  # noqa: S101 - the page is no function
        proc.kind = "function"
        proc.params = [ir.Param(each.name) for each in function.parameters]
        for each in function.parameters:
            self.locals[each.name] = self.registers.new()
        self._chain(proc)
        if scope.own_name and scope.own_name not in scope.names:
            self.locals[scope.own_name] = proc.itself = self.registers.new()
        if ARGUMENTS not in scope.names and (ARGUMENTS in scope.used or scope.has_eval):
            self.locals[ARGUMENTS] = proc.rest = self.registers.new()
            proc.rest_kind = "arguments"
            proc.itself = proc.itself or self.registers.new()
        self.itself = proc.itself
        for name in scope.names:
            if name not in self.locals and name not in scope.captured:
                self.locals[name] = self.registers.new()
        self._box()
        self._declare(scope.functions)
        self.statements(function.body.statements if function.body is not None else [])
        proc.blocks, proc.slots = self.builder.finish(), self.registers.count

    itself = 0

    def _chain(self, proc: ir.Proc) -> None:
        """Give the objects that the function has captured registers."""
        for each in self.chain:
            each.slot = self.registers.new()
        proc.boxes = tuple(each.slot for each in self.chain)
        if self.scope.has_eval:
            slot = self.registers.new()
            self.builder.write(ir.Local(slot), ir.Pure(ROWS["js", "make-box"], []))
            self.chain.append(Link(slot, None, is_of_texts=True))

    def _box(self) -> None:
        """Make the object with the variables that functions inside see."""
        captured = [name for name in (*self.scope.names, self.scope.own_name) if name in self.scope.captured]
        if not captured:
            return
        slot = self.registers.new()
        self.builder.write(ir.Local(slot), ir.Pure(ROWS["js", "make-box"], []))
        self.links.append(Link(slot, frozenset(captured)))
        for name in captured:
            if name in self.locals:
                local = ir.Load(ir.Local(self.locals.pop(name), name))
                self.builder.write(ir.Property(ir.Load(ir.Local(slot)), ir.Const(name)), local)

    def _declare(self, functions: Sequence[T.Function]) -> None:
        """Declare functions, which happens before any other code."""
        last = {each.name: each for each in functions}
        for each in last.values():
            found = self.find(each.name)
            if found.links and self.completion:
                self._assign_dynamically(found, self.builder.hold(self.closure(each)), each.start)
            elif found.place is not None:
                self.builder.write(found.place, self.closure(each), at=each.start)

    def closure(self, node: T.Function) -> ir.Expr:
        """Return a function as a value."""
        proc = self.page.proc(node.name)
        links = [*self.chain, *self.links]
        self.page.waiting.append((proc, self.scopes[node], [Link(0, each.names, each.is_of_texts) for each in links], self.scopes))
        return ir.Lambda(proc, tuple(each.slot for each in links), node.start)

    # Names ------------------------------------------------------------------------------------------------------------

    def find(self, name: str) -> Found:
        """Return what a name is."""
        dynamic: list[int] = []
        is_known = name in CONSTANTS and name not in self.page.names
        for each in reversed(self.links):
            if each.names is None:
                dynamic.append(each.slot)
            elif name in each.names and name not in self.locals:
                return Found(dynamic, ir.Property(ir.Load(ir.Local(each.slot)), ir.Const(name)), text=name)
        if name in self.locals:
            return Found(dynamic, self._local(name), text=name)
        for each in reversed(self.chain):
            if each.names is None:
                dynamic += [] if is_known and each.is_of_texts else [each.slot]
            elif name in each.names:
                return Found(dynamic, ir.Property(ir.Load(ir.Local(each.slot)), ir.Const(name)), text=name)
        if name not in self.page.names:
            value = _built_in(name)
            if value is not None:
                return Found(dynamic, ir.Global(name), value, name)
            other = self.page.others.get(name.lower())
            if other is not None:
                is_proc = isinstance(other, str)
                return Found(dynamic, *((ir.Global(name), ir.Const(Func(other))) if is_proc else (other, None)), name)  # type: ignore[arg-type]
        return Found(dynamic, ir.Global(name), text=name)

    def _local(self, name: str) -> ir.Place:
        scope = self.scope
        if scope.function is not None and scope.shares and ARGUMENTS in self.locals:
            for n, each in enumerate(scope.function.parameters):
                if each.name == name:
                    items = ir.Load(ir.Local(self.locals[ARGUMENTS]))
                    return ir.Property(items, ir.Const(f"\0p{n}"))
        return ir.Local(self.locals[name], name)

    def read(self, name: str, at: int) -> ir.Expr:
        """Return the value of a name."""
        found = self.find(name)
        value: ir.Expr = found.value if found.value is not None else ir.Load(found.place, at)  # type: ignore[arg-type]
        is_declared = not isinstance(found.place, ir.Global) or name in self.page.names or found.value is not None
        for slot in reversed(found.links):
            subject = ir.Load(ir.Local(slot))
            inner = ir.Load(ir.Property(subject, ir.Const(name), at), at)
            value = ir.Cond(self._offers(slot, name, is_declared=is_declared), inner, value, at)
        return value

    def _offers(self, slot: int, name: str, *, is_declared: bool) -> ir.Expr:
        return ir.Op("has-name-js", [ir.Load(ir.Local(slot)), ir.Const(name), ir.Const(is_declared)])

    def is_free(self, name: str) -> bool:
        """True if a name is one of the language's, and nothing of the page is called so."""
        found = self.find(name)
        return isinstance(found.place, ir.Global) and name not in self.page.names

    def _is_plainly_free(self, name: str) -> bool:
        """True if a name is one of the language's, whatever the objects of ``with`` have."""
        return self.is_free(name) and not self.find(name).links

    # Expressions ------------------------------------------------------------------------------------------------------

    def expression(self, node: T.Node | None) -> ir.Expr:
        """Lower an expression."""
        if node is None:
            return ir.Const(EMPTY)
        lower = _EXPRESSIONS.get(node.__class__)
        if lower is None:
            return ir.Pure(ROWS["", "unparsed"], self.operands([*node.children()]), node.start)
        made = lower(self, node)
        if made.__class__ in _KEYED and made.key is None:
            made.key = node
        return made

    def operands(self, nodes: Sequence[T.Node]) -> list[ir.Expr]:
        """Lower expressions that are evaluated in turn."""
        last = max((n for n, each in enumerate(nodes) if self.is_blocky(each)), default=-1)
        found: list[ir.Expr] = []
        for n, each in enumerate(nodes):
            value = self.expression(each)
            found.append(self.builder.hold(value, at=each.start) if n < last else value)
        return found

    def is_blocky(self, node: T.Node) -> bool:
        """True if an expression needs blocks of its own."""
        known = self._is_blocky.get(node)
        if known is not None:
            return known
        order: list[T.Node] = []
        stack = [node]
        while stack:
            each = stack.pop()
            order.append(each)
            if not isinstance(each, (T.Lambda, T.Function)):
                stack += each.children()
        memo = self._is_blocky
        for each in reversed(order):
            if each not in memo:
                is_leaf = isinstance(each, (T.Lambda, T.Function))
                memo[each] = self._needs_blocks(each) or (
                    not is_leaf and any(memo.get(child, False) for child in each.children())
                )
        return memo[node]

    def _needs_blocks(self, node: T.Node) -> bool:
        if isinstance(node, T.Conditional):
            return not self._is_plain_choice(node)
        if isinstance(node, T.Binary):
            if node.operators[0] in ("&&", "||"):
                return not self._is_simple_logic(node)
            return len(node.operands) > _CHAIN
        if isinstance(node, T.Items) and node.form is T.Form.COMMA:
            return len(node.items) > _CHAIN
        if self._is_dynamic():
            if isinstance(node, T.Call):
                return isinstance(node.callee, T.Name)
            return isinstance(node, (T.Assign, T.Unary))
        return False

    def _is_dynamic(self) -> bool:
        return any(each.names is None for each in (*self.chain, *self.links))

    def _is_plain_choice(self, node: T.Conditional) -> bool:
        """True if both sides of a choice can be evaluated whatever the condition says."""
        test, yes, no = map(self.pure_names, (node.test, node.yes, node.no))
        return test is not None and yes is not None and no is not None and test.isdisjoint(yes | no)

    def _is_simple_logic(self, node: T.Binary) -> bool:
        return all(self.pure_names(each) is not None for each in node.operands) and len(node.operands) <= _CHAIN

    def pure_names(self, node: T.Node) -> frozenset[str] | None:
        """Return the names that an expression without effects reads, ``None`` for one with effects."""
        if node not in self._pure:
            self._pure[node] = self._pure_names(node)
        return self._pure[node]

    def _pure_names(self, node: T.Node) -> frozenset[str] | None:
        if isinstance(node, T.Name):
            return frozenset((node.text,))
        if isinstance(node, T.Literal):
            return frozenset()
        is_pure = (
            isinstance(node, (T.Member, T.Index, T.Binary, T.Conditional, T.Items, T.Test, T.Pattern, T.TypeName))
            or (isinstance(node, T.Unary) and node.operator in _UNARY)
            or _is_question(node)
        )
        if not is_pure:
            return None
        names: frozenset[str] = frozenset()
        for each in node.children():
            inner = self.pure_names(each)
            if inner is None:
                return None
            names |= inner
        return names

    def x_literal(self, node: T.Literal) -> ir.Expr:
        if node.kind == "pattern":
            source, _, flags = str(node.value)[1:].rpartition("/")
            return ir.Pure(ROWS["js", "regexp"], [ir.Const(source), ir.Const(flags)], node.start)
        return ir.Const(EMPTY if node.kind == "empty" else node.value)

    def x_name(self, node: T.Name) -> ir.Expr:
        if node.text == "this":
            return ir.Op("this-js", [], node.start)
        return self.read(node.text, node.start)

    def x_argument(self, node: T.Argument) -> ir.Expr:
        return self.expression(node.value)

    def x_member(self, node: T.Member) -> ir.Expr:
        return ir.Load(self.property(node), node.end - 1)

    def x_index(self, node: T.Index) -> ir.Expr:
        return ir.Load(self.property(node), node.start)

    def property(self, node: T.Member | T.Index) -> ir.Place:
        """Return the place of a member."""
        if isinstance(node, T.Member):
            if self._is_callee(node):
                return ir.Local(self.itself)
            base = self.expression(node.subject)
            if isinstance(base, ir.Const) and base.value.__class__ is Ref and base.value.oid in INTRINSICS:
                return ir.Field(base, node.name.lower(), node.end - 1)
            return ir.Property(base, ir.Const(node.name), node.end - 1)
        subject, *keys = self.operands([node.subject, *node.arguments])
        return ir.Property(subject, keys[-1] if keys else ir.Const(EMPTY), node.start)

    def _is_callee(self, node: T.Node) -> bool:
        """True for ``arguments.callee``."""
        if not (isinstance(node, T.Member) and node.name == "callee" and self.itself):
            return False
        return isinstance(node.subject, T.Name) and node.subject.text == ARGUMENTS

    def x_items(self, node: T.Items) -> ir.Expr:
        if node.form is not T.Form.COMMA:
            return ir.Pure(ROWS["js", "make-list"], self.operands(node.items), node.start)
        if len(node.items) > _CHAIN:
            for each in node.items[:-1]:
                self.builder.add(self.expression(each))
            return self.expression(node.items[-1])
        *before, last = self.operands(node.items)
        value = last
        for each in reversed(before):
            value = ir.Let(self.registers.new(), each, value)
        return value

    def x_entries(self, node: T.Entries) -> ir.Expr:
        values = self.operands([each.value for each in node.entries])
        args: list[ir.Expr] = []
        for each, value in zip(node.entries, values, strict=True):
            key = each.key
            name = key.text if isinstance(key, T.Name) else getattr(key, "value", None)
            args += [ir.Const(name), value]
        return ir.Pure(ROWS["js", "make-object"], args, node.start)

    def x_lambda(self, node: T.Lambda) -> ir.Expr:
        return self.closure(node.function)

    def x_unary(self, node: T.Unary) -> ir.Expr:
        word, operand = node.operator, node.operand
        if word in ("++", "--"):
            return self._step(node)
        if word == "!":
            return ir.Op("not-js", [self.truth(operand)], node.start)
        if word == "void":
            return ir.Let(self.registers.new(), self.expression(operand), ir.Const(EMPTY))
        if word == "delete":
            if not isinstance(operand, (T.Member, T.Index)):
                return ir.Let(self.registers.new(), self.expression(operand), ir.Const(value=True))
            place = self.property(operand)
            if not isinstance(place, ir.Property):
                return ir.Const(value=True)
            return ir.Op("delete-js", [place.base, place.name], node.start)
        name = _UNARY.get(word)
        if name == "neg-js" and isinstance(operand, T.Literal) and operand.value.__class__ in (int, float):
            return ir.Const(-operand.value)  # type: ignore[operator]
        value = self.expression(operand)
        return value if name is None else ir.Op(name, [value], node.start)

    def _step(self, node: T.Unary) -> ir.Expr:
        """``x++`` and ``--x``."""
        name = "add-js" if node.operator == "++" else "sub-js"
        if self._is_set_dynamically(node.operand):
            found = self.find(node.operand.text)  # type: ignore[attr-defined]
            old = self.builder.hold(ir.Op("num-js", [self.read(found.text, node.start)]))
            new = self.builder.hold(ir.Op(name, [old, ir.Const(1)], node.start))
            self._assign_dynamically(found, new, node.start)
            return old if node.is_postfix else new
        place, wrap = self.steady(self.target(node.operand))
        if not node.is_postfix:
            old = ir.Op("num-js", [ir.Load(place, node.start)], node.start)
            return wrap(ir.Write(place, ir.Op(name, [old, ir.Const(1)], node.start), at=node.start))
        slot = self.registers.new()
        held = ir.Load(ir.Local(slot))
        write = ir.Write(place, ir.Op(name, [held, ir.Const(1)], node.start), at=node.start)
        old = ir.Op("num-js", [ir.Load(place, node.start)], node.start)
        return wrap(ir.Let(slot, old, ir.Let(self.registers.new(), write, held)))

    def x_binary(self, node: T.Binary) -> ir.Expr:
        if node.operators[0] in ("&&", "||"):
            return self._logic(node)
        special = self._kind_test(node) or self._contains(node)
        if special is not None:
            return special
        operands = self.operands(node.operands[:_CHAIN])
        value = operands[0]
        for name, operand in zip(node.operators, operands[1:], strict=False):
            value = self._joined(name, value, operand, node.start)
        for n, each in enumerate(node.operands[_CHAIN:], _CHAIN):
            if not n % _CHAIN or self.is_blocky(each):
                value = self.builder.hold(value)
            value = self._joined(node.operators[n - 1], value, self.expression(each), node.start)
        return value

    def _joined(self, name: str, left: ir.Expr, right: ir.Expr, at: int) -> ir.Expr:
        return ir.Op(_BINARY.get(name, "add-js"), [left, right], at)

    def _kind_test(self, node: T.Binary) -> ir.Expr | None:
        """Lower ``typeof x == "word"``."""
        if len(node.operands) != 2 or node.operators[0] not in ("==", "===", "!=", "!=="):
            return None
        question, word = node.operands
        if isinstance(question, T.Literal):
            question, word = word, question
        if not (isinstance(question, T.Unary) and question.operator == "typeof" and isinstance(word, T.Literal)):
            return None
        test = ir.Op("is-kind-js", [self.expression(question.operand), ir.Const(word.value)], node.start)
        return ir.Op("not-js", [test]) if node.operators[0] in _NEGATIVE else test

    def _contains(self, node: T.Binary) -> ir.Expr | None:
        """Lower ``x.indexOf(y) >= 0``."""
        if len(node.operands) != 2:
            return None
        call, limit = node.operands
        is_call = isinstance(call, T.Call) and isinstance(call.callee, T.Member) and len(call.arguments) == 1
        if not is_call or call.callee.name not in _PLACES:  # type: ignore[attr-defined]
            return None
        number = self.expression(limit)
        value = number.value if isinstance(number, ir.Const) and number.value.__class__ is int else None
        answer = _CONTAINS.get((node.operators[0], value)) if value is not None else None
        if answer is None:
            return None
        callee = call.callee  # type: ignore[attr-defined]
        operands = self.operands([callee.subject, *call.arguments])  # type: ignore[attr-defined]
        row = ROWS["js", "contains" if callee.name == "indexOf" else "searches"]
        test = ir.Pure(row, operands, call.start)
        return test if answer else ir.Op("not-js", [test])

    def _logic(self, node: T.Binary) -> ir.Expr:
        """``a && b`` and ``a || b``, whose value is one of the operands."""
        is_or = node.operators[0] == "||"
        if not self.is_blocky(node):
            value = self.expression(node.operands[-1])
            are_truths = all(map(_is_truth, node.operands))
            for each in reversed(node.operands[:-1]):
                left = self.expression(each)
                if are_truths:
                    value = ir.Op("any-js" if is_or else "all-js", [left, value], node.start)
                    continue
                slot = self.registers.new()
                held = ir.Load(ir.Local(slot))
                test = ir.Op("truth-js", [held])
                value = ir.Let(slot, left, ir.Cond(test, held, value) if is_or else ir.Cond(test, value, held))
            return value
        result = self.builder.temp()
        after = self.builder.label()
        for n, each in enumerate(node.operands):
            self.builder.write(result, self.expression(each), at=each.start)
            if n < len(node.operands) - 1:
                following = self.builder.label()
                test = ir.Op("truth-js", [self._tested(each, result)], each.start)
                self.builder.branch(test, after if is_or else following, following if is_or else after, each.start)
                self.builder.place(following)
        self.builder.place(after)
        return ir.Load(result)

    def _tested(self, node: T.Node, result: ir.Local) -> ir.Expr:
        """Return the value to test: that of a variable itself, of which a condition then says something."""
        return self.expression(node) if isinstance(node, T.Name) else ir.Load(result)

    def x_conditional(self, node: T.Conditional) -> ir.Expr:
        if self._is_plain_choice(node) and not self.is_blocky(node):
            return ir.Cond(self.truth(node.test), self.expression(node.yes), self.expression(node.no), node.start)
        result = self.builder.temp()
        yes, no, after = self.builder.label(), self.builder.label(), self.builder.label()
        self.branch(node.test, yes, no)
        self.builder.place(yes)
        self.builder.write(result, self.expression(node.yes), at=node.yes.start)
        self.builder.jump(after)
        self.builder.place(no)
        self.builder.write(result, self.expression(node.no), at=node.no.start)
        self.builder.place(after)
        return ir.Load(result)

    def x_test(self, node: T.Test) -> ir.Expr:
        pattern = node.pattern
        operand = self.expression(node.operand)
        if pattern.type is None:
            return ir.Op("instance-js", [operand, self.expression(pattern.value)], node.start)
        return ir.Op("instance-js", [operand, self._typed(pattern.type)], node.start)

    def _typed(self, node: T.TypeName) -> ir.Expr:
        """Return the value of a dotted name."""
        first, *rest = node.name.split(".")
        value = ir.Op("this-js", []) if first == "this" else self.read(first, node.start)
        for each in rest:
            value = ir.Load(ir.Property(value, ir.Const(each), node.start), node.start)
        return value

    def x_new(self, node: T.New) -> ir.Expr:
        written = node.type
        if written is None:
            callee, *values = self.operands([node.callee or node, *node.arguments] if node.callee else [node])
            return ir.New("", [ir.Arg(each) for each in values], node.start, callee)
        if written.rank and node.arguments:  # ``new table["name"]``
            callee = ir.Load(ir.Property(self._typed(written), self.expression(node.arguments[0]), node.start))
            return ir.New("", [], node.start, callee)
        name = written.name.lower()
        row = ROWS.get(("js", f"new-{name}")) or ROWS.get(("js", name))
        if row is not None and written.name in CONSTANTS and self.is_free(written.name):
            return ir.Pure(row, self.operands(node.arguments), node.start)
        values = self.operands(node.arguments)
        return ir.New("", [ir.Arg(each) for each in values], node.start, self._typed(written))

    # Calls ------------------------------------------------------------------------------------------------------------

    def x_call(self, node: T.Call) -> ir.Expr:
        callee = node.callee
        if isinstance(callee, T.Name):
            return self._call_name(node, callee)
        if isinstance(callee, T.Member) and not self._is_callee(callee):
            return self._call_member(node, callee)
        if isinstance(callee, T.Index):
            subject, *rest = self.operands([callee.subject, *callee.arguments, *node.arguments])
            values = rest[len(callee.arguments) :]
            place = ir.Property(subject, rest[0] if callee.arguments else ir.Const(EMPTY), callee.start)
            return ir.Call(place, [ir.Arg(each) for each in values], node.start)
        function, *values = self.operands([callee, *node.arguments])
        return ir.Call(function, [ir.Arg(each) for each in values], node.start)

    def _call_name(self, node: T.Call, callee: T.Name) -> ir.Expr:
        name = callee.text
        found = self.find(name)
        if found.links:
            return self._call_dynamically(node, found)
        args = [ir.Arg(each) for each in self.operands(node.arguments)]
        if found.value is None or not self.is_free(name):
            return ir.Call(self.read(name, callee.start), args, callee.start)
        values = [each.value for each in args]
        if isinstance(found.value, ir.Const) and found.value.value.__class__ is Func:
            return ir.Call(found.value.value.name, args, callee.start)
        if name == "eval":
            return ir.Call("eval", args, callee.start, scope=self.text_scope())
        intrinsic = found.value.value if isinstance(found.value, ir.Const) else None
        if intrinsic.__class__ is Ref and intrinsic.oid in INTRINSICS:
            return ir.Load(ir.Item(found.value, values, callee.start), callee.start)
        row = ROWS.get(("js", name.lower())) if name in CONSTANTS else None
        if row is None:
            return ir.Call(found.value, args, callee.start)
        if row.name == "js.string" and len(values) == 1:
            return ir.Op("text-js", values, callee.start)
        return ir.Pure(row, values, callee.start)

    def text_scope(self) -> TextScope:
        """Return where a text that runs here is read."""
        return TextScope(self.page, self.scope, self.registers, self.locals, [*self.chain], [*self.links])

    def _call_dynamically(self, node: T.Call, found: Found) -> ir.Expr:
        """Call a name that an object of a ``with`` may have."""
        values = [ir.Arg(self.builder.hold(each)) for each in self.operands(node.arguments)]
        result, after = self.builder.temp(), self.builder.label()
        at = node.callee.start
        is_declared = found.value is not None or found.text in self.page.names or not isinstance(found.place, ir.Global)
        for slot in found.links:
            inner, other = self.builder.label(), self.builder.label()
            self.builder.branch(self._offers(slot, found.text, is_declared=is_declared), inner, other, at)
            self.builder.place(inner)
            place = ir.Property(ir.Load(ir.Local(slot)), ir.Const(found.text), at)
            self.builder.write(result, ir.Call(place, values, at), at=at)
            self.builder.jump(after)
            self.builder.place(other)
        if found.text == "eval" and found.value is not None:
            call = ir.Call("eval", values, at, scope=self.text_scope())
        else:
            function = found.value if found.value is not None else ir.Load(found.place, at)  # type: ignore[arg-type]
            call = ir.Call(function, values, at)
        self.builder.write(result, call, at=at)
        self.builder.place(after)
        return ir.Load(result)

    def _call_member(self, node: T.Call, callee: T.Member) -> ir.Expr:
        at = callee.end - 1
        subject = callee.subject
        if isinstance(subject, T.Name) and subject.text in STATICS and self._is_plainly_free(subject.text):
            row = ROWS.get((STATICS[subject.text], callee.name.lower()))
            if row is not None:
                return ir.Pure(row, self.operands(node.arguments), at)
        base, *values = self.operands([*([subject] if subject is not None else []), *node.arguments])
        if isinstance(base, ir.Const) and base.value.__class__ is Ref and base.value.oid in INTRINSICS:
            place = ir.Field(base, callee.name.lower(), at)
            if base.value.oid == "request" and callee.name.lower() in _REQUEST and values:
                return ir.Load(ir.Item(ir.Load(place), values, at), at)
            return ir.Call(place, [ir.Arg(each) for each in values], at)
        return ir.Call(ir.Property(base, ir.Const(callee.name), at), [ir.Arg(each) for each in values], at)

    # Assignments ------------------------------------------------------------------------------------------------------

    def target(self, node: T.Node) -> ir.Place:
        """Return the place of an assignment."""
        if isinstance(node, T.Name):
            found = self.find(node.text)
            return found.place or ir.Global(node.text)
        if isinstance(node, T.Declaration):
            return self.target(T.Name(node.start, node.end, node.name))
        if isinstance(node, (T.Member, T.Index)):
            return self.property(node)
        if isinstance(node, T.Call):  # ``Session("k") = x``
            value = self.expression(node)
            if isinstance(value, ir.Load):
                return value.place
            if isinstance(value, ir.Call):
                keys = [each.value for each in value.args]
                callee = value.callee
                if isinstance(callee, (ir.Property, ir.Field)):
                    return ir.Item(ir.Load(callee), keys, node.start)
                if not isinstance(callee, str):
                    return ir.Item(callee, keys, node.start)
        return self.builder.temp()

    def steady(
        self, place: ir.Place, *, names_change: bool = False
    ) -> tuple[ir.Place, Callable[[ir.Expr], ir.Expr]]:
        """Return a place whose object and key are evaluated once, and what goes around its uses."""
        if not isinstance(place, ir.Property):
            return place, lambda value: value
        held: list[tuple[int, ir.Expr]] = []

        def once(value: ir.Expr) -> ir.Expr:
            is_simple = isinstance(value, ir.Const) or (
                not names_change and isinstance(value, ir.Load) and isinstance(value.place, (ir.Local, ir.Global))
            )
            if is_simple:
                return value
            held.append((self.registers.new(), value))
            return ir.Load(ir.Local(held[-1][0]))

        fixed = ir.Property(once(place.base), once(place.name), place.at)

        def wrap(value: ir.Expr) -> ir.Expr:
            for slot, each in reversed(held):
                value = ir.Let(slot, each, value)
            return value

        return fixed, wrap

    def _is_set_dynamically(self, node: T.Node) -> bool:
        return isinstance(node, T.Name) and bool(self.find(node.text).links)

    def _assign_dynamically(self, found: Found, value: ir.Expr, at: int) -> None:
        after = self.builder.label()
        for slot in found.links:
            inner, other = self.builder.label(), self.builder.label()
            self.builder.branch(self._offers(slot, found.text, is_declared=True), inner, other, at)
            self.builder.place(inner)
            self.builder.write(ir.Property(ir.Load(ir.Local(slot)), ir.Const(found.text), at), value, at=at)
            self.builder.jump(after)
            self.builder.place(other)
        self.builder.write(found.place or ir.Global(found.text), value, at=at)
        self.builder.place(after)

    def x_assign(self, node: T.Assign) -> ir.Expr:
        at = node.target.end - 1
        operator = node.operator[:-1]
        if self._is_set_dynamically(node.target):
            found = self.find(node.target.text)  # type: ignore[attr-defined]
            old = self.builder.hold(self.read(found.text, at)) if operator else None
            value = self.expression(node.value)
            value = self.builder.hold(self._joined(operator, old, value, node.start) if old is not None else value)
            self._assign_dynamically(found, value, at)
            return value
        place = self.target(node.target)
        if self.is_blocky(node.value) and isinstance(place, ir.Property):
            place = ir.Property(self.builder.hold(place.base), self.builder.hold(place.name), place.at)
        if operator:
            place, wrap = self.steady(place)
            old = ir.Load(place, at)
            if self.is_blocky(node.value):
                old = self.builder.hold(old)  # type: ignore[assignment]
            value = self._joined(operator, old, self.expression(node.value), node.start)
            return wrap(ir.Write(place, value, at=at))
        value = self.expression(node.value)
        changes = _changes_names(node.value)
        if isinstance(place, ir.Property) and (changes or not _is_still(place.base, place.name)):
            place, wrap = self.steady(place, names_change=changes)
            return wrap(ir.Write(place, value, at=at))
        return ir.Write(place, value, at=at)

    # Conditions -------------------------------------------------------------------------------------------------------

    def truth(self, node: T.Node) -> ir.Expr:
        """Lower a condition to a truth value."""
        question = self._match(node)
        if question is not None:
            return question
        value = self.expression(node)
        return value if _is_truth(node) else ir.Op("truth-js", [value], node.start)

    def _match(self, node: T.Node) -> ir.Expr | None:
        """Lower ``x.match(pattern)`` whose result is only tested."""
        if not (isinstance(node, T.Call) and isinstance(node.callee, T.Member) and len(node.arguments) == 1):
            return None
        if node.callee.name != "match" or node.callee.subject is None:
            return None
        return ir.Pure(ROWS["js", "matches"], self.operands([node.callee.subject, *node.arguments]), node.start)

    def branch(self, test: T.Node, yes: int, no: int) -> None:
        """End the block with a condition."""
        while isinstance(test, T.Unary) and test.operator == "!":
            test, yes, no = test.operand, no, yes
        if isinstance(test, T.Binary) and test.operators[0] in ("&&", "||"):
            is_or = test.operators[0] == "||"
            for each in test.operands[:-1]:
                following = self.builder.label()
                self.branch(each, yes if is_or else following, following if is_or else no)
                self.builder.place(following)
            self.branch(test.operands[-1], yes, no)
            return
        if isinstance(test, T.Items) and test.form is T.Form.COMMA and test.items:
            for each in test.items[:-1]:
                self.builder.add(self.expression(each))
            self.branch(test.items[-1], yes, no)
            return
        self.builder.branch(self.truth(test), yes, no, test.start)

    # Statements -------------------------------------------------------------------------------------------------------

    def statements(self, nodes: Sequence[T.Node]) -> None:
        """Lower statements in turn."""
        names: tuple[str, ...] = ()
        for node in nodes:
            if isinstance(node, T.Label):
                names += (node.name,)
                continue
            self.statement(node, names)
            names = ()

    def statement(self, node: T.Node, names: tuple[str, ...] = ()) -> None:
        """Lower one statement, ``names`` its labels."""
        lower = _STATEMENTS.get(node.__class__)
        if lower is None:
            value = self.expression(node)
            if self.completion:
                self.builder.write(ir.Local(self.completion), value, at=node.start)
            else:
                self.builder.add(value)
            return
        if not names or isinstance(node, (T.Loop, T.Each, T.Switch)):
            lower(self, node, names)
            return
        out = self.builder.label()
        self._enter(names, out, _NO_LOOP)
        lower(self, node, ())
        self.around.pop()
        self.builder.place(out)

    def _enter(self, names: tuple[str, ...], out: int, again: int) -> None:
        self.around.append(Around(names, out, again, len(self.finals), len(self.links)))

    def s_nothing(self, node: T.Node, names: tuple[str, ...]) -> None:
        """Pass over what was declared before."""

    def s_block(self, node: T.Block, names: tuple[str, ...]) -> None:
        self.statements(node.statements)

    def s_declaration(self, node: T.Declaration, names: tuple[str, ...]) -> None:
        if node.value is not None:
            name = T.Name(node.start, node.start + 1, node.name)
            self.builder.add(self.x_assign(T.Assign(node.start, node.end, name, "=", node.value)))

    def s_if(self, node: T.If, names: tuple[str, ...]) -> None:
        after = self.builder.label()
        each: T.If | None = node
        while each is not None:
            yes, no = self.builder.label(), self.builder.label()
            self.branch(each.test, yes, no)
            self.builder.place(yes)
            self.statements(each.yes.statements)
            self.builder.jump(after)
            self.builder.place(no)
            following = each.no
            each = None
            if following is not None:
                only = following.statements[0] if len(following.statements) == 1 else None
                if isinstance(only, T.If):
                    each = only
                else:
                    self.statements(following.statements)
        self.builder.place(after)

    def s_loop(self, node: T.Loop, names: tuple[str, ...]) -> None:
        head, body, again, after = (self.builder.label() for _ in range(4))
        self.statements(node.initial)
        if not node.is_tested_last:
            self.builder.place(head)
            if node.test is not None and not _is_absent(node.test):
                self.branch(node.test, body, after)
        self.builder.place(body)
        self._enter(names, after, again)
        self.statements(node.body.statements)
        self.around.pop()
        self.builder.place(again)
        completion, self.completion = self.completion, 0
        self.statements(node.step)
        self.completion = completion
        if node.is_tested_last and node.test is not None:
            self.branch(node.test, body, after)
        else:
            self.builder.jump(body if node.is_tested_last else head)
        self.builder.place(after)

    def s_each(self, node: T.Each, names: tuple[str, ...]) -> None:
        head, body, after = (self.builder.label() for _ in range(3))
        row = ROWS["js", "names-of" if node.is_keys else "values-of"]
        if isinstance(node.target, T.Declaration) and node.target.value is not None:
            self.statement(node.target)
        iterator = self.builder.temp()
        self.builder.write(iterator, ir.Pure(row, [self.expression(node.items)], node.start), at=node.start)
        self.builder.place(head)
        item = self.builder.temp()
        self.builder.next(iterator.slot, item, body, after, node.start)
        self.builder.place(body)
        self._set(node.target, ir.Load(item))
        self._enter(names, after, head)
        self.statements(node.body.statements)
        self.around.pop()
        self.builder.jump(head)
        self.builder.place(after)

    def _set(self, target: T.Node, value: ir.Expr) -> None:
        if isinstance(target, T.Declaration):
            target = T.Name(target.start, target.start + 1, target.name)
        if self._is_set_dynamically(target):
            self._assign_dynamically(self.find(target.text), value, target.start)  # type: ignore[attr-defined]
        else:
            self.builder.write(self.target(target), value, at=target.start)

    def s_switch(self, node: T.Switch, names: tuple[str, ...]) -> None:
        after = self.builder.label()
        question = node.subject.operand if _is_typeof(node.subject) else node.subject
        subject = self.expression(question)  # type: ignore[arg-type]
        held = self.builder.hold(subject, at=node.start)
        if isinstance(subject, ir.Load) and isinstance(question, (T.Name, T.Call, T.Member)):
            held = subject
        bodies = [self.builder.label() for _ in node.cases]
        default = after
        for case, body in zip(node.cases, bodies, strict=True):
            if not case.patterns:
                default = body
            for pattern in case.patterns:
                following = self.builder.label()
                self.builder.branch(self._case(node.subject, held, pattern), body, following, pattern.start)
                self.builder.place(following)
        self.builder.jump(default)
        self._enter(names, after, -1)
        for case, body in zip(node.cases, bodies, strict=True):
            self.builder.place(body)
            self.statements(case.body.statements)
        self.around.pop()
        self.builder.place(after)

    def _case(self, subject: T.Node, held: ir.Expr, pattern: T.Pattern) -> ir.Expr:
        value = self.expression(pattern.value)
        if _is_typeof(subject) and isinstance(value, ir.Const):
            return ir.Op("is-kind-js", [held, value], pattern.start)
        if isinstance(held, ir.Const) and held.value is True and pattern.value is not None and _is_truth(pattern.value):
            return value
        return ir.Op("eq-strict-js", [held, value], pattern.start)

    def s_with(self, node: T.With, names: tuple[str, ...]) -> None:
        slot = self.registers.new()
        self.builder.write(ir.Local(slot), self.expression(node.subject), at=node.start)
        self.links.append(Link(slot, None))
        blocky, self._is_blocky = self._is_blocky, {}
        self.statements(node.body.statements)
        self._is_blocky = blocky
        self.links.pop()

    def s_unparsed(self, node: T.Unparsed, names: tuple[str, ...]) -> None:
        for each in node.found:
            self.statement(each)

    # Ways out ---------------------------------------------------------------------------------------------------------

    def s_jump(self, node: T.Jump, names: tuple[str, ...]) -> None:
        if node.kind == "return":
            self._return(node)
        elif node.kind == "throw":
            value = self.expression(node.value)
            if not self.builder.is_open:
                self.builder.place()
            self.builder.end(ir.Throw(value, node.start))
        elif node.kind in ("break", "continue"):
            self._leave(node)

    def _return(self, node: T.Jump) -> None:
        value = self.expression(node.value) if node.value is not None else None
        if self.finals and value is not None:
            value = self.builder.hold(value)
        self._finally(0)
        if not self.builder.is_open:
            self.builder.place()
        self.builder.end(ir.Return(value))

    def _leave(self, node: T.Jump) -> None:
        for each in reversed(self.around):
            if node.label and node.label not in each.names:
                continue
            if (each.again < 0 and node.kind == "continue") or (each.again == _NO_LOOP and not node.label):
                continue
            self._finally(each.finals)
            self.builder.jump(each.again if node.kind == "continue" else each.out)
            return

    def _finally(self, depth: int) -> None:
        """Run what ``finally`` has on the way out of all open ones but the first few."""
        finals, handler, caught = self.finals, self.builder.handler, self.builder.caught
        for n in range(len(finals) - 1, depth - 1, -1):
            final = finals[n]
            self.copies += 1
            if self.copies > _MOST_COPIES:
                break
            self.finals = finals[:n]
            around, self.around = self.around, self.around[: final.around]
            self.builder.guard(handler=final.handler, caught=final.caught)
            self.statements(final.body.statements)
            self.around = around
        self.finals = finals
        is_open = self.builder.is_open
        self.builder.handler, self.builder.caught = handler, caught
        if not is_open:
            return

    def s_try(self, node: T.Try, names: tuple[str, ...]) -> None:
        builder = self.builder
        outer, outer_caught = builder.handler, builder.caught
        after = builder.label()
        failing = builder.label() if node.last is not None else -1
        error = self.registers.new()
        if node.last is not None:
            self.finals.append(Final(node.last, outer, outer_caught, len(self.around)))
        handler = builder.label() if node.catches else failing
        slot = self.registers.new() if node.catches else error
        builder.guard(handler=handler, caught=slot)
        self.statements(node.body.statements)
        builder.jump(after)
        if node.catches:
            builder.handler, builder.caught = (failing, error) if node.last is not None else (outer, outer_caught)
            builder.place(handler)
            first = node.catches[0]
            if first.name:
                self._set(T.Name(first.start, first.start + 1, first.name), ir.Load(ir.Local(slot)))
            self.statements(first.body.statements)
            builder.jump(after)
        builder.handler, builder.caught = outer, outer_caught
        if node.last is not None:
            self.finals.pop()
            builder.place(failing)
            completion, self.completion = self.completion, 0
            self.statements(node.last.statements)
            self.completion = completion
            builder.end(ir.Throw(ir.Load(ir.Local(error)), node.start))
        builder.place(after)
        if node.last is not None:
            self.statements(node.last.statements)


_KEYED = frozenset({ir.Const, ir.Load, ir.Op, ir.Pure, ir.Call})
_ABSENT = "empty"


def _is_absent(node: T.Node) -> bool:
    return node.start == node.end or (isinstance(node, T.Literal) and node.kind == _ABSENT)


def _is_typeof(node: T.Node) -> bool:
    return isinstance(node, T.Unary) and node.operator == "typeof"


def _is_truth(node: T.Node) -> bool:
    """True if the value of an expression is a truth value by its form."""
    if isinstance(node, T.Binary):
        if node.operators[0] in ("&&", "||"):
            return all(map(_is_truth, node.operands))
        return node.operators[-1] in _TRUTHS
    if isinstance(node, T.Unary):
        return node.operator in ("!", "delete")
    return isinstance(node, T.Test) or (isinstance(node, T.Literal) and node.kind == "truth") or _is_question(node)


def _is_question(node: T.Node) -> bool:
    """True for a call of a method that answers and does nothing."""
    if not isinstance(node, T.Call):
        return False
    callee = node.callee
    if isinstance(callee, T.Member):
        return callee.name in ("test", "hasOwnProperty") and len(node.arguments) == 1
    return isinstance(callee, T.Name) and callee.text in ("isNaN", "isFinite")


def _changes_names(node: T.Node) -> bool:
    """True if an expression assigns to variables."""
    stack = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, T.Assign) or (isinstance(each, T.Unary) and each.operator in ("++", "--")):
            return True
        if not isinstance(each, T.Lambda):
            stack += each.children()
    return False


def _is_still(base: ir.Expr, key: ir.Expr) -> bool:
    """True if evaluating an object and a key later changes nothing."""
    stack = [base, key]
    while stack:
        each = stack.pop()
        if isinstance(each, ir.Op):
            stack += each.args
        elif isinstance(each, ir.Load) and isinstance(each.place, ir.Property):
            stack += [each.place.base, each.place.name]
        elif not isinstance(each, (ir.Const, ir.Load)):
            return False
    return True


def _built_in(name: str) -> ir.Expr | None:
    """Return what a name is that the language or the server gives a meaning."""
    if name in CONSTANTS:
        return ir.Const(CONSTANTS[name])
    if name.lower() in INTRINSICS and name in _SERVER:
        return ir.Const(INTRINSICS[name.lower()])
    if name == "NaN":
        return ir.Const(NAN)
    return None


_SERVER = frozenset({"Request", "Response", "Server", "Session", "Application", "request", "response", "server",
                     "session", "application"})  # fmt: skip

_EXPRESSIONS: dict[type, Callable[[Body, Any], Any]] = {
    T.Literal: Body.x_literal, T.Name: Body.x_name, T.Argument: Body.x_argument, T.Member: Body.x_member,
    T.Index: Body.x_index, T.Items: Body.x_items, T.Entries: Body.x_entries, T.Lambda: Body.x_lambda,
    T.Unary: Body.x_unary, T.Binary: Body.x_binary, T.Conditional: Body.x_conditional, T.Test: Body.x_test,
    T.New: Body.x_new, T.Call: Body.x_call, T.Assign: Body.x_assign,
}  # fmt: skip
_STATEMENTS: dict[type, Callable[[Body, Any, tuple[str, ...]], None]] = {
    T.Function: Body.s_nothing, T.Class: Body.s_nothing, T.Import: Body.s_nothing, T.Block: Body.s_block,
    T.Declaration: Body.s_declaration, T.If: Body.s_if, T.Loop: Body.s_loop, T.Each: Body.s_each,
    T.Switch: Body.s_switch, T.With: Body.s_with, T.Try: Body.s_try, T.Jump: Body.s_jump, T.Unparsed: Body.s_unparsed,
}  # fmt: skip


# Programs -------------------------------------------------------------------------------------------------------------


def lower(top: T.Block, page: Page | None = None) -> ir.Program:
    """Lower the code of a page."""
    page = page or Page()
    scope = Scope()
    scopes = scopes_of(top.statements, scope)
    _note_names(page, scope, scopes)
    body = Body(page, scope, scopes)
    body._declare(scope.functions)  # noqa: SLF001
    body.statements(top.statements)
    main = ir.Proc("", [], body.builder.finish(), body.registers.count, unit=UNIT)
    page.finish()
    evaluator = {**OBJECTS["js.eval"], TEXTS: TextScope(page, scope, Registers(), {}, [], [])}
    variables = frozenset(scope.names) - {each.name for each in scope.functions}
    return ir.Program(main, page.procs, {}, variables, {**OBJECTS, "js.eval": evaluator})


def declared(top: T.Block) -> tuple[list[str], list[str]]:
    """Return the functions and the other names that the code of a page declares."""
    scope = Scope()
    page = Page()
    _note_names(page, scope, scopes_of(top.statements, scope))
    functions = [each.name for each in scope.functions]
    return functions, [name for name in page.names if name not in functions]


def _note_names(page: Page, scope: Scope, scopes: Scopes) -> None:
    """Note the names of the page: what it declares, and what code assigns to without a declaration."""
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


def lower_text(top: T.Block, where: TextScope | None) -> tuple[ir.Proc, list[ir.Proc]]:
    """Lower a text that is run where the code sees some names; ``None``: those of the page alone."""
    page = where.page if where is not None else Page()
    before = {*page.procs}
    visible = Scope(where.scope.function, where.scope.outer) if where is not None else Scope()
    visible.names = dict.fromkeys(where.locals) if where is not None else {}
    scope = Scope(visible.function, visible)
    scopes = scopes_of(top.statements, scope)
    body = Body(page, scope, scopes, where.chain if where is not None else ())
    if where is not None:
        body.links, body.locals, body.registers = [*where.links], where.locals, Registers(where.registers.count)
        body.builder = Builder(body.registers)
        body.scope = where.scope
    if where is None or where.scope.function is None:
        _note_names(page, scope, scopes)
    else:
        _keep_captured(body, visible)
        _declare_names(body, scope)
    body.completion = body.registers.new()
    body.builder.write(ir.Local(body.completion), ir.Const(EMPTY))
    body._declare(scope.functions)  # noqa: SLF001
    body.statements(top.statements)
    proc = ir.Proc("eval", [], body.builder.finish(), body.registers.count, unit=UNIT)
    proc.kind = str(body.completion)
    page.finish()
    return proc, [page.procs[key] for key in page.procs if key not in before]


def _keep_captured(body: Body, scope: Scope) -> None:
    """Give the functions of a text copies of the variables that they see and that are registers of its function."""
    seen = [name for name in body.locals if name in scope.captured]
    if not seen:
        return
    slot = body.registers.new()
    body.builder.write(ir.Local(slot), ir.Pure(ROWS["js", "make-box"], []))
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
