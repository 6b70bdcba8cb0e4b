"""Lowering of VBScript: the expressions and statements of one procedure.

Statements are lowered with a stack of their own (`Lowering.run`), so that no nest of blocks is too deep; expressions
recur at most `MAX_NESTING` deep: an expression that is nested more deeply is written to a temporary first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from webshellhunt.core import ir
from webshellhunt.core.compile import place_in
from webshellhunt.core.values import EMPTY, MISSING, UNKNOWN, Ref
from webshellhunt.lang import tree
from webshellhunt.library.rows import CONSTANTS, INTRINSICS, ROWS
from webshellhunt.lower.builder import FIRST, MAX_NESTING, RESULT, THIS, Builder, Registers, chained, height_of_chain
from webshellhunt.lower.names import EVALUATORS, Found, PageNames, Scope, find_names, literal_of
from webshellhunt.lower.shared import SharedLowering
from webshellhunt.lower.statements import StackedStatements, Step, nothing

_OPERATORS = {
    "+": "add-vb", "-": "sub-vb", "*": "mul-vb", "/": "div-vb", "\\": "intdiv-vb", "mod": "mod-vb", "^": "pow-vb",
    "&": "concat-vb", "and": "and-vb", "or": "or-vb", "xor": "xor-vb", "eqv": "eqv-vb", "imp": "imp-vb", "=": "eq-vb",
    "==": "eq-vb", "<>": "ne-vb", "><": "ne-vb", "<": "lt-vb", ">": "gt-vb", "<=": "le-vb", "=<": "le-vb",
    ">=": "ge-vb", "=>": "ge-vb", "is": "is",
}  # fmt: skip
_UNARY = {"-": "neg-vb", "+": "plus-vb", "not": "not-vb"}
_ADDING, _JOINING = "+", "&"
_ILLEGAL_ASSIGNMENT = 501
_SHOWING = "<%="
_RUNNING = frozenset({"execute", "executeglobal"})
_ERROR = "err"
"""The object of the last error, whose value is its number."""
_INITIAL, _ENDING = "class_initialize", "class_terminate"

_UNNOTED = frozenset({tree.Literal, tree.Argument})
_OF_TEXTS = frozenset({"add-vb", "concat-vb"})
_NO_TEXTS = frozenset({"number", "truth", "none", "codes"})
_LONGEST = MAX_NESTING // 2
"""So many operands are joined in one expression, where brackets matter."""


@dataclass(slots=True, eq=False)
class Held(tree.Node):
    """A part of an expression that a temporary has."""

    place: ir.Local


class Lowering(StackedStatements):
    """Lowers one procedure, the code of a page, or a text that is run.

    ``at`` is the place of all code where it is a text that is run: that of the call; -1 elsewhere.
    """

    def __init__(self, scope: Scope, at: int = -1, builder: Builder | None = None) -> None:
        super().__init__()
        self.scope = scope
        self.page: PageNames = scope.page
        self.builder: Builder = builder or Builder(scope.registers)
        self.subjects: list[ir.Expr] = []
        """The objects of the ``With`` around."""
        self.end_of_procedure: int = -1
        """The label of the code that runs before a procedure ends, -1 where there is none."""
        self._at = at
        self._depth = 0
        self._deferred: list[tuple[ir.Local, tree.Node]] = []

    def at(self, token: int) -> int:
        """Return the place of a token."""
        return token if self._at < 0 else self._at

    # Expressions ------------------------------------------------------------------------------------------------------

    def expression(self, node: tree.Node | None) -> ir.Expr:
        """Lower an expression; code for its deepest parts may be added to the block before."""
        if node is None:
            return ir.Const(EMPTY)
        depth = self._depth
        if depth >= MAX_NESTING and not isinstance(node, (tree.Literal, tree.Name)):
            place = self.builder.temp()
            self._deferred.append((place, node))
            return ir.Load(place)
        self._depth = depth + 1
        lower = self.EXPRESSIONS.get(node.__class__)
        value = lower(self, node) if lower is not None else self.unknown(node)
        if self._at < 0 and node.__class__ not in _UNNOTED:
            _note(value, node)
        self._depth = depth
        if not depth and self._deferred:
            self._write_deferred()
        return value

    def _write_deferred(self) -> None:
        """Add code for the parts of an expression that are nested too deeply, the deepest first."""
        writes: list[ir.Write] = []
        while self._deferred:
            place, node = self._deferred.pop()
            self._depth = 1
            writes.append(ir.Write(place, self.expression(node), "share", self.at(node.start)))
            self._depth = 0
        for each in reversed(writes):
            self.builder.add(each)

    def unknown(self, node: tree.Node) -> ir.Expr:
        """Lower code that nothing is known of: its parts are evaluated."""
        parts = [self.expression(each) for each in node.children()]
        return ir.Pure(ROWS["", "unparsed"], parts, self.at(node.start))

    def x_literal(self, node: tree.Literal) -> ir.Expr:
        """A literal; an argument that is left out is one, too."""
        if node.kind == "empty":
            return ir.Const(EMPTY)
        return ir.Const(node.value)

    def x_name(self, node: tree.Name) -> ir.Expr:
        """A name that stands alone: a variable, a function without arguments, a constant."""
        name, at = node.text.lower(), self.at(node.start)
        if name == "me":
            return ir.Load(ir.Local(THIS))
        constant = self.scope.constant(name)
        if constant is not None:
            return ir.Const(constant.value)
        place = self.scope.place(name)
        if place is not None:
            return self.load(place, name, at)
        return self.named_call(name, [], at, is_call=False)

    def load(self, place: ir.Place, name: str, at: int) -> ir.Expr:
        """Read a variable; a text that was run may have made one of the page."""
        value = ir.Load(place, at)
        if name in self.scope.late and isinstance(place, ir.Local):
            return ir.Cond(ir.Pure(ROWS["", "isempty"], [ir.Load(place)], at), ir.Load(ir.Global(name), at), value, at)
        return value

    def named_call(self, name: str, nodes: Sequence[tree.Node], at: int, *, is_call: bool = True) -> ir.Expr:
        """Call the meaning of a name without a place: a procedure, an evaluator, an intrinsic object, a function.

        ``is_call``: functions of other languages are called, not read.
        """
        scope, page = self.scope, self.page
        if scope.owner is not None and name in scope.owner.methods:
            return ir.Call(ir.Field(ir.Load(ir.Local(THIS)), name, at), self.arguments(nodes), at)
        if name in page.procs:
            return ir.Call(name, self.arguments(nodes), at)
        if name in page.declared:
            return ir.Pure(ROWS["", "unparsed"], self.plain(nodes), at)
        if name in page.others:
            function = ir.Load(ir.Global(page.others[name]), at)
            return ir.Call(function, self.arguments(nodes), at) if is_call else function
        if name in EVALUATORS:
            inner = scope if name != "executeglobal" else Scope(page, registers=scope.registers)
            return ir.Call(name, [ir.Arg(each) for each in self.plain(nodes)], at, None, inner.of_calls())
        return self.library_call(name, nodes, at)

    def library_call(self, name: str, nodes: Sequence[tree.Node], at: int) -> ir.Expr:
        """Call a function of the language by its name; one that nothing declares is looked up when it is called."""
        if name in CONSTANTS:
            return ir.Const(CONSTANTS[name])
        if name in INTRINSICS:
            value = ir.Const(INTRINSICS[name])
            if name == _ERROR:
                return ir.Load(ir.Field(value, "number", at), at)
            return ir.Load(ir.Item(value, self.plain(nodes), at), at) if nodes else value
        row = ROWS.get(("", f"chr-{self.page.code_page}" if name == "chr" and self.page.code_page else name))
        if row is not None:
            return ir.Pure(row, self.plain(nodes), at)
        if not nodes:
            return ir.Load(ir.Global(name), at)
        return ir.Call(name, self.arguments(nodes), at)

    def x_argument(self, node: tree.Argument) -> ir.Expr:
        """An argument in brackets of its own."""
        return self.expression(node.value)

    def x_member(self, node: tree.Member) -> ir.Expr:
        """``a.b``."""
        field = self.field(node)
        return ir.Load(field, field.at)

    def field(self, node: tree.Member) -> ir.Field:
        """Return the place of a member; without a subject it is one of the object of ``With``."""
        if isinstance(node.subject, tree.Name):
            subject = self._object(node.subject)
        elif node.subject is not None:
            subject = self.expression(node.subject)
        else:
            subject = self.subjects[-1] if self.subjects else ir.Const(EMPTY)
        return ir.Field(subject, node.name.lower(), self.at(node.end - 1))

    def _object(self, node: tree.Name) -> ir.Expr:
        """Lower a name that is an object; one that nothing declares is of an include, or of the application."""
        name = node.text.lower()
        if name == _ERROR and self.scope.place(name) is None:
            return ir.Const(INTRINSICS[name])
        value = self.expression(node)
        if isinstance(value, ir.Load) and isinstance(value.place, ir.Global) and self.scope.place(name) is None:
            test = ir.Pure(ROWS["", "isempty"], [value], self.at(node.start))
            return ir.Cond(test, ir.Const(UNKNOWN), ir.Load(value.place, value.at))
        return value

    def x_call(self, node: tree.Call) -> ir.Expr:
        """``f(x)``: a call, or an element of an array, a collection or an object."""
        callee, nodes = node.callee, node.arguments
        if isinstance(callee, tree.Member):
            field = self.field(callee)
            if isinstance(field.base, ir.Const) and isinstance(field.base.value, Ref) and nodes:
                return ir.Load(ir.Item(ir.Load(field, field.at), self.plain(nodes), field.at), field.at)
            return ir.Call(field, self.arguments(nodes), field.at)
        at = self.at(callee.start)
        if not isinstance(callee, tree.Name):
            return ir.Load(
                ir.Item(self.expression(callee), self.plain(nodes), self.at(node.start)), self.at(node.start)
            )
        name = callee.text.lower()
        place = self.scope.place(name)
        if place is None or self._is_own_call(node, name):
            if name == "erase" and nodes and name not in self.page.procs:
                return self.erased(nodes)
            return self.named_call(name, nodes, at)
        if isinstance(place, ir.Field):
            return ir.Call(place, self.arguments(nodes), at)
        base = self.load(place, name, at)
        if not nodes and not node.has_brackets:
            return base
        return ir.Load(ir.Item(base, self.plain(nodes), at), at)

    def _is_own_call(self, node: tree.Call, name: str) -> bool:
        """True if a function calls itself, rather than reading an element of its result."""
        if name != self.scope.result or not self.scope.is_procedure:
            return False
        owner = self.scope.owner
        procs = {**owner.methods, **owner.getters} if owner is not None else self.page.procs
        proc = procs.get(name)
        return proc is not None and (bool(proc.params) or not node.arguments)

    def plain(self, nodes: Sequence[tree.Node]) -> list[ir.Expr]:
        """Lower arguments of which none is by reference; trailing ones that are left out are not there."""
        return [ir.Const(MISSING) if is_left_out(each) else self.expression(each) for each in nodes]

    def arguments(self, nodes: Sequence[tree.Node]) -> list[ir.Arg]:
        """Lower arguments; variables and elements of arrays are by reference."""
        return [self.argument(each) for each in nodes]

    def argument(self, node: tree.Node) -> ir.Arg:
        """Lower an argument with the place that it gets back."""
        value = self.expression(node)
        if isinstance(node, tree.Name):
            return ir.Arg(value, self._out_of_name(node, value))
        if isinstance(node, tree.Call) and isinstance(node.callee, tree.Name) and isinstance(value, ir.Load):
            return self._by_element(value)
        return ir.Arg(value)

    def _out_of_name(self, node: tree.Name, value: ir.Expr) -> ir.Place | None:
        name = node.text.lower()
        if isinstance(value, ir.Cond):
            return self.scope.place(name)
        if not isinstance(value, ir.Load) or name == "me":
            return None
        place, owner = value.place, self.scope.owner
        if isinstance(place, ir.Field) and (owner is None or name not in owner.fields):
            return None
        return place

    def _by_element(self, value: ir.Load) -> ir.Arg:
        """Return an element of an array as an argument by reference, its keys evaluated once."""
        place = value.place
        if not isinstance(place, ir.Item) or not isinstance(place.base, ir.Load):
            return ir.Arg(value)
        if not isinstance(place.base.place, (ir.Local, ir.Global)):
            return ir.Arg(value)
        keys: list[ir.Expr] = []
        held: list[tuple[int, ir.Expr]] = []
        for each in place.keys:
            if isinstance(each, ir.Const):
                keys.append(each)
                continue
            slot = self.builder.registers.new()
            held.append((slot, each))
            keys.append(ir.Load(ir.Local(slot)))
        item = ir.Item(place.base, keys, place.at)
        result: ir.Expr = ir.Load(item, value.at, value.key)
        for slot, each in reversed(held):
            result = ir.Let(slot, each, result)
        return ir.Arg(result, item)

    def x_binary(self, node: tree.Binary) -> ir.Expr:
        """Operands with operators of one strength between them, however many."""
        joins = set(node.operators)
        if joins == {_JOINING}:
            height = height_of_chain(len(node.operands))
            self._depth += height
            operands = [self.expression(each) for each in node.operands]
            self._depth -= height
            return chained(_OPERATORS[_JOINING], operands, self.at(node.operands[-1].start))
        return self._from_left(node)

    def _from_left(self, node: tree.Binary) -> ir.Expr:
        operands, operators = node.operands, node.operators
        if len(operands) > _LONGEST:
            operands, operators = self._last_part(node)
        value: ir.Expr = ir.Const(EMPTY)
        for index, operand in enumerate(operands):
            depth = len(operators) - index
            self._depth += depth
            right = self.expression(operand)
            self._depth -= depth
            if not index:
                value = right
                continue
            operator = operators[index - 1]
            value = ir.Op(_OPERATORS.get(operator, operator), [value, right], self.at(operand.start))
        return value

    def _last_part(self, node: tree.Binary) -> tuple[list[tree.Node], list[str]]:
        """Return the last operands of a chain; those before are written to temporaries, some at a time."""
        operands: list[tree.Node] = []
        operators: list[str] = []
        for index, operand in enumerate(node.operands):
            if len(operands) == _LONGEST:
                place = self.builder.temp()
                part = tree.Binary(operands[0].start, operands[-1].end, operands, operators[:-1])
                self._deferred.append((place, part))
                operands, operators = [Held(part.start, part.end, place)], operators[-1:]
            operands.append(operand)
            operators += node.operators[index : index + 1]
        return operands, operators

    def x_held(self, node: Held) -> ir.Expr:
        """A part of an expression that a temporary has already."""
        return ir.Load(node.place)

    def x_unary(self, node: tree.Unary) -> ir.Expr:
        """``-x``, ``Not x``; a number with a sign is a constant."""
        operand = self.expression(node.operand)
        name = _UNARY.get(node.operator, node.operator)
        is_number = isinstance(operand, ir.Const) and operand.value.__class__ in (int, float)
        if name == "neg-vb" and isinstance(operand, ir.Const) and is_number:
            return ir.Const(-operand.value)
        return ir.Op(name, [operand], self.at(node.start))

    def x_new(self, node: tree.New) -> ir.Expr:
        """``New C``."""
        name = node.type.name.lower() if node.type is not None else ""
        return ir.New(name, self.arguments(node.arguments), self.at(node.start))

    def x_unparsed(self, node: tree.Unparsed) -> ir.Expr:
        """Code that nothing is known of; one expression in it is its value."""
        if len(node.found) == 1:
            return self.expression(node.found[0])
        return self.unknown(node)

    # Statements -------------------------------------------------------------------------------------------------------

    def s_block(self, node: tree.Block) -> None:
        """Statements."""
        self.then(node)

    def effect(self, node: tree.Node) -> None:
        """A call, or an expression that is shown."""
        value = self.expression(node)
        if self._is_shown(node):
            at = self.at(node.start)
            value = ir.Call(ir.Field(ir.Const(INTRINSICS["response"]), "write", at), [ir.Arg(value)], at)
        self.builder.add(value)

    def _is_shown(self, node: tree.Node) -> bool:
        tokens = self.page.tokens
        if tokens is None or self._at >= 0 or node.start >= len(tokens):
            return False
        start = tokens.starts[node.start]
        return tokens.text[max(0, start - 200) : start].rstrip().endswith(_SHOWING)

    def s_call(self, node: tree.Call) -> None:
        """A call whose result is not used."""
        callee = node.callee
        if (argument := self._argument_in_front(node)) is not None:
            self.effect(argument)
            return
        if isinstance(callee, tree.Name) and not node.has_brackets and node.arguments:
            place = self.scope.place(callee.text.lower())
            if isinstance(place, (ir.Local, ir.Global)) and not self._is_own_call(node, callee.text.lower()):
                at = self.at(callee.start)
                self.builder.add(ir.Call(ir.Load(place), self.arguments(node.arguments), at))
                return
        if isinstance(callee, tree.Member) and not self._is_shown(node):
            field = self.field(callee)
            self.builder.add(ir.Call(field, self.arguments(node.arguments), field.at))
            return
        self.effect(node)

    def _argument_in_front(self, node: tree.Node) -> tree.Call | None:
        """Return the call that ``Execute (New C).Line(x)`` is: its argument begins with brackets."""
        links: list[tree.Member | tree.Call] = []
        while True:
            if isinstance(node, tree.Member) and node.subject is not None:
                links.append(node)
                node = node.subject
            elif isinstance(node, tree.Call) and not isinstance(node.callee, tree.Name):
                links.append(node)
                node = node.callee
            else:
                break
        if not links or not isinstance(node, tree.Call) or len(node.arguments) != 1:
            return None
        if not isinstance(node.callee, tree.Name) or node.callee.text.lower() not in _RUNNING:
            return None
        value = node.arguments[0]
        for link in reversed(links):
            if isinstance(link, tree.Member):
                value = tree.Member(link.start, link.end, value, link.name)
            else:
                value = tree.Call(link.start, link.end, value, link.arguments, has_brackets=link.has_brackets)
        return tree.Call(node.start, value.end, node.callee, [value], has_brackets=False)

    def s_redim(self, node: tree.ReDim) -> None:
        """``ReDim [Preserve] a(n)``."""
        target = self.target(node.target)
        old: ir.Expr = ir.Load(target) if node.is_preserved else ir.Const(None)
        self.resize(target, [old, *self.plain(node.bounds)], self.at(node.start))

    def resize(self, place: ir.Place, args: list[ir.Expr], at: int) -> None:
        """Put an array with bounds in a place."""
        self.builder.write(place, ir.Pure(ROWS["", "resize"], args, at), "share", at)

    def erased(self, nodes: Sequence[tree.Node]) -> ir.Expr:
        """``Erase a``: a fixed array is empty again, a dynamic one has no elements."""
        for each in nodes[:-1]:
            self.builder.add(self._erase(each))
        return self._erase(nodes[-1])

    def _erase(self, node: tree.Node) -> ir.Expr:
        place, at = self.target(node), self.at(node.start)
        bounds = self._bounds(place)
        row, args = ("resize", [ir.Const(None), *bounds]) if bounds else ("array", [])
        return ir.Write(place, ir.Pure(ROWS["", row], args, at), "share", at)

    def _bounds(self, place: ir.Place) -> list[ir.Expr]:
        """Return the bounds of an array that is declared with some."""
        if isinstance(place, (ir.Local, ir.Global)):
            return self.plain(self.scope.bounds(place.name))
        owner = self.scope.owner
        if owner is None or not isinstance(place, ir.Field) or place.base != ir.Load(ir.Local(THIS)):
            return []
        return [ir.Const(each) for each in owner.sizes.get(place.name, ())]

    def target(self, node: tree.Node) -> ir.Place:
        """Return the place that an assignment writes."""
        if isinstance(node, tree.Declaration):
            name = node.name.lower()
            return self.scope.place(name) or ir.Global(name)
        if isinstance(node, tree.Name):
            name = node.text.lower()
            if name == self.scope.result:
                return ir.Local(RESULT, name)
            return self.scope.place(name) or ir.Global(self.page.others.get(name, name))
        if isinstance(node, tree.Member):
            return self.field(node)
        if isinstance(node, tree.Call):
            return self._element(node)
        return self.builder.temp()

    def _element(self, node: tree.Call) -> ir.Place:
        callee, at = node.callee, self.at(node.start)
        base: ir.Expr
        if isinstance(callee, tree.Member):
            field = self.field(callee)
            base = ir.Load(field, field.at)
        elif isinstance(callee, tree.Name):
            name = callee.text.lower()
            place = ir.Local(RESULT, name) if name == self.scope.result else self.scope.place(name)
            base = self.load(place, name, at) if place is not None else self.x_name(callee)
        else:
            base = self.expression(callee)
        return ir.Item(base, self.plain(node.arguments), at)

    def s_assign(self, node: tree.Assign) -> None:
        """``x = y`` and ``Set x = y``."""
        value = self.expression(node.value)
        at = self.at(node.target.end - 1)
        if isinstance(node.target, tree.Name) and self.scope.is_constant(node.target.text.lower()):
            self.builder.add(value)
            self.builder.add(ir.Pure(ROWS["err", "raise"], [ir.Const(_ILLEGAL_ASSIGNMENT)], at))
            return
        how = "copy" if not node.is_set else "share" if _is_of_request(value) else "object"
        self.assign(self.target(node.target), value, how, at)

    def assign(self, place: ir.Place, value: ir.Expr, how: str, at: int) -> None:
        """Add an assignment; an object that was there before may end."""
        if not self.page.has_endings or how == "copy" or not self._may_end(place):
            self.builder.write(place, value, how, at)
            return
        old = self.builder.temp()
        self.builder.write(old, ir.Load(place))
        self.builder.write(place, value, how, at)
        self.release(old, at)

    def _may_end(self, place: ir.Place) -> bool:
        """True if a place can be read without effect."""
        if isinstance(place, (ir.Local, ir.Global)):
            return True
        if isinstance(place, ir.Field):
            owner = self.scope.owner
            is_own = isinstance(place.base, ir.Load) and place.base.place == ir.Local(THIS)
            return is_own and owner is not None and place.name in owner.fields
        base = place.base if isinstance(place, ir.Item) else None
        return isinstance(base, ir.Load) and isinstance(base.place, (ir.Local, ir.Global))

    def release(self, place: ir.Local, at: int, roots: int = 0) -> None:
        """End the life of an object that nothing has any more; registers before ``roots`` still have theirs."""
        self.builder.add(ir.Pure(ROWS["", "release"], [ir.Const(roots or place.slot), ir.Load(place)], at))

    # Conditions and loops

    def branch(self, test: tree.Node, yes: int, no: int) -> None:
        """End the block with a condition."""
        self.builder.branch(self.condition(test), yes, no, self.at(test.start))

    def condition(self, test: tree.Node) -> ir.Expr:
        """Lower a condition."""
        return self.expression(test)

    def s_count(self, node: tree.Count) -> None:
        """``For i = a To b Step c``: the bounds are evaluated once."""
        builder, at = self.builder, self.at(node.start)
        target = self.target(node.target)
        first = self.expression(node.first)
        if node.last.__class__ is not tree.Literal or node.step is not None:
            first = builder.hold(first, "copy", at)
        last = builder.hold(self.expression(node.last), "copy", at)
        step = builder.hold(self.expression(node.step), "copy", at) if node.step is not None else ir.Const(1)
        builder.write(target, first, "copy", at)
        self.counted(node, target, last, step, at, "copy")

    def s_each(self, node: tree.Each) -> None:
        """``For Each x In y``."""
        builder, at = self.builder, self.at(node.start)
        iterator = builder.temp()
        items = self.expression(node.items)
        builder.write(iterator, ir.Pure(ROWS["", "iterate"], [items], at), "share", at)
        self.turns(node, iterator, self.target(node.target), at)

    def s_switch(self, node: tree.Switch) -> None:
        """``Select Case``: the tests of a case are run from left to right, until one fits."""
        subject = self.expression(node.subject)
        if not is_stable(subject):
            subject = self.builder.hold(subject, "copy", self.at(node.start))
        after = self.builder.label()
        steps: list[Step] = []
        for case in node.cases:
            steps += self._case(case, subject, after)
        steps.append(lambda: self.place_label(after))
        self.then(*steps)

    def _case(self, case: tree.Case, subject: ir.Expr, after: int) -> list[Step]:
        other = self.builder.label()
        return [lambda: self._tests(case, subject, other), case.body, lambda: self.other(after, other)]

    def _tests(self, case: tree.Case, subject: ir.Expr, other: int) -> None:
        """Lower the tests of a case up to its body; ``Case Else`` has none."""
        builder = self.builder
        body = builder.label()
        for index, pattern in enumerate(case.patterns):
            following = other if index + 1 == len(case.patterns) else builder.label()
            builder.branch(self._test(pattern, subject), body, following, self.at(pattern.start))
            if following != other:
                builder.place(following)
        builder.join(body)

    def _test(self, pattern: tree.Pattern, subject: ir.Expr) -> ir.Expr:
        """Return the test of one value or range."""
        at = self.at(pattern.start)
        if pattern.is_negated or pattern.value is None:
            return ir.Const(False)
        value = self.expression(pattern.value)
        if pattern.last is None:
            return ir.Op(_OPERATORS.get(pattern.operator, pattern.operator), [subject, value], at)
        last = self.expression(pattern.last)
        above = ir.Op(_OPERATORS[">="], [subject, value], at)
        return ir.Op(_OPERATORS["and"], [above, ir.Op(_OPERATORS["<="], [subject, last], at)], at)

    def s_with(self, node: tree.With) -> None:
        """``With``: the object is evaluated once."""
        at = self.at(node.start)
        subject = self.expression(node.subject)
        held = subject if isinstance(subject, ir.Const) else self.builder.hold(subject, "share", at)
        self.subjects.append(held)

        def end() -> None:
            self.subjects.pop()
            if self.page.has_endings and isinstance(held, ir.Load) and isinstance(held.place, ir.Local):
                self.release(held.place, at)

        self.then(node.body, end)

    def s_onerror(self, node: tree.OnError) -> None:
        """``On Error Resume Next`` and ``On Error GoTo 0``: both forget the last error."""
        self.builder.guard(resumes=node.goes_on)
        self.builder.add(ir.Pure(ROWS["", "clear-error"], []))

    def s_jump(self, node: tree.Jump) -> None:
        """``Exit``, and ``End`` alone; ``Stop`` is for debuggers."""
        builder = self.builder
        if node.kind == "exit" and node.label in ("for", "do"):
            around = builder.innermost(node.label)
            if around is not None:
                builder.jump(around.out)
        elif node.kind == "exit" and node.label in ("sub", "function", "property"):
            if self.end_of_procedure >= 0:
                builder.jump(self.end_of_procedure)
            else:
                builder.end(ir.Return())
        elif node.kind == "end":
            builder.end(ir.Return(None, ends_page=True))

    def s_unparsed(self, node: tree.Unparsed) -> None:
        """Tokens that no rule fits."""
        for each in node.found:
            self.builder.add(self.expression(each))

    def value_of_text(self, node: tree.Node) -> ir.Expr:
        """Lower the expression that a text is; ``a = b`` is a comparison."""
        if isinstance(node, tree.Assign):
            left, right = self.expression(node.target), self.expression(node.value)
            return ir.Op(_OPERATORS["="], [left, right], self.at(node.start))
        return self.expression(node)

    # The beginning and the end of a procedure ------------------------------------------------------------------------

    def begin(self, found: Found) -> None:
        """Add all that is before the first statement: constants, arrays with bounds, an end that others jump to."""
        scope = self.scope
        for name, node in found.constants.items():
            place = scope.place(name)
            if place is not None:
                self.builder.write(place, self.expression(node.value), "copy", self.at(node.start))
        for name, node in found.declared.items():
            place = scope.place(name)
            if place is not None and node.bounds is not None:
                self._array(place, node.bounds, self.at(node.start))
        if self.page.has_endings and scope.is_procedure:
            self.end_of_procedure = self.builder.label()

    def _array(self, place: ir.Place, bounds: list[tree.Node], at: int) -> None:
        if bounds:
            self.resize(place, [ir.Const(None), *self.plain(bounds)], at)
        else:
            self.builder.write(place, ir.Pure(ROWS["", "array"], [], at), "share", at)

    def end(self, params: int, objects: Set[str]) -> None:
        """Add the end of a procedure: the objects of its variables are released."""
        if self.end_of_procedure < 0:
            return
        self.builder.place(self.end_of_procedure)
        for name, slot in self.scope.locals.items():
            if slot >= FIRST + params and name in objects:
                old = self.builder.temp()
                self.builder.write(old, ir.Load(ir.Local(slot, name)))
                self.builder.write(ir.Local(slot, name), ir.Const(EMPTY))
                self.release(old, 0, FIRST + params)

    EXPRESSIONS: ClassVar[Mapping[type[tree.Node], Callable[[Any, Any], ir.Expr]]] = {
        tree.Literal: x_literal, tree.Name: x_name, tree.Argument: x_argument, tree.Member: x_member, tree.Call: x_call,
        tree.Binary: x_binary, tree.Unary: x_unary, tree.New: x_new, tree.Unparsed: x_unparsed, Held: x_held,
    }  # fmt: skip
    STATEMENTS: ClassVar[Mapping[type[tree.Node], Callable[[Any, Any], None]]] = {
        **StackedStatements.SHARED, tree.Declaration: nothing, tree.Block: s_block,
        tree.Call: s_call, tree.Assign: s_assign, tree.ReDim: s_redim,
        tree.Count: s_count, tree.Each: s_each, tree.Switch: s_switch, tree.With: s_with, tree.OnError: s_onerror,
        tree.Jump: s_jump, tree.Unparsed: s_unparsed,
    }  # fmt: skip


def is_left_out(node: tree.Node) -> bool:
    """True for an argument that is left out: ``f(, x)``."""
    return isinstance(node, tree.Literal) and node.kind == "empty" and node.start == node.end


def _note(value: ir.Expr, node: tree.Node) -> None:
    """Let a run note the text that an expression is with its node, where it may be one."""
    if isinstance(value, (ir.Load, ir.Const, ir.Call)):
        value.key = node
    elif isinstance(value, ir.Op):
        if value.name in _OF_TEXTS:
            value.key = node
    elif isinstance(value, ir.Pure) and value.row.result.what not in _NO_TEXTS:
        value.key = node


def is_stable(value: ir.Expr) -> bool:
    """True if an expression may be evaluated again with the same result: a variable, an entry of the request."""
    value = place_in(value)
    if isinstance(value, ir.Const):
        return True
    if not isinstance(value, ir.Load):
        return False
    place = value.place
    if isinstance(place, ir.Item) and all(isinstance(each, ir.Const) for each in place.keys):
        base = place.base
        if isinstance(base, ir.Load) and isinstance(base.place, ir.Field):
            base = base.place.base
        return isinstance(base, ir.Const)
    return isinstance(place, (ir.Local, ir.Global))


def _is_of_request(value: ir.Expr) -> bool:
    """True for an entry of an intrinsic object, which is an object with a text: ``Set x = Request("k")`` is fine."""
    if not isinstance(value, ir.Load) or not isinstance(value.place, ir.Item):
        return False
    base = value.place.base
    if isinstance(base, ir.Load) and isinstance(base.place, ir.Field):
        base = base.place.base
    return isinstance(base, ir.Const)


# Pages, procedures, classes and texts ---------------------------------------------------------------------------------


def lower(top: tree.Block, page: PageNames | None = None) -> ir.Program:
    """Lower the VBScript of a page; ``page`` has the names that it gets from elsewhere."""
    page = page or PageNames()
    shared = SharedLowering(page.parts)
    found = shared.found if page.parts else find_names(top.statements)
    declare_of_page(found, page, shared=shared)
    lowering = Lowering(Scope(page))
    lowering.begin(found)
    lowering.run(top.statements)
    if page.has_endings:
        lowering.builder.add(ir.Pure(ROWS["", "end-all"], []))
    blocks = lowering.builder.finish()
    main = ir.Proc("", [], blocks, lowering.scope.registers.count)
    return ir.Program(main, page.procs, page.classes, frozenset(page.variables))


def declare_of_page(
    found: Found, page: PageNames, at: int = -1, *, shared: SharedLowering | None = None
) -> list[ir.Proc]:
    """Declare names of the page, and lower the procedures and classes among them; return the procedures."""
    for function in found.functions:
        page.procs[function.name.lower()] = ir.Proc(function.name.lower())
    for name, constant in found.constants.items():
        page.constants[name] = literal_of(constant.value)
    page.arrays.update((name, node.bounds) for name, node in found.declared.items() if node.bounds)
    page.variables |= found.declared.keys() | found.constants.keys() | found.assigned
    page.variables |= {name for name in found.handed if not is_of_language(name, page)}
    page.variables -= page.procs.keys()
    classes = {each.name.lower(): each for each in found.classes}  # two of one name don't compile
    for name, class_ in classes.items():
        page.classes[name] = declare_class(class_, page)
    shared = SharedLowering() if shared is None else shared
    shared.take_meanings(page)
    procs: dict[str, ir.Proc] = {}
    for function in found.functions:
        proc = shared.get(function, partial(_lowered_procedure, function, page, at))
        procs[proc.name] = page.procs[proc.name] = proc
    for class_ in classes.values():
        symbol = shared.get(class_, partial(_lowered_class, class_, page, at))
        page.classes[symbol.name] = symbol
    return [*procs.values()]


def _lowered_procedure(node: tree.Function, page: PageNames, at: int) -> ir.Proc:
    proc = page.procs[node.name.lower()]
    if proc.blocks:  # the page has another one of that name
        proc = page.procs[proc.name] = ir.Proc(proc.name)
    lower_procedure([node], page, None, proc, at)
    return proc


def _lowered_class(node: tree.Class, page: PageNames, at: int) -> ir.Class:
    symbol = page.classes[node.name.lower()]
    lower_class(node, page, symbol, at)
    return symbol


def is_of_language(name: str, page: PageNames) -> bool:
    """True for a name that is no variable unless something declares it."""
    return name in page.procs or name in page.others or ("", name) in ROWS or name in CONSTANTS or name in INTRINSICS


def declare_class(node: tree.Class, page: PageNames) -> ir.Class:
    """Return a class with its members, whose code is lowered later."""
    symbol = ir.Class(node.name.lower())
    for member in node.members:
        if isinstance(member, tree.Declaration):
            name = member.name.lower()
            symbol.fields.append(name)
            if member.bounds:
                sizes = [literal_of(each) for each in member.bounds]
                symbol.sizes[name] = [each.value if each is not None else 0 for each in sizes]
        elif isinstance(member, tree.Function):
            name = member.name.lower()
            members_of(symbol, member)[name] = ir.Proc(name)
            page.has_endings |= name == _ENDING
            if "default" in member.modifiers:
                symbol.default = name
    symbol.initial, symbol.ending = symbol.methods.get(_INITIAL), symbol.methods.get(_ENDING)
    return symbol


def members_of(symbol: ir.Class, node: tree.Function) -> dict[str, ir.Proc]:
    """Return the members of a class to which a function of it belongs."""
    if node.kind == "get":
        return symbol.getters
    return symbol.setters if node.kind in ("let", "set") else symbol.methods


def lower_class(node: tree.Class, page: PageNames, symbol: ir.Class, at: int = -1) -> None:
    """Lower the members of a class; ``Property Let`` and ``Property Set`` of one name are one procedure."""
    kept: dict[tuple[str, str], tree.Function] = {}
    for member in node.members:
        if isinstance(member, tree.Function):
            kept[member.kind, member.name.lower()] = member
    for (kind, name), function in kept.items():
        both = [kept[each, name] for each in ("let", "set") if (each, name) in kept]
        if kind == "set" and len(both) > 1:
            continue
        group = both if kind == "let" else [function]
        lower_procedure(group, page, symbol, members_of(symbol, function)[name], at)


def lower_procedure(
    nodes: Sequence[tree.Function], page: PageNames, owner: ir.Class | None, proc: ir.Proc, at: int = -1
) -> None:
    """Lower a procedure; of two, the first is for values and the second for objects (``Property Let`` and ``Set``)."""
    registers = Registers()
    proc.params = [ir.Param(each.name.lower(), each.by == "ref") for each in nodes[0].parameters]
    params = max(len(each.parameters) for each in nodes)
    for _ in range(params):
        registers.new()
    builder = Builder(registers)
    if len(nodes) > 1:
        labels = [builder.label() for _ in nodes]
        last = ir.Load(ir.Local(FIRST + params - 1))
        builder.branch(ir.Pure(ROWS["", "isobject"], [last]), labels[1], labels[0])
    for index, node in enumerate(nodes):
        if len(nodes) > 1:
            builder.end(ir.Return())
            builder.guard(resumes=False)
            builder.place(labels[index])
        found = find_names(node.body.statements if node.body is not None else [])
        lowering = Lowering(scope_of(node, page, owner, registers, found), at, builder)
        lowering.begin(found)
        lowering.run(node.body.statements if node.body is not None else [])
        lowering.end(params, found.objects)
    proc.blocks, proc.slots, proc.kind = builder.finish(), registers.count, nodes[0].kind


def scope_of(node: tree.Function, page: PageNames, owner: ir.Class | None, registers: Registers, found: Found) -> Scope:
    """Return the scope of a procedure: names that nothing declares are its own unless the page has them."""
    scope = Scope(page, owner, registers, is_procedure=True, runs_texts=found.runs_texts)
    for index, each in enumerate(node.parameters):
        scope.locals[each.name.lower()] = FIRST + index
    if node.kind in ("function", "get"):
        scope.result = node.name.lower()
    declare_locals(scope, found)
    return scope


def declare_locals(scope: Scope, found: Found) -> None:
    """Declare the variables of a procedure, or of a text that is run there."""
    page = scope.page
    for name, node in found.constants.items():
        scope.constants[name] = literal_of(node.value)
        scope.declare(name)
    scope.arrays.update((name, node.bounds) for name, node in found.declared.items() if node.bounds)
    for name in found.declared:
        scope.declare(name)
    unknown = {*found.assigned, *(name for name in found.handed if not is_of_language(name, page))}
    if scope.runs_texts:
        unknown |= {name for name in found.used if not is_of_language(name, page) and name not in page.classes}
    for name in sorted(unknown - page.procs.keys()):
        if scope.place(name) is None and not scope.is_method(name) and not scope.is_constant(name) and name != "me":
            scope.declare(name)
            if scope.runs_texts:
                scope.late.add(name)


def lower_text(top: tree.Block, scope: Scope, at: int, *, is_expression: bool) -> tuple[ir.Proc, list[ir.Proc]]:
    """Lower a text that is run in a scope, whose names the text adds to; return also the procedures that it declares.

    The kind of the procedure of an expression is the register of its value.
    """
    found = find_names(top.statements)
    if scope.is_procedure:
        inner = Found(functions=found.functions, classes=found.classes)
        fresh = declare_of_page(inner, scope.page, at)
        declare_locals(scope, found)
    else:
        fresh = declare_of_page(found, scope.page, at)
    lowering = Lowering(scope, at)
    lowering.begin(found)
    lowering.end_of_procedure = -1
    kind = "text"
    if is_expression and top.statements:
        place = lowering.builder.temp()
        lowering.builder.write(place, lowering.value_of_text(top.statements[0]))
        kind = str(place.slot)
    else:
        lowering.run(top.statements)
    blocks = lowering.builder.finish()
    return ir.Proc("eval" if is_expression else "execute", [], blocks, scope.registers.count, kind), fresh
