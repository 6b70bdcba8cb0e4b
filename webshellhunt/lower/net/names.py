"""Names of .NET: the meaning of a name in the code of a page, and in one of its procedures.

A page is one unit: code that stands in no class belongs to the class of the page. Classes are called by their keys: the
dotted name in the text without its namespace. Types of the library are called by their last name in lower case.
A variable that a function inside captures is an entry of an object of its own, a *box*, made where it is declared.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from webshellhunt.core import ir
from webshellhunt.core.heap import PAGE
from webshellhunt.core.rows import Library, Row, Rows
from webshellhunt.core.values import UNKNOWN, Ref, TypeOf
from webshellhunt.lang import tree
from webshellhunt.lang.natives import native_name
from webshellhunt.lang.symbols import ClassSymbol, PageSymbols, add_members, collect
from webshellhunt.library.rows import library
from webshellhunt.lower.builder import RESULT, THIS, Builder, Registers
from webshellhunt.lower.net.page import PAGE_CLASS, NetPage

STATIC = frozenset({"static", "shared", "const"})
STRUCTS = frozenset({"struct", "structure", "record struct"})
STATIC_KINDS = frozenset({"module", "enum"})
"""Kinds of classes all of whose members are static."""
VALUE = "value"
"""How assignments of .NET store a value: structures are copied, all other objects are shared."""
STRUCTS = frozenset({"struct", "structure", "record struct"})
"""Kinds of classes whose objects are copied."""
BOXED = "v"
"""The entry of a box that is the variable."""
CONSTRUCTOR = ".ctor"
"""The member by which a constructor calls another one."""
_MOST_BASES = 64
"""The classes that a class inherits from, at most."""
_WORDS = {
    "int": "int32", "integer": "int32", "uint": "uint32", "uinteger": "uint32", "short": "int16", "ushort": "uint16",
    "long": "int64", "ulong": "uint64", "float": "single", "bool": "boolean", "date": "datetime", "var": "",
    "dynamic": "", "nint": "int64", "nuint": "uint64",
}  # fmt: skip
"""Types that the languages have own words for."""
_PAGES = ("page",)
"""The bases of a page whose class no file has."""
_DECLARING = (tree.Class, tree.Function, tree.Import)
ROOTS = frozenset({"system", "microsoft"})
"""The first parts of the names of the library's namespaces."""
SPACES = frozenset({
    "accesscontrol", "adapters", "admin", "ado", "applicationservices", "binary", "caching", "channels", "codedom",
    "collections", "compiler", "compilerservices", "compression", "concurrent", "configuration", "cryptography",
    "csharp", "data", "diagnostics", "directoryservices", "drawing", "dynamic", "engineering", "enterpriseservices",
    "expressions", "formatters", "generic", "globalization", "hosting", "html", "htmlcontrols", "http", "imaging",
    "interopservices", "io", "ipc", "json", "linq", "mail", "management", "media", "messaging", "methods", "mime",
    "net", "objectmodel", "odbc", "ole", "oledb", "ports", "principal", "private", "processes", "profile",
    "protocols", "reflection", "regularexpressions", "remoting", "resources", "runtime", "schema", "script",
    "security", "serialization", "serviceprocess", "services", "sessionstate", "soap", "sockets", "specialized",
    "sqlclient", "sqltypes", "tasks", "text", "threading", "timers", "ui", "util", "visualbasic", "web",
    "webcontrols", "webservices", "win32", "xml", "xpath", "xsl"
})  # fmt: skip
"""The other parts; a type of the library of the same name comes behind them."""


@dataclass(slots=True)
class Variables:
    """The variables of one function: those that it declares, and those of functions around it that it sees."""

    function: tree.Function | None
    outer: Variables | None = None
    names: dict[str, tree.TypeName | None] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    captured: dict[str, None] = field(default_factory=dict)
    needed: dict[str, None] = field(default_factory=dict)
    implied: dict[str, None] = field(default_factory=dict)
    """Names that are assigned to; where nothing declares them, they are variables of the function (Visual Basic)."""
    yields: bool = False


@dataclass(slots=True)
class Found:
    """The meaning of a name.

    ``kind``: ``variable``, ``member`` (of a place), ``method`` (a place that is called), ``constant`` (a value),
    ``type`` (``owner`` is its key), ``namespace``, ``function`` (of the language), ``unknown``.
    """

    kind: str
    name: str
    place: ir.Place | None = None
    value: ir.Expr | None = None
    owner: str = ""
    type: str = ""


@dataclass(slots=True)
class Waiting:
    """A function that is lowered later."""

    proc: ir.Proc
    function: tree.Function
    owner: ClassSymbol
    is_static: bool
    variables: dict[tree.Function, Variables]
    boxes: tuple[str, ...] = ()
    types: dict[str, str] = field(default_factory=dict)
    subjects: tuple[ir.Expr, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    """The type arguments of the method around."""


class Net:
    """The names that all code of a page shares; ``used`` are the classes of ``shared`` that it uses."""

    def __init__(
        self, top: tree.Block, page: NetPage, shared: Net | None = None, used: Iterable[ClassSymbol] = ()
    ) -> None:
        self.page = page
        self.is_vb: bool = page.language == "vb"
        self.library: Library = library("dotnet")
        self.rows: Rows = self.library.rows
        self.symbols: PageSymbols = collect(top, page.language)
        self._bases: dict[ClassSymbol, tuple[str, ...]] = {}
        self.units: dict[tree.Node, int] = {}
        """The units of the classes of other files and of their members."""
        self.unit: int = page.unit
        """The unit of the code that is being lowered."""
        for unit, other in page.others:
            self._add_file(unit, other)
        self.shared = shared
        """The names of classes that other pages use as well; they are lowered already."""
        self.foreign: dict[ClassSymbol, None] = {}
        """Those of them that the page uses."""
        self.is_shared: bool = False
        """True for the names of code that many pages use: it is lowered in one form for all of them."""
        if shared is not None:
            self._add_modules(shared, used)
        self.fold: Callable[[str], str] = self.symbols.fold
        fields = self.symbols.page.fields
        self.symbols.page.fields = {name: each for name, each in fields.items() if each.end}
        self.keys: dict[ClassSymbol, str] = {self.symbols.page: PAGE_CLASS}
        self.of_keys: dict[str, ClassSymbol] = {}
        self.of_paths: dict[tuple[str, ...], ClassSymbol] = {}
        self.classes: dict[str, ir.Class] = {}
        self.extensions: dict[str, tuple[str, ...]] = {}
        """The classes of the page that have an extension method of a name."""
        self.method_names: set[str] = {*self.symbols.page.methods}
        self.natives: dict[str, str] = {}
        """The functions of Windows that the page declares, by the names that it gives them."""
        self.delegates: set[str] = {"delegate"}
        """The names of the page's own types of functions."""
        self._note_functions()
        self.has_structs: bool = any(each.kind in STRUCTS for each in self.symbols.classes.values())
        self.has_conversions: bool = False
        """Whether a class of the page has operators that convert."""
        self.modules: dict[str, ClassSymbol] = {}
        """The classes of members that are seen everywhere: modules of Visual Basic, those of ``using static``."""
        self.opened: list[str] = []
        """Types of the library whose members are seen everywhere."""
        self._hides: set[str] | None = None
        self._overloaded: frozenset[str] | None = None
        noted, is_filled = _noted((top, *(each for _, each in page.others)), self.fold)
        self.is_filled: bool = is_filled or (self.shared is not None and self.shared.is_filled)
        known = self.shared.tuple_names if self.shared is not None else ()
        self.tuple_names: tuple[tuple[int, str], ...] = tuple(dict.fromkeys((*noted, *known)))[:_MOST_NAMES]
        """The names that items of tuples have anywhere on the page, with their places."""
        self.given: Mapping[str, str] = {}
        """The type arguments of the method that is being lowered."""
        self._arguments: dict[ClassSymbol, dict[str, str]] = {}
        self._instances: dict[tuple[ClassSymbol, tuple[str, ...]], ClassSymbol] = {}
        self._methods: dict[tuple[ClassSymbol, str], None] = {}
        self._sensitive: dict[ClassSymbol | tree.Function, bool] = {}
        self.made: deque[ClassSymbol | tuple[ClassSymbol, str, tree.Function, dict[str, str]]] = deque()
        """Classes and methods of type arguments that are lowered later."""
        self.waiting: deque[Waiting] = deque()
        self.kept: dict[ClassSymbol, list[tree.Declaration]] = {}
        """The ``Static`` variables of the methods of a class."""
        self._chains: dict[ClassSymbol, tuple[ClassSymbol, ...]] = {}
        self._outside: dict[ClassSymbol, tuple[str, ...]] = {}
        self._renamed: dict[str, dict[str, None]] | None = None
        self._handlers: dict[ClassSymbol, dict[str, list[tuple[str, str]]]] = {}
        self._count = 0
        self._name_classes()
        for name in self.symbols.opened:
            self._open(name)
        named = [each for each in page.bases if each not in _PAGES and self.symbols.class_of(each) is not None]
        self._bases[self.symbols.page] = tuple(map(self.type_key, named)) or _PAGES

    def _note_functions(self) -> None:
        """Note the functions of Windows that classes declare, and their types of functions."""
        for symbol in (self.symbols.page, *self.symbols.classes.values()):
            for name, (first, *_) in symbol.methods.items():
                if (first.body is None or not first.body.statements) and (native := native_name(first)):
                    self.natives[name] = native
                if "delegate" in first.modifiers:
                    self.delegates.add(name)

    def _name_classes(self) -> None:
        """Give each class its key: its name, with that of the class or namespace around it where others have it."""
        for symbol in self.symbols.classes.values():
            key = self._key_for(symbol)
            self.keys[symbol] = key
            self.of_keys[key] = symbol
            self.of_paths[symbol.path] = symbol
            self._note(symbol, key)

    def _key_for(self, symbol: ClassSymbol) -> str:
        """Return the key of a class that has none yet; no other one has it."""
        if self.shared is not None and symbol in self.foreign:
            return self.shared.keys[symbol]
        key = self.fold(symbol.name)
        if symbol.outer is not None and symbol.outer.nodes:
            key = f"{self.keys[symbol.outer]}.{key}"
        if key in self.of_keys:
            return ".".join(symbol.path)
        if key.lower() in self.library.types:  # it is not the library's type of the same name
            return ".".join(symbol.path) if len(symbol.path) > 1 else f"global.{key}"
        return key

    def _add_file(self, unit: int, top: tree.Block) -> None:
        """Add the classes of another file that is compiled with the page."""
        nodes: list[tree.Node] = [each for each in top.statements if isinstance(each, _DECLARING)]
        add_members(self.symbols, self.symbols.page, nodes)
        for node in nodes:
            self.units[node] = unit
            nodes += getattr(node, "members", ())

    def _add_modules(self, shared: Net, used: Iterable[ClassSymbol]) -> None:
        """Add classes that other pages use as well, unless the page has its own one of a name."""
        symbols = self.symbols
        names = {symbol: name for name, symbol in shared.symbols.classes.items()}
        own = {symbol.path[-1] for symbol in symbols.classes.values() if symbol.path}
        for symbol in used:
            if symbol.path[-1] not in own and names[symbol] not in symbols.classes:
                symbols.classes[names[symbol]] = symbol
                self.foreign[symbol] = None
                self._bases[symbol] = shared.bases(symbol)
        for name, twins in shared.symbols.twins.items():
            known = [each for each in twins if each in self.foreign]
            if known:
                symbols.twins[name] = known
                symbols.classes.setdefault(name, known[0])
        symbols.spaces |= shared.symbols.spaces
        self.units |= shared.units

    def unit_of(self, symbol: ClassSymbol, node: tree.Node | None) -> int:
        """Return the unit of a member of a class, which is that of the code that is lowered from here on."""
        first = self.units.get(symbol.nodes[0], self.page.unit) if symbol.nodes else self.page.unit
        self.unit = first if node is None else self.units.get(node, first)
        return self.unit

    def _note(self, symbol: ClassSymbol, key: str) -> None:
        if symbol.kind == "module":
            self._see_everywhere(symbol)
        self.method_names |= symbol.methods.keys()
        for name, functions in symbol.methods.items():
            self.has_conversions |= any(not _CONVERTING.isdisjoint(each.modifiers) for each in functions)
            if any(each.parameters and is_extension(each) for each in functions):
                self.extensions[name] = (*self.extensions.get(name, ()), key)

    def _open(self, name: str) -> None:
        symbol = self.symbols.class_of(name)
        if symbol is not None:
            self._see_everywhere(symbol)
        else:
            self.opened.append(self.type_key(name))

    def _see_everywhere(self, symbol: ClassSymbol) -> None:
        for group in (symbol.fields, symbol.methods, symbol.getters, symbol.setters):
            for name in group:
                self.modules.setdefault(name, symbol)

    def row(self, kind: str, name: str) -> Row | None:
        """Return the row of a member of a type of the library."""
        return self.rows.get((kind, name.lower()))

    def proc(self, name: str, function: tree.Function | None = None) -> ir.Proc:
        """Return a new procedure; no other one has its name."""
        self._count += 1
        proc = ir.Proc(f"{name or 'lambda'}#{self._count}" if function is None or not function.name else name)
        proc.unit, proc.kind = self.unit, "function"
        proc.key = function
        return proc

    # Types ------------------------------------------------------------------------------------------------------------

    def type_key(  # noqa: C901 - a dispatcher
        self, written: tree.TypeName | str | None, near: ClassSymbol | None = None
    ) -> str:
        """Return the key of a type: of a class of the page, else of the library; "" where none is written."""
        if written is None:
            return ""
        is_generic = not isinstance(written, str) and bool(written.arguments)
        if not isinstance(written, str):
            if written.rank:
                return self.type_key(tree.TypeName(0, 0, written.name, written.arguments), near) + "[]" * written.rank
            if written.name.lower() in ("nullable", "system.nullable") and written.arguments:
                return "nullable"
            if written.is_nullable and self.type_key(written.name, near) in _VALUES:
                return "nullable"
            given = self._type_argument(self.fold(written.name), near)
            if given is not None:
                return given
            if written.arguments and (instance := self._instance(written, near)) is not None:
                return self.keys[instance]
            written = written.name
        name = written.removeprefix("global::").removeprefix("Global.").rstrip("?")
        if written.endswith("?"):
            return "nullable"
        name = self._without_alias(name)
        parts = name.lower().split(".")
        symbol = self.class_of(name, near) if parts[0] not in ROOTS else None
        if symbol is not None:
            return self.keys[symbol]
        last = self.fold(name.rpartition(".")[2])
        if last == "collection" and (parts[0] == "microsoft" or (len(parts) == 1 and not is_generic)):
            return "vbcollection"
        if name.lower() in self.library.types and parts[-1] not in self.library.types:
            return name.lower()
        return _WORDS.get(parts[-1], parts[-1])

    def _type_argument(self, name: str, near: ClassSymbol | None) -> str | None:
        """Return the type that a type parameter is, "" where that is not known, ``None`` for any other name."""
        if name in self.given:
            return self.given[name]
        for each in self._around(near):
            if name in each.generics:
                return self._arguments.get(each, {}).get(name, "")
        return None

    def _instance(self, written: tree.TypeName, near: ClassSymbol | None) -> ClassSymbol | None:
        """Return a class for the type arguments of a generic one, if they matter to its code."""
        symbol = self.class_of(written.name, near)
        if symbol is None or len(symbol.generics) != len(written.arguments) or symbol not in self.keys:
            return None
        types = tuple(self.type_key(each, near) for each in written.arguments)
        known = self._instances.get((symbol, types))
        if self.is_shared or known is not None or not all(types) or len(self._instances) >= _MOST_INSTANCES:
            return known
        if not self._depends(symbol, symbol.nodes):
            return None
        made = self._instances[symbol, types] = replace(symbol)
        self._arguments[made] = dict(zip(map(self.fold, symbol.generics), types, strict=True))
        key = self.keys[made] = f"{self.keys[symbol]}<{','.join(types)}>"
        self.of_keys[key] = made
        self.made.append(made)
        return made

    def _depends(self, key: ClassSymbol | tree.Function, nodes: Iterable[tree.Node]) -> bool:
        """True if code depends on type arguments."""
        if key not in self._sensitive:
            self._sensitive[key] = any(map(_uses_types, nodes))
        return self._sensitive[key]

    def generic_method(self, owner: ClassSymbol, name: str, types: Sequence[tree.TypeName], near: ClassSymbol) -> str:
        """Return the name of a method for type arguments, the plain one where they don't matter."""
        given = tuple(self.type_key(each, near) for each in types)
        for each in self.chain(owner) if not self.is_shared else ():
            functions = each.methods.get(name, ())
            fits = [function for function in functions if len(function.generics) == len(given)]
            key = f"{name}<{','.join(given)}>"
            if (each, key) in self._methods:
                return key
            if fits and all(given) and self._depends(fits[0], fits) and len(self._methods) < _MOST_INSTANCES:
                self._methods[each, key] = None
                for function in fits:
                    named = dict(zip(map(self.fold, function.generics), given, strict=True))
                    self.made.append((each, key, function, named))
                return key
            if functions:
                break
        return name

    def _without_alias(self, name: str) -> str:
        first, _, rest = name.partition(".")
        alias = self.symbols.aliases.get(self.fold(first), first)
        return f"{alias}.{rest}" if rest else alias

    def class_of(self, name: str, near: ClassSymbol | None) -> ClassSymbol | None:
        """Return the class of the page of a name, which may be dotted."""
        return self.symbols.class_of(name, near)

    def _around(self, symbol: ClassSymbol | None) -> Iterable[ClassSymbol]:
        while symbol is not None:
            yield symbol
            symbol = symbol.outer

    def bases(self, symbol: ClassSymbol) -> tuple[str, ...]:
        """Return the keys of the bases of a class; ``page`` and the like are types of the library."""
        known = self._bases.get(symbol)
        if known is None:
            found = dict.fromkeys(self.type_key(each, symbol) for node in symbol.nodes for each in node.bases)
            found.pop(self.keys[symbol], None)
            if symbol.kind == "class" and any(
                self._is_elsewhere(each, symbol) for n in symbol.nodes for each in n.bases
            ):
                found["page"] = None
            known = self._bases[symbol] = tuple(each for each in found if each)[:_MOST_BASES]
        return known

    def _is_elsewhere(self, base: tree.TypeName, symbol: ClassSymbol) -> bool:
        """True for a class of a file that is not there: by its name no interface."""
        key, name = self.type_key(base, symbol), base.name.rpartition(".")[2]
        is_known = not key or key in self.of_keys or key.lower() in self.library.types
        return not is_known and not (name[:1] == "I" and name[1:2].isupper())

    def chain(self, symbol: ClassSymbol) -> tuple[ClassSymbol, ...]:
        """Return a class and the classes of the page that it inherits from, the nearest first."""
        known = self._chains.get(symbol)
        if known is None:
            seen = {symbol: None}
            queue = [symbol]
            for each in queue:
                for key in self.bases(each):
                    base = self.of_keys.get(key)
                    if base is not None and base not in seen and len(seen) < _MOST_BASES:
                        seen[base] = None
                        queue.append(base)
            known = self._chains[symbol] = tuple(seen)
        return known

    # Members ----------------------------------------------------------------------------------------------------------

    def member(
        self, symbol: ClassSymbol, name: str
    ) -> tuple[ClassSymbol, str, bool, tree.Declaration | tree.Function] | None:
        """Return the class, the kind (``field``, ``property``, ``method``), whether it is static, and the node."""
        for each in self.chain(symbol):
            found = own_member(each, name)
            if found is not None:
                kind, node = found
                modifiers = node.modifiers
                static = each.kind in STATIC_KINDS or not STATIC.isdisjoint(modifiers)
                return each, kind, static, node
        return None

    def constructed(self, symbol: ClassSymbol, callee: tree.Node) -> str:
        """Return the class whose constructor ``MyBase.New`` and ``Me.New`` call; "" for all other calls."""
        path = tree.name_path(callee)
        if len(path) != 2 or path[1] != "new":
            return ""
        bases = self.bases(symbol)
        return self.keys[symbol] if path[0] in ("me", "myclass") else bases[0] if path[0] == "mybase" and bases else ""

    def handlers(self, symbol: ClassSymbol) -> dict[str, list[tuple[str, str]]]:
        """Return the events that methods of a class handle: by its fields, their events, each with the method."""
        known = self._handlers.get(symbol)
        if known is None:
            known = self._handlers[symbol] = {}
            for name, functions in symbol.methods.items():
                for handled in (handled for each in functions for handled in each.handles):
                    field, _, event = handled.rpartition(".")
                    declared = symbol.fields.get(field)
                    if declared is not None and "withevents" in declared.modifiers:
                        known.setdefault(field, []).append((event, name))
        return known

    def place_of(self, subject: ir.Expr, near: ClassSymbol, name: str, at: int = 0) -> ir.Field:
        """Return a member of an object by the class that the code knows of it."""
        return ir.Field(subject, self.name_of(near, name), at)

    def name_of(self, near: ClassSymbol, name: str) -> str:
        """Return the name of a member where the code knows the class: one below may declare it anew."""
        if near.kind == "interface":
            for each in self.chain(near):
                if name in self.renamed_of(self.keys[each]):
                    return f"{self.keys[each]}.{name}"
        member = self.member(near, name) if name in self._hidden() else None
        return self.slot(member[0], name) if member is not None else name

    def renamed_of(self, key: str) -> Mapping[str, None]:
        """Return the members of an interface that some class has apart."""
        return self.renamed.get(key.partition("<")[0], {})

    @property
    def renamed(self) -> dict[str, dict[str, None]]:
        """The members of interfaces that some class has by another name, or not by its nearest member of the name."""
        if self._renamed is None:
            found: dict[str, dict[str, None]] = {}
            if self.shared is not None:
                found = {key: {**names} for key, names in self.shared.renamed.items()}
            for symbol in self.symbols.classes.values():
                for function in symbol.functions():
                    for key, name in self.implemented(symbol, function):
                        if "explicit" in function.modifiers or name != self.fold(function.name):
                            found.setdefault(key.partition("<")[0], {})[name] = None
                if symbol.kind == "interface":
                    for name in self._hidden() & {*symbol.methods, *symbol.getters, *symbol.setters, *symbol.fields}:
                        found.setdefault(self.keys[symbol], {})[name] = None
            self._renamed = found
        return self._renamed

    def implemented(self, symbol: ClassSymbol, function: tree.Function) -> list[tuple[str, str]]:
        """Return the members of interfaces that a function is: the keys of the interfaces, and the names."""
        parts = [each.rpartition(".") for each in function.implements]
        found = [(self.type_key(owner, symbol), self.fold(name)) for owner, _, name in parts]
        return [(key, name) for plain, name in found for key in self._all_of(symbol, plain)]

    def _all_of(self, symbol: ClassSymbol, plain: str) -> list[str]:
        """Return the keys of an interface that a class has, those with its type arguments."""
        keys = [self.keys[each] for each in self.chain(symbol)]
        return [each for each in keys if each == plain or each.startswith(f"{plain}<")] or [plain]

    def slot(self, owner: ClassSymbol, name: str) -> str:
        """Return the name of a member of a class that is declared anew: as where it was declared first."""
        if name not in self._hidden() or owner.kind == "interface":
            return name
        found = [each for each in self.chain(owner) if each.kind != "interface" and own_member(each, name) is not None]
        first = next((each for each in found if not _overrides(each, name)), found[-1])
        is_lowest = first is found[-1] and name in first.fields
        return name if is_lowest else f"{name}'{self.keys[first]}"

    @property
    def overloaded(self) -> frozenset[str]:
        """The names that several methods have, those aside that override others."""
        if self._overloaded is None:
            count: Counter[str] = Counter()
            for symbol in (self.symbols.page, *self.symbols.classes.values()):
                for name, functions in symbol.methods.items():
                    count[name] += sum(OVERRIDING.isdisjoint(each.modifiers) for each in functions)
            known = self.shared.overloaded if self.shared is not None else frozenset()
            self._overloaded = known.union(name for name, number in count.items() if number > 1)
        return self._overloaded

    def _hidden(self) -> set[str]:
        """Return the names of members that a class declares anew."""
        if self._hides is None:
            self._hides = set(self.shared._hidden()) if self.shared is not None else set()
            for symbol in (each for each in self.symbols.classes.values() if each not in self.foreign):
                chain = self.chain(symbol)[1:]
                bases = [each for each in chain if each.kind != "interface" and each not in self.foreign]
                for name, signatures in _signatures(symbol).items() if bases else ():
                    if not _overrides(symbol, name) and any(signatures & _signatures(each)[name] for each in bases):
                        self._hides.add(name)
        return self._hides

    def library_bases(self, symbol: ClassSymbol) -> tuple[str, ...]:
        """Return the types of the library that a class inherits from."""
        known = self._outside.get(symbol)
        if known is None:
            found = (base for each in self.chain(symbol) for base in self.bases(each) if base not in self.of_keys)
            known = self._outside[symbol] = tuple(dict.fromkeys(found))[:_MOST_BASES]
        return known


class Procedure(NamedTuple):
    """The procedure that is lowered: the class that it is in, its variables, and those of functions in it."""

    net: Net
    owner: ClassSymbol
    variables: Variables
    inner: dict[tree.Function, Variables]
    is_static: bool = False


class Names:
    """The names that the code of one procedure sees, and the builder of its code."""

    def __init__(self, of: Procedure) -> None:
        self.net: Net = of.net
        self.owner: ClassSymbol = of.owner
        self.variables: Variables = of.variables
        self.inner: dict[tree.Function, Variables] = of.inner
        self.is_static: bool = of.is_static
        self.registers: Registers = Registers()
        self.builder: Builder = Builder(self.registers)
        self.locals: dict[str, int] = {}
        self.boxes: dict[str, int] = {}
        self.types: dict[str, str] = {}
        """The types of variables, by their keys; "" where they are not written."""
        self.statics: dict[str, ir.Place] = {}
        """Variables that stay from call to call (``Static``)."""
        self.result: str = ""
        """The name of the function, where it is the variable with its result (Visual Basic)."""
        self.subjects: list[ir.Expr] = []
        """The objects of the ``With`` that are open."""
        self.caught: list[int] = []
        """The registers of the errors that are being handled."""

    @property
    def this(self) -> ir.Expr:
        """The object of the procedure; in a static one, its class."""
        return ir.Const(TypeOf(self.net.keys[self.owner])) if self.is_static else ir.Load(ir.Local(THIS))

    def declare(self, name: str, kind: str = "") -> ir.Place:
        """Return the place of a variable from here on; one that is captured gets a new box."""
        name = self.net.fold(name)
        self.types[name] = kind
        if name in self.variables.captured:
            if name not in self.boxes:
                self.boxes[name] = self.registers.new()
            self.builder.write(ir.Local(self.boxes[name]), ir.Pure(self.net.rows["net", "box"], []))
            return self._boxed(name)
        if name not in self.locals:
            self.locals[name] = self.registers.new()
        return ir.Local(self.locals[name], name)

    def _boxed(self, name: str) -> ir.Place:
        return ir.Field(ir.Load(ir.Local(self.boxes[name])), BOXED)

    def variable(self, name: str) -> ir.Place | None:
        """Return the place of a variable of the procedure, or of one around it."""
        if name in self.boxes:
            return self._boxed(name)
        if name in self.locals:
            return ir.Local(self.locals[name], name)
        if name in self.statics:
            return self.statics[name]
        return ir.Local(RESULT, name) if name == self.result and name else None

    def closure(self, function: tree.Function) -> ir.Expr:
        """Return a function as a value; its code is lowered later."""
        inner = self.inner.get(function)
        if inner is None:  # of a class that is cut off before its body
            return ir.Const(UNKNOWN)
        proc = self.net.proc(function.name, None)
        needed = tuple(name for name in inner.needed if name in self.boxes)
        types = {name: self.types.get(name, "") for name in needed}
        subjects = tuple(self.subjects[-1:])
        here = Waiting(proc, function, self.owner, self.is_static, self.inner, needed, types)
        proc.key = function
        held = [self._held(each) for each in subjects]
        here.subjects = tuple(ir.Load(ir.Local(slot)) for slot in held)
        here.given = self.net.given
        self.net.waiting.append(here)
        return ir.Lambda(proc, (*(self.boxes[name] for name in needed), *held), function.start, has_this=True)

    def _held(self, value: ir.Expr) -> int:
        """Return the register of a value that a function inside sees."""
        if isinstance(value, ir.Load) and isinstance(value.place, ir.Local):
            return value.place.slot
        place = self.builder.temp()
        self.builder.write(place, value)
        return place.slot

    # Names ------------------------------------------------------------------------------------------------------------

    def find(self, name: str) -> Found:
        """Return the meaning of a name."""
        net = self.net
        folded = net.fold(name)
        place = self.variable(folded)
        if place is not None:
            return Found("variable", folded, place, type=self.types.get(folded, ""))
        found = self._of_classes(folded)
        if found is not None:
            return found
        found = self._of_class(net.modules[folded], folded) if folded in net.modules else None
        if found is not None:
            return found
        lower = name.lower()
        if lower in net.page.controls or lower in net.page.objects:
            return Found("member", lower, ir.Field(self._page, lower), type=net.page.objects.get(lower, ""))
        return self._of_types(name, lower)

    @property
    def _page(self) -> ir.Expr:
        if self.owner is self.net.symbols.page and not self.is_static:
            return ir.Load(ir.Local(THIS))
        return ir.Const(Ref(PAGE))

    def _of_classes(self, folded: str) -> Found | None:
        """Return a member of the class around, of its bases or of the classes around it."""
        each: ClassSymbol | None = self.owner
        while each is not None:
            found = self._of_class(each, folded) or self._of_library(each, folded)
            if found is not None:
                return found
            each = each.outer
        return None

    def _of_class(self, symbol: ClassSymbol, folded: str) -> Found | None:
        net = self.net
        member = net.member(symbol, folded)
        if member is None:
            return None
        owner, kind, static, node = member
        if static or (self.is_static and symbol is self.owner and owner is not net.symbols.page):
            subject: ir.Expr = ir.Const(TypeOf(net.keys[owner]))
        elif symbol is net.symbols.page:
            subject = self._page
        elif symbol is self.owner:
            subject = ir.Load(ir.Local(THIS))
        else:
            subject = ir.Const(TypeOf(net.keys[owner]))
        if (
            kind == "field"
            and "const" in node.modifiers
            and isinstance(value := getattr(node, "value", None), tree.Literal)
        ):
            kind_of_value = net.type_key(node.type, owner)
            if value.kind in ("string", "number", "truth", "null") and kind_of_value in _PLAIN.get(value.kind, ()):
                return Found("constant", folded, value=ir.Const(value.value), owner=net.keys[owner], type=kind_of_value)
        place = net.place_of(subject, symbol, folded)
        what = "method" if kind == "method" else "member"
        return Found(what, folded, place, owner=net.keys[owner], type=net.type_key(node.type, owner))

    def _of_library(self, symbol: ClassSymbol, folded: str) -> Found | None:
        """Return a member that a class inherits from a type of the library."""
        net = self.net
        for base in net.library_bases(symbol):
            row = net.row(base, folded)
            if row is not None:
                what = "member" if row.is_property else "method"
                return Found(what, folded, ir.Field(self._subject(symbol), folded), owner=base)
        return None

    def _subject(self, symbol: ClassSymbol) -> ir.Expr:
        if symbol is self.net.symbols.page:
            return self._page
        if symbol is self.owner and not self.is_static:
            return ir.Load(ir.Local(THIS))
        return ir.Const(TypeOf(self.net.keys[symbol]))

    def _of_types(self, name: str, lower: str) -> Found:
        """Return the meaning of a name that no class around has as a member."""
        net = self.net
        if net.class_of(name, self.owner) is not None:
            return self._type("type", name)
        if net.fold(name) in net.symbols.aliases:
            return self._type("type", name)
        for kind in net.opened:
            if net.row(kind, lower) is not None:
                place = ir.Field(ir.Const(TypeOf(kind)), lower)
                return Found("method" if not net.rows[kind, lower].is_property else "member", lower, place, owner=kind)
        if net.is_vb and lower in net.library.constants:
            return Found("constant", lower, value=ir.Const(net.library.constants[lower]))
        if net.is_vb and lower in _OBJECTS:
            return Found("constant", lower, value=ir.Const(Ref(lower)))
        if net.is_vb and ("", lower) in net.rows and lower not in _NO_FUNCTIONS:
            return Found("function", lower)
        if lower in _WORDS or lower in net.library.types:
            return self._type("type", name)
        if lower in ROOTS:
            return Found("namespace", lower)
        return self._type("unknown", name)

    def _type(self, kind: str, name: str) -> Found:
        key = self.net.type_key(name, self.owner)
        return Found(kind, self.net.fold(name), value=ir.Const(TypeOf(key)), owner=key)

    def resolve(self, path: Sequence[str]) -> tuple[Found, Sequence[str]]:
        """Return the meaning of the beginning of a dotted name, as far as it is a type, and the rest of the name."""
        alias = self.net.symbols.aliases.get(self.net.fold(path[0]))
        if alias is not None and self.variable(self.net.fold(path[0])) is None:
            path = (*alias.split("."), *path[1:])
        if path[0].lower() == "global" and len(path) > 1:
            path = path[1:]
        found = self.find(path[0])
        if found.kind not in ("namespace", "unknown", "type"):
            return found, path[1:]
        whole = self._of_path(path)
        if whole is not None:
            return whole
        return self._of_space(path) if found.kind == "namespace" else self._inner(found, path[1:])

    def _of_path(self, path: Sequence[str]) -> tuple[Found, Sequence[str]] | None:
        """Return the class of the page that a dotted name names, from the global namespace or from around."""
        net = self.net
        for size in range(2, len(path) + 1):
            symbol = net.of_paths.get(tuple(map(net.fold, path[:size])))
            if symbol is not None:
                key = net.keys[symbol]
                return self._inner(Found("type", key, value=ir.Const(TypeOf(key)), owner=key), path[size:])
        is_open = self.find(path[0]).kind == "unknown" and (net.symbols.spaces or path[0].lower() in SPACES)
        for size in range(2, len(path) + 1) if is_open else ():
            is_known = net.symbols.class_of(".".join(path[:size]), self.owner) is not None
            if is_known or path[size - 1].lower() in net.library.types:
                return self._inner(self._type("type", ".".join(path[:size])), path[size:])
        return None

    def _of_space(self, path: Sequence[str]) -> tuple[Found, Sequence[str]]:
        """Return the type of a dotted name that begins with a namespace of the library."""
        types = self.net.library.types
        for size in range(1, len(path)):
            last = path[size].lower()
            is_space = last in SPACES and size + 1 < len(path) and last != "text"
            if not is_space and last not in types:  # of a library that has no rows: its type comes before a member
                is_space = size + 2 < len(path) or any(each.lower() in types for each in path[size + 1 :])
            if not is_space and not (last == "text" and path[size - 1].lower() == "system"):
                found = self._type("type", ".".join(path[: size + 1]))
                return self._inner(found, path[size + 1 :])
        return Found("namespace", ".".join(path).lower()), ()

    def _inner(self, found: Found, rest: Sequence[str]) -> tuple[Found, Sequence[str]]:
        """Go on with the classes inside of a class."""
        net = self.net
        while rest:
            key = f"{found.owner}.{net.fold(rest[0])}"
            if key not in net.of_keys:
                break
            found, rest = Found("type", net.fold(rest[0]), value=ir.Const(TypeOf(key)), owner=key), rest[1:]
        return found, rest


_CONVERTING = frozenset({"implicit", "explicit", "widening", "narrowing"})
_VALUES = frozenset({
    "boolean", "byte", "char", "datetime", "decimal", "double", "guid", "int16", "int32", "int64", "sbyte", "single",
    "timespan", "uint16", "uint32", "uint64",
})  # fmt: skip
"""Types whose values are never null."""
_NO_FUNCTIONS = frozenset({"array", "string", "date"})
"""Functions of VBScript whose names are those of types in VB.NET."""
_OBJECTS = frozenset({"err"})
"""Objects of Visual Basic that are there by their names."""
_PLAIN = {
    "string": ("string", "", "object"), "number": ("int32", "", "object"), "truth": ("boolean", "", "object"),
    "null": ("string", "object", ""),
}  # fmt: skip


OVERRIDING = frozenset({"override", "overrides"})


def _overrides(symbol: ClassSymbol, name: str) -> bool:
    """True if a member of a class overrides that of a base class."""
    member = own_member(symbol, name)
    return member is not None and not OVERRIDING.isdisjoint(member[1].modifiers)


def _signatures(symbol: ClassSymbol) -> defaultdict[str, set[object]]:
    """Return the members of a class with the types of their parameters, by which one hides another."""
    found: defaultdict[str, set[object]] = defaultdict(set)
    for name in (*symbol.fields, *symbol.getters, *symbol.setters):
        found[name].add(None)
    for name, functions in symbol.methods.items():
        for each in functions:
            found[name].add(tuple((x.type.name, x.type.rank) if x.type is not None else None for x in each.parameters))
    return found


def _noted(tops: Iterable[tree.Node], fold: Callable[[str], str]) -> tuple[dict[tuple[int, str], None], bool]:
    """Return the names of items of tuples, and whether texts are read as objects, whose fields nobody assigns."""
    found: dict[tuple[int, str], None] = {}
    is_filled = False
    for node in chain.from_iterable(map(tree.walk, tops)):
        if isinstance(node, tree.Member) and node.name.lower().startswith("deserialize"):
            is_filled = True
        if isinstance(node, tree.TypeName):
            found |= {(n, fold(name)): None for n, name in enumerate(node.names) if name}
        elif isinstance(node, tree.Items) and node.form is tree.Form.TUPLE:
            named = [(n, each.name) for n, each in enumerate(node.items) if isinstance(each, tree.Argument)]
            found |= {(n, fold(name)): None for n, name in named if name}
    return found, is_filled


_PLACES = frozenset({"variable", "member", "method", "constant"})
"""The meanings of a name that is assigned to."""


def own_member(symbol: ClassSymbol, name: str) -> tuple[str, tree.Declaration | tree.Function] | None:
    """Return the kind and the node of a member of a class itself."""
    node = symbol.fields.get(name)
    if node is not None:
        return "field", node
    for kind, group in (("property", symbol.getters), ("property", symbol.setters), ("method", symbol.methods)):
        functions = group.get(name)
        if functions:
            return kind, functions[0]
    return None


_MOST_NAMES = 64
_MOST_INSTANCES = 64
"""Classes and methods that are lowered for type arguments."""


def _uses_types(node: tree.Node) -> bool:
    """True if the code of a generic class or method depends on its type arguments."""
    names = {*node.generics} if isinstance(node, (tree.Class, tree.Function)) else set[str]()
    for each in tree.walk(node):
        is_static = isinstance(each, tree.Declaration) and not STATIC.isdisjoint(each.modifiers)
        if is_static and isinstance(node, tree.Class):
            return True
        for written in _types_in(each):
            if written.name in names or any(inner.name in names for inner in written.arguments):
                return True
    return False


def _types_in(node: tree.Node) -> Sequence[tree.TypeName]:
    """Return the types that an expression makes, tests or asks for."""
    if isinstance(node, (tree.New, tree.Pattern, tree.Cast)):
        return [node.type] if node.type is not None else []
    if isinstance(node, tree.Call) and isinstance(node.callee, tree.Name):
        if node.callee.text.lower() in ("default", "typeof", "gettype"):
            return [each for each in node.arguments if isinstance(each, tree.TypeName)]
        return node.callee.types
    return node.types if isinstance(node, tree.Member) else ()


def is_extension(function: tree.Function) -> bool:
    """True for an extension method."""
    by_attribute = any(name.rpartition(".")[2].startswith("extension") for name, _ in function.attributes)
    return function.parameters[0].by == "this" or by_attribute


# Variables of functions -----------------------------------------------------------------------------------------------


def variables_of(
    net: Net, owner: ClassSymbol, function: tree.Function | None, nodes: Sequence[tree.Node]
) -> dict[tree.Function, Variables]:
    """Find the variables of a function and of all functions in it; ``None`` is the key of ``nodes`` themselves."""
    top = Variables(function)
    found: dict[tree.Function, Variables] = {function: top}  # type: ignore[dict-item]
    order = [top]
    stack: list[tuple[tree.Node, Variables]] = [(each, top) for each in reversed(nodes)]
    _parameters(net, top)
    while stack:
        node, scope = stack.pop()
        if isinstance(node, tree.Class):
            continue
        if isinstance(node, (tree.Lambda, tree.Function)):
            inner = node.function if isinstance(node, tree.Lambda) else node
            if isinstance(node, tree.Function):
                scope.names.setdefault(net.fold(node.name), None)
            fresh = Variables(inner, scope)
            _parameters(net, fresh)
            found[inner] = fresh
            order.append(fresh)
            stack += [(each.default, scope) for each in inner.parameters if each.default is not None]
            if inner.body is not None:
                stack += [(each, fresh) for each in reversed(inner.body.statements)]
            continue
        _note_variables(net, node, scope)
        stack += [(each, scope) for each in reversed(node.children())]
    for each in order:
        _declare_implied(net, owner, each)
    for each in order:
        _capture(each)
    return found


def _declare_implied(net: Net, owner: ClassSymbol, scope: Variables) -> None:
    """Declare variables that code only assigns to, where the names mean nothing else (Visual Basic)."""
    if not net.is_vb:
        scope.implied.clear()
    around: list[Variables] = []
    each: Variables | None = scope
    while each is not None:
        around.append(each)
        each = each.outer
    names = Names(Procedure(net, owner, scope, {}))
    for name in [*scope.implied]:
        if any(name in each.names for each in around) or names.find(name).kind in _PLACES:
            del scope.implied[name]
        else:
            scope.names[name] = None


def _parameters(net: Net, scope: Variables) -> None:
    if scope.function is not None:
        for each in scope.function.parameters:
            scope.names[net.fold(each.name)] = each.type
        if net.is_vb and scope.function.kind in ("function", "get") and scope.function.name:
            scope.names[net.fold(scope.function.name)] = scope.function.type


def _note_variables(net: Net, node: tree.Node, scope: Variables) -> None:
    if isinstance(node, tree.Name):
        scope.used[net.fold(node.text)] = None
    elif isinstance(node, tree.Declaration):
        scope.names[net.fold(node.name)] = node.type
    elif isinstance(node, (tree.Each, tree.Count, tree.Assign)) and isinstance(node.target, tree.Name):
        scope.implied[net.fold(node.target.text)] = None
    elif isinstance(node, tree.Pattern) and node.name:
        scope.names[net.fold(node.name)] = node.type
    elif isinstance(node, tree.Try):
        scope.names |= {net.fold(each.name): each.type for each in node.catches if each.name}
    elif isinstance(node, tree.Jump) and node.kind in ("yield", "yield break"):
        scope.yields = True


def _capture(scope: Variables) -> None:
    """Tell the functions around one which of their variables it sees."""
    for name in scope.used:
        passed = []
        each: Variables | None = scope
        while each is not None and name not in each.names:
            passed.append(each)
            each = each.outer
        if each is not None and each is not scope:
            each.captured[name] = None
            for inner in passed:
                inner.needed[name] = None
