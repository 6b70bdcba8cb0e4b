"""Expressions of C# and VB.NET in the core language: operators, members, assignments, conversions, conditions.

An expression whose parts are evaluated only in some cases gets blocks of its own; what is before it in the text is put
into temporaries then. Expressions that nest too deeply are evaluated part by part, the innermost first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from webshellhunt.core import ir
from webshellhunt.core.values import EMPTY, Char, TypeOf
from webshellhunt.lang import tree
from webshellhunt.lower.builder import MAX_NESTING, chained
from webshellhunt.lower.net.calls import DELEGATES
from webshellhunt.lower.net.functions import BASES, THESE, is_left_out
from webshellhunt.lower.net.names import STRUCTS, Procedure
from webshellhunt.lower.net.overloads import PLAIN
from webshellhunt.lower.net.patterns import RELATIONS, Patterns, is_one_test

_CSHARP = {
    **RELATIONS, "+": "add-net", "-": "sub-net", "*": "mul-net", "/": "div-net", "%": "mod-net", "&": "and-net",
    "|": "or-net", "^": "xor-net", "<<": "shl-net", ">>": "shr-net", ">>>": "ushr-net",
}  # fmt: skip
_BASIC = {
    "+": "add-basic", "-": "sub-basic", "*": "mul-basic", "/": "div-basic", "\\": "intdiv-basic", "mod": "mod-basic",
    "^": "pow-basic", "&": "concat-vb", "and": "and-basic", "or": "or-basic", "xor": "xor-basic", "=": "eq-basic",
    "==": "eq-basic", "<>": "ne-basic", "><": "ne-basic", "<": "lt-basic", ">": "gt-basic", "<=": "le-basic",
    "=<": "le-basic", ">=": "ge-basic", "=>": "ge-basic", "is": "is", "isnot": "isnot", "like": "like-vb",
    "<<": "shl-net", ">>": "shr-net",
}  # fmt: skip
_UNARY_CSHARP = {"-": "neg-net", "+": "plus-net", "~": "inv-net", "!": "not-net"}
_UNARY_BASIC = {"-": "neg-basic", "+": "plus-basic", "not": "not-basic"}
_ALL, _ANY = frozenset({"&&", "andalso"}), frozenset({"||", "orelse"})
_LAZY = _ALL | _ANY | {"??"}
_TRUTHS = frozenset(RELATIONS) | {"><", "=<", "=>", "isnot", "like"}
_WHOLE = frozenset({"sbyte", "byte", "int16", "uint16", "int32", "uint32", "int64", "uint64"})
_NUMBERS = _WHOLE | {"single", "double", "decimal", "char", "boolean"}
"""Types to which values are converted where they are assigned."""
_SIMPLE = frozenset({tree.Literal, tree.Name, tree.TypeName, tree.Lambda})
_SAME = frozenset({"unchecked", "await", "ref", "&", "*", "unsafe", "addressof-variable"})
"""Operators whose result is their operand."""
_CHAIN = 16
"""So many operands are joined in one expression; those before go to a temporary."""
_DEEP = MAX_NESTING // 2


class Expressions(Patterns):
    """Lowers the expressions of one procedure."""

    def __init__(self, of: Procedure) -> None:
        super().__init__(of)
        self._blocky: dict[tree.Node, bool] = {}
        self._pure: dict[tree.Node, bool] = {}
        self._heights: dict[tree.Node, int] = {}
        self._kept: dict[tree.Node, ir.Expr] = {}
        """Parts of expressions that temporaries have."""
        self._optional: dict[tree.Node, bool] = {}
        """Whether a chain of members has one that is read only if there is an object (``?.``)."""
        self._depth = 0
        self._exit = -1
        """Where the chain that is lowered goes on if there is no object."""
        self._operators: Mapping[str, str] = _BASIC if self.net.is_vb else _CSHARP
        self._truth = "truth-vb" if self.net.is_vb else "truth-net"

    # All expressions --------------------------------------------------------------------------------------------------

    def expression(self, node: tree.Node | None) -> ir.Expr:
        """Lower an expression."""
        if node is None:
            return ir.Const(EMPTY)
        if node in self._kept:
            return self._kept[node]
        if not self._depth and node.__class__ not in _SIMPLE:
            self._prepare(node)
        self._depth += 1
        outer, self._exit = self._exit, -1
        made = self._chain(node) if self._optional.get(node, False) else self._lowered(node)
        self._exit = outer
        self._depth -= 1
        return made

    def _prepare(self, node: tree.Node) -> None:
        """Find out the needs of an outermost expression; of one that nests deeply, evaluate parts before it."""
        if node not in self._heights:
            self._survey(node)
        if self._heights[node] > _DEEP:
            self._hold_parts(node)

    def _lowered(self, node: tree.Node) -> ir.Expr:
        lower = self.EXPRESSIONS.get(node.__class__)
        if lower is None:
            return ir.Pure(self.net.rows["", "unparsed"], self.operands([*node.children()]), node.start)
        made: ir.Expr = lower(self, node)
        if isinstance(made, (ir.Load, ir.Op, ir.Pure, ir.Call, ir.New)) and made.key is None and _may_be_text(made):
            made.key = node
        elif made.__class__ is ir.Const and made.value.__class__ is str and node.__class__ is tree.Name:
            return ir.Const(made.value, node)  # a constant of the code
        return made

    def subject(self, node: tree.Node | None) -> ir.Expr:
        """Lower the owner of a member, an element or a call."""
        if node is None:
            return self.subjects[-1] if self.subjects else ir.Const(EMPTY)
        if self._exit >= 0 and isinstance(node, (tree.Member, tree.Call, tree.Index)) and node not in self._kept:
            return self._lowered(node)
        return self.expression(node)

    def typed(self, node: tree.Node | None, kind: str) -> ir.Expr:
        """Lower an expression whose value a place of a type gets."""
        if isinstance(node, tree.Member) and kind in DELEGATES | self.net.delegates and self._is_method(node):
            return self.method_value(node)
        outer, self.expected = self.expected, kind if isinstance(node, (tree.New, tree.Items, tree.Switch)) else ""
        value = self.declared(self.convert(self.expression(node), kind), kind)
        self.expected = outer
        return value

    def declared(self, value: ir.Expr, kind: str) -> ir.Expr:
        """Return a value that has its declared type where its own is not known: it may be that of a visitor."""
        is_open = kind in self.net.library.source_types and isinstance(value, (ir.Call, ir.Load))
        return ir.Op("typed", [value, ir.Const(kind)]) if is_open else value

    def _is_method(self, node: tree.Member) -> bool:
        """True for a member that is a method of a type of the library, where a function is asked for."""
        row = self.net.row(self.static_type(node.subject), node.name)
        return row is not None and bool(row.params)

    def effect(self, node: tree.Node) -> None:
        """Lower an expression whose value nobody uses."""
        if isinstance(node, tree.Unary) and node.is_postfix:
            node = tree.Unary(node.start, node.end, node.operator, node.operand)
        self.builder.add(self.expression(node))

    def is_whole(self, node: tree.Node) -> bool:
        """True for a part of an expression that a temporary has already."""
        return node in self._kept

    # Needs of an expression -------------------------------------------------------------------------------------------

    def _survey(self, top: tree.Node) -> None:
        """Find out the needs of an expression and all in it: blocks, how deeply they nest."""
        order: list[tree.Node] = []
        stack = [top]
        while stack:
            each = stack.pop()
            if each in self._heights:
                continue
            order.append(each)
            if not isinstance(each, (tree.Lambda, tree.Function)):
                stack += each.children()
        for each in reversed(order):
            is_leaf = isinstance(each, (tree.Lambda, tree.Function))
            inner = () if is_leaf else each.children()
            self._heights[each] = 1 + max((self._heights.get(child, 0) for child in inner), default=0)
            first = _first_of_chain(each)
            is_optional = isinstance(each, (tree.Member, tree.Index)) and each.is_conditional
            self._optional[each] = is_optional or (first is not None and self._optional.get(first, False))
            self._pure[each] = self._is_pure(each, inner)
            self._blocky[each] = (
                is_optional or self._needs_blocks(each) or any(self._blocky.get(child, False) for child in inner)
            )

    def _is_pure(self, node: tree.Node, inner: Sequence[tree.Node]) -> bool:
        """True for an expression without effects."""
        kind = node.__class__
        if kind in _SIMPLE:
            return True
        if kind is tree.Call:
            return _is_question(node) and all(self._pure.get(child, False) for child in inner)
        is_plain = kind in _PURE or (isinstance(node, tree.Unary) and node.operator not in ("++", "--", "await"))
        return is_plain and all(self._pure.get(child, False) for child in inner)

    def _needs_blocks(self, node: tree.Node) -> bool:
        if isinstance(node, tree.Conditional):
            return not (self._pure[node.yes] and self._pure[node.no])
        if isinstance(node, tree.Binary):
            if node.operators[0] in _LAZY:
                return len(node.operands) > _CHAIN or not all(self._pure[each] for each in node.operands[1:])
            return len(node.operands) > _CHAIN and not set(node.operators) <= {"+", "&"}
        if isinstance(node, tree.Test):
            return not is_one_test(node.pattern)
        if isinstance(node, tree.New):
            return _has_parts_to_add(node)
        if isinstance(node, tree.Assign):
            is_ordered = isinstance(node.target, tree.Index) and _assigns(node.value)
            return node.operator == "??=" or isinstance(node.target, tree.Items) or is_ordered
        if isinstance(node, tree.Items):
            return any(isinstance(each, tree.Items) and each.form is tree.Form.ARRAY for each in node.items)
        return isinstance(node, (tree.Switch, tree.Jump, tree.Entries, tree.Declaration)) or _is_iif(node)

    def is_blocky(self, node: tree.Node) -> bool:
        """True if an expression needs blocks of its own."""
        if node in self._kept:
            return False
        if node not in self._blocky:
            self._survey(node)
        return self._blocky[node] or self._heights[node] > _DEEP

    def _hold_parts(self, top: tree.Node) -> None:
        """Evaluate parts of an expression that nests deeply, the innermost first, at each few levels."""
        order: list[tree.Node] = []
        called: set[tree.Node] = {top}
        stack = [top]
        while stack:
            each = stack.pop()
            order.append(each)
            if isinstance(each, tree.Call) and isinstance(each.callee, tree.Member):
                called.add(each.callee)
            if not isinstance(each, (tree.Lambda, tree.Function)):
                stack += [child for child in each.children() if child not in self._kept]
        depths: dict[tree.Node, int] = {}
        for each in reversed(order):
            inner = () if isinstance(each, (tree.Lambda, tree.Function)) else each.children()
            depth = 1 + max((depths.get(child, 0) for child in inner), default=0)
            if depth > _DEEP and each not in called and isinstance(each, _HELD):
                self._kept[each] = self.builder.hold(self._within(each), at=each.start)
                depth = 0
            depths[each] = depth

    def _within(self, node: tree.Node) -> ir.Expr:
        """Lower a part of an expression of which the parts that nest deeply are held."""
        self._depth += 1
        value = self.expression(node)
        self._depth -= 1
        return value

    # Literals, names, members -----------------------------------------------------------------------------------------

    def x_literal(self, node: tree.Literal) -> ir.Expr:
        """A literal."""
        if node.kind == "empty":
            return ir.Const(EMPTY)
        if node.kind == "character" and isinstance(node.value, str):
            return ir.Const(Char(node.value))
        return ir.Const(node.value)

    def x_name(self, node: tree.Name) -> ir.Expr:
        """A name that stands alone."""
        word = node.text.lower()
        if word in THESE or word in BASES:
            return self.this
        if node.text == "default" and not self.net.is_vb:
            return ir.Const(self.default_of(self.expected))
        found = self.find(node.text)
        if found.kind == "constant" and found.value is not None:
            return found.value
        if found.kind == "function":
            row = self.net.rows["", found.name]
            return ir.Pure(row, [], node.start)
        if found.kind == "method":
            if self.net.is_vb:
                return ir.Call(self.at(found.place, node.start), [], node.start)  # type: ignore[arg-type]
            return self.bound(found, node.start)
        if found.kind in ("variable", "member") and found.place is not None:
            return ir.Load(self.at(found.place, node.start), node.start)
        if found.kind == "type" and found.value is not None:
            return found.value
        return ir.Load(ir.Field(self.this, found.name, node.start), node.start)

    def at(self, place: ir.Place, at: int) -> ir.Place:
        """Return a member with its token."""
        return ir.Field(place.base, place.name, at, place.of) if isinstance(place, ir.Field) else place

    def x_member(self, node: tree.Member) -> ir.Expr:
        """``a.b``."""
        if node.is_key:
            return ir.Load(ir.Item(self.subject(node.subject), [ir.Const(node.name)], node.end - 1), node.end - 1)
        path = tree.name_path(node) if self._begins_with_type(node) else ()
        if path:
            found, rest = self.resolve(path)
            if not rest and found.value is not None:
                return found.value
        if node.name.lower() == "hasvalue" and node.subject is not None and not node.is_conditional:
            return ir.Op("not-net", [ir.Op("is", [self.subject(node.subject), ir.Const(None)], node.start)], node.start)
        if node.name.lower() == "value" and self.class_of(node.subject) == "nullable":
            return self.subject(node.subject)
        place = self.field(node)
        if isinstance(place, ir.Field) and self.is_group(place):
            return ir.Op("bind", [place.base, ir.Const(place.name)], node.end - 1)
        value: ir.Expr = ir.Load(place, node.end - 1)
        kind = self.static_type(node) if self.net.is_filled else ""
        return self.convert(value, kind) if kind in _NUMBERS else value

    def _begins_with_type(self, node: tree.Member) -> bool:
        """True if a dotted name begins with that of a type or a namespace."""
        first: tree.Node | None = node
        while isinstance(first, tree.Member) and first not in self._kept:
            first = first.subject
        if not isinstance(first, tree.Name) or first.text.lower() in THESE | BASES:
            return False
        return self.find(first.text).kind in ("type", "namespace", "unknown")

    def field(self, node: tree.Member) -> ir.Place:
        """Return the place of a member."""
        at, name = node.end - 1, self.net.fold(node.name)
        subject = node.subject
        if isinstance(subject, tree.Name):
            word = subject.text.lower()
            if word in BASES:
                bases = self.net.bases(self.owner)
                return ir.Field(self.this, name, at, bases[0] if bases else "object")
            if word == "myclass":
                return ir.Field(self.this, name, at, self.net.keys[self.owner])
        if (key := self._instance(subject)) in self.net.of_keys:
            return self.net.place_of(ir.Const(TypeOf(key)), self.net.of_keys[key], name, at)
        if self._begins_with_type(node):
            found, rest = self.resolve(tree.name_path(node))
            value = found.value if found.value is not None else self._loaded(found.place, at)
            if not rest:
                return ir.Field(ir.Const(TypeOf(found.owner.rpartition(".")[0])), name, at)
            for each in rest[:-1]:
                value = ir.Load(ir.Field(value, self.net.fold(each), at), at)
            symbol = self.net.of_keys.get(found.owner) if len(rest) == 1 and found.kind == "type" else None
            return self.net.place_of(value, symbol, name, at) if symbol is not None else ir.Field(value, name, at)
        return self._field_of(node, subject, name, at)

    def _field_of(self, node: tree.Member, subject: tree.Node | None, name: str, at: int) -> ir.Place:
        """Return the place of a member of a value."""
        base = self.subject(subject)
        if self.net.has_structs and self._is_copy(subject):
            base = ir.Write(self.builder.temp(), base, "value", at)
        if node.is_conditional and self._exit >= 0:
            base = self._there(base, node)
        if name in _ITEMS:
            return ir.Item(base, [ir.Const(_ITEMS[name])], at)
        known = self.net.of_keys.get(self.class_of(subject))
        return ir.Field(base, name, at) if known is None else self.net.place_of(base, known, name, at)

    def _is_copy(self, node: tree.Node | None) -> bool:
        """True for a value that is a copy if it is a structure: of a property, a method, an element of a list."""
        kind = self.static_type(node)
        if kind and not (kind in self.net.of_keys and self.net.of_keys[kind].kind in STRUCTS):
            return False
        is_element = self.net.is_vb and isinstance(node, tree.Call) and self.static_type(node.callee).endswith("[]")
        if is_element:
            return False
        if isinstance(node, tree.Index):
            container = self.static_type(node.subject)
            return bool(container) and not container.endswith("[]") and container != "vector"
        if isinstance(node, tree.Call):
            is_element = self.net.is_vb and bool(node.arguments) and self.static_type(node.callee).endswith("[]")
            return not is_element
        name = node.text if isinstance(node, tree.Name) else node.name if isinstance(node, tree.Member) else ""
        near = self.owner if isinstance(node, tree.Name) else None
        if isinstance(node, tree.Member):
            near = self.net.of_keys.get(self.static_type(node.subject))
        member = self.net.member(near, self.net.fold(name)) if near is not None and name else None
        if member is None or (isinstance(node, tree.Name) and self.variable(self.net.fold(name)) is not None):
            return False
        return member[1] == "property" or not _COPIED.isdisjoint(getattr(member[3], "modifiers", ()))

    def _instance(self, node: tree.Node | None) -> str:
        """Return the class that a name with type arguments is: ``Box<int>``; "" for all else."""
        if not isinstance(node, (tree.Name, tree.Member)) or not node.types:
            return ""
        kind = tree.TypeName(node.start, node.end, ".".join(tree.name_path(node)), [*node.types])
        return self.net.type_key(kind, self.owner)

    def class_of(self, node: tree.Node | None) -> str:
        """Return the type that the code says of an object, "" where it says none."""
        return self.static_type(node)

    def _loaded(self, place: ir.Place | None, at: int) -> ir.Expr:
        return ir.Load(place, at) if place is not None else ir.Const(EMPTY)

    def x_index(self, node: tree.Index) -> ir.Expr:
        """``a[b]``."""
        place = self._element(node)
        return place if isinstance(place, ir.Call) else ir.Load(place, node.start)

    def _element(self, node: tree.Index) -> ir.Place | ir.Call:
        if isinstance(node.subject, tree.Name) and node.subject.text.lower() in BASES:
            bases = self.net.bases(self.owner)
            member = ir.Field(self.this, "this", node.start, bases[0] if bases else "object")
            return ir.Item(ir.Load(member, node.start), self.operands(node.arguments), node.start)
        special = [each for each in node.arguments if _is_from_end(each)]
        blocky = any(map(self.is_blocky, node.arguments))
        base = self.subject(node.subject)
        if node.is_conditional and self._exit >= 0:
            base = self._there(base, node)
        elif blocky or special:
            base = self.builder.hold(base)
        if not special:
            return ir.Item(base, self.operands(node.arguments), node.start)
        key = special[0]
        if isinstance(key, tree.Unary) and key.operator == "..":
            last_ = self._end(base, key.operand, node.start, is_last=True)
            return self.range_of(base, ir.Const(0), last_, node.start)  # type: ignore[return-value]
        if isinstance(key, tree.Binary):
            first, last = (self._end(base, each, node.start, is_last=n == 1) for n, each in enumerate(key.operands))
            return self.range_of(base, first, last, node.start)  # type: ignore[return-value]
        return ir.Item(base, [self._end(base, key, node.start)], node.start)

    def _end(self, base: ir.Expr, node: tree.Node, at: int, *, is_last: bool = False) -> ir.Expr:
        """Return an index; one that is left out is the first, or the one behind the last."""
        if is_left_out(node):
            return self.from_end(base, ir.Const(0), at) if is_last else ir.Const(0)
        if isinstance(node, tree.Unary) and node.operator == "^":
            return self.from_end(base, self.expression(node.operand), at)
        return self.expression(node)

    # Chains with ``?.`` -----------------------------------------------------------------------------------------------

    def _chain(self, node: tree.Node) -> ir.Expr:
        """Lower a chain of members of which one is read only if there is an object."""
        result = self.builder.temp()
        self.builder.write(result, ir.Const(None))
        self._exit = self.builder.label()
        value = self._lowered(node)
        self.builder.write(result, value, at=node.start)
        self.builder.place(self._exit)
        return ir.Load(result)

    def _there(self, base: ir.Expr, node: tree.Node) -> ir.Expr:
        """Leave the chain if there is no object."""
        held = base if _is_variable(base) else self.builder.hold(base)
        following = self.builder.label()
        self.builder.branch(ir.Op("is", [held, ir.Const(None)], node.start), self._exit, following, node.start)
        self.builder.place(following)
        return held

    # Operators --------------------------------------------------------------------------------------------------------

    def x_unary(self, node: tree.Unary) -> ir.Expr:
        """An operator with one operand."""
        word, operand = node.operator, node.operand
        if word in ("++", "--"):
            return self._step(node)
        if word == "addressof":
            return self.method_value(operand)
        if word in ("!",):
            return ir.Op("not-net", [self.truth(operand)], node.start)
        if word == "checked":
            return self._checked(operand)
        value = self.expression(operand)
        if word in _SAME:
            return value
        if word == "..":
            return ir.New("range", [ir.Arg(ir.Const(0)), ir.Arg(value)], node.start)
        if word == "^":
            return ir.Op("neg-net", [value], node.start)
        name = (_UNARY_BASIC if self.net.is_vb else _UNARY_CSHARP).get(word)
        if word == "-" and isinstance(value, ir.Const) and value.value.__class__ in (int, float):
            return ir.Const(-value.value)
        return value if name is None else ir.Op(name, [value], node.start)

    def _checked(self, node: tree.Node) -> ir.Expr:
        """``checked(x)``: a number that is too large for its type is an error."""
        outer, self.is_checked = self.is_checked, True
        kind = self.static_type(node)
        value = self.expression(node)
        value = self.convert(value, kind) if kind in _WHOLE else value
        self.is_checked: bool = outer
        return value

    def _step(self, node: tree.Unary) -> ir.Expr:
        """``x++`` and ``--x``."""
        at = node.start
        place, wrap = self.steady(self.place(node.operand))
        kind = self.type_of(node.operand)

        def stepped(old: ir.Expr) -> ir.Expr:
            value = ir.Op("add-net" if node.operator == "++" else "sub-net", [old, ir.Const(1)], at)
            return self.convert(value, kind)

        write = ir.Write(place, stepped(ir.Load(place, at)), at=at, is_old=node.is_postfix)
        return wrap(write)

    def x_binary(self, node: tree.Binary) -> ir.Expr:
        """Operands with operators of one strength between them, however many."""
        first = node.operators[0]
        if first in _LAZY:
            return self._lazy(node)
        if first == "..":
            return self._range_value(node)
        at = node.start
        joins = set(node.operators)
        if joins == {"&"} and self.net.is_vb:
            return chained("concat-vb", self.operands(node.operands), at)
        if joins == {"+"} and len(node.operands) > _CHAIN and self._is_text(node.operands[0]):
            return chained(self._operators["+"], self.operands(node.operands), at)
        operands = self.operands(node.operands[:_CHAIN])
        value = operands[0]
        kind = self.static_type(node.operands[0])
        for n, (name, operand) in enumerate(zip(node.operators, operands[1:], strict=False), 1):
            other = self.static_type(node.operands[n])
            value = self._added(name, value, operand, (kind, other), at)
            kind = "string" if "string" in (kind, other) and name == "+" else ""
        for n, each in enumerate(node.operands[_CHAIN:], _CHAIN):
            if not n % _CHAIN or self.is_blocky(each):
                value = self.builder.hold(value)
            value = self._joined(node.operators[n - 1], value, self.expression(each), at)
        return value

    def _is_text(self, node: tree.Node) -> bool:
        return isinstance(node, tree.Literal) and node.kind == "string"

    def _range_value(self, node: tree.Binary) -> ir.Expr:
        return ir.New("range", [ir.Arg(each) for each in self.operands(node.operands)], node.start)

    def _added(self, word: str, left: ir.Expr, right: ir.Expr, kinds: tuple[str, str], at: int) -> ir.Expr:
        """Join two operands; a text that may be null joins a letter or a number as a text does."""
        is_text = word == "+" and not self.net.is_vb and "string" in kinds and PLAIN.issuperset(kinds)
        return ir.Op("concat-vb", [left, right], at) if is_text else self._joined(word, left, right, at)

    def _joined(self, word: str, left: ir.Expr, right: ir.Expr, at: int) -> ir.Expr:
        name = self._operators.get(word, word)
        if name == "like-vb":
            return ir.Pure(self.net.rows["", "like"], [left, right], at)
        if name == "isnot":
            return ir.Op("not-vb", [ir.Op("is", [left, right], at)], at)
        return ir.Op(name, [left, right], at)

    def _lazy(self, node: tree.Binary) -> ir.Expr:
        """``a && b``, ``a || b``, ``a ?? b``."""
        if node.operators[0] == "??":
            return self._other_if_null(node)
        if self._blocky.get(node, True):
            return self.by_blocks(node)
        value = self.truth(node.operands[-1])
        for each in reversed(node.operands[:-1]):
            left = self.truth(each)
            if node.operators[0] in _ALL:
                value = ir.Cond(left, value, ir.Const(value=False), node.start)
            else:
                value = ir.Cond(left, ir.Const(value=True), value, node.start)
        return value

    def _other_if_null(self, node: tree.Binary) -> ir.Expr:
        """``a ?? b``."""
        if not self._blocky.get(node, True):
            value = self.expression(node.operands[-1])
            for each in reversed(node.operands[:-1]):
                slot = self.registers.new()
                held = ir.Load(ir.Local(slot))
                is_null = ir.Op("is", [held, ir.Const(None)], node.start)
                value = ir.Let(slot, self.expression(each), ir.Cond(is_null, value, held, node.start))
            return value
        return self.first_in_blocks(node, lambda _, value: ir.Op("is", [value, ir.Const(None)]), passes=True)

    def x_conditional(self, node: tree.Conditional) -> ir.Expr:
        """``a ? b : c``."""
        if not self._blocky.get(node, True):
            return ir.Cond(self.truth(node.test), self.expression(node.yes), self.expression(node.no), node.start)
        return self.conditional_in_blocks(node)

    def x_jump(self, node: tree.Jump) -> ir.Expr:
        """``throw`` in an expression."""
        value = self.expression(node.value) if node.value is not None else None
        if not self.builder.is_open:
            self.builder.place()
        self.builder.end(ir.Throw(value, node.start))
        self.builder.place()
        return ir.Const(EMPTY)

    def x_unparsed(self, node: tree.Unparsed) -> ir.Expr:
        """Code that nothing is known of; one expression in it is its value."""
        if len(node.found) == 1:
            return self.expression(node.found[0])
        return ir.Pure(self.net.rows["", "unparsed"], self.operands(node.found), node.start)

    # Conversions ------------------------------------------------------------------------------------------------------

    def x_cast(self, node: tree.Cast) -> ir.Expr:
        """``(T)x``, ``x as T``, ``CType(x, T)``."""
        kind = self.net.type_key(node.type, self.owner)
        is_as = node.is_tried or (not self.net.is_vb and node.type.start > node.operand.start)
        if is_as:
            return ir.Op("as", [self.expression(node.operand), ir.Const(TypeOf(kind))], node.start)
        return self.cast(kind, self.typed_part(node.operand, kind), node.start)

    def typed_part(self, node: tree.Node, kind: str) -> ir.Expr:
        """Lower the operand of a cast, which may be one whose meaning only the type says."""
        outer, self.expected = self.expected, kind if isinstance(node, (tree.New, tree.Items)) else ""
        value = self.expression(node)
        self.expected: str = outer
        return value

    def cast(self, kind: str, value: ir.Expr, at: int) -> ir.Expr:
        """Return a value converted to a type."""
        symbol = self.net.of_keys.get(kind)
        if not kind or kind in ("object", "nullable") or (symbol is not None and symbol.kind == "enum"):
            return value
        return ir.Op("cast-checked" if self.is_checked else "cast", [ir.Const(kind), value], at)

    def convert(self, value: ir.Expr, kind: str) -> ir.Expr:
        """Return a value as a variable of a type gets it."""
        if isinstance(value, ir.Const):
            given = value.value.__class__
            if (given is int and kind in _WHOLE) or (given is bool and kind == "boolean") or given is Char:
                return value
            if given is str and kind == "string":
                return value
            if given is int and kind in ("single", "double"):
                return ir.Const(float(value.value))
        name = "cast-vb" if self.net.is_vb else "cast-checked" if self.is_checked else "cast"
        if isinstance(value, ir.Op) and value.name == name and value.args[0] == ir.Const(kind):
            return value
        if kind in _NUMBERS or (kind == "string" and self.net.is_vb):
            return ir.Op(name, [ir.Const(kind), value], getattr(value, "at", 0))
        if self.net.has_conversions and (kind in self.net.of_keys or kind == "string"):
            return ir.Op(name, [ir.Const(kind), value], getattr(value, "at", 0))
        return value

    def type_of(self, node: tree.Node) -> str:
        """Return the written type of a variable or a member of the class around, "" for all others."""
        if isinstance(node, tree.Declaration):
            return self.net.type_key(node.type, self.owner)
        if isinstance(node, tree.Member) and isinstance(node.subject, tree.Name) and node.subject.text.lower() in THESE:
            member = self.net.member(self.owner, self.net.fold(node.name))
            return self.net.type_key(member[3].type, member[0]) if member is not None else ""
        return self.find(node.text).type if isinstance(node, tree.Name) else ""

    # Assignments ------------------------------------------------------------------------------------------------------

    def place(self, node: tree.Node) -> ir.Place:
        """Return the place that is assigned to."""
        if isinstance(node, tree.Argument):
            node = node.value
        if isinstance(node, tree.Declaration):
            return self.declare(node.name, self.net.type_key(node.type, self.owner))
        if isinstance(node, tree.Name):
            return self._place_of_name(node)
        if isinstance(node, tree.Member) and not node.is_key:
            return self.field(node)
        if isinstance(node, tree.Index):
            found = self._element(node)
            return found if not isinstance(found, ir.Call) else self.builder.temp()
        return self._place_of_value(node)

    def _place_of_name(self, node: tree.Name) -> ir.Place:
        if node.text == "_" and self.variable("_") is None:
            return self.builder.temp()
        found = self.find(node.text)
        if found.kind in ("variable", "member") and found.place is not None:
            return self.at(found.place, node.start)
        return ir.Field(self.this, found.name, node.start)

    def _place_of_value(self, node: tree.Node) -> ir.Place:
        """Return the place of a call that is an element (``a(1)``), of a conversion, of a key."""
        if isinstance(node, (tree.Cast, tree.Unary)):
            return self.place(node.operand)
        value = self.expression(node)
        if isinstance(value, ir.Load):
            return value.place
        if isinstance(value, ir.Call) and not isinstance(value.callee, str):
            keys = [each.value for each in value.args]
            callee = value.callee
            return ir.Item(ir.Load(callee, value.at) if isinstance(callee, ir.Field) else callee, keys, value.at)  # type: ignore[arg-type]
        return self.builder.temp()

    def assign(self, target: tree.Node, value: ir.Expr) -> None:
        """Assign a value to a target, which may be several in brackets."""
        stack = [(target, value)]
        while stack:
            each, part = stack.pop()
            if isinstance(each, tree.Items):
                held = self.builder.hold(ir.Op("parts", [part, ir.Const(len(each.items))], each.start))
                for n, item in reversed([*enumerate(each.items)]):
                    stack.append((item, ir.Load(ir.Item(held, [ir.Const(n)], item.start), item.start)))
                continue
            kind = self.type_of(each)
            self.builder.write(self.place(each), self.convert(part, kind), "value", each.end - 1)

    def x_assign(self, node: tree.Assign) -> ir.Expr:
        """``a = b``, ``a += b``, ``a ??= b``."""
        at = node.target.end - 1
        if isinstance(node.target, tree.Items):
            return self._deconstruct(node.target, node.value)
        if node.operator == "??=":
            return self._assign_if_null(node, at)
        kind = self.type_of(node.target)
        place = self.place(node.target)
        if self.is_blocky(node.value) or (isinstance(place, ir.Item) and _assigns(node.value)):
            place = self.held_place(place)
        operator = node.operator[:-1]
        if not operator:
            return ir.Write(place, self.typed(node.value, kind), "value", at)
        place, wrap = self.steady(place)
        before: ir.Expr = ir.Load(place, at)
        if self.is_blocky(node.value):
            before = self.builder.hold(before)
        if _is_function(node.value) and operator in ("+", "-"):
            name = "combine" if operator == "+" else "uncombine"
            return wrap(ir.Write(place, ir.Op(name, [before, self.expression(node.value)], at), at=at))
        kinds = (kind, self.static_type(node.value))
        value = self._added(operator, before, self.expression(node.value), kinds, node.start)
        return wrap(ir.Write(place, self.convert(value, kind), "value", at))

    def _deconstruct(self, target: tree.Items, node: tree.Node) -> ir.Expr:
        """``(a, b) = t``."""
        if isinstance(node, tree.Items) and len(node.items) == len(target.items):
            values = [self.builder.hold(each, at=target.start) for each in self.operands(node.items)]
            for each, value in zip(target.items, values, strict=True):
                self.assign(each, value)
            return ir.Const(EMPTY)
        value = self.builder.hold(self.expression(node))
        self.assign(target, value)
        return value

    def _assign_if_null(self, node: tree.Assign, at: int) -> ir.Expr:
        place = self.held_place(self.place(node.target))
        result = self.builder.temp()
        self.builder.write(result, ir.Load(place, at))
        yes, after = self.builder.label(), self.builder.label()
        self.builder.branch(ir.Op("is", [ir.Load(result), ir.Const(None)]), yes, after, at)
        self.builder.place(yes)
        self.builder.write(result, self.typed(node.value, self.type_of(node.target)), at=at)
        self.builder.write(place, ir.Load(result), at=at)
        self.builder.place(after)
        return ir.Load(result)

    def x_declaration(self, node: tree.Declaration) -> ir.Expr:
        """``out var x``, ``x is T y`` and the like."""
        place = self.place(node)
        if node.value is not None:
            return ir.Write(
                place, self.typed(node.value, self.net.type_key(node.type, self.owner)), "value", node.start
            )
        return ir.Load(place, node.start)

    # Conditions -------------------------------------------------------------------------------------------------------

    def truth(self, node: tree.Node) -> ir.Expr:
        """Lower a condition to a truth value."""
        value = self.expression(node)
        return value if _is_truth(node) else ir.Op(self._truth, [value], node.start)

    def branch(self, test: tree.Node, yes: int, no: int) -> None:
        """End the block with a condition."""
        while isinstance(test, tree.Unary) and test.operator in ("!", "not") and test not in self._kept:
            if test.operator == "not" and not _is_truth(test.operand):
                break
            test, yes, no = test.operand, no, yes
        if isinstance(test, tree.Binary) and test.operators[0] in _ALL | _ANY and test not in self._kept:
            if test not in self._heights:
                self._survey(test)
            if self._heights[test] <= _DEEP:
                self.branch_in_turn(test, yes, no, is_or=test.operators[0] in _ANY)
                return
        if isinstance(test, tree.Test) and test not in self._kept:
            self.test(test, yes, no)
            return
        self.builder.branch(self.truth(test), yes, no, test.start)

    EXPRESSIONS: ClassVar[Mapping[type[tree.Node], Callable[[Any, Any], ir.Expr]]] = {
        tree.Literal: x_literal, tree.Name: x_name, tree.Argument: Patterns.x_argument, tree.Member: x_member,
        tree.Index: x_index, tree.Call: Patterns.x_call, tree.New: Patterns.x_new, tree.Items: Patterns.x_items,
        tree.Entries: Patterns.x_entries, tree.Lambda: Patterns.x_lambda, tree.Unary: x_unary, tree.Binary: x_binary,
        tree.Conditional: x_conditional, tree.Cast: x_cast, tree.Test: Patterns.x_test, tree.Switch: Patterns.x_switch,
        tree.Assign: x_assign, tree.Jump: x_jump, tree.Unparsed: x_unparsed, tree.Declaration: x_declaration,
    }  # fmt: skip


_ITEMS = {f"{word}{n}": n - 1 for word in ("Item", "item") for n in range(1, 9)}
"""Members of tuples, and the numbers of their items."""
_COPIED = frozenset({"property", "readonly"})
"""Modifiers of fields of which code gets a copy."""
_PURE = frozenset(
    {tree.Member, tree.Index, tree.Binary, tree.Conditional, tree.Cast, tree.Test, tree.Pattern, tree.Argument}
)
_HELD = (tree.Member, tree.Index, tree.Call, tree.Binary, tree.Unary, tree.Conditional, tree.New, tree.Cast, tree.Items)
"""Expressions that may be evaluated before those around them."""
_QUESTIONS = frozenset({
    "isnullorempty", "isnullorwhitespace", "contains", "startswith", "endswith", "equals", "indexof", "containskey",
    "isnumeric", "isnothing", "isdate", "exists", "tolower", "toupper", "trim", "tostring", "length", "isdigit",
    "isletter", "isletterordigit", "gettype", "len", "instr", "cstr", "cint",
})  # fmt: skip
"""Methods that answer and change nothing."""


def _is_question(node: tree.Node) -> bool:
    assert isinstance(node, tree.Call)
    callee = node.callee
    name = callee.name if isinstance(callee, tree.Member) else callee.text if isinstance(callee, tree.Name) else ""
    is_plain = not any(isinstance(each, tree.Argument) and each.by in ("ref", "out") for each in node.arguments)
    return is_plain and name.lower() in _QUESTIONS


def _first_of_chain(node: tree.Node) -> tree.Node | None:
    """Return the member, element or call that one of them belongs to."""
    if isinstance(node, (tree.Member, tree.Index)):
        return node.subject
    return node.callee if isinstance(node, tree.Call) else None


def _assigns(node: tree.Node) -> bool:
    """True if an expression assigns to variables, which may be keys before it."""
    stack = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, tree.Assign) or (isinstance(each, tree.Unary) and each.operator in ("++", "--")):
            return True
        if not isinstance(each, tree.Lambda):
            stack += each.children()
    return False


def _is_iif(node: tree.Node) -> bool:
    return isinstance(node, tree.Call) and isinstance(node.callee, tree.Name) and node.callee.text == "iif"


def _has_parts_to_add(node: tree.New) -> bool:
    """True if a new object gets parts after it is made."""
    parts = node.initialiser
    if isinstance(parts, tree.Items) and (node.type is None or node.type.rank):
        return any(isinstance(each, tree.Items) and each.form is tree.Form.ARRAY for each in parts.items)
    return parts is not None


def _is_from_end(node: tree.Node) -> bool:
    if isinstance(node, tree.Binary):
        return node.operators[0] == ".."
    return isinstance(node, tree.Unary) and node.operator in ("^", "..")


def _is_function(node: tree.Node) -> bool:
    return isinstance(node, tree.Lambda) or (isinstance(node, tree.Unary) and node.operator == "addressof")


def _is_variable(value: ir.Expr) -> bool:
    return isinstance(value, ir.Const) or (isinstance(value, ir.Load) and isinstance(value.place, ir.Local))


def _is_truth(node: tree.Node) -> bool:
    """True if the value of an expression is a truth value by its form."""
    if isinstance(node, tree.Binary):
        return node.operators[0] in _ALL | _ANY or node.operators[-1] in _TRUTHS
    if isinstance(node, tree.Unary):
        return node.operator == "!" or (node.operator == "not" and _is_truth(node.operand))
    return isinstance(node, tree.Test) or (isinstance(node, tree.Literal) and node.kind == "truth")


def _may_be_text(value: ir.Expr) -> bool:
    """True if an expression may be a text, which is noted then."""
    if isinstance(value, ir.Op):
        return value.name in _OF_TEXTS
    return not isinstance(value, ir.Pure) or value.row.result.what not in ("number", "codes", "truth", "none")


_OF_TEXTS = frozenset({"add-net", "add-basic", "concat-vb", "cast", "cast-vb"})
