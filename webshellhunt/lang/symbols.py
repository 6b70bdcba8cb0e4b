"""Symbols: the classes and functions of a page, their members, and the variables of each function.

All blocks of a page are one compilation unit: all that stands at the top level belongs to the class of the page itself.
Parts of a partial class are one class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import (
    Assign,
    Block,
    Class,
    Count,
    Declaration,
    Each,
    Function,
    Jump,
    Lambda,
    Name,
    Node,
    Parameter,
    Pattern,
    ReDim,
    Try,
)

CASELESS = VB
_RETURNING = frozenset({"function", "get"})
"""Kinds of functions whose result is a variable of their own name in Visual Basic."""
_YIELDING = frozenset({"yield", "yield break"})
_WITH_ITERATORS = frozenset({"c#", "vb"})


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
    twins: dict[str, list[ClassSymbol]] = field(default_factory=dict, repr=False)
    _kept: dict[Block, tuple[str, ...]] = field(default_factory=dict, repr=False)
    accessors: set[str] = field(default_factory=set)
    """The names of all properties that have accessors."""
    changed: dict[Function, tuple[Set[str], Mapping[str, Set[str]]]] = field(default_factory=dict, repr=False)
    """The variables that a function assigns, and the functions that it calls by each name that it hands on."""
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
        twins = self.twins.get(last)
        if twins is None:
            return self.classes.get(last)
        dotted = tuple(self.fold(name).split("."))
        fitting = [each for each in twins if each.path[-len(dotted) :] == dotted] or twins
        around = (near or self.scope() or self.page).path
        return max(fitting, key=lambda each: _nearness(each.path[: -len(dotted)], around))

    def class_in(self, path: Sequence[str]) -> ClassSymbol | None:
        """Return the class of a path of names in lower case, from the global namespace or from one around."""
        around = tuple(map(str.lower, (self.scope() or self.page).path))
        for size in (0, *range(len(around), 0, -1)):
            wanted = (*around[:size], *path)
            if wanted[:1] in self.spaces:
                found = next((each for each in self.classes.values() if _lower(each.path) == wanted), None)
                if found is not None:
                    return found
        return None

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
            names = {*declared(body), *(each.name for each in function.parameters)}
            if self.language in CASELESS and function.kind in _RETURNING:
                names.add(function.name)
            known = self._locals[function] = frozenset(map(self.fold, names))
        return known

    def kept_by_functions(self, block: Block) -> tuple[str, ...]:
        """Return the variables that a block declares, if functions in it may keep them beyond its end."""
        known = self._kept.get(block)
        if known is None:
            has_functions = any(isinstance(each, (Lambda, Function)) for each in inner(block.statements))
            found = map(self.fold, declared(block.statements)) if has_functions else ()
            known = self._kept[block] = tuple(dict.fromkeys(found))
        return known

    def is_iterator(self, function: Function) -> bool:
        """True if a function yields its result item by item."""
        known = self._iterators.get(function)
        if known is None:
            body = function.body.statements if function.body is not None else []
            found = (isinstance(each, Jump) and each.kind in _YIELDING for each in inner(body))
            known = self._iterators[function] = self.language in _WITH_ITERATORS and any(found)
        return known

    def functions_in(self, function: Function) -> tuple[Function, ...]:
        """Return the functions that the body of a function declares, in any of its blocks."""
        known = self._functions.get(function)
        if known is None:
            body = function.body.statements if function.body is not None else []
            found = (each for each in inner(body) if isinstance(each, Function) and each.name)
            known = self._functions[function] = tuple(found)
        return known

    def declarations_of(self, function: Function | None) -> dict[str, Declaration | Parameter]:
        """Return the declarations of variables of a function, or of the page itself, by their names."""
        known = self._declarations.get(function)
        if known is None:
            body = function.body.statements if function is not None and function.body is not None else []
            known = self._declarations[function] = {}
            for node in inner(body if function is not None else self.page.statements):
                if isinstance(node, Declaration):
                    known.setdefault(self.fold(node.name), node)
                elif isinstance(node, Pattern) and node.name and node.type is not None:
                    known.setdefault(self.fold(node.name), Declaration(node.start, node.end, node.name, node.type))
            for each in function.parameters if function is not None else ():
                known[self.fold(each.name)] = each
        return known


def _nearness(owner: tuple[str, ...], around: tuple[str, ...]) -> tuple[bool, int]:
    """Return how near a class is to a place by the namespaces and classes around both: first those that are open."""
    return around[: len(owner)] == owner, sum(a == b for a, b in zip(owner, around, strict=False))


def _lower(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(str.lower, path))


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


def assigned(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the names of the variables that statements of VBScript declare or assign to."""
    for node in inner(nodes):
        if isinstance(node, Declaration):
            yield node.name
        elif isinstance(node, (Assign, Count, Each, ReDim)) and isinstance(node.target, Name):
            yield node.target.text
