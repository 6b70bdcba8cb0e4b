"""Expressions of JScript in the core language: operators, calls, assignments, conditions.

An expression whose parts are evaluated only in some cases gets blocks of its own; the code before it in the text is put
into temporaries then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from webshellhunt.core import ir
from webshellhunt.core.values import EMPTY, Func, Ref
from webshellhunt.lang import tree
from webshellhunt.lower.blocks import ScriptBlocks, within
from webshellhunt.lower.script_names import Found, Link, Names, Page, TextScope
from webshellhunt.lower.script_scopes import ARGUMENTS, SUPER, THIS, Scope, Scopes

_BINARY = {
    "+": "add-js", "-": "sub-js", "*": "mul-js", "/": "div-js", "%": "mod-js", "**": "pow-js", "&": "and-js",
    "|": "or-js", "^": "xor-js", "<<": "shl-js", ">>": "shr-js", ">>>": "ushr-js", "<": "lt-js", ">": "gt-js",
    "<=": "le-js",
    ">=": "ge-js", "==": "eq-js", "!=": "ne-js", "===": "eq-strict-js", "!==": "ne-strict-js", "in": "in-js",
}  # fmt: skip
_UNARY = {"-": "neg-js", "+": "num-js", "~": "inv-js", "!": "not-js", "typeof": "typeof-js"}
_TRUTHS = frozenset({"<", ">", "<=", ">=", "==", "!=", "===", "!==", "in"})
_NEGATIVE = frozenset({"!=", "!=="})
_CONTAINS = {(">=", 0): True, (">", -1): True, ("!=", -1): True, ("!==", -1): True,
             ("<", 0): False, ("==", -1): False, ("===", -1): False, ("<=", -1): False}  # fmt: skip
_PLACES = frozenset({"indexOf", "search"})
_REQUEST = frozenset({"form", "querystring", "cookies", "servervariables", "item", "params"})
_LOGIC = frozenset({"&&", "||", "??"})
_LINKS = frozenset({tree.Member, tree.Index, tree.Call})
_CHAIN = 16
"""So many operands are joined in one expression; those before go to a temporary."""


class Expressions(Names, ScriptBlocks):
    """Lowers the expressions of one procedure."""

    how = "share"
    """How a variable is assigned to."""
    notes_texts = True
    """Whether a run notes the texts that expressions are."""

    def __init__(self, page: Page, scope: Scope, scopes: Scopes, chain: Sequence[Link] = ()) -> None:
        Names.__init__(self, page, scope, scopes, chain)
        ScriptBlocks.__init__(self)
        self._held: dict[tree.Node, ir.Expr] = {}
        """Parts of long chains that temporaries have."""
        self._cut: set[tree.Node] = set()
        """The nodes of chains whose parts are held."""
        self._pure: dict[tree.Node, frozenset[str] | None] = {}

    def expression(self, node: tree.Node | None) -> ir.Expr:
        """Lower an expression."""
        if node is None:
            return ir.Const(EMPTY)
        if node.__class__ in _LINKS:
            held = self._held.get(node)
            if held is not None:
                return held
            if node not in self._cut:
                self._cut_chain(node)
        lower = _EXPRESSIONS.get(node.__class__)
        if lower is None:
            return ir.Pure(self.rows["", "unparsed"], self.operands([*node.children()]), node.start)
        made: ir.Expr = getattr(self, lower)(node)
        is_noted = self.notes_texts and isinstance(made, (ir.Load, ir.Op, ir.Pure, ir.Call, ir.New))
        if is_noted and made.key is None and _may_be_text(made):  # type: ignore[union-attr]
            made.key = node  # type: ignore[union-attr]
        return made

    def _cut_chain(self, node: tree.Node) -> None:
        """Put parts of a long chain of members and calls into temporaries, the innermost first."""
        chain: list[tree.Node] = []
        each: tree.Node | None = node
        while isinstance(each, (tree.Member, tree.Index, tree.Call)):
            chain.append(each)
            each = each.callee if isinstance(each, tree.Call) else each.subject
        if len(chain) <= _CHAIN:
            return
        self._cut.update(chain)
        count = 0
        for n in range(len(chain) - 1, 0, -1):
            outer = chain[n - 1]
            count += 1
            if count > _CHAIN and not isinstance(outer, tree.Call):
                self._held[chain[n]] = self.builder.hold(self.expression(chain[n]), at=chain[n].start)
                count = 0

    def needs_blocks(self, node: tree.Node) -> bool:
        """True if an expression needs blocks, whatever its parts need."""
        if isinstance(node, tree.Conditional):
            return not self._is_plain_choice(node)
        if isinstance(node, tree.Binary):
            if node.operators[0] in _LOGIC:
                return node.operators[0] == "??" or not self._is_simple_logic(node)
            return len(node.operands) > _CHAIN
        if isinstance(node, tree.Items) and node.form is tree.Form.COMMA:
            return len(node.items) > _CHAIN
        if self._is_dynamic():
            if isinstance(node, tree.Call):
                return isinstance(node.callee, tree.Name)
            return isinstance(node, (tree.Assign, tree.Unary))
        return False

    def _is_dynamic(self) -> bool:
        return any(each.names is None for each in (*self.chain, *self.links))

    def _is_plain_choice(self, node: tree.Conditional) -> bool:
        """True if both sides of a choice can be evaluated whatever the condition says."""
        test, yes, no = map(self.pure_names, (node.test, node.yes, node.no))
        return test is not None and yes is not None and no is not None and test.isdisjoint(yes | no)

    def _is_simple_logic(self, node: tree.Binary) -> bool:
        return all(self.pure_names(each) is not None for each in node.operands) and len(node.operands) <= _CHAIN

    def pure_names(self, node: tree.Node) -> frozenset[str] | None:
        """Return the names that an expression without effects reads, ``None`` for one with effects."""
        if node not in self._pure:
            self._pure[node] = self._pure_names(node)
        return self._pure[node]

    def _pure_names(self, node: tree.Node) -> frozenset[str] | None:
        if isinstance(node, tree.Name):
            return frozenset((node.text,))
        if isinstance(node, tree.Literal):
            return frozenset()
        is_pure = (
            isinstance(
                node,
                (
                    tree.Member,
                    tree.Index,
                    tree.Binary,
                    tree.Conditional,
                    tree.Items,
                    tree.Test,
                    tree.Pattern,
                    tree.TypeName,
                ),
            )
            or (isinstance(node, tree.Unary) and node.operator in _UNARY)
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

    def x_literal(self, node: tree.Literal) -> ir.Expr:
        """A literal; a pattern is an object."""
        if node.kind == "pattern":
            source, _, flags = str(node.value)[1:].rpartition("/")
            return ir.Pure(self.rows["js", "regexp"], [ir.Const(source), ir.Const(flags)], node.start)
        return ir.Const(EMPTY if node.kind == "empty" else node.value)

    def x_name(self, node: tree.Name) -> ir.Expr:
        """A name, or ``this``."""
        if node.text == "this":
            return self.this(node.start)
        return self.read(node.text, node.start)

    def this(self, at: int = 0) -> ir.Expr:
        """Return ``this``."""
        return ir.Op("this-js", [], at) if self.scope.home is None else self.read(THIS, at)

    def x_member(self, node: tree.Member) -> ir.Expr:
        """``a.b``."""
        return ir.Load(self.property(node), node.end - 1)

    def x_index(self, node: tree.Index) -> ir.Expr:
        """``a[b]``."""
        return ir.Load(self.property(node), node.start)

    def property(self, node: tree.Member | tree.Index) -> ir.Place:
        """Return the place of a member."""
        if isinstance(node, tree.Member):
            if self._is_callee(node):
                return ir.Local(self.itself)
            base = self._object(node.subject)
            if isinstance(base, ir.Const) and base.value.__class__ is Ref and base.value.oid in self.page.intrinsics:
                return ir.Field(base, node.name.lower(), node.end - 1)
            return ir.Property(base, ir.Const(node.name), node.end - 1)
        subject, *keys = self.operands([node.subject, *node.arguments])
        return ir.Property(subject, keys[-1] if keys else ir.Const(EMPTY), node.start)

    def _object(self, node: tree.Node | None) -> ir.Expr:
        """Lower an expression that is an object; one whose name nothing declares is of an include, or of the server."""
        value = self.expression(node)
        return ir.Op("outside-js", [value]) if self.is_outside(node, value) else value

    def _is_callee(self, node: tree.Node) -> bool:
        """True for ``arguments.callee``."""
        if not (isinstance(node, tree.Member) and node.name == "callee" and self.itself):
            return False
        return isinstance(node.subject, tree.Name) and node.subject.text == ARGUMENTS

    def x_items(self, node: tree.Items) -> ir.Expr:
        """``[a, b]``, and ``a, b``."""
        if node.form is not tree.Form.COMMA:
            return ir.Pure(self.rows["js", "make-list"], self.operands(node.items), node.start)
        if len(node.items) > _CHAIN:
            for each in node.items[:-1]:
                self.builder.add(self.expression(each))
            return self.expression(node.items[-1])
        *before, last = self.operands(node.items)
        value = last
        for part in reversed(before):
            value = ir.Let(self.registers.new(), part, value)
        return value

    def x_entries(self, node: tree.Entries) -> ir.Expr:
        """``{a: b}``."""
        values = self.operands([each.value for each in node.entries])
        args: list[ir.Expr] = []
        for each, value in zip(node.entries, values, strict=True):
            key = each.key
            name = key.text if isinstance(key, tree.Name) else getattr(key, "value", None)
            args += [ir.Const(name), value]
        return ir.Pure(self.rows["js", "make-object"], args, node.start)

    def x_lambda(self, node: tree.Lambda) -> ir.Expr:
        """A function as a value."""
        return self.closure(node.function)

    def x_unary(self, node: tree.Unary) -> ir.Expr:
        """An operator with one operand."""
        word, operand = node.operator, node.operand
        if word in ("++", "--"):
            return self._step(node)
        if word == "!":
            return ir.Op("not-js", [self.truth(operand)], node.start)
        if word == "void":
            return ir.Let(self.registers.new(), self.expression(operand), ir.Const(EMPTY))
        if word == "delete":
            if not isinstance(operand, (tree.Member, tree.Index)):
                return ir.Let(self.registers.new(), self.expression(operand), ir.Const(value=True))
            place = self.property(operand)
            if not isinstance(place, ir.Property):
                return ir.Const(value=True)
            return ir.Op("delete-js", [place.base, place.name], node.start)
        name = _UNARY.get(word)
        if name == "neg-js" and isinstance(operand, tree.Literal) and operand.value.__class__ in (int, float):
            return ir.Const(-operand.value)
        value = self.expression(operand)
        return value if name is None else ir.Op(name, [value], node.start)

    def _step(self, node: tree.Unary) -> ir.Expr:
        """``x++`` and ``--x``."""
        name = "add-js" if node.operator == "++" else "sub-js"
        if self.is_set_dynamically(node.operand):
            found = self.find(node.operand.text)  # type: ignore[attr-defined]
            old = self.builder.hold(ir.Op("num-js", [self.read(found.text, node.start)]))
            new = self.builder.hold(ir.Op(name, [old, ir.Const(1)], node.start))
            self.assign_dynamically(found, new, node.start)
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

    def x_binary(self, node: tree.Binary) -> ir.Expr:
        """Operators of one strength."""
        if node.operators[0] in _LOGIC:
            return self._logic(node)
        special = self._kind_test(node) or self._contains(node) or self._null_test(node)
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

    def _kind_test(self, node: tree.Binary) -> ir.Expr | None:
        """Lower ``typeof x == "word"``."""
        if len(node.operands) != 2 or node.operators[0] not in ("==", "===", "!=", "!=="):
            return None
        question, word = node.operands
        if isinstance(question, tree.Literal):
            question, word = word, question
        if not (isinstance(question, tree.Unary) and question.operator == "typeof" and isinstance(word, tree.Literal)):
            return None
        test = ir.Op("is-kind-js", [self.expression(question.operand), ir.Const(word.value)], node.start)
        return ir.Op("not-js", [test]) if node.operators[0] in _NEGATIVE else test

    def _contains(self, node: tree.Binary) -> ir.Expr | None:
        """Lower ``x.indexOf(y) >= 0``."""
        if len(node.operands) != 2:
            return None
        call, limit = node.operands
        is_call = isinstance(call, tree.Call) and isinstance(call.callee, tree.Member) and len(call.arguments) == 1
        if not is_call or call.callee.name not in _PLACES:  # type: ignore[attr-defined]
            return None
        number = self.expression(limit)
        value = number.value if isinstance(number, ir.Const) and number.value.__class__ is int else None
        answer = _CONTAINS.get((node.operators[0], value)) if value is not None else None
        if answer is None:
            return None
        callee = call.callee  # type: ignore[attr-defined]
        operands = self.operands([callee.subject, *call.arguments])  # type: ignore[attr-defined]
        row = self.rows["js", "contains" if callee.name == "indexOf" else "searches"]
        test = ir.Pure(row, operands, call.start)
        return test if answer else ir.Op("not-js", [test])

    def _logic(self, node: tree.Binary) -> ir.Expr:
        """``a && b`` and ``a || b``, whose value is one of the operands."""
        is_or = node.operators[0] == "||"
        if not self.is_blocky(node):
            value = self.expression(node.operands[-1])
            are_truths = all(map(is_truth, node.operands))
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
        return self.first_in_blocks(node, self._tested, passes=not is_or)

    def _tested(self, node: tree.Node, result: ir.Expr) -> ir.Expr:
        """Test an operand; of a variable itself, a condition then says something."""
        return ir.Op("truth-js", [self.expression(node) if isinstance(node, tree.Name) else result], node.start)

    def x_conditional(self, node: tree.Conditional) -> ir.Expr:
        """``a ? b : c``."""
        if self._is_plain_choice(node) and not self.is_blocky(node):
            return ir.Cond(self.truth(node.test), self.expression(node.yes), self.expression(node.no), node.start)
        return self.conditional_in_blocks(node)

    def x_test(self, node: tree.Test) -> ir.Expr:
        """``a instanceof b``."""
        pattern = node.pattern
        operand = self.expression(node.operand)
        if pattern.type is None:
            return ir.Op("instance-js", [operand, self.expression(pattern.value)], node.start)
        return ir.Op("instance-js", [operand, self._typed(pattern.type)], node.start)

    def _typed(self, node: tree.TypeName) -> ir.Expr:
        """Return the value of a dotted name."""
        first, *rest = node.name.split(".")
        value = self.this(node.start) if first == "this" else self.read(first, node.start)
        for each in rest:
            value = ir.Load(ir.Property(value, ir.Const(each), node.start), node.start)
        return value

    def x_new(self, node: tree.New) -> ir.Expr:
        """``new f(x)``."""
        written = node.type
        if written is None:
            if node.callee is None:
                return ir.New("", [], node.start, ir.Const(EMPTY))
            callee, *values = self.operands([node.callee, *node.arguments])
            return ir.New("", self.given_as(node.arguments, values), node.start, callee)
        if written.rank and node.arguments:  # ``new table["name"]``
            callee = ir.Load(ir.Property(self._typed(written), self.expression(node.arguments[0]), node.start))
            return ir.New("", [], node.start, callee)
        name = written.name.lower()
        row = self.rows.get(("js", f"new-{name}")) or self.rows.get(("js", name))
        is_plain = self._is_plain(node.arguments)
        if row is not None and written.name in self.page.constants and self.is_free(written.name) and is_plain:
            return ir.Pure(row, self.operands(node.arguments), node.start)
        return ir.New("", self.arguments(node.arguments), node.start, self._typed(written))

    # Calls ------------------------------------------------------------------------------------------------------------

    def arguments(self, nodes: Sequence[tree.Node]) -> list[ir.Arg]:
        """Lower arguments."""
        return self.given_as(nodes, self.operands(nodes))

    def given_as(self, nodes: Sequence[tree.Node], values: Sequence[ir.Expr]) -> list[ir.Arg]:
        """Return values as arguments; some are the lists of several."""
        pairs = zip(nodes, values, strict=True)
        return [
            ir.Arg(value, is_spread=isinstance(node, tree.Argument) and node.by == "spread") for node, value in pairs
        ]

    def _is_plain(self, nodes: Sequence[tree.Node]) -> bool:
        """True if each argument is one."""
        return not any(isinstance(each, tree.Argument) for each in nodes)

    def x_call(self, node: tree.Call) -> ir.Expr:
        """A call."""
        callee = node.callee
        if isinstance(callee, tree.Name):
            return self._call_name(node, callee)
        if isinstance(callee, tree.Member) and not self._is_callee(callee):
            return self._call_member(node, callee)
        if isinstance(callee, tree.Index):
            subject, *rest = self.operands([callee.subject, *callee.arguments, *node.arguments])
            values = self.given_as(node.arguments, rest[len(callee.arguments) :])
            place = ir.Property(subject, rest[0] if callee.arguments else ir.Const(EMPTY), callee.start)
            return ir.Call(place, values, node.start)
        function, *others = self.operands([callee, *node.arguments])
        return ir.Call(function, self.given_as(node.arguments, others), node.start)

    def _call_name(self, node: tree.Call, callee: tree.Name) -> ir.Expr:
        name = callee.text
        found = self.find(name)
        if found.links:
            return self._call_dynamically(node, found)
        if name == SUPER:
            return self.super_call(node, "", callee.start)
        args = self.arguments(node.arguments)
        if found.value is None or not self.is_free(name):
            return ir.Call(self.read(name, callee.start), args, callee.start)
        values = [each.value for each in args]
        if isinstance(found.value, ir.Const) and found.value.value.__class__ is Func:
            return ir.Call(found.value.value.name, args, callee.start)
        if name == "eval":
            return ir.Call("eval", args, callee.start, scope=self.text_scope())
        intrinsic = found.value.value if isinstance(found.value, ir.Const) else None
        if intrinsic.__class__ is Ref and intrinsic.oid in self.page.intrinsics:
            return ir.Load(ir.Item(found.value, values, callee.start), callee.start)
        row = self.rows.get(("js", name.lower())) if name in self.page.constants else None
        if row is None or not self._is_plain(node.arguments):
            return ir.Call(found.value, args, callee.start)
        if row.name == "js.string" and len(values) == 1:
            return ir.Op("text-js", values, callee.start)
        return ir.Pure(row, values, callee.start)

    def text_scope(self) -> TextScope:
        """Return where a text that runs here is read."""
        return TextScope(self.page, self.scope, self.registers, self.locals, [*self.chain], [*self.links], self)

    def _call_dynamically(self, node: tree.Call, found: Found) -> ir.Expr:
        """Call a name that an object of a ``with`` may have."""
        values = [ir.Arg(self.builder.hold(each)) for each in self.operands(node.arguments)]
        result, after = self.builder.temp(), self.builder.label()
        at = node.callee.start
        is_declared = found.value is not None or found.text in self.page.names or not isinstance(found.place, ir.Global)
        for slot in found.links:
            inner, other = self.builder.label(), self.builder.label()
            self.builder.branch(self.offers(slot, found.text, is_declared=is_declared), inner, other, at)
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

    def _call_member(self, node: tree.Call, callee: tree.Member) -> ir.Expr:
        at = callee.end - 1
        subject = callee.subject
        if isinstance(subject, tree.Name) and subject.text == SUPER:
            return self.super_call(node, callee.name, at)
        is_plain = self._is_plain(node.arguments)
        if (
            isinstance(subject, tree.Name)
            and subject.text in self.page.statics
            and is_plain
            and self.is_plainly_free(subject.text)
        ):
            row = self.rows.get((self.page.statics[subject.text], callee.name.lower()))
            if row is not None:
                return ir.Pure(row, self.operands(node.arguments), at)
        base, *values = self.operands([*([subject] if subject is not None else []), *node.arguments])
        if callee.is_conditional or self.is_outside(subject, base):
            base = ir.Op("outside-js", [base], at)
        if isinstance(base, ir.Const) and base.value.__class__ is Ref and base.value.oid in self.page.intrinsics:
            place = ir.Field(base, callee.name.lower(), at)
            if base.value.oid == "request" and callee.name.lower() in _REQUEST and values:
                return ir.Load(ir.Item(ir.Load(place), values, at), at)
            return ir.Call(place, [ir.Arg(each) for each in values], at)
        return ir.Call(ir.Property(base, ir.Const(callee.name), at), self.given_as(node.arguments, values), at)

    def is_outside(self, node: tree.Node | None, value: ir.Expr) -> bool:
        """True for the value of a name that nothing declares."""
        return isinstance(node, tree.Name) and isinstance(value, ir.Load) and not self.is_declared(node.text)

    def super_call(self, node: tree.Call, name: str, at: int) -> ir.Expr:
        """Call the base of a class, or a member of it."""
        raise NotImplementedError

    # Assignments ------------------------------------------------------------------------------------------------------

    def target(self, node: tree.Node) -> ir.Place:
        """Return the place of an assignment."""
        if isinstance(node, tree.Name):
            found = self.find(node.text)
            return found.place or ir.Global(node.text)
        if isinstance(node, tree.Declaration):
            return self.target(tree.Name(node.start, node.end, node.name))
        if isinstance(node, (tree.Member, tree.Index)):
            return self.property(node)
        if isinstance(node, tree.Call):  # ``Session("k") = x``
            value = self.expression(node)
            if isinstance(value, ir.Load):
                return value.place
            if isinstance(value, ir.Call):
                keys = [each.value for each in value.args]
                callee = value.callee
                if isinstance(callee, ir.Property) and isinstance(callee.name, ir.Const):
                    callee = ir.Field(callee.base, str(callee.name.value).lower(), callee.at)
                if isinstance(callee, (ir.Property, ir.Field)):
                    return ir.Item(ir.Load(callee), keys, node.start)
                if not isinstance(callee, str):
                    return ir.Item(callee, keys, node.start)
        return self.builder.temp()

    def steady(self, place: ir.Place, *, names_change: bool = False) -> tuple[ir.Place, Callable[[ir.Expr], ir.Expr]]:
        """Return a place whose object and key are evaluated once, and the code around its uses."""
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

        return fixed, partial(within, held)

    def is_set_dynamically(self, node: tree.Node) -> bool:
        """True if an object of a ``with`` may have the name that is assigned to."""
        return isinstance(node, tree.Name) and bool(self.find(node.text).links)

    def assign_dynamically(self, found: Found, value: ir.Expr, at: int) -> None:
        """Assign to a name that objects of ``with`` may have."""
        after = self.builder.label()
        for slot in found.links:
            inner, other = self.builder.label(), self.builder.label()
            self.builder.branch(self.offers(slot, found.text, is_declared=True), inner, other, at)
            self.builder.place(inner)
            self.builder.write(ir.Property(ir.Load(ir.Local(slot)), ir.Const(found.text), at), value, at=at)
            self.builder.jump(after)
            self.builder.place(other)
        self.builder.write(found.place or ir.Global(found.text), value, at=at)
        self.builder.place(after)

    def x_assign(self, node: tree.Assign) -> ir.Expr:
        """``a = b``, ``a += b``."""
        at = node.target.end - 1
        operator = node.operator[:-1]
        if self.is_set_dynamically(node.target):
            found = self.find(node.target.text)  # type: ignore[attr-defined]
            old = self.builder.hold(self.read(found.text, at)) if operator else None
            value = self.expression(node.value)
            value = self.builder.hold(self._joined(operator, old, value, node.start) if old is not None else value)
            self.assign_dynamically(found, value, at)
            return value
        place = self.target(node.target)
        if self.is_blocky(node.value) and isinstance(place, ir.Property):
            place = ir.Property(self.builder.hold(place.base), self.builder.hold(place.name), place.at)
        if operator:
            place, wrap = self.steady(place)
            before: ir.Expr = ir.Load(place, at)
            if self.is_blocky(node.value):
                before = self.builder.hold(before)
            value = self._joined(operator, before, self.expression(node.value), node.start)
            return wrap(ir.Write(place, value, self.how if isinstance(node.target, tree.Name) else "share", at))
        value = self.expression(node.value)
        changes = _changes_names(node.value)
        if isinstance(place, ir.Property) and (changes or not _is_still(place.base, place.name)):
            place, wrap = self.steady(place, names_change=changes)
            return wrap(ir.Write(place, value, at=at))
        return ir.Write(place, value, self.how if isinstance(node.target, tree.Name) else "share", at)

    # Conditions -------------------------------------------------------------------------------------------------------

    def truth(self, node: tree.Node) -> ir.Expr:
        """Lower a condition to a truth value."""
        question = self._match(node)
        if question is not None:
            return question
        value = self.expression(node)
        return value if is_truth(node) else ir.Op("truth-js", [value], node.start)

    def _match(self, node: tree.Node) -> ir.Expr | None:
        """Lower ``x.match(pattern)`` and ``pattern.exec(x)`` whose results are only tested."""
        if not (isinstance(node, tree.Call) and isinstance(node.callee, tree.Member) and len(node.arguments) == 1):
            return None
        row = {"match": "matches", "exec": "executes"}.get(node.callee.name)
        if row is None or node.callee.subject is None:
            return None
        return ir.Pure(self.rows["js", row], self.operands([node.callee.subject, *node.arguments]), node.callee.end - 1)

    def _null_test(self, node: tree.Binary) -> ir.Expr | None:
        """Lower ``x.match(pattern) == null``."""
        if len(node.operands) != 2 or node.operators[0] not in ("==", "===", "!=", "!=="):
            return None
        other = node.operands[1]
        test = self._match(node.operands[0]) if isinstance(other, tree.Literal) and other.kind == "null" else None
        if test is None or node.operators[0] in _NEGATIVE:
            return test
        return ir.Op("not-js", [test])

    def branch(self, test: tree.Node, yes: int, no: int) -> None:
        """End the block with a condition."""
        while isinstance(test, tree.Unary) and test.operator == "!":
            test, yes, no = test.operand, no, yes
        if isinstance(test, tree.Binary) and test.operators[0] in ("&&", "||"):
            self.branch_in_turn(test, yes, no, is_or=test.operators[0] == "||")
            return
        if isinstance(test, tree.Items) and test.form is tree.Form.COMMA and test.items:
            for each in test.items[:-1]:
                self.builder.add(self.expression(each))
            self.branch(test.items[-1], yes, no)
            return
        self.builder.branch(self.truth(test), yes, no, test.start)


_ABSENT = "empty"


def _may_be_text(value: ir.Expr) -> bool:
    """True if an expression may be a text, which is noted then."""
    if isinstance(value, ir.Op):
        return value.name in ("add-js", "text-js")
    return not isinstance(value, ir.Pure) or value.row.result.what not in ("number", "codes", "truth", "none")


def is_absent(node: tree.Node) -> bool:
    """True for an expression that is not there."""
    return node.start == node.end or (isinstance(node, tree.Literal) and node.kind == _ABSENT)


def is_typeof(node: tree.Node) -> bool:
    """True for ``typeof x``."""
    return isinstance(node, tree.Unary) and node.operator == "typeof"


def is_truth(node: tree.Node) -> bool:
    """True if the value of an expression is a truth value by its form."""
    if isinstance(node, tree.Binary):
        if node.operators[0] in ("&&", "||"):
            return all(map(is_truth, node.operands))
        return node.operators[-1] in _TRUTHS
    if isinstance(node, tree.Unary):
        return node.operator in ("!", "delete")
    return (
        isinstance(node, tree.Test) or (isinstance(node, tree.Literal) and node.kind == "truth") or _is_question(node)
    )


def _is_question(node: tree.Node) -> bool:
    """True for a call of a method that answers and does nothing."""
    if not isinstance(node, tree.Call):
        return False
    callee = node.callee
    if isinstance(callee, tree.Member):
        return callee.name in ("test", "hasOwnProperty") and len(node.arguments) == 1
    return isinstance(callee, tree.Name) and callee.text in ("isNaN", "isFinite")


def _changes_names(node: tree.Node) -> bool:
    """True if an expression assigns to variables."""
    stack = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, tree.Assign) or (isinstance(each, tree.Unary) and each.operator in ("++", "--")):
            return True
        if not isinstance(each, (tree.Lambda, tree.Literal)):
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


_EXPRESSIONS: dict[type, str] = {
    tree.Literal: "x_literal", tree.Name: "x_name", tree.Argument: "x_argument",
    tree.Member: "x_member", tree.Index: "x_index", tree.Items: "x_items",
    tree.Entries: "x_entries", tree.Lambda: "x_lambda", tree.Unary: "x_unary",
    tree.Binary: "x_binary", tree.Conditional: "x_conditional", tree.Test: "x_test",
    tree.New: "x_new", tree.Call: "x_call", tree.Assign: "x_assign", tree.Class: "x_class", tree.Jump: "x_jump",
}  # fmt: skip
"""The methods that lower each kind of expression."""
