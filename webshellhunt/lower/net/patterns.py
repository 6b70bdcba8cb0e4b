"""Patterns of .NET: tests of a value from left to right, each in a block of its own; and switch expressions."""

from __future__ import annotations

from webshellhunt.core import ir
from webshellhunt.core.compile import place_in
from webshellhunt.core.values import TypeOf
from webshellhunt.lang import tree
from webshellhunt.lower.net.calls import Calls

RELATIONS = {
    "==": "eq-net", "!=": "ne-net", "<": "lt-net", ">": "gt-net", "<=": "le-net", ">=": "ge-net", "<>": "ne-net",
    "=": "eq-net", "is": "is",
}  # fmt: skip
_VB_RELATIONS = {word: name.replace("-net", "-basic") for word, name in RELATIONS.items()}
_ANY = frozenset({"var", ""})


class Patterns(Calls):
    """Lowers tests of patterns."""

    def match(self, pattern: tree.Pattern, subject: ir.Expr, yes: int, no: int) -> None:
        """End the block with the test whether a value, which may be read again, fits a pattern."""
        each: tree.Pattern | None = pattern
        while each is not None:
            following = self.builder.label() if each.also is not None else yes
            self._match_one(each, subject, following, no)
            if each.also is not None:
                self.builder.place(following)
            each = each.also

    def _match_one(self, pattern: tree.Pattern, subject: ir.Expr, yes: int, no: int) -> None:
        """End the block with the test of a pattern but for the one that must fit, too."""
        if pattern.is_negated:
            yes, no = no, yes
        for each in pattern.alternatives:
            following = self.builder.label()
            self.match(each, subject, yes, following)
            self.builder.place(following)
        if pattern.alternatives:
            self.builder.jump(no)
            return
        for test in self._tests(pattern, subject):
            self._need(test, no, pattern.start)
        self._match_parts(pattern, subject, no)
        if pattern.name:
            kind = self.net.type_key(pattern.type, self.owner)
            self.builder.write(self.declare(pattern.name, kind), subject, at=pattern.start)
        self.builder.jump(yes)

    def _need(self, test: ir.Expr, no: int, at: int) -> None:
        following = self.builder.label()
        self.builder.branch(test, following, no, at)
        self.builder.place(following)

    def _tests(self, pattern: tree.Pattern, subject: ir.Expr) -> list[ir.Expr]:
        """Return the tests of a pattern itself."""
        tests: list[ir.Expr] = []
        written, at = pattern.type, pattern.start
        if written is not None and (written.name not in _ANY or written.rank):
            kind = self.net.type_key(written, self.owner)
            tests.append(ir.Op("is-type", [subject, ir.Const(TypeOf(kind))], at))
        elif pattern.parts and pattern.value is None and written is None and not self._is_positional(pattern):
            tests.append(ir.Op("not-net", [ir.Op("is", [subject, ir.Const(None)])], at))
        if pattern.value is not None:
            tests += self._value_tests(pattern, subject)
        return tests

    def _is_positional(self, pattern: tree.Pattern) -> bool:
        return all(not name for name, _ in pattern.parts)

    def _value_tests(self, pattern: tree.Pattern, subject: ir.Expr) -> list[ir.Expr]:
        node, at = pattern.value, pattern.start
        assert node is not None
        path = tree.name_path(node)
        if path and pattern.operator == "==" and not self.net.is_vb:
            found, rest = self.resolve(path)
            if not rest and found.kind == "type":
                return [ir.Op("is-type", [subject, ir.Const(TypeOf(found.owner))], at)]
        value = self.expression(node)
        if isinstance(value, ir.Const) and value.value is None and pattern.operator in ("==", "!="):
            test: ir.Expr = ir.Op("is", [subject, value], at)
            return [test if pattern.operator == "==" else ir.Op("not-net", [test], at)]
        table = _VB_RELATIONS if self.net.is_vb else RELATIONS
        if pattern.last is None:
            return [ir.Op(table.get(pattern.operator, table["=="]), [subject, value], at)]
        return [
            ir.Op(table[">="], [subject, value], at),
            ir.Op(table["<="], [subject, self.expression(pattern.last)], at),
        ]

    def _match_parts(self, pattern: tree.Pattern, subject: ir.Expr, no: int) -> None:
        names = [name for name, _ in pattern.parts]
        has_slice = tree.SLICE in names
        if has_slice:
            length = ir.Load(ir.Field(subject, "Length", pattern.start), pattern.start)
            self._need(ir.Op("ge-net", [length, ir.Const(len(names) - 1)], pattern.start), no, pattern.start)
        before = names.index(tree.SLICE) if has_slice else len(names)
        if "" in names and not has_slice and "Length" not in names:
            subject = self.builder.hold(ir.Op("parts", [subject, ir.Const(names.count(""))], pattern.start))
        for n, (name, part) in enumerate(pattern.parts):
            at = part.start
            if name == tree.SLICE:
                value: ir.Expr = self.range_of(subject, ir.Const(n), ir.Const(len(names) - 1 - n), at, ends=True)
            elif name:
                value = subject
                for each in name.split("."):
                    value = ir.Load(ir.Field(value, self.net.fold(each), at), at)
            elif n < before:
                value = ir.Load(ir.Item(subject, [ir.Const(n)], at), at)
            else:
                value = ir.Load(ir.Item(subject, [self.from_end(subject, ir.Const(len(names) - n), at)], at), at)
            following = self.builder.label()
            self.match(part, value if is_path(value) else self.builder.hold(value), following, no)
            self.builder.place(following)

    def from_end(self, subject: ir.Expr, count: ir.Expr, at: int) -> ir.Expr:
        """Return an index that is counted from the end."""
        length = ir.Load(ir.Field(subject, self.net.fold("Length"), at), at)
        return ir.Op("sub-vb" if self.net.is_vb else "sub-net", [length, count], at)

    def range_of(self, subject: ir.Expr, first: ir.Expr, last: ir.Expr, at: int, *, ends: bool = False) -> ir.Expr:
        """Return the items from one index up to another; ``ends``: the second is counted from the end."""
        if ends:
            last = self.from_end(subject, last, at)
        count = ir.Op("sub-net", [last, first], at)
        return ir.Call(ir.Field(subject, "get-range", at), [ir.Arg(first), ir.Arg(count)], at)

    def x_test(self, node: tree.Test) -> ir.Expr:
        """``x is pattern``."""
        pattern = node.pattern
        if not is_one_test(pattern):
            return self.by_blocks(node)
        subject = self.expression(node.operand)
        tests = self._tests(pattern, subject)
        if not tests:
            tests = [ir.Const(value=True)]
        return ir.Op("not-net", [tests[0]], node.start) if pattern.is_negated else tests[0]

    def test(self, node: tree.Test, yes: int, no: int) -> None:
        """End the block with ``x is pattern``."""
        if is_one_test(node.pattern):
            self.builder.branch(self.x_test(node), yes, no, node.start)
            return
        value = self.expression(node.operand)
        self.match(node.pattern, value if is_path(value) else self.builder.hold(value), yes, no)

    def by_blocks(self, node: tree.Node) -> ir.Expr:
        """Return the truth value of a condition that needs blocks."""
        result = self.builder.temp()
        yes, no, after = self.builder.label(), self.builder.label(), self.builder.label()
        self.branch(node, yes, no)
        self.builder.place(yes)
        self.builder.write(result, ir.Const(value=True))
        self.builder.jump(after)
        self.builder.place(no)
        self.builder.write(result, ir.Const(value=False))
        self.builder.place(after)
        return ir.Load(result)

    def x_switch(self, node: tree.Switch) -> ir.Expr:
        """``x switch { pattern => value }``."""
        expected = self.expected
        self.expected: str = ""
        subject = self.expression(node.subject)
        held = subject if is_path(subject) else self.builder.hold(subject)
        result, after = self.builder.temp(), self.builder.label()
        for case in node.cases:
            body, following = self.builder.label(), self.builder.label()
            inner = self.builder.label() if case.guard is not None else body
            for pattern in case.patterns:
                other = self.builder.label()
                self.match(pattern, held, inner, other)
                self.builder.place(other)
            self.builder.jump(following if case.patterns else inner)
            if case.guard is not None:
                self.builder.place(inner)
                self.branch(case.guard, body, following)
            self.builder.place(body)
            value = case.body.statements[0] if case.body.statements else None
            self.builder.write(result, self.typed(value, expected), at=case.body.start)
            self.builder.jump(after)
            self.builder.place(following)
        self.builder.end(ir.Throw(ir.New("switchexpressionexception", []), node.start))
        self.builder.place(after)
        return ir.Load(result)


def is_path(value: ir.Expr) -> bool:
    """True if a value may be read again: a variable, its fields and items of constant keys, in any letter case."""
    depth, value = 0, place_in(value)
    while isinstance(value, ir.Load) and isinstance(value.place, (ir.Field, ir.Item)) and depth < 4:
        if isinstance(value.place, ir.Item) and not all(isinstance(key, ir.Const) for key in value.place.keys):
            return False
        value = value.place.base
        depth += 1
    return isinstance(value, ir.Const) or (isinstance(value, ir.Load) and isinstance(value.place, ir.Local))


def is_one_test(pattern: tree.Pattern) -> bool:
    """True for a pattern that is one test."""
    has_more = pattern.name or pattern.parts or pattern.alternatives or pattern.also or pattern.last
    return not has_more and (pattern.value is None or pattern.type is None)
