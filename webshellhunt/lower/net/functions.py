"""The face that the parts of the lowering of expressions have for each other, and functions as values."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from webshellhunt.core import ir
from webshellhunt.core.values import MISSING, TypeOf
from webshellhunt.lang import tree
from webshellhunt.lower.blocks import Blocks
from webshellhunt.lower.net.names import Found, Names

BASES = frozenset({"base", "mybase"})
THESE = frozenset({"this", "me", "myclass"})
Wrap = Callable[[ir.Expr], ir.Expr]


class Functions(Names, Blocks):
    """Functions as values: lambdas, methods without a call."""

    expected: str = ""
    """The type of the place that gets the value of the expression, where its form needs it."""
    is_checked: bool = False
    """True in code whose numbers may not be too large (``checked``)."""
    element: str = ""
    """The type of the items of the list that is made."""

    @abstractmethod
    def subject(self, node: tree.Node | None) -> ir.Expr:
        """Lower the owner of a member, an element or a call."""

    @abstractmethod
    def typed(self, node: tree.Node | None, kind: str) -> ir.Expr:
        """Lower an expression whose value a place of a type gets."""

    @abstractmethod
    def class_of(self, node: tree.Node | None) -> str:
        """Return the type that the code says of an object, "" where it says none."""

    @abstractmethod
    def cast(self, kind: str, value: ir.Expr, at: int) -> ir.Expr:
        """Return a value converted to a type."""

    @abstractmethod
    def convert(self, value: ir.Expr, kind: str) -> ir.Expr:
        """Return a value as a variable of a type gets it."""

    @abstractmethod
    def place(self, node: tree.Node) -> ir.Place:
        """Return the place that is assigned to."""

    def x_lambda(self, node: tree.Lambda) -> ir.Expr:
        """A function as a value."""
        return self.closure(node.function)

    def bound(self, found: Found, at: int) -> ir.Expr:
        """Return a method of a name as a value."""
        place = found.place
        assert isinstance(place, ir.Field)
        return ir.Op("bind", [place.base, ir.Const(place.name)], at)

    def method_value(self, node: tree.Node) -> ir.Expr:
        """Lower ``AddressOf x.F``."""
        if isinstance(node, tree.Argument):
            node = node.value
        if isinstance(node, tree.Call) and not node.arguments:
            node = node.callee
        if isinstance(node, tree.Name):
            found = self.find(node.text)
            if found.kind == "method":
                return self.bound(found, node.start)
            if found.kind in ("unknown", "type", "function"):
                return ir.Op("bind", [self.this, ir.Const(found.name)], node.start)
        if isinstance(node, tree.Member):
            place = self.field(node)
            if isinstance(place, ir.Field):
                return ir.Op("bind", [place.base, ir.Const(place.name)], node.end - 1)
        return self.expression(node)

    def is_group(self, place: ir.Field) -> bool:
        """True if a member that is not called (C#) is a method as a value, not a property."""
        if self.net.is_vb:
            return False
        if place.name in self.net.method_names:
            return True
        if isinstance(place.base, ir.Const) and isinstance(place.base.value, TypeOf):
            row = self.net.row(place.base.value.name, place.name)
            return row is not None and (row.least > 0 or "*" in row.params) and not row.is_property
        return False

    @abstractmethod
    def field(self, node: tree.Member) -> ir.Place:
        """Return the place of a member."""

    def steady(self, place: ir.Place) -> tuple[ir.Place, Wrap]:
        """Return a place whose object and keys are evaluated once, and the code around its uses."""
        held: list[tuple[int, ir.Expr]] = []

        def once(value: ir.Expr) -> ir.Expr:
            if isinstance(value, ir.Const) or (isinstance(value, ir.Load) and isinstance(value.place, ir.Local)):
                return value
            if isinstance(value, ir.Load) and isinstance(value.place, ir.Field) and _is_box(value.place):
                return value
            held.append((self.registers.new(), value))
            return ir.Load(ir.Local(held[-1][0]))

        def wrap(value: ir.Expr) -> ir.Expr:
            for slot, each in reversed(held):
                value = ir.Let(slot, each, value)
            return value

        if isinstance(place, ir.Field):
            return ir.Field(once(place.base), place.name, place.at, place.of), wrap
        if isinstance(place, ir.Item):
            base = place.base
            if isinstance(base, ir.Load) and isinstance(base.place, ir.Field) and not _is_box(base.place):
                inner = base.place  # a property with keys, or an element of its value
                base = ir.Load(ir.Field(once(inner.base), inner.name, inner.at, inner.of), base.at)
            else:
                base = once(base)
            return ir.Item(base, [once(each) for each in place.keys], place.at), wrap
        return place, wrap

    def held_place(self, place: ir.Place) -> ir.Place:
        """Return a place whose object and keys are evaluated here."""
        hold = self.builder.hold
        if isinstance(place, ir.Field):
            return ir.Field(hold(place.base), place.name, place.at, place.of)
        if isinstance(place, ir.Item):
            return ir.Item(hold(place.base), [hold(each) for each in place.keys], place.at)
        return place


def _is_box(place: ir.Field) -> bool:
    """True for a captured variable."""
    return place.name == "v" and isinstance(place.base, ir.Load) and isinstance(place.base.place, ir.Local)


def is_left_out(node: tree.Node) -> bool:
    """True for an argument that is left out: ``f(, x)``."""
    return isinstance(node, tree.Literal) and node.kind == "empty"


LEFT_OUT = ir.Const(MISSING)
