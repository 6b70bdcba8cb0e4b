"""Symbols: the classes and functions of a page, their members, and the variables of each function.

All blocks of a page are one compilation unit: all that stands at the top level belongs to the class of the page itself.
Parts of a partial class are one class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from webshellhunt.lang.tree import (
    Assign,
    Block,
    Class,
    Count,
    Declaration,
    Each,
    Function,
    Import,
    Jump,
    Lambda,
    Name,
    Node,
    Parameter,
    Pattern,
    ReDim,
    Try,
)

CASELESS = frozenset({"vb", "vbscript"})
_ACCESS = frozenset({"public", "protected", "private", "internal"})
_SETTERS = frozenset({"set", "let"})
_OF_EVENTS = frozenset({"add", "remove"})
_RETURNING = frozenset({"function", "get"})
"""Kinds of functions whose result is a variable of their own name in Visual Basic."""
_YIELDING = frozenset({"yield", "yield break"})
_WITH_ITERATORS = frozenset({"c#", "vb"})
_PRIMARY = frozenset({"primary"})
_CONTAINERS = frozenset({"namespace", "package"})


@dataclass(slots=True, eq=False)
class ClassSymbol:
    """A class with its members by name; the page itself is one.

    ``setters`` and ``getters`` are accessors by the property's name, indexers by ``this``. ``fields`` are in their
    order, with static ones. ``nodes`` are the parts of a partial class, none for the page.
    """

    name: str
    kind: str = "class"
    bases: list[str] = field(default_factory=list)
    outer: ClassSymbol | None = None
    nodes: list[Class] = field(default_factory=list)
    fields: dict[str, Declaration] = field(default_factory=dict)
    methods: dict[str, list[Function]] = field(default_factory=dict)
    getters: dict[str, list[Function]] = field(default_factory=dict)
    setters: dict[str, list[Function]] = field(default_factory=dict)
    constructors: list[Function] = field(default_factory=list)
    statements: list[Node] = field(default_factory=list)
    default_member: str = ""
    generics: tuple[str, ...] = ()
    """The names of its type parameters."""
    path: tuple[str, ...] = ()
    """The namespaces and classes around it and its own name, as the language compares them."""

    def functions(self) -> Iterator[Function]:
        """Yield all functions of the class, accessors and constructors included."""
        yield from self.constructors
        for group in (self.methods, self.getters, self.setters):
            for functions in group.values():
                yield from functions


@dataclass(slots=True, eq=False)
class PageSymbols:
    """The symbols of one page: its own class, all other classes by their names, and its imports."""

    language: str
    page: ClassSymbol
    classes: dict[str, ClassSymbol] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    """The names of ``using static``."""
    owners: dict[Function, ClassSymbol] = field(default_factory=dict, repr=False)
    """The class of each function."""
    _functions: dict[Function, tuple[Function, ...]] = field(default_factory=dict, repr=False)
    has_operators: bool = False
    """Whether a class declares operators."""
    spaces: set[tuple[str, ...]] = field(default_factory=set)
    """The first parts of the names of namespaces, in lower case."""
    scope: Callable[[], ClassSymbol | None] = field(default=lambda: None, repr=False)
    """Returns the class in which names are looked up now."""
    _twins: dict[str, list[ClassSymbol]] = field(default_factory=dict, repr=False)
    _kept: dict[Block, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _iterators: dict[Function, bool] = field(default_factory=dict, repr=False)
    _locals: dict[Function, frozenset[str]] = field(default_factory=dict, repr=False)
    _bases: dict[ClassSymbol, tuple[ClassSymbol, ...]] = field(default_factory=dict, repr=False)
    _declarations: dict[Function | None, dict[str, Declaration | Parameter]] = field(default_factory=dict, repr=False)

    def fold(self, name: str) -> str:
        """Return a name as the language compares it."""
        return name.lower() if self.language in CASELESS else name

    def class_of(self, name: str, near: ClassSymbol | None = None) -> ClassSymbol | None:
        """Return the class of a name, which may be a dotted one; of several, the nearest to where the name stands."""
        last = self.fold(name.rpartition(".")[2])
        twins = self._twins.get(last)
        if twins is None:
            return self.classes.get(last)
        dotted = tuple(self.fold(name).split("."))
        fitting = [each for each in twins if each.path[-len(dotted) :] == dotted] or twins
        around = (near or self.scope() or self.page).path
        return max(fitting, key=lambda each: sum(a == b for a, b in zip(each.path, around, strict=False)))

    def class_in(self, path: Sequence[str]) -> ClassSymbol | None:
        """Return the class of a path of names in lower case whose first one is a namespace of the page."""
        if tuple(path[:1]) not in self.spaces:
            return None
        wanted = tuple(path)
        return next((each for each in self.classes.values() if tuple(map(str.lower, each.path)) == wanted), None)

    def bases_of(self, symbol: ClassSymbol) -> tuple[ClassSymbol, ...]:
        """Return a class and the classes of the page that it inherits from, nearest first."""
        known = self._bases.get(symbol)
        if known is None:
            seen: dict[ClassSymbol, None] = {}
            queue = [symbol]
            for each in queue:
                if each not in seen:
                    seen[each] = None
                    queue.extend(base for name in each.bases if (base := self.class_of(name, each)) is not None)
            known = self._bases[symbol] = tuple(seen)
        return known

    def locals_of(self, function: Function) -> frozenset[str]:
        """Return the variables that a function declares itself, its parameters included."""
        known = self._locals.get(function)
        if known is None:
            body = function.body.statements if function.body is not None else []
            names = {*_declared(body), *(each.name for each in function.parameters)}
            if self.language in CASELESS and function.kind in _RETURNING:
                names.add(function.name)
            known = self._locals[function] = frozenset(map(self.fold, names))
        return known

    def kept_by_functions(self, block: Block) -> tuple[str, ...]:
        """Return the variables that a block declares, if functions in it may keep them beyond its end."""
        known = self._kept.get(block)
        if known is None:
            has_functions = any(isinstance(each, (Lambda, Function)) for each in _inner(block.statements))
            found = map(self.fold, _declared(block.statements)) if has_functions else ()
            known = self._kept[block] = tuple(dict.fromkeys(found))
        return known

    def is_iterator(self, function: Function) -> bool:
        """True if a function yields its result item by item."""
        known = self._iterators.get(function)
        if known is None:
            body = function.body.statements if function.body is not None else []
            found = (isinstance(each, Jump) and each.kind in _YIELDING for each in _inner(body))
            known = self._iterators[function] = self.language in _WITH_ITERATORS and any(found)
        return known

    def functions_in(self, function: Function) -> tuple[Function, ...]:
        """Return the functions that the body of a function declares, in any of its blocks."""
        known = self._functions.get(function)
        if known is None:
            body = function.body.statements if function.body is not None else []
            found = (each for each in _inner(body) if isinstance(each, Function) and each.name)
            known = self._functions[function] = tuple(found)
        return known

    def declarations_of(self, function: Function | None) -> dict[str, Declaration | Parameter]:
        """Return the declarations of variables of a function, or of the page itself, by their names."""
        known = self._declarations.get(function)
        if known is None:
            body = function.body.statements if function is not None and function.body is not None else []
            known = self._declarations[function] = {}
            for node in _inner(body if function is not None else self.page.statements):
                if isinstance(node, Declaration):
                    known.setdefault(self.fold(node.name), node)
                elif isinstance(node, Pattern) and node.name and node.type is not None:
                    known.setdefault(self.fold(node.name), Declaration(node.start, node.end, node.name, node.type))
            for each in function.parameters if function is not None else ():
                known[self.fold(each.name)] = each
        return known


def collect(top: Block, language: str) -> PageSymbols:
    """Return the symbols of a page."""
    symbols = PageSymbols(language, ClassSymbol("", "page"))
    add_members(symbols, symbols.page, top.statements)
    if language == "c#":
        _add_from_scripts(symbols)
    if language in CASELESS or language == "jscript":
        for name in _assigned(top.statements) if language == "vbscript" else _declared(top.statements):
            symbols.page.fields.setdefault(symbols.fold(name), Declaration(0, 0, name))
    return symbols


def _add_from_scripts(symbols: PageSymbols) -> None:
    """Add the members whose script stands between blocks that are one statement: ``<% if (a) { %><script>…``."""
    around = [each for each in symbols.page.statements if not isinstance(each, Declaration)]
    for node in _inner(around):
        if isinstance(node, Class):
            _add_class(symbols, symbols.page, node, ())
        elif isinstance(node, Function) and node.name and _is_member(node):
            _add_function(symbols, symbols.page, node)


def _is_member(function: Function) -> bool:
    """True if a function cannot be a local one: it says who may call it, or has the parameters of an event."""
    types = [each.type.name.rpartition(".")[2] for each in function.parameters if each.type is not None]
    is_handler = len(types) == 2 and types[0] == "object" and types[1].endswith("EventArgs")
    return is_handler or not _ACCESS.isdisjoint(function.modifiers)


def add_members(
    symbols: PageSymbols, owner: ClassSymbol, members: Iterable[Node], space: tuple[str, ...] | None = None
) -> None:
    """Add what statements or members declare to a class; ``space`` is the namespace around it."""
    around = owner.path if space is None else space
    for member in members:
        if isinstance(member, Class):
            if member.kind in _CONTAINERS:
                names = (*around, *symbols.fold(member.name).split("."))
                symbols.spaces.add((names[0].lower(),))
                add_members(symbols, owner, member.members, names)
            else:
                _add_class(symbols, owner, member, around)
        elif isinstance(member, Function) and member.name:
            _add_function(symbols, owner, member)
        elif isinstance(member, Import):
            _add_import(symbols, member)
        elif isinstance(member, Declaration) and (owner.nodes or "property" in member.modifiers):
            owner.fields[symbols.fold(member.name)] = member
        else:
            owner.statements.append(member)


def _add_class(symbols: PageSymbols, owner: ClassSymbol, node: Class, around: tuple[str, ...]) -> None:
    name = symbols.fold(node.name)
    path = (*around, name)
    symbol = symbols.classes.get(name)
    if symbol is not None and symbol.path != path:
        dotted = ".".join(path)
        twins = symbols._twins.setdefault(name, [symbol])
        symbol = symbols.classes.get(dotted)
        if symbol is None:
            symbol = symbols.classes[dotted] = ClassSymbol(node.name, node.kind, outer=owner, path=path)
            twins.append(symbol)
    if symbol is None:
        symbol = symbols.classes[name] = ClassSymbol(node.name, node.kind, outer=owner, path=path)
    symbol.nodes.append(node)
    symbol.generics = tuple(map(symbols.fold, node.generics)) or symbol.generics
    symbol.bases += [base.name for base in node.bases]
    for parameter in node.parameters:
        symbol.fields[symbols.fold(parameter.name)] = Declaration(
            parameter.start, parameter.end, parameter.name, parameter.type
        )
    if node.parameters or node.first is not None:
        body = Block(node.start, node.start)
        primary = Function(node.start, node.start, node.name, node.parameters, body, "constructor", modifiers=_PRIMARY)
        primary.first = node.first
        _add_function(symbols, symbol, primary)
    add_members(symbols, symbol, node.members)


def _add_function(symbols: PageSymbols, owner: ClassSymbol, function: Function) -> None:
    symbols.owners[function] = owner
    symbols.has_operators |= function.kind == "operator"
    if function.kind == "constructor":
        owner.constructors.append(function)
        return
    group = owner.getters if function.kind == "get" else owner.setters if function.kind in _SETTERS else owner.methods
    name = "this" if function.is_indexer else symbols.fold(function.name)
    if function.kind in _OF_EVENTS:
        name = f"{function.kind}_{name}"
    functions = group.setdefault(name, [])
    if "partial" in function.modifiers and function.body is not None and not function.body.statements and functions:
        return
    if functions and "partial" in functions[-1].modifiers and len(functions[-1].parameters) == len(function.parameters):
        functions.pop()
    functions.append(function)
    if "default" in function.modifiers:
        owner.default_member = name


def _add_import(symbols: PageSymbols, node: Import) -> None:
    if node.alias:
        symbols.aliases[symbols.fold(node.alias)] = node.name
    elif node.is_static:
        symbols.opened.append(node.name)


def _inner(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield all nodes below some, without those of functions and classes in them."""
    stack = [*nodes][::-1]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (Function, Lambda, Class)):
            stack.extend(reversed([*node.children()]))


def _declared(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the names of the variables that statements declare."""
    for node in _inner(nodes):
        if (isinstance(node, (Declaration, Pattern)) and node.name) or (isinstance(node, Function) and node.name):
            yield node.name
        elif isinstance(node, Try):
            yield from (each.name for each in node.catches if each.name)


def _assigned(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the names of the variables that statements of VBScript declare or assign to."""
    for node in _inner(nodes):
        if isinstance(node, Declaration):
            yield node.name
        elif isinstance(node, (Assign, Count, Each, ReDim)) and isinstance(node.target, Name):
            yield node.target.text
