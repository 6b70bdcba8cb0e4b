"""Calls and new objects of .NET: arguments by name and by reference, members of types, initialisers."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.core import ir
from webshellhunt.core.values import TypeOf
from webshellhunt.lang import tree
from webshellhunt.lower.net.functions import BASES, LEFT_OUT, THESE, is_left_out
from webshellhunt.lower.net.names import STRUCTS, Found
from webshellhunt.lower.net.overloads import Overloads
from webshellhunt.lower.net.page import PAGE_CLASS

DEFAULTS: dict[str, object] = {
    "boolean": False, "char": None, "single": 0.0, "double": 0.0, "decimal": 0, "sbyte": 0, "byte": 0, "int16": 0,
    "uint16": 0, "int32": 0, "uint32": 0, "int64": 0, "uint64": 0,
}  # fmt: skip
"""The first values of variables of primitive types; those of all others are null."""
SIZES = {"byte": 1, "sbyte": 1, "boolean": 1, "char": 2, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "single": 4,
         "int64": 8, "uint64": 8, "double": 8, "decimal": 16}  # fmt: skip
_ADD = "Add"
_MOST_STRUCTS = 16
"""Elements of an array of structures that are made with it."""


class Calls(Overloads):
    """Lowers calls, and expressions that make objects."""

    # Arguments --------------------------------------------------------------------------------------------------------

    def arguments(self, nodes: Sequence[tree.Node]) -> list[ir.Arg]:
        """Lower arguments, evaluated in turn."""
        last = max((n for n, each in enumerate(nodes) if self.is_blocky(each)), default=-1)
        found: list[ir.Arg] = []
        for n, each in enumerate(nodes):
            arg = self.argument(each)
            if n < last:
                arg.value = self.builder.hold(arg.value, at=each.start)
            found.append(arg)
        return found

    def argument(self, node: tree.Node) -> ir.Arg:
        """Lower an argument with the place that it gets back."""
        element, self.element = self.element, ""
        made = self._argument(node, element)
        self.element = element
        return made

    def _argument(self, node: tree.Node, element: str) -> ir.Arg:
        name, by, value = "", "value", node
        if isinstance(node, tree.Argument):
            name, by, value = self.net.fold(node.name), node.by, node.value
            if self.net.is_vb and not name and by == "value":  # an argument in brackets of its own
                return ir.Arg(self.expression(value))
        if is_left_out(value):
            return ir.Arg(LEFT_OUT, name=name)
        if by == "spread":
            return ir.Arg(self.expression(value), is_spread=True, name=name)
        if by in ("ref", "out") or isinstance(value, tree.Declaration):
            place, wrap = self.steady(self.place(value))
            return ir.Arg(wrap(ir.Load(place, value.start)), place, name=name)
        is_open = isinstance(value, tree.New) and value.type is None and bool(element)
        made = self.typed(value, element) if is_open else self.expression(value)
        if self.net.is_vb and isinstance(made, ir.Load) and isinstance(value, (tree.Name, tree.Member, tree.Call)):
            place, wrap = self.steady(made.place)
            if not (isinstance(place, ir.Field) and isinstance(place.base, ir.Const)):
                return ir.Arg(self._copied(value, wrap(ir.Load(place, made.at, made.key))), place, name=name)
        return ir.Arg(self._copied(value, made), name=name)

    def _copied(self, node: tree.Node, value: ir.Expr) -> ir.Expr:
        """Return an argument by value: of a structure, a copy."""
        symbol = self.net.of_keys.get(self.static_type(node)) if self.net.has_structs else None
        if symbol is None or symbol.kind not in STRUCTS or isinstance(node, tree.New):
            return value
        return ir.Write(self.builder.temp(), value, "value")

    def plain(self, nodes: Sequence[tree.Node]) -> list[ir.Expr]:
        """Lower arguments of which none is by reference."""
        return [
            LEFT_OUT if is_left_out(each) else value for each, value in zip(nodes, self.operands(nodes), strict=True)
        ]

    def _called(self, subject: ir.Expr, nodes: Sequence[tree.Node]) -> tuple[ir.Expr, list[ir.Arg]]:
        """Lower arguments after the object of a call."""
        if any(map(self.is_blocky, nodes)) and not _is_still(subject):
            subject = self.builder.hold(subject)
        return subject, self.arguments(nodes)

    # Calls ------------------------------------------------------------------------------------------------------------

    def x_call(self, node: tree.Call) -> ir.Expr:
        """``f(x)``; in Visual Basic also an element."""
        callee = node.callee
        if isinstance(callee, tree.Name):
            return self._shared(self._call_name(node, callee), callee.text)
        if isinstance(callee, tree.Member) and not callee.is_key:
            return self._shared(self._given(self._call_member(node, callee), callee), callee.name)
        if self.net.is_vb and not isinstance(callee, tree.Lambda) and node.arguments:
            subject, *keys = self.operands([callee, *node.arguments])
            return ir.Load(ir.Item(subject, keys, node.start), node.start)
        function, args = self._called(self.subject(callee), node.arguments)
        return ir.Call(function, args, node.start)

    def _given(self, made: ir.Expr, callee: tree.Member) -> ir.Expr:
        """Let a member of the library that changes no argument have values in place of places."""
        if self.net.is_vb and isinstance(made, ir.Call) and isinstance(made.callee, ir.Field):
            base = made.callee.base
            of_type = base.value if isinstance(base, ir.Const) and isinstance(base.value, TypeOf) else None
            kind = self.static_type(callee.subject) if of_type is None else of_type.name
            row = self.net.row(kind, callee.name)
            for each in made.args if row is not None and not row.has_outs else ():
                each.out = None
        return made

    def _shared(self, made: ir.Expr, name: str) -> ir.Expr:
        """Let a method of the page have a structure itself, by reference; a function of Windows has its real name."""
        native = self.net.natives.get(self.net.fold(name))
        if native is not None and isinstance(made, ir.Call) and isinstance(made.callee, ir.Field):
            return ir.Call(native, made.args, made.at)
        if isinstance(made, ir.Call) and self.net.has_structs and self.net.fold(name) in self.net.method_names:
            for each in made.args:
                if each.out is not None and isinstance(each.value, ir.Write) and each.value.how == "value":
                    each.value = each.value.value
        return made

    def _call_name(self, node: tree.Call, callee: tree.Name) -> ir.Expr:
        at, word = callee.start, callee.text.lower()
        special = self._special(node, word)
        if special is not None:
            return special
        if word in THESE or word in BASES:  # the default member
            return ir.Load(ir.Item(self.this, self.plain(node.arguments), at), at)
        found = self.find(callee.text)
        if found.kind == "method":
            return self._call_method(node, found, callee.types, at)
        if found.kind in ("variable", "member", "constant"):
            return self._call_variable(node, found, at)
        if found.kind == "function":
            row = self.net.rows["", found.name]
            if not row.is_text:
                return ir.Pure(row, self.plain(node.arguments), at)
        if found.kind == "type" and self.net.is_vb and len(node.arguments) == 1:  # ``Integer(x)``
            return self.cast(found.owner, self.expression(node.arguments[0]), at)
        return ir.Call(ir.Field(self.this, found.name, at), self.arguments(node.arguments), at)

    def _call_method(self, node: tree.Call, found: Found, types: Sequence[tree.TypeName], at: int) -> ir.Expr:
        """Call a method of a class around."""
        assert isinstance(found.place, ir.Field)
        if self._is_left_out(found.owner, found.name):
            return ir.Const(None)
        net, place = self.net, self._at(found.place, at)
        symbol = net.of_keys.get(found.owner, net.symbols.page)
        near = self.owner if symbol in net.chain(self.owner) else symbol
        if found.owner in net.of_keys or symbol is net.symbols.page:
            place.name = self.chosen(near, found.name, node.arguments, len(types))
            if types:
                place.name = net.generic_method(near, place.name, types, self.owner)
        return ir.Call(place, self.arguments(node.arguments), at)

    def _call_variable(self, node: tree.Call, found: Found, at: int) -> ir.Expr:
        """Call the value of a variable; in Visual Basic it may be one with elements."""
        value = found.value or ir.Load(found.place, at)  # type: ignore[arg-type]
        if isinstance(found.place, ir.Field) and found.kind == "member":
            value = ir.Load(self._at(found.place, at), at)
        if not self.net.is_vb:
            function, args = self._called(value, node.arguments)
            return ir.Call(function, args, at)
        if self.is_result(found.name) and (node.arguments or node.has_brackets):  # a function that calls itself
            return ir.Call(ir.Field(self.this, found.name, at), self.arguments(node.arguments), at)
        if not node.arguments:
            return ir.Call(value, [], at) if node.has_brackets else value
        is_function = found.type in DELEGATES or found.type in self.net.delegates
        if is_function or any(isinstance(each, tree.Argument) for each in node.arguments):
            return ir.Call(value, self.arguments(node.arguments), at)
        return ir.Load(ir.Item(value, self.plain(node.arguments), at), at)

    def _is_left_out(self, owner: str, name: str) -> bool:
        """True for a method whose calls are only compiled where a symbol is defined that nobody defines."""
        symbol = self.net.of_keys.get(owner, self.net.symbols.page if owner == PAGE_CLASS else None)
        member = self.net.member(symbol, name) if symbol is not None else None
        attributes = getattr(member[3], "attributes", ()) if member is not None else ()
        symbols = [text.strip('"') for word, text in attributes if word.rpartition(".")[2] == "conditional"]
        return bool(symbols) and (_DEFINED | self.net.page.defined).isdisjoint(symbols)

    def is_result(self, name: str) -> bool:
        """True for the name of the function around, which is also the variable with its result (Visual Basic)."""
        return bool(name) and name == self.result

    def _at(self, place: ir.Field, at: int) -> ir.Field:
        return ir.Field(place.base, place.name, at, place.of)

    def _special(self, node: tree.Call, word: str) -> ir.Expr | None:
        """Lower an expression that is written as a call and is none."""
        first = node.arguments[0] if node.arguments else None
        if isinstance(first, tree.Argument):
            first = first.value
        if word in ("typeof", "gettype") and isinstance(first, tree.TypeName):
            return ir.Op("type-object", [ir.Const(TypeOf(self.net.type_key(first, self.owner)))], node.start)
        if word == "default" and isinstance(first, tree.TypeName):
            return ir.Const(self.default_of(self.net.type_key(first, self.owner)))
        if word == "sizeof" and isinstance(first, tree.TypeName):
            return ir.Const(SIZES.get(self.net.type_key(first, self.owner), 4))
        if word == "nameof" and first is not None:
            if isinstance(first, tree.Member):
                return ir.Const(first.name)
            return ir.Const(getattr(first, "text", getattr(first, "name", "")).rpartition(".")[2])
        if self.net.is_vb and word == "callbyname" and self.find(word).kind == "function":
            return self._by_name(node)
        if self.net.is_vb and word == "iif" and len(node.arguments) == 3 and self.find(word).kind == "function":
            test, yes, no = (self.builder.hold(each) for each in self.operands(node.arguments))
            return ir.Cond(ir.Op("truth-vb", [test]), yes, no, node.start)
        return None

    def default_of(self, kind: str) -> object:
        """Return the first value of a variable of a type."""
        return DEFAULTS.get(kind)

    def _by_name(self, node: tree.Call) -> ir.Expr | None:
        """Lower ``CallByName(o, "Go", CallType.Method, x)`` where the code says the name and the kind of access."""
        if len(node.arguments) < 3:
            return None
        subject, name, how, *rest = node.arguments
        word = getattr(how, "name", getattr(how, "text", "")).lower()
        if not isinstance(name, tree.Literal) or not isinstance(name.value, str) or word not in _BY_NAME:
            return None
        base = self.expression(subject) if word == "method" else self.builder.hold(self.expression(subject))
        place: ir.Place = ir.Field(base, self.net.fold(name.value), node.start)
        if word == "method":
            base, args = self._called(base, rest)
            return ir.Call(ir.Field(base, self.net.fold(name.value), node.start), args, node.start)
        keys = self.operands(rest if word == "get" else rest[:-1])
        place = ir.Item(ir.Load(place, node.start), keys, node.start) if keys else place
        if word == "get":
            return ir.Load(place, node.start)
        return ir.Write(place, self.expression(rest[-1]), at=node.start)

    def _call_member(self, node: tree.Call, callee: tree.Member) -> ir.Expr:
        at = callee.end - 1
        extension = self._extension(node, callee)
        if extension is not None:
            return extension
        if callee.name.lower() == "getvalueordefault" and self.class_of(callee.subject) == "nullable":
            other = self.expression(node.arguments[0]) if node.arguments else ir.Const(0)
            return ir.Op("coalesce", [self.subject(callee.subject), other], at)
        place = self.field(callee)
        if not isinstance(place, ir.Field):
            function, args = self._called(ir.Load(place, at), node.arguments)
            return ir.Call(function, args, at)
        joins = _JOINING.get(place.name.lower()) if place.base == ir.Const(TypeOf("delegate")) else None
        if joins is not None and len(node.arguments) == 2:
            return ir.Op(joins, self.operands(node.arguments), at)
        name = self.net.fold(callee.name)
        if (name in self.net.overloaded or callee.types) and not place.of:
            near = self.net.of_keys.get(self.static_type(callee.subject) or _static_of(place.base))
            if near is not None:
                place.name = self.chosen(near, name, node.arguments, len(callee.types))
            if callee.types and near is not None:
                place.name = self.net.generic_method(near, place.name, callee.types, self.owner)
        base, args = self._called(place.base, node.arguments)
        if self.net.has_conversions and self.net.of_keys.get(_static_of(place.base)) is None:
            self._as_texts(node.arguments, args)
        if callee.types and name.lower() in _TYPED:
            args += [ir.Arg(ir.Const(TypeOf(self.net.type_key(each, self.owner)))) for each in callee.types[-1:]]
        return ir.Call(ir.Field(base, place.name, at, place.of), args, at)

    def _as_texts(self, nodes: Sequence[tree.Node], args: Sequence[ir.Arg]) -> None:
        """Convert arguments of the library whose classes are texts by an operator of their own."""
        for node, arg in zip(nodes, args, strict=True):
            symbol = self.net.of_keys.get(self.static_type(node))
            operators = symbol.methods.values() if symbol is not None else ()
            for each in (each for group in operators for each in group):
                is_open = not _IMPLICIT.isdisjoint(each.modifiers)
                if is_open and self.net.type_key(each.type, symbol) == "string":
                    arg.value = self.cast("string", arg.value, node.start)
                    break

    def _extension(self, node: tree.Call, callee: tree.Member) -> ir.Expr | None:
        """Lower the call of an extension method of the page."""
        name = self.net.fold(callee.name)
        owners = self.net.extensions.get(name)
        if not owners or callee.subject is None or self._is_own_method(name, owners):
            return None
        path = tree.name_path(callee.subject)
        if path and path[0].lower() not in THESE | BASES and self.resolve(path)[0].kind in ("type", "namespace"):
            return None
        subject = self.subject(callee.subject)
        name = self.chosen(self.net.of_keys[owners[0]], name, [callee.subject, *node.arguments])
        base, args = self._called(subject, node.arguments)
        at = callee.end - 1
        out = base.place if isinstance(base, ir.Load) and isinstance(callee.subject, tree.Name) else None
        return ir.Call(ir.Field(ir.Const(TypeOf(owners[0])), name, at), [ir.Arg(base, out), *args], at)

    def _is_own_method(self, name: str, owners: Sequence[str]) -> bool:
        """True if another class of the page has a method of the name, too."""
        net = self.net
        return any(name in symbol.methods for key, symbol in net.of_keys.items() if key not in owners)

    # New objects ------------------------------------------------------------------------------------------------------

    def x_new(self, node: tree.New) -> ir.Expr:
        """``new T(x) { … }``."""
        written, start = node.type, node.start
        if written is None:
            return self._new_without_type(node)
        if written.rank:
            return self._new_array(node, written)
        key = self.net.type_key(written, self.owner) or written.name.lower()
        delegate = self._delegate(node, key)
        if delegate is not None:
            return delegate
        made: ir.Expr = ir.New(key, self.arguments(node.arguments), start)
        outer, self.element = (
            self.element,
            self.net.type_key(written.arguments[-1], self.owner) if written.arguments else "",
        )
        made = self.filled(made, node.initialiser, key)
        self.element = outer
        return made

    def _delegate(self, node: tree.New, key: str) -> ir.Expr | None:
        """Lower ``new EventHandler(f)``: the function itself."""
        if len(node.arguments) != 1 or self.net.row(key, "new") is not None:
            return None
        symbol = self.net.of_keys.get(key)
        if symbol is not None and symbol.kind != "delegate":
            return None
        value = self.expression(node.arguments[0])
        is_function = isinstance(value, ir.Lambda) or (isinstance(value, ir.Op) and value.name == "bind")
        if is_function or symbol is not None or key in DELEGATES or key.endswith(("handler", "callback")):
            return value
        return ir.New(key, [ir.Arg(value)], node.start)

    def _new_without_type(self, node: tree.New) -> ir.Expr:
        if node.arguments and isinstance(node.initialiser, tree.Entries) and not self.expected:  # ``x with { … }``
            made: ir.Expr = ir.Op("with", [self.expression(node.arguments[0])], node.start)
            return self.filled(made, node.initialiser, "")
        if self.expected not in ("", "object"):
            key = self.expected
            return self.filled(ir.New(key, self.arguments(node.arguments), node.start), node.initialiser, key)
        if isinstance(node.initialiser, tree.Items):
            return self.expression(node.initialiser)
        return self.filled(
            ir.New("anonymous", self.arguments(node.arguments), node.start), node.initialiser, "anonymous"
        )

    def _new_array(self, node: tree.New, written: tree.TypeName) -> ir.Expr:
        """``new T[n]``, ``new T[] { … }``."""
        items = node.initialiser.items if isinstance(node.initialiser, tree.Items) else []
        element = self.net.type_key(tree.TypeName(0, 0, written.name, rank=written.rank - 1), self.owner)
        if items or not node.arguments:
            return self.array(items, node.start, element)
        sizes = self.operands(node.arguments)
        if self.net.is_vb:  # which writes the last indexes
            sizes = [_one_more(each) for each in sizes]
        symbol = self.net.of_keys.get(element)
        size = sizes[0].value if len(sizes) == 1 and isinstance(sizes[0], ir.Const) else None
        if symbol is not None and symbol.kind in STRUCTS and size.__class__ is int and size <= _MOST_STRUCTS:
            return ir.New("vector", [ir.Arg(ir.New(element, [])) for _ in range(size)], node.start)
        return ir.Op("new-array", [ir.Const(self.default_of(element)), *sizes], node.start)

    def array(self, items: Sequence[tree.Node], at: int, element: str = "") -> ir.Expr:
        """Return a new array with items; items in items are rows of one of several dimensions."""
        if (
            items
            and not element.endswith("[]")
            and all(isinstance(each, tree.Items) and each.form is tree.Form.ARRAY for each in items)
        ):
            return self._table(items, at)
        outer, self.element = self.element, element
        args = self.arguments(items)
        self.element: str = outer
        if element in DEFAULTS:
            for each in args:
                each.value = self.convert(each.value, element) if not each.is_spread else each.value
        return ir.New("vector", args, at)

    def _table(self, rows: Sequence[tree.Node], at: int) -> ir.Expr:
        """Return a new array of two dimensions."""
        width = max(len(each.items) for each in rows if isinstance(each, tree.Items))
        sizes = [ir.Const(None), ir.Const(len(rows)), ir.Const(width)]
        made = self.builder.hold(ir.Op("new-array", [*sizes], at))
        for i, row in enumerate(rows):
            for j, each in enumerate(row.items if isinstance(row, tree.Items) else []):
                self.builder.write(ir.Item(made, [ir.Const(i), ir.Const(j)], at), self.expression(each), at=at)
        return made

    def filled(self, made: ir.Expr, initialiser: tree.Entries | tree.Items | None, key: str) -> ir.Expr:
        """Give a new object the parts of its initialiser."""
        if initialiser is None:
            return made
        value = self.builder.hold(made)
        if isinstance(initialiser, tree.Items):
            self._add_items(value, initialiser)
        else:
            self._set_entries(value, initialiser, key)
        return value

    def _add_items(self, value: ir.Expr, items: tree.Items) -> None:
        name = self.net.fold(_ADD)
        for each in items.items:
            if isinstance(each, tree.Argument) and each.by == "spread":
                field = ir.Field(value, self.net.fold("AddRange"), each.start)
                self.builder.add(ir.Call(field, [ir.Arg(self.expression(each.value))], each.start))
                continue
            inner = each.items if isinstance(each, tree.Items) and each.form is tree.Form.ARRAY else [each]
            self.builder.add(ir.Call(ir.Field(value, name, each.start), self.arguments(inner), each.start))

    def _set_entries(self, value: ir.Expr, entries: tree.Entries, key: str) -> None:
        """Assign to members, to elements by keys, or add pairs."""
        stack = [(value, entries)]
        while stack:
            subject, group = stack.pop(0)
            for each in group.entries:
                at = each.key.end - 1
                if isinstance(each.key, tree.Name) and (
                    self.net.is_vb or each.key.start == each.start or key == "anonymous"
                ):
                    place: ir.Place = ir.Field(subject, self.net.fold(each.key.text), at)
                else:
                    if self._adds(key):
                        args = self.arguments([each.key, each.value])
                        self.builder.add(ir.Call(ir.Field(subject, self.net.fold(_ADD), at), args, at))
                        continue
                    keys = [self.builder.hold(self.expression(each.key))]
                    place = ir.Item(subject, keys, at)
                part = each.value
                if isinstance(part, tree.Items) and part.form is tree.Form.ARRAY and key != "anonymous":
                    self._add_items(self.builder.hold(ir.Load(place, at)), part)
                elif isinstance(part, tree.Entries):
                    stack.append((self.builder.hold(ir.Load(place, at)), part))
                else:
                    self.builder.write(place, self.expression(part), at=at)

    def _adds(self, key: str) -> bool:
        """True for a class of the page that takes pairs by a method."""
        symbol = self.net.of_keys.get(key)
        return symbol is not None and self.net.fold(_ADD) in symbol.methods

    def x_items(self, node: tree.Items) -> ir.Expr:
        """``{a, b}``, ``[a, b]``, ``(a, b)``."""
        if node.form is not tree.Form.TUPLE:
            if self.expected and not self.expected.endswith("[]") and self.expected not in _ARRAYS:
                return self.filled(ir.New(self.expected, [], node.start), node, self.expected)
            return self.array(node.items, node.start)
        return self._tuple(node)

    def _tuple(self, node: tree.Items) -> ir.Expr:
        """``(a, b)``; each item has all names, too, that items at its place have anywhere on the page."""
        made: ir.Expr = ir.New("tuple", [ir.Arg(each.value) for each in self.arguments(node.items)], node.start)
        named = [(n, name) for n, name in self.net.tuple_names if n < len(node.items)]
        if not named:
            return made
        held = ir.Load(ir.Local(self.registers.new()))
        value: ir.Expr = held
        for n, name in reversed(named):
            write = ir.Write(ir.Field(held, name), ir.Load(ir.Item(held, [ir.Const(n)])))
            value = ir.Let(self.registers.new(), write, value)
        return ir.Let(held.place.slot, made, value)  # type: ignore[union-attr]

    def x_entries(self, node: tree.Entries) -> ir.Expr:
        """``{k: v}`` alone."""
        return self.filled(ir.New("anonymous", [], node.start), node, "anonymous")


_IMPLICIT = frozenset({"implicit", "widening"})
_DEFINED = frozenset({"DEBUG", "TRACE"})
"""Symbols that the compiler of the server may define."""
_TYPED = frozenset(
    {
        "oftype", "cast", "deserialize", "deserializeobject", "convertvalue", "getcustomattribute", "createinstance",
        "field", "getservice",
    }
)  # fmt: skip
"""Members of the library whose type argument is given to their rows as the last argument."""
_ARRAYS = frozenset({"object", "ienumerable", "span", "readonlyspan", "ireadonlylist", "ireadonlycollection"})
"""Types of which a list in brackets is an array."""
_JOINING = {"combine": "combine", "remove": "uncombine"}
_BY_NAME = frozenset({"method", "get", "let", "set"})
DELEGATES = frozenset(
    {"action", "func", "predicate", "threadstart", "parameterizedthreadstart", "comparison", "converter"}
)


def _static_of(base: ir.Expr) -> str:
    """Return the class whose static members are meant."""
    return base.value.name if isinstance(base, ir.Const) and isinstance(base.value, TypeOf) else ""


def _one_more(value: ir.Expr) -> ir.Expr:
    if isinstance(value, ir.Const) and value.value.__class__ is int:
        return ir.Const(value.value + 1)
    return ir.Op("add-vb", [value, ir.Const(1)])


def _is_still(value: ir.Expr) -> bool:
    """True if evaluating an object later changes nothing."""
    return isinstance(value, ir.Const) or (isinstance(value, ir.Load) and isinstance(value.place, ir.Local))
