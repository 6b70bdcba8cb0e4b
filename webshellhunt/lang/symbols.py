"""Symbols: the classes and functions that the code of a .NET page declares, their members, and its imports.

All blocks of a page are one compilation unit: all that stands at the top level belongs to the class of the page itself.
Parts of a partial class are one class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from webshellhunt.lang.tree import Block, Class, Declaration, Function, Import, Lambda, Node, Pattern, Try

_ACCESS = frozenset({"public", "protected", "private", "internal"})
_SETTERS = frozenset({"set", "let"})
_OF_EVENTS = frozenset({"add", "remove"})
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
    spaces: set[tuple[str, ...]] = field(default_factory=set)
    """The first parts of the names of namespaces, in lower case."""
    twins: dict[str, list[ClassSymbol]] = field(default_factory=dict, repr=False)

    def fold(self, name: str) -> str:
        """Return a name as the language compares it."""
        return name.lower() if self.language == "vb" else name

    def class_of(self, name: str, near: ClassSymbol | None = None) -> ClassSymbol | None:
        """Return the class of a name, which may be a dotted one; of several, the nearest to where the name stands."""
        last = self.fold(name.rpartition(".")[2])
        twins = self.twins.get(last)
        if twins is None:
            return self.classes.get(last)
        dotted = tuple(self.fold(name).split("."))
        fitting = [each for each in twins if each.path[-len(dotted) :] == dotted] or twins
        around = (near or self.page).path
        return max(fitting, key=lambda each: _nearness(each.path[: -len(dotted)], around))


def _nearness(owner: tuple[str, ...], around: tuple[str, ...]) -> tuple[bool, int]:
    """Return how near a class is to a place by the namespaces and classes around both: first those that are open."""
    return around[: len(owner)] == owner, sum(a == b for a, b in zip(owner, around, strict=False))


def inner(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield all nodes below some, without those of functions and classes in them."""
    stack = [*nodes][::-1]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (Function, Lambda, Class)):
            stack += node.children()[::-1]


def declared(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the names of the variables that statements declare."""
    for node in inner(nodes):
        if (isinstance(node, (Declaration, Pattern)) and node.name) or (isinstance(node, Function) and node.name):
            yield node.name
        elif isinstance(node, Try):
            yield from (each.name for each in node.catches if each.name)


def collect(top: Block, language: str) -> PageSymbols:
    """Return the symbols of a page."""
    symbols = PageSymbols(language, ClassSymbol("", "page"))
    add_members(symbols, symbols.page, top.statements)
    if language == "c#":
        _add_from_scripts(symbols)
    if language == "vb":
        for name in declared(top.statements):
            symbols.page.fields.setdefault(symbols.fold(name), Declaration(0, 0, name))
    return symbols


def _add_from_scripts(symbols: PageSymbols) -> None:
    """Add the members whose script stands between blocks that are one statement: ``<% if (a) { %><script>…``."""
    around = [each for each in symbols.page.statements if not isinstance(each, Declaration)]
    for node in inner(around):
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
        dotted = ".".join(path) if len(path) > 1 else f".{name}"
        twins = symbols.twins.setdefault(name, [symbol])
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
