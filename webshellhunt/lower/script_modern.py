"""Expressions of today's JavaScript: parts of values, classes, values that are spread, absent ones, generators.

Source: ECMA-262. A class is its constructor, a function whose prototype has the methods; a generator makes the list of
that it yields; a promise is rather the value it is settled with, so that waiting for one is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.core import ir
from webshellhunt.core.values import EMPTY, UNKNOWN
from webshellhunt.lang import tree
from webshellhunt.lower.builder import RESULT
from webshellhunt.lower.script_expressions import Expressions
from webshellhunt.lower.script_names import Link
from webshellhunt.lower.script_scopes import SUPER, is_static_field, names_of_block

_KEEPS = frozenset({"??=", "||=", "&&="})
Opened = tuple[dict[str, int | None], bool]
"""The registers that names had before a block, and whether the block has an object with captured ones."""


class Modern(Expressions):
    """Lowers expressions."""

    # Parts of values --------------------------------------------------------------------------------------------------

    def take_apart(self, target: tree.Node, value: ir.Expr, at: int) -> None:
        """Assign a value, which is held, or parts of it."""
        if isinstance(target, tree.Assign):
            value = self._with_default(value, target.value)
            self.take_apart(target.target, value, at)
        elif isinstance(target, tree.Entries):
            names: list[ir.Expr] = []
            for each in target.entries:
                if isinstance(each.value, tree.Argument):
                    rest = ir.Pure(self.rows["js", "rest-of"], [value, *names], each.start)
                    self.take_apart(each.value.value, self.builder.hold(rest), each.start)
                    continue
                names.append(self.builder.hold(self.key(each.key)))
                part = ir.Load(ir.Property(value, names[-1], each.start), each.start)
                self.take_apart(each.value, self.builder.hold(part), each.start)
        elif isinstance(target, tree.Items):
            self._take_items(target.items, value, at)
        elif not isinstance(target, (tree.Literal, tree.Unparsed)):
            self.builder.write(self.target(target), value, at=target.start)

    def _take_items(self, targets: Sequence[tree.Node], value: ir.Expr, at: int) -> None:
        items = self.builder.hold(ir.Pure(self.rows["js", "list-of"], [value], at))
        for n, each in enumerate(targets):
            if isinstance(each, tree.Argument):
                rest = ir.Call(ir.Property(items, ir.Const("slice"), each.start), [ir.Arg(ir.Const(n))], each.start)
                self.take_apart(each.value, self.builder.hold(rest), each.start)
            elif not isinstance(each, tree.Literal):
                part = ir.Load(ir.Property(items, ir.Const(n), each.start), each.start)
                self.take_apart(each, self.builder.hold(part), each.start)

    def _with_default(self, value: ir.Expr, default: tree.Node) -> ir.Expr:
        """Return a value, or another one where it is undefined."""
        result, absent, after = self.builder.temp(), self.builder.label(), self.builder.label()
        self.builder.write(result, value)
        test = ir.Op("eq-strict-js", [ir.Load(result), ir.Const(EMPTY)], default.start)
        self.builder.branch(test, absent, after, default.start)
        self.builder.place(absent)
        self.builder.write(result, self.expression(default), at=default.start)
        self.builder.place(after)
        return ir.Load(result)

    def key(self, node: tree.Node) -> ir.Expr:
        """Return the key of an entry."""
        return ir.Const(node.text) if isinstance(node, tree.Name) else self.expression(node)

    def prologue(self) -> None:
        """Add the code for the entry of the function: missing arguments, the rest of them, and parts of them."""
        if self.scope.is_generator:
            self.builder.write(ir.Local(RESULT), ir.Pure(self.rows["js", "make-list"], []))
        function = self.scope.function
        for n, each in enumerate(function.parameters if function is not None else ()):
            place = self.find(each.name).place
            if place is None or (each.default is None and each.parts is None and each.by != "rest"):
                continue
            if each.by == "rest":
                self.builder.write(place, self.rest_of_arguments(n), at=each.start)
            if each.default is not None:
                self.builder.write(place, self._with_default(ir.Load(place), each.default), at=each.start)
            if each.parts is not None:
                self.take_apart(each.parts, ir.Load(place), each.start)

    def rest_of_arguments(self, first: int) -> ir.Expr:
        """Return the list of the arguments from a number on."""
        slice_of = ir.Property(ir.Load(ir.Local(self.given)), ir.Const("slice"))
        return ir.Call(slice_of, [ir.Arg(ir.Const(first))])

    def x_assign(self, node: tree.Assign) -> ir.Expr:
        """``a = b``, ``[a, b] = c``, ``a ??= b``."""
        if isinstance(node.target, (tree.Items, tree.Entries)):
            value = self.builder.hold(self.expression(node.value), at=node.start)
            self.take_apart(node.target, value, node.start)
            return value
        if node.operator in _KEEPS:
            value_node = tree.Binary(node.start, node.end, [node.target, node.value], [node.operator[:-1]])
            return super().x_assign(tree.Assign(node.start, node.end, node.target, "=", value_node))
        return super().x_assign(node)

    def needs_blocks(self, node: tree.Node) -> bool:
        """True if an expression needs blocks, whatever its parts need."""
        if isinstance(node, tree.Assign):
            if isinstance(node.target, (tree.Items, tree.Entries)):
                return True
            if node.operator in _KEEPS:
                return True
        if isinstance(node, tree.Entries):
            return any(map(_is_special, node.entries))
        return isinstance(node, (tree.Class, tree.Jump)) or super().needs_blocks(node)

    # Values that are spread, and absent ones --------------------------------------------------------------------------

    def x_items(self, node: tree.Items) -> ir.Expr:
        """``[a, ...b]``, and ``a, b``."""
        if node.form is tree.Form.COMMA or not any(map(is_spread, node.items)):
            return super().x_items(node)
        parts: list[ir.Arg] = []
        for each, value in zip(node.items, self.operands(node.items), strict=True):
            row = self.rows["js", "list-of" if is_spread(each) else "make-list"]
            parts.append(ir.Arg(ir.Pure(row, [value], each.start)))
        first = ir.Pure(self.rows["js", "make-list"], [], node.start)
        return ir.Call(ir.Property(first, ir.Const("concat"), node.start), parts, node.start)

    def x_entries(self, node: tree.Entries) -> ir.Expr:
        """``{a: b, ...c, get d() { … }, [e]: f}``."""
        first = next((n for n, each in enumerate(node.entries) if _is_special(each)), -1)
        if first < 0:
            return super().x_entries(node)
        made = self.builder.hold(super().x_entries(tree.Entries(node.start, node.end, node.entries[:first])))
        for each in node.entries[first:]:
            value = each.value
            if isinstance(value, tree.Argument):
                parts = [made, self.expression(value.value)]
                self.builder.add(ir.Pure(self.rows["js.object", "assign"], parts, each.start))
            elif isinstance(value, tree.Lambda) and value.function.kind in ("get", "set"):
                self.add_accessor(made, self.key(each.key), value.function)
            else:
                key = self.builder.hold(self.key(each.key))
                self.builder.write(ir.Property(made, key, each.start), self.expression(value), at=each.start)
        return made

    def add_accessor(self, owner: ir.Expr, name: ir.Expr, function: tree.Function) -> None:
        """Give an object a property that functions read and write."""
        args = [owner, name, ir.Const(function.kind), self.closure(function)]
        self.builder.add(ir.Pure(self.rows["js", "add-accessor"], args, function.start))

    def x_member(self, node: tree.Member) -> ir.Expr:
        """``a.b`` and ``a?.b``."""
        if not node.is_conditional or node.subject is None:
            return super().x_member(node)
        slot = self.registers.new()
        held = ir.Load(ir.Local(slot))
        part = ir.Load(ir.Property(held, ir.Const(node.name), node.end - 1), node.end - 1)
        absent = ir.Op("eq-js", [held, ir.Const(None)])
        return ir.Let(slot, self.expression(node.subject), ir.Cond(absent, ir.Const(EMPTY), part))

    def _object(self, node: tree.Node | None) -> ir.Expr:
        value = super()._object(node)
        return ir.Op("outside-js", [value]) if _is_maybe(node) else value

    def _logic(self, node: tree.Binary) -> ir.Expr:
        if node.operators[0] != "??":
            return super()._logic(node)
        return self.first_in_blocks(
            node, lambda each, value: ir.Op("eq-js", [value, ir.Const(None)], each.start), passes=True
        )

    def x_jump(self, node: tree.Jump) -> ir.Expr:
        """``yield a`` and ``throw a`` in an expression."""
        value = self.expression(node.value)
        if node.kind == "throw":
            if not self.builder.is_open:
                self.builder.place()
            self.builder.end(ir.Throw(value, node.start))
            return ir.Const(EMPTY)
        if node.kind == "yield":
            self.add_yielded(node, value)
        return ir.Const(UNKNOWN)

    def add_yielded(self, node: tree.Jump, value: ir.Expr) -> None:
        """Add a value, or all of several, to the values of the generator."""
        if node.label == "*":
            value = ir.Pure(self.rows["js", "list-of"], [value], node.start)
        made = ir.Property(ir.Load(ir.Local(RESULT)), ir.Const("push"), node.start)
        self.builder.add(ir.Call(made, [ir.Arg(value, is_spread=node.label == "*")], node.start))

    # Classes ----------------------------------------------------------------------------------------------------------

    def x_class(self, node: tree.Class) -> ir.Expr:
        """Return the constructor of a class, whose prototype has the methods."""
        scope = self.scopes[node]
        base = self.find(scope.base).place if scope.base else None
        if base is not None:
            value = self.expression(node.first) if node.first is not None else self._typed(node.bases[0])
            self.builder.write(base, value, at=node.start)
        assert scope.function is not None
        made = self.builder.hold(self.closure(scope.function), at=node.start)
        if node.name:
            self.builder.write(self.target(tree.Name(node.start, node.end, node.name)), made, at=node.start)
        if base is not None:
            self.builder.add(ir.Pure(self.rows["js", "extend-class"], [made, ir.Load(base)], node.start))
        prototype = self.builder.hold(ir.Load(ir.Property(made, ir.Const("prototype"), node.start)))
        for each in node.members:
            self._add_member(each, made, prototype)
        return made

    def _add_member(self, node: tree.Node, made: ir.Expr, prototype: ir.Expr) -> None:
        if is_static_field(node):
            value = self.expression(node.value) if node.value is not None else ir.Const(EMPTY)
            self.builder.write(ir.Property(made, ir.Const(node.name), node.start), value, at=node.start)
        elif isinstance(node, tree.Function):
            is_static = "static" in node.modifiers
            owner = made if is_static else prototype
            if node.kind == "constructor":
                if is_static:  # a block that runs once
                    run = ir.Property(self.closure(node), ir.Const("call"), node.start)
                    self.builder.add(ir.Call(run, [ir.Arg(made)], node.start))
            elif node.kind in ("get", "set"):
                self.add_accessor(owner, ir.Const(node.name), node)
            else:
                self.builder.write(ir.Property(owner, ir.Const(node.name), node.start), self.closure(node))

    def super_call(self, node: tree.Call, name: str, at: int) -> ir.Expr:
        """``super(a)`` and ``super.b(a)``: of the base, with ``this``."""
        base = self.read(self.scope.base, at) if self.scope.base else ir.Const(UNKNOWN)
        if not name:
            listed = self.x_items(tree.Items(node.start, node.end, node.arguments))
            return ir.Pure(self.rows["js", "construct-base"], [base, self.this(at), listed], at)
        args = [ir.Arg(self.this(at)), *self.arguments(node.arguments)]
        if not self.scope.is_static:
            base = ir.Load(ir.Property(base, ir.Const("prototype"), at))
        base = ir.Load(ir.Property(base, ir.Const(name), at))
        return ir.Call(ir.Property(base, ir.Const("call"), at), args, at)

    # Variables of blocks ----------------------------------------------------------------------------------------------

    def open_block(self, nodes: Sequence[tree.Node]) -> Opened:
        """Give the variables that a block declares for itself places of their own."""
        names = names_of_block(nodes) if self.scope.function is not None else []
        saved: dict[str, int | None] = {}
        captured = [each for each in names if each in self.scope.captured]
        for each in names:
            if each not in self.scope.captured and each not in saved:
                saved[each] = self.locals.get(each)
                self.locals[each] = self.registers.new()
        if captured:
            self.links.append(Link(self.registers.new(), frozenset(captured)))
            self.renew_block()
        return saved, bool(captured)

    def renew_block(self) -> None:
        """Make the object with the captured variables of the innermost block."""
        box = ir.Pure(self.rows["js", "make-box"], [])
        self.builder.write(ir.Local(self.links[-1].slot), box)

    def close_block(self, opened: Opened) -> None:
        """Give the names the places back that they had before a block."""
        saved, has_captured = opened
        for name, slot in saved.items():
            if slot is None:
                del self.locals[name]
            else:
                self.locals[name] = slot
        if has_captured:
            self.links.pop()


def is_spread(node: tree.Node) -> bool:
    """True for ``...a``."""
    return isinstance(node, tree.Argument) and node.by == "spread"


def _is_special(entry: tree.Entry) -> bool:
    """True for an entry of an object that is no name with a value."""
    value, key = entry.value, entry.key
    if isinstance(value, tree.Argument):
        return True
    if isinstance(value, tree.Lambda) and value.function.kind in ("get", "set"):
        return True
    return not isinstance(key, (tree.Name, tree.Literal))


def _is_maybe(node: tree.Node | None) -> bool:
    """True for the end of a chain of members that may be absent."""
    while isinstance(node, (tree.Member, tree.Index, tree.Call)):
        if not isinstance(node, tree.Call) and node.is_conditional:
            return True
        node = node.callee if isinstance(node, tree.Call) else node.subject
    return False


__all__ = ["SUPER", "Modern", "is_spread"]
