"""Assemblies: the types of a .NET assembly as classes of the core, and its methods as procedures.

Methods are lowered when they are first called: a library has thousands, of which a run calls few. A virtual method with
several bodies has a procedure of its own that asks for the class of its object, so that an object of which nothing is
known may be any of them. The object of a method is its first parameter. Fields are entries by their full names, static
fields those of the type.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Final, NamedTuple

from webshellhunt.binaries.dotnet import Assembly, Member, Type
from webshellhunt.core import ir
from webshellhunt.core.procedure import Procedure, compiled
from webshellhunt.core.rows import Library, Rows
from webshellhunt.core.state import Procedures
from webshellhunt.core.values import UNKNOWN, Char, TypeOf
from webshellhunt.lower.builder import FIRST, THIS, Builder

METHOD: Final = 0x06000000
ON: Final = "\0on "
"""The variables with the functions that are given to the members of another assembly, by the name of the member."""
NOTHING: Final = ir.Const(None)
ANYTHING: Final = ir.Const(UNKNOWN)
_MOST_BODIES = 8
_STRUCTS = ("DateTime", "DateTimeOffset", "TimeSpan", "Guid", "CancellationToken", "Awaiter", "Awaiter`1", "Enumerator",
            "Builder", "Builder`1", "KeyValuePair`2", "ArraySegment`1", "Color", "Decimal")  # fmt: skip
"""Ends of the names of structures of the library, which are never nothing."""


class Marks(NamedTuple):
    """Members of other assemblies that a run notes: the origins that their results have, and the acts."""

    origins: Callable[[str], Iterable[str]]
    acts: Callable[[str], bool]
    subscribes: Callable[[str], bool]


class Site(NamedTuple):
    """A call of a member of another assembly: the number of the method that has it, and the member."""

    method: int
    member: Member | None


Lower = Callable[["Code", int], ir.Proc]
"""Lowers the method of a number."""


def short(name: str) -> str:
    """Return the name of a type of the library: its last one in lower case, without the number of type parameters."""
    return name.rpartition(".")[2].rpartition("/")[2].partition("`")[0].lower()


class Code(Procedures):
    """The procedures of an assembly, lowered when they are asked for, and its classes.

    ``#5`` is the method of that number, ``v#5`` any method that may stand for it; ``methods`` are those that are
    called, and not only named. ``sites`` are the calls that arrivals name by their number.
    """

    def __init__(
        self, assembly: Assembly, library: Library, marks: Marks, methods: Container[int], lower: Lower
    ) -> None:
        super().__init__()
        self._lower = lower
        self._methods = methods
        self.assembly: Assembly = assembly
        self.rows: Rows = library.rows
        self.marks: Marks = marks
        self.sites: list[Site] = []
        self._functions: dict[str, ir.Proc] = {}
        self.known: frozenset[str] = frozenset(member for _, member in library.rows)
        """Members of any type of the library."""
        self._types = {each.name: each for each in assembly.types}
        self._above: dict[str, frozenset[str]] = {}
        self._implementing: dict[str, frozenset[str]] = {}
        self._virtual: dict[str, list[int]] = {}
        for index, method in enumerate(assembly.methods):
            if method.is_virtual and method.code:
                self._virtual.setdefault(last_name(method.name), []).append(index)
        self.overridden: frozenset[str] = frozenset(member_name(each)[0] for each in self._virtual)
        self.classes: dict[str, ir.Class] = {}
        used = {assembly.methods[each].owner for each in range(len(assembly.methods)) if each in methods}
        self._used = frozenset(used)
        used = {above for each in used for above in self.above(each)}
        for each in assembly.types:
            self.classes[each.name] = self._class(each, is_used=each.name in used)

    # Types ------------------------------------------------------------------------------------------------------------

    def above(self, name: str) -> frozenset[str]:
        """Return a type, its base types and its interfaces."""
        found = self._above.get(name)
        if found is None:
            seen: dict[str, None] = {name: None}
            waiting = [name]
            while waiting and len(seen) < 100:
                each = self._types.get(waiting.pop())
                more = [] if each is None else [a for a in (each.base, *each.interfaces) if a and a not in seen]
                seen.update(dict.fromkeys(more))
                waiting += more
            found = self._above[name] = frozenset(seen)
        return found

    def is_struct(self, name: str) -> bool:
        """True for a structure of this assembly."""
        found = self._types.get(name)
        return found is not None and found.base == "System.ValueType"

    def is_delegate(self, name: str) -> bool:
        """True for a type of functions of this assembly."""
        found = self._types.get(name)
        return found is not None and found.base == "System.MulticastDelegate"

    def _class(self, each: Type, *, is_used: bool) -> ir.Class:
        """Return a class; one whose methods nobody calls has its static fields alone."""
        bases = tuple(a if a in self._types else short(a) for a in (each.base, *each.interfaces) if a)
        symbol = ir.Class(each.name, bases=bases, is_struct=self.is_struct(each.name))
        methods = [index for index in each.methods if index < len(self.assembly.methods)]
        constructor = [index for index in methods if self.assembly.methods[index].name == ".cctor"]
        if constructor or (each.statics and is_used):
            symbol.statics = self._writes(ir.Const(TypeOf(each.name)), each.statics, constructor)
        if is_used:
            symbol.initial = self._writes(ir.Load(ir.Local(THIS)), each.fields, ())
            for index in methods:
                self._add(symbol, index)
        return symbol

    def _kind(self, type_name: str) -> str:
        """Return the type of a parameter, by which one of several methods of a name is found."""
        return type_name if type_name in self._types or type_name in NUMBERS else short(type_name.rstrip("&"))

    def _writes(self, base: ir.Expr, tokens: Sequence[int], calls: Sequence[int]) -> ir.Proc | None:
        """Return a procedure that gives fields their first values, and calls others."""
        code: list[ir.Expr] = []
        for token in tokens:
            name = self.assembly.token(token)
            if isinstance(name, str):
                code.append(ir.Write(ir.Field(base, name), self.first(self.assembly.type_of(token))))
        code += [ir.Call(f"#{index}", []) for index in calls]
        return ir.Proc("", blocks=[ir.Block(code)]) if code else None

    def first(self, type_name: str) -> ir.Expr:
        """Return the value that a variable of a type has before any assignment."""
        if type_name in NUMBERS:
            return ir.Const(NUMBERS[type_name])
        if self.is_struct(type_name):
            return ir.New(type_name, [])
        found = self._types.get(type_name)
        if found is not None and found.base == "System.Enum":
            return ir.Const(0)
        return ANYTHING if type_name.endswith(_STRUCTS) else NOTHING

    def _add(self, symbol: ir.Class, index: int) -> None:
        """Give a class a method by its name; a virtual one by that in lower case, too, as other assemblies call it."""
        member = self.assembly.token(METHOD + index + 1)
        method = self.assembly.methods[index]
        if not isinstance(member, Member) or not (method.code or method.native) or method.name[:1] == ".":
            return
        params = [ir.Param("", is_out=each.endswith("&"), type=self._kind(each)) for each in member.types]
        given = [ir.Arg(ir.Load(ir.Local(THIS)))] if member.has_this else []
        for at, param in enumerate(params, FIRST):
            given.append(ir.Arg(ir.Load(ir.Local(at)), ir.Local(at) if param.is_out else None))
        block = ir.Block([], ir.Return(ir.Call(f"#{index}", given)))
        own, what = last_name(method.name), member_name(last_name(method.name))[1]
        table = {"get": symbol.getters, "set": symbol.setters}.get(what, symbol.methods)
        names = [own.partition("_")[2] if what in ("get", "set") else own]
        if method.is_virtual:
            names.append(member_name(own)[0])
        for name in dict.fromkeys(names):
            proc = ir.Proc(method.name, params, [block], FIRST + len(params), is_static=not member.has_this)
            known = table.setdefault(name, proc)
            if known is not proc:
                known.others = (*known.others, proc)

    # Procedures -------------------------------------------------------------------------------------------------------

    def source(self, name: str) -> ir.Proc | None:
        """Return the procedure of a name, which is lowered if that is the first time."""
        found = super().source(name)
        if found is None and name.startswith(("#", "v#")):
            index = int(name.rpartition("#")[2])
            found = self._any_of(index) if name[0] == "v" else self._lower(self, index)
            self.declare(name, found)
        return found

    def get(self, name: str) -> Procedure | None:
        """Return the compiled procedure of a name."""
        found = self.source(name)
        return None if found is None else compiled(found)

    def __contains__(self, name: object) -> bool:
        """Return whether there is a procedure of the name."""
        return isinstance(name, str) and (name[:1] == "#" or super().__contains__(name))

    def callee(self, index: int, *, is_virtual: bool) -> str | None:
        """Return the name of the procedure that a call of a method runs, ``None`` if its code is not here."""
        method = self.assembly.methods[index]
        if not (is_virtual and method.is_virtual) and method.code:
            return f"#{index}" if index in self._methods or (method.is_virtual and self._is_used(index)) else None
        bodies = self._bodies(index)
        return None if not bodies else f"#{bodies[0]}" if len(bodies) == 1 else f"v#{index}"

    def _bodies(self, index: int) -> list[int]:
        """Return the methods that may stand for a virtual one, those of derived classes first."""
        method = self.assembly.methods[index]
        count = len(self._types_of(index))
        known = (each for each in self._virtual.get(last_name(method.name), ()) if self._is_used(each))
        named = (each for each in known if len(self._types_of(each)) == count)
        fitting = [each for each in named if self.assembly.methods[each].owner in self._below(method.owner)]
        return sorted(fitting, key=lambda each: (-len(self.above(self.assembly.methods[each].owner)), each))

    def _is_used(self, index: int) -> bool:
        return index in self._methods or self.assembly.methods[index].owner in self._used

    def _types_of(self, index: int) -> tuple[str, ...]:
        member = self.assembly.token(METHOD + index + 1)
        return member.types if isinstance(member, Member) else ()

    def _below(self, name: str) -> frozenset[str]:
        """Return the types whose methods an object of a type may have: those below it, and the base types of these."""
        found = self._implementing.get(name)
        if found is None:
            below = [each for each in self._types if name in self.above(each)]
            is_class = name in self._types and self._types[name].base
            found = frozenset(below) if is_class else frozenset().union(*map(self.above, below))
            self._implementing[name] = found
        return found

    def _any_of(self, index: int) -> ir.Proc:
        """Return a procedure that calls the method of the class of its object."""
        builder, this = Builder(), ir.Load(ir.Local(FIRST))
        types = self._types_of(index)
        builder.registers.count = FIRST + 1 + len(types)
        params = [ir.Param(""), *(ir.Param("", is_out=each.endswith("&")) for each in types)]
        given = [
            ir.Arg(ir.Load(ir.Local(at)), ir.Local(at) if p.is_out else None) for at, p in enumerate(params, FIRST)
        ]
        *others, last = self._bodies(index)[-_MOST_BODIES:]
        for each in others:
            yes, no = builder.label(), builder.label()
            builder.branch(ir.Op("is-type", [this, ir.Const(TypeOf(self.assembly.methods[each].owner))]), yes, no)
            builder.place(yes)
            builder.end(ir.Return(ir.Call(f"#{each}", given)))
            builder.place(no)
        builder.end(ir.Return(ir.Call(f"#{last}", given)))
        return ir.Proc(f"v#{index}", params, builder.finish(), builder.registers.count)

    def function_of(self, callee: str, member: Member) -> ir.Proc:
        """Return the procedure of a function value: it calls a method with the object that it has captured."""
        found = self._functions.get(callee)
        if found is None:
            params = [ir.Param("", is_out=each.endswith("&")) for each in member.types]
            this = FIRST + len(params)
            given = [ir.Arg(ir.Load(ir.Local(this)))] if member.has_this else []
            for at, param in enumerate(params, FIRST):
                given.append(ir.Arg(ir.Load(ir.Local(at)), ir.Local(at) if param.is_out else None))
            block = ir.Block([], ir.Return(ir.Call(callee, given)))
            found = self._functions[callee] = ir.Proc(callee, params, [block], this + 1)
            found.boxes = (this,) if member.has_this else ()
        return found

    def steps_of(self, type_name: str) -> list[int]:
        """Return the method that runs the code of an asynchronous method, by the type that keeps its state."""
        found = self._types.get(type_name)
        methods = () if found is None else found.methods
        return [each for each in methods if self.assembly.methods[each].name == "MoveNext"]

    def site(self, method: int, member: Member | None) -> int:
        """Return the number of a call, or of another place of the code."""
        self.sites.append(Site(method, member))
        return len(self.sites) - 1


NUMBERS: dict[str, object] = {
    **dict.fromkeys(("sbyte", "byte", "int16", "uint16", "int32", "uint32", "int64", "uint64", "single", "double"), 0),
    "boolean": False, "char": Char("\0"),
}  # fmt: skip


def last_name(name: str) -> str:
    """Return the name of a method without the interface that it is a method of; that of a constructor has a dot."""
    return name.rpartition(".")[2] if name[:1] != "." else name


def member_name(name: str) -> tuple[str, str]:
    """Return the name of a member in lower case, and ``get``, ``set`` or ``add`` for those of a property or event."""
    what, _, rest = name.partition("_")
    if rest and what in ("get", "set", "add", "remove"):
        return "" if rest in ("Item", "Chars") else rest.lower(), what
    return name.lower(), ""
