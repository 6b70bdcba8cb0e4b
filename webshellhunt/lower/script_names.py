"""Names of JScript: where the code of a procedure finds them, and the names that all code of a page shares.

A variable that a function inside captures is an entry of a *box*, an object that each call of its function makes; all
others are registers, those of the page entries of the page's table. The object of a ``with``, and the names that texts
declare in a function that runs some, are looked up when the code runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from webshellhunt.core import ir
from webshellhunt.core.rows import Rows
from webshellhunt.core.script_values import NAN
from webshellhunt.core.values import Func, Value
from webshellhunt.lang import tree
from webshellhunt.library.rows import INTRINSICS, library
from webshellhunt.library.script_objects import CONSTANTS, STATICS
from webshellhunt.lower.builder import Builder, Registers
from webshellhunt.lower.script_scopes import ARGUMENTS, Scope, Scopes

UNIT = 1
"""The unit of a page that its JScript is."""


@dataclass(slots=True)
class Link:
    """An object in which names are looked up: its register, and its names, ``None`` where they are not known.

    ``is_of_texts``: it has the names that texts declare that a function runs.
    """

    slot: int
    names: frozenset[str] | None
    is_of_texts: bool = False


class Page:
    """All that the code of a page shares: its procedures by name, the names of the page, and its library."""

    platform = "classic"
    intrinsics: Mapping[str, Value] = INTRINSICS
    """Objects that the server gives to each page."""
    constants: Mapping[str, Value] = CONSTANTS
    """The meanings of names of the language."""
    statics: Mapping[str, str] = STATICS
    """The rows of the members of its constructors."""
    unit = UNIT
    """The unit of a page that its code is."""

    def __init__(self, others: Mapping[str, ir.Place | str] | None = None) -> None:
        self.rows: Rows = library(self.platform).rows
        self.others: Mapping[str, ir.Place | str] = others or {}
        """Variables and procedures of the page's other languages, by their names in lower case."""
        self.names: dict[str, None] = {}
        self.keys: set[str] = set()
        """The names of all procedures; the page doesn't keep those that were handed out: they refer to it."""
        self._numbers: dict[str, int] = {}
        """How many procedures of a name there are."""
        self.fresh: dict[str, ir.Proc] = {}
        """Procedures that were not handed out yet."""
        self.waiting: list[tuple[ir.Proc, Names]] = []

    def copy(self) -> Page:
        """Return the names for one run, whose texts may add some."""
        page = self.__class__(self.others)
        page.names, page.keys = dict(self.names), {*self.keys}
        return page

    def handed_out(self) -> dict[str, ir.Proc]:
        """Return the procedures that were lowered since the last time."""
        found, self.fresh = self.fresh, {}
        return found

    def built_in(self, name: str) -> ir.Expr | None:
        """Return the place of a name that the language or the server gives a meaning."""
        if name in self.constants:
            return ir.Const(self.constants[name])
        if name.lower() in self.intrinsics and name in _SERVER:
            return ir.Const(self.intrinsics[name.lower()])
        return ir.Const(NAN) if name == "NaN" else None

    def proc(self, name: str) -> ir.Proc:
        """Return a new procedure, whose name nothing else has."""
        name = key = name or "anonymous"
        n = self._numbers.get(name, 1)
        while key in self.keys or key in self.others:
            n += 1
            key = f"{name}#{n}"
        self._numbers[name] = n
        self.keys.add(key)
        made = self.fresh[key] = ir.Proc(key, unit=self.unit)
        return made


@dataclass(slots=True)
class TextScope:
    """Where a text that code runs is read: the names that the code sees there."""

    page: Page
    scope: Scope
    registers: Registers
    locals: dict[str, int]
    chain: list[Link]
    links: list[Link]
    around: Names
    """The names of the function that runs the text."""

    def of(self, page: Page) -> TextScope:
        """Return the same for a page with other names."""
        return replace(self, page=page)


@dataclass(slots=True)
class Found:
    """The place of a name: objects that may have it, innermost first, and where it is otherwise."""

    links: list[int]
    place: ir.Place | None
    value: ir.Expr | None = None
    text: str = ""


class Names:
    """The names that the code of one procedure sees."""

    def __init__(self, page: Page, scope: Scope, scopes: Scopes, chain: Sequence[Link] = ()) -> None:
        self.page = page
        self.rows: Rows = page.rows
        self.scope = scope
        self.scopes = scopes
        self.chain: list[Link] = [*chain]
        """Objects with names around the function, the innermost last."""
        self.links: list[Link] = []
        """Those that the function made itself."""
        self.locals: dict[str, int] = {}
        self.registers: Registers = Registers()
        self.builder: Builder = Builder(self.registers)
        self.itself = 0
        """The register of the function as a value, 0 for none."""
        self.given = 0
        """The register of the list of all arguments, 0 for none."""

    def closure(self, node: tree.Function) -> ir.Expr:
        """Return a function as a value."""
        proc = self.page.proc(node.name)
        proc.key = node
        links = [*self.chain, *self.links]
        inner = [Link(0, each.names, each.is_of_texts) for each in links]
        self.queue(proc, self.inside(self.scopes[node], inner))
        return ir.Lambda(proc, tuple(each.slot for each in links), node.start)

    def queue(self, proc: ir.Proc, names: Names) -> None:
        """Let a function be lowered later."""
        self.page.waiting.append((proc, names))

    def inside(self, scope: Scope, chain: Sequence[Link]) -> Names:
        """Return the names that a function inside sees."""
        return self.__class__(self.page, scope, self.scopes, chain)

    # Names ------------------------------------------------------------------------------------------------------------

    def find(self, name: str) -> Found:
        """Return the place of a name."""
        dynamic: list[int] = []
        is_known = name in self.page.constants and name not in self.page.names
        for each in reversed(self.links):
            if each.names is None:
                dynamic.append(each.slot)
            elif name in each.names and name not in self.locals:
                return Found(dynamic, ir.Property(ir.Load(ir.Local(each.slot)), ir.Const(name)), text=name)
        if name in self.locals:
            return Found(dynamic, self._local(name), text=name)
        for each in reversed(self.chain):
            if each.names is None:
                dynamic += [] if is_known and each.is_of_texts else [each.slot]
            elif name in each.names:
                return Found(dynamic, ir.Property(ir.Load(ir.Local(each.slot)), ir.Const(name)), text=name)
        return self._of_page(dynamic, name)

    def _of_page(self, links: list[int], name: str) -> Found:
        """Return the place of a name that no function around has."""
        value = other = None
        if name not in self.page.names:
            value = self.page.built_in(name)
            other = self.page.others.get(name.lower()) if value is None else None
        if isinstance(other, str):
            value = ir.Const(Func(other))
        place = other if other is not None and not isinstance(other, str) else ir.Global(name)
        return Found(links, place, value, name)

    def _local(self, name: str) -> ir.Place:
        scope = self.scope
        if scope.function is not None and scope.shares and ARGUMENTS in self.locals:
            for n, each in enumerate(scope.function.parameters):
                if each.name == name:
                    items = ir.Load(ir.Local(self.locals[ARGUMENTS]))
                    return ir.Property(items, ir.Const(f"\0p{n}"))
        return ir.Local(self.locals[name], name)

    def read(self, name: str, at: int) -> ir.Expr:
        """Return the value of a name."""
        found = self.find(name)
        value: ir.Expr = found.value if found.value is not None else ir.Load(found.place, at)  # type: ignore[arg-type]
        is_declared = self.is_declared(name)
        for slot in reversed(found.links):
            subject = ir.Load(ir.Local(slot))
            inner = ir.Load(ir.Property(subject, ir.Const(name), at), at)
            value = ir.Cond(self.offers(slot, name, is_declared=is_declared), inner, value, at)
        return value

    def offers(self, slot: int, name: str, *, is_declared: bool) -> ir.Expr:
        """Return the question whether an object has a name."""
        return ir.Op("has-name-js", [ir.Load(ir.Local(slot)), ir.Const(name), ir.Const(is_declared)])

    def is_free(self, name: str) -> bool:
        """True if a name is one of the language's, and nothing of the page is called so."""
        found = self.find(name)
        return isinstance(found.place, ir.Global) and name not in self.page.names

    def is_declared(self, name: str) -> bool:
        """True if the page declares a name, or the language gives it a meaning."""
        found = self.find(name)
        return not isinstance(found.place, ir.Global) or name in self.page.names or found.value is not None

    def is_plainly_free(self, name: str) -> bool:
        """True if a name is one of the language's, whatever the objects of ``with`` have."""
        return self.is_free(name) and not self.find(name).links


_SERVER = frozenset({"Request", "Response", "Server", "Session", "Application", "request", "response", "server",
                     "session", "application"})  # fmt: skip
