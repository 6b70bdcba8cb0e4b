"""Classes of .NET: their members, the values that fields begin with, constructors; and whole pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial

from webshellhunt.core import ir
from webshellhunt.lang import tree
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lower.builder import THIS
from webshellhunt.lower.net.names import (
    CONSTRUCTOR,
    OVERRIDING,
    STATIC,
    STATIC_KINDS,
    STRUCTS,
    VALUE,
    Net,
    Procedure,
    Waiting,
    own_member,
    variables_of,
)
from webshellhunt.lower.net.overloads import signature
from webshellhunt.lower.net.page import PAGE_CLASS, NetPage
from webshellhunt.lower.net.statements import Body

__all__ = ["PAGE_CLASS", "NetPage", "lower"]
_MOST_USED = 256
"""Classes of other files that a page uses."""
_ITERATOR = "iterator"
"""The type of the result of a function with ``yield``."""
_ABSTRACT = frozenset({"abstract", "mustoverride"})
_OPERATORS = {
    "+": "op_Addition", "-": "op_Subtraction", "*": "op_Multiply", "/": "op_Division", "%": "op_Modulus",
    "mod": "op_Modulus", "&": "op_BitwiseAnd", "|": "op_BitwiseOr", "^": "op_ExclusiveOr", "==": "op_Equality",
    "=": "op_Equality", "!=": "op_Inequality", "<>": "op_Inequality", "<": "op_LessThan", ">": "op_GreaterThan",
    "<=": "op_LessThanOrEqual", ">=": "op_GreaterThanOrEqual", "<<": "op_LeftShift", ">>": "op_RightShift",
    "!": "op_LogicalNot", "~": "op_OnesComplement", "not": "op_LogicalNot", "++": "op_Increment",
    "--": "op_Decrement", "true": "op_True", "false": "op_False", "istrue": "op_True", "isfalse": "op_False",
    "and": "op_BitwiseAnd", "or": "op_BitwiseOr", "xor": "op_ExclusiveOr", "like": "op_Like",
    "\\": "op_IntegerDivision",
}  # fmt: skip
_ONE_OPERAND = {"+": "op_UnaryPlus", "-": "op_UnaryNegation"}
_OF_VB = {"&": "op_Concatenate", "^": "op_Exponent"}


def lower(
    top: tree.Block, page: NetPage, modules: Modules | None = None, used: Iterable[ClassSymbol] = ()
) -> ir.Program:
    """Lower the code of a page; the main procedure renders it. ``used`` are the classes of ``modules`` that it uses."""
    net = Net(top, page, None if modules is None else modules.net, used)
    symbols = [net.symbols.page, *(each for each in net.symbols.classes.values() if each not in net.foreign)]
    for symbol in net.foreign:
        net.classes[net.keys[symbol]] = net.shared.classes[net.keys[symbol]] if net.shared is not None else ir.Class("")
    _declare(net, symbols)
    main = _page(net)
    _lower(net, symbols)
    return ir.Program(main, {}, net.classes)


def _declare(net: Net, symbols: Iterable[ClassSymbol]) -> None:
    for symbol in symbols:
        key = net.keys[symbol]
        net.classes[key] = ir.Class(key, key=tuple(symbol.nodes))


def _lower(net: Net, symbols: Sequence[ClassSymbol]) -> None:
    """Lower the members of classes, and all that is found in them."""
    for symbol in symbols:
        _Class(net, symbol).lower()
    while net.waiting or net.made:
        if net.waiting:
            _function(net, net.waiting.popleft())
            continue
        made = net.made.popleft()
        if isinstance(made, tuple):
            _generic_method(net, *made)
        else:
            net.classes[net.keys[made]] = ir.Class(net.keys[made], key=tuple(made.nodes))
            _Class(net, made).lower()
    _interfaces(net, symbols)


class Modules:
    """The classes of files that all pages of an application may use: each is lowered once, when a page first uses it.

    ``files`` are the trees with the units of their places and their tokens.
    """

    def __init__(self, language: str, files: Sequence[tuple[int, tree.Block, Tokens]]) -> None:
        self.net: Net = Net(tree.Block(0, 0, []), NetPage(language, others=[(unit, top) for unit, top, _ in files]))
        self.net.is_shared = True
        self._tokens = {unit: tokens for unit, _, tokens in files}
        self._uses: dict[ClassSymbol, frozenset[str]] = {}
        named: dict[str, dict[ClassSymbol, None]] = {}
        for symbol in self.net.symbols.classes.values():
            named.setdefault(symbol.path[-1], {})[symbol] = None
        for name, keys in self.net.extensions.items():
            named.setdefault(name, {}).update((self.net.of_keys[key], None) for key in keys)
        for name, symbol in self.net.modules.items():
            named.setdefault(name, {})[symbol] = None
        self._named = named

    def used(self, words: Iterable[str]) -> list[ClassSymbol]:
        """Return the classes that code with some words uses, and those that these use, lowered."""
        found: dict[ClassSymbol, None] = {}
        waiting: list[Set[str]] = [self._named.keys() & map(self.net.fold, words)]
        for each in waiting:
            for symbol in (symbol for name in sorted(each) for symbol in self._named[name]):
                if symbol not in found and len(found) < _MOST_USED:
                    found[symbol] = None
                    waiting.append(self._used_in(symbol))
        for symbol in [*found]:
            found.update(dict.fromkeys(self.net.chain(symbol)))
        anew = [each for each in found if self.net.keys[each] not in self.net.classes]
        _declare(self.net, anew)
        _lower(self.net, anew)
        return [*found]

    def _used_in(self, symbol: ClassSymbol) -> frozenset[str]:
        known = self._uses.get(symbol)
        if known is None:
            words: set[str] = set()
            for node in symbol.nodes:
                words.update(map(self.net.fold, self._tokens[self.net.units[node]].values[node.start : node.end]))
            outer = [] if symbol.outer is None or not symbol.outer.nodes else [symbol.outer.path[-1]]
            known = self._uses[symbol] = frozenset(self._named.keys() & {*words, *outer})
        return known

    def units(self, symbols: Iterable[ClassSymbol]) -> set[int]:
        """Return the units of the files that have some classes."""
        return {self.net.units[node] for symbol in symbols for node in symbol.nodes}


def _page(net: Net) -> ir.Proc:
    """Lower code that stands in no class: declarations are fields of the page, unless they are between the markup."""
    page = net.symbols.page
    inline = []
    for node in page.statements:
        if isinstance(node, tree.Declaration) and node not in net.page.inline:
            page.fields[net.fold(node.name)] = node
        else:
            inline.append(node)
            if isinstance(node, tree.Declaration):
                page.fields.pop(net.fold(node.name), None)
    inline = sorted([*inline, *_local_functions(net, inline)], key=lambda each: each.start)
    proc = ir.Proc("render", kind="sub", unit=net.page.unit)
    scopes = variables_of(net, page, None, inline)
    body = Body(Procedure(net, page, scopes[None], scopes))  # type: ignore[index]
    body.prepare(inline)
    body.declare_implied()
    body.run(inline)
    body.end(proc)
    return proc


def _local_functions(net: Net, inline: Sequence[tree.Node]) -> list[tree.Node]:
    """Take the functions between the markup from the page that see variables there: they are local functions."""
    variables = {each.name for each in inline if isinstance(each, tree.Declaration)}
    found: list[tree.Node] = []
    for name, functions in [*net.symbols.page.methods.items()]:
        if len(functions) == 1 and functions[0] in net.page.inline and variables:
            used = (each.text for each in tree.walk(functions[0]) if isinstance(each, tree.Name))
            if not variables.isdisjoint(used):
                found.append(functions[0])
                del net.symbols.page.methods[name]
    return found


def _generic_method(net: Net, owner: ClassSymbol, name: str, node: tree.Function, given: dict[str, str]) -> None:
    """Lower a method for its type arguments."""
    proc = _Class(net, owner).method(name, node, given)
    methods = net.classes[net.keys[owner]].methods
    if name in methods:
        proc = replace(methods[name], others=(*methods[name].others, proc))
    methods[name] = proc


def _function(net: Net, waiting: Waiting) -> None:
    """Lower a function that was found in another one."""
    function, net.given, net.unit = waiting.function, waiting.given, waiting.proc.unit
    body = Body(Procedure(net, waiting.owner, waiting.variables[function], waiting.variables, waiting.is_static))
    body.types.update(waiting.types)
    body.function(waiting.proc, function, waiting.boxes, subjects=len(waiting.subjects))


class _Class:
    """Lowers the members of one class."""

    def __init__(self, net: Net, symbol: ClassSymbol) -> None:
        self.net = net
        self.symbol = symbol
        self.key: str = net.keys[symbol]
        self.result: ir.Class = net.classes[self.key]
        self.is_static: bool = symbol.kind in STATIC_KINDS or any("static" in each.modifiers for each in symbol.nodes)

    def lower(self) -> None:
        """Lower all members."""
        symbol, result = self.symbol, self.result
        result.bases = tuple(self.net.bases(symbol))
        modifiers = {word for each in symbol.nodes for word in each.modifiers}
        result.is_abstract = symbol.kind == "interface" or not _ABSTRACT.isdisjoint(modifiers)
        result.is_struct = symbol.kind in STRUCTS
        result.is_record = symbol.kind in ("record", "record struct") or "record" in modifiers
        for name, functions in symbol.methods.items():
            self._methods(name, functions)
        for source, target in ((symbol.getters, result.getters), (symbol.setters, result.setters)):
            for name, functions in source.items():
                target[name] = target[self.net.slot(symbol, name)] = self._group(name, functions)
        if "this" in result.getters or "this" in result.setters:
            result.default = "this"
        if symbol.default_member:
            result.default = symbol.default_member
        fields = [each for each in symbol.fields.values() if each.name and not self._is_abstract(each)]
        fields += self.net.kept.get(symbol, [])
        own = [each for each in fields if not self._is_static(each)]
        result.fields = [self._entry(each) for each in own]
        self._statics([each for each in fields if self._is_static(each)])
        self._constructors(own)

    def _is_abstract(self, field: tree.Declaration) -> bool:
        """True for a property without a value of its own."""
        is_declared = self.symbol.kind == "interface" and "property" in field.modifiers
        return is_declared or not _ABSTRACT.isdisjoint(field.modifiers)

    def _entry(self, field: tree.Declaration) -> str:
        return self.net.slot(self.symbol, self.net.fold(field.name))

    def _is_static(self, node: tree.Declaration | tree.Function) -> bool:
        return self.is_static or not STATIC.isdisjoint(node.modifiers)

    # Methods ----------------------------------------------------------------------------------------------------------

    def _methods(self, name: str, functions: Sequence[tree.Function]) -> None:
        """Lower the methods of a name; operators have the names of .NET."""
        groups: dict[str, list[tree.Function]] = {}
        for each in functions:
            if "delegate" in each.modifiers or (each.kind == "declared" and each.body is None):
                continue
            groups.setdefault(self._operator(each) if each.kind == "operator" else name, []).append(each)
        for key, group in groups.items():
            slot = self.net.slot(self.symbol, key)
            self.result.methods[key] = self.result.methods[slot] = first = self._group(key, group)
            if key in self.net.overloaded:
                for proc in (replace(first, others=()), *first.others):
                    assert isinstance(proc.key, tree.Function)
                    self.result.methods[signature(self.net, self.symbol, slot, proc.key)] = proc

    def _operator(self, node: tree.Function) -> str:
        name = node.name.lower()
        if "implicit" in node.modifiers or "widening" in node.modifiers:
            return f"op_Implicit.{self.net.type_key(node.type, self.symbol)}"
        if "explicit" in node.modifiers or "narrowing" in node.modifiers:
            return f"op_Explicit.{self.net.type_key(node.type, self.symbol)}"
        if len(node.parameters) == 1 and name in _ONE_OPERAND:
            return _ONE_OPERAND[name]
        if self.net.is_vb and name in _OF_VB:
            return _OF_VB[name]
        return _OPERATORS.get(name, name)

    def interfaces(self) -> None:
        """Let the members of interfaces be found by the name of the interface, where that name means another member."""
        net, result = self.net, self.result
        listed = {each for key in net.bases(self.symbol) if (base := net.of_keys.get(key)) is not None
                  and base.kind == "interface" for each in map(net.keys.__getitem__, net.chain(base))}  # fmt: skip
        every = {net.keys[each] for each in net.chain(self.symbol) if each.kind == "interface"}
        for table in (result.methods, result.getters, result.setters):
            apart = self._apart(table)
            for name, found in apart.items():
                table[name] = replace(found[0], others=tuple(found[1:]))
        for key in sorted(every):
            for name in net.renamed_of(key):
                self._implement(key, name, is_listed=key in listed)

    def _apart(self, table: dict[str, ir.Proc]) -> dict[str, list[ir.Proc]]:
        """Return the members that only interfaces have, by the names of these; the class's own ones stay."""
        apart: dict[str, list[ir.Proc]] = {}
        for name, first in [*table.items()]:
            procs = (first, *first.others)
            for proc in procs:
                if not isinstance(proc.key, tree.Function):
                    continue
                for key, other in self.net.implemented(self.symbol, proc.key):
                    table.setdefault(other, proc)
                    if other in self.net.renamed_of(key):
                        apart.setdefault(f"{key}.{other}", []).append(replace(proc, others=()))
            own = [each for each in procs if not _is_explicit(each)]
            if own and len(own) < len(procs):
                table[name] = replace(own[0], others=tuple(own[1:]))
            elif not own and name in self.symbol.fields:
                del table[name]
        return apart

    def _implement(self, key: str, name: str, *, is_listed: bool) -> None:
        """Let a member of an interface be the class's own member of the name, or that of a base class."""
        net, alias = self.net, f"{key}.{name}"
        own = own_member(self.symbol, name)
        is_anew = own is not None and not OVERRIDING.isdisjoint(own[1].modifiers)
        if not (is_listed or is_anew):
            return
        slot = net.slot(self.symbol, name) if own is not None else name
        for kind in ("methods", "getters", "setters"):
            if alias in getattr(self.result, kind):
                return
        for each in net.chain(self.symbol):
            result = net.classes[net.keys[each]]
            tables = [t for kind in ("methods", "getters", "setters") if name in (t := getattr(result, kind))]
            for kind in ("methods", "getters", "setters"):
                source = getattr(result, kind)
                if name in source and each.kind != "interface":
                    getattr(self.result, kind)[alias] = source[name]
            if tables or name in each.fields:
                break
        if not any(alias in getattr(self.result, kind) for kind in ("methods", "getters")):
            value = ir.Load(ir.Field(ir.Load(ir.Local(THIS)), slot))
            self.result.getters[alias] = ir.Proc(alias, blocks=[ir.Block([], ir.Return(value))], kind="function")

    def _group(self, name: str, functions: Sequence[tree.Function]) -> ir.Proc:
        """Lower the functions of one name."""
        with_body = [each for each in functions if each.body is not None] or functions[:1]
        procs = [self._proc(name, each) for each in with_body]
        return procs[0] if len(procs) == 1 else replace(procs[0], others=tuple(procs[1:]))

    def _proc(self, name: str, node: tree.Function) -> ir.Proc:
        net = self.net
        proc = ir.Proc(f"{self.key}.{name}", kind="function", unit=net.unit_of(self.symbol, node), key=node)
        proc.is_static = self._is_static(node) or node.kind == "operator"
        self._lowered(proc, node)
        return proc

    def method(self, name: str, node: tree.Function, given: Mapping[str, str]) -> ir.Proc:
        """Lower a method for type arguments."""
        unit = self.net.unit_of(self.symbol, node)
        proc = ir.Proc(f"{self.key}.{name}", kind="function", unit=unit, key=node)
        proc.is_static = self._is_static(node)
        self._lowered(proc, node, given=given)
        return proc

    def _lowered(
        self,
        proc: ir.Proc,
        node: tree.Function,
        *before: Callable[[Body], None],
        given: Mapping[str, str] | None = None,
    ) -> None:
        self.net.given = dict.fromkeys(map(self.net.fold, node.generics), "") if given is None else given
        node = _deferred(node)
        scopes = variables_of(self.net, self.symbol, node, node.body.statements if node.body is not None else [])
        body = Body(Procedure(self.net, self.symbol, scopes[node], scopes, proc.is_static))
        body.function(proc, node, before=[partial(each, body) for each in before])
        self.net.given = {}

    # Fields and constructors ------------------------------------------------------------------------------------------

    def _code(self, name: str, fields: Iterable[tree.Declaration], after: tree.Function | None = None) -> ir.Proc:
        """Return a procedure that gives fields their first values, and goes on with a function's code."""
        files: dict[int, list[tree.Declaration]] = {}
        for each in fields:
            files.setdefault(self.net.unit_of(self.symbol, each), []).append(each)
        last = self.net.unit_of(self.symbol, after)
        if after is not None:
            files[last] = files.pop(last, [])
        proc: ir.Proc | None = None
        for unit in reversed(files):
            self.net.unit = unit
            proc = self._code_of_file(name, files[unit], after if unit == last else None, proc)
        assert proc is not None
        return proc

    def _code_of_file(
        self, name: str, found: Sequence[tree.Declaration], after: tree.Function | None, rest: ir.Proc | None
    ) -> ir.Proc:
        """Return the procedure for the fields that one file declares, which calls that of the rest."""
        body_of = after.body.statements if after is not None and after.body is not None else []
        values: list[tree.Node] = [each.value for each in found if each.value is not None]
        is_static = name == "statics"
        scopes = variables_of(self.net, self.symbol, None, [*values, *body_of])
        body = Body(Procedure(self.net, self.symbol, scopes[None], scopes, is_static))  # type: ignore[index]
        self._fields(found, body)
        body.run(body_of)
        if rest is not None:
            body.builder.add(ir.Call(ir.Lambda(rest, (), has_this=True), []))
        proc = ir.Proc(f"{self.key}.{name}", kind="sub", unit=self.net.unit, is_static=is_static)
        body.end(proc)
        return proc

    def _fields(self, fields: Iterable[tree.Declaration], body: Body) -> None:
        if self.symbol.kind == "enum":
            self._named_values(body)
            return
        found = [*fields]
        if any(each.value is not None and not isinstance(each.value, tree.Literal) for each in found):
            for each in found:  # code that runs before the value of a field is there sees that of its type
                first = body.first_value(self.net.type_key(each.type, self.symbol), self.symbol)
                body.builder.write(ir.Field(body.this, self._entry(each), each.start), first, "share", each.start)
        for each in found:
            kind = self.net.type_key(each.type, self.symbol)
            value = body.value_of(each, kind)
            place = ir.Field(body.this, self._entry(each), each.start)
            given = body.first_value(kind, self.symbol) if value is None else value
            body.builder.write(place, given, VALUE, each.start)
            if value is not None:
                body.attach_handlers(self.net.fold(each.name), each.start)

    def _named_values(self, body: Body) -> None:
        """Give the values of an enumeration their numbers."""
        last: ir.Expr = ir.Const(-1)
        for name, each in self.symbol.fields.items():
            if each.value is not None:
                last = body.expression(each.value)
            elif isinstance(last, ir.Const) and isinstance(last.value, int):
                last = ir.Const(last.value + 1)
            else:
                last = ir.Op("add-vb", [last, ir.Const(1)])
            body.builder.write(ir.Field(body.this, name, each.start), last, VALUE, each.start)

    def _statics(self, fields: Sequence[tree.Declaration]) -> None:
        """Lower the fields of the class itself, and its own constructor."""
        first = next((each for each in self.symbol.constructors if self._is_static(each)), None)
        if fields or first is not None:
            self.result.statics = self._code("statics", fields, first)

    def _constructors(self, fields: Sequence[tree.Declaration]) -> None:
        constructors = [each for each in self.symbol.constructors if not self._is_static(each)]
        primary = [each for each in constructors if "primary" in each.modifiers]
        if not primary:
            if fields:
                self.result.initial = self._code("initial", fields)
            procs = [self._constructor(each) for each in constructors]
        else:
            taken = {self.net.fold(each.name) for each in primary[0].parameters}
            others = [each for each in fields if self.net.fold(each.name) not in taken]
            procs = [self._constructor(each, others) for each in constructors]
        if procs:
            procs[0].others = tuple(procs[1:])
            self.result.constructor = procs[0]

    def _constructor(self, node: tree.Function, fields: Sequence[tree.Declaration] = ()) -> ir.Proc:
        proc = ir.Proc(f"{self.key}.new", kind="sub", unit=self.net.unit_of(self.symbol, node), key=node)
        before: list[Callable[[Body], None]] = []
        if "primary" in node.modifiers:
            before += [self._primary, partial(self._fields, fields)]
        before.append(partial(self._first, node))
        self._lowered(proc, node, *before)
        return proc

    def _primary(self, body: Body) -> None:
        """The parameters of a class are its fields."""
        function = body.variables.function
        for each in function.parameters if function is not None else ():
            name = self.net.fold(each.name)
            given = body.variable(name)
            if given is not None:
                body.builder.write(ir.Field(ir.Load(ir.Local(THIS)), name, each.start), ir.Load(given), at=each.start)

    def _first(self, node: tree.Function, body: Body) -> None:
        """Call the other constructor that comes first: that of the base class, unless the code names one."""
        bases = self.result.bases
        first = node.first
        if first is not None:
            name = first.callee.text if isinstance(first.callee, tree.Name) else ""
            owner = self.key if name == "this" else bases[0] if bases else ""
            args = body.arguments(first.arguments)
        elif self.net.is_vb and self._calls_constructor(node):
            return
        else:
            owner, args = bases[0] if bases else "", []
            if owner not in self.net.of_keys:
                return
        if owner:
            place = ir.Field(ir.Load(ir.Local(THIS)), CONSTRUCTOR, node.start, owner)
            body.builder.add(ir.Call(place, args, node.start))

    def _calls_constructor(self, node: tree.Function) -> bool:
        """True if a constructor of Visual Basic begins with the call of another one."""
        first = node.body.statements[0] if node.body is not None and node.body.statements else None
        return isinstance(first, tree.Call) and bool(self.net.constructed(self.symbol, first.callee))


def _deferred(node: tree.Function) -> tree.Function:
    """Return a function with ``yield`` as one that makes an object, whose reader runs the code."""
    stack: list[tree.Node] = [node.body] if node.body is not None and node.kind != "sub" else []
    while stack:
        each = stack.pop()
        if isinstance(each, tree.Jump) and each.kind in ("yield", "yield break"):
            break
        if not isinstance(each, (tree.Lambda, tree.Function, tree.Class)):
            stack += each.children()
    else:
        return node
    start, end = node.start, node.end
    code = tree.Lambda(start, end, tree.Function(start, end, "", [], node.body))
    made = tree.New(start, end, tree.TypeName(start, end, _ITERATOR), [code])
    return replace(node, body=tree.Block(start, end, [tree.Jump(start, end, "return", made)]))


def _interfaces(net: Net, symbols: Iterable[ClassSymbol]) -> None:
    """Add the members of interfaces to classes, once all of these have their own."""
    given = frozenset(symbols) if net.is_shared else None
    for key, symbol in [*net.of_keys.items()] if net.renamed else ():
        is_own = symbol not in net.foreign if given is None else symbol in given
        if symbol.kind != "interface" and is_own and key in net.classes:
            _Class(net, symbol).interfaces()


def _is_explicit(proc: ir.Proc) -> bool:
    """True for a member that only an interface has."""
    return isinstance(proc.key, tree.Function) and "explicit" in proc.key.modifiers
