"""Classes of the page: their bases, their members, and which of several procedures of a name a call means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from webshellhunt.core import ir
from webshellhunt.core.heap import CLASS, CODE, KIND, SIZE, Table
from webshellhunt.core.procedure import Frame, Procedure, compiled
from webshellhunt.core.state import Run
from webshellhunt.core.values import EMPTY, KNOWN, MISSING, Func, Method, Named, OneOf, Ref, TypeOf, Value, type_of

MOST_BASES = 64
"""Classes and types that a class is looked up in."""
MOST_CHOICES = 4
"""Procedures of a name that are called for values that are not known."""
CONSTRUCTOR = ".ctor"
"""The name by which code calls a constructor of its object."""
STATIC = "static"
"""The kind of the object that has the fields of a class itself."""
VECTOR = "vector"
"""The kind of arrays of a fixed size that an assignment shares."""


class Lineage:
    """A class with its bases, nearest first: classes of the page, and types of the library in lower case."""

    __slots__ = ("_found", "classes", "names", "types")

    def __init__(self, classes: tuple[ir.Class, ...], types: tuple[str, ...]) -> None:
        self.classes: tuple[ir.Class, ...] = classes
        self.types: tuple[str, ...] = types
        self.names: frozenset[str] = frozenset().union(
            *(table for each in classes for table in (each.methods, each.getters, each.setters))
        )
        """The names of all members that are no fields."""
        self._found: dict[tuple[str, str], tuple[Procedure, ...]] = {}

    def named(self, table: str, name: str) -> tuple[Procedure, ...]:
        """Return the procedures of a name in a table of the classes, without those that a nearer class overrides."""
        if name not in self.names:
            return ()
        found = self._found.get((table, name))
        if found is None:
            found = self._found[table, name] = tuple(self._named(table, name))
        return found

    def _named(self, table: str, name: str) -> Iterator[Procedure]:
        seen: set[tuple[Any, ...]] = set()
        for symbol in self.classes:
            proc = getattr(symbol, table).get(name)
            for each in (proc, *proc.others) if proc is not None else ():
                signature = tuple([param.type for param in each.params])
                if signature not in seen:
                    seen.add(signature)
                    yield compiled(each)

    def constructors(self) -> tuple[tuple[Procedure, ...], bool]:
        """Return the nearest constructors, and whether they are the class's own."""
        for symbol in self.classes:
            first = symbol.constructor
            if first is not None:
                return tuple(map(compiled, (first, *first.others))), symbol is self.classes[0]
        return (), True

    @property
    def default(self) -> str:
        """The name of the member that keys are of."""
        return next((each.default for each in self.classes if each.default), "")


def lineage(run: Run, symbol: ir.Class) -> Lineage:
    """Return a class with its bases."""
    found = run.lineages.get(symbol)
    if found is None:
        classes: dict[ir.Class, None] = {symbol: None}
        types: dict[str, None] = {}
        stack = [*reversed(symbol.bases)]
        while stack and len(classes) + len(types) < MOST_BASES:
            name = stack.pop()
            base = run.classes.get(name)
            if base is None:
                types[name.lower()] = None
            elif base not in classes:
                classes[base] = None
                stack += reversed(base.bases)
        found = run.lineages[symbol] = Lineage(tuple(classes), tuple(types))
    return found


def lineage_of(run: Run, table: dict[Any, Any], of: str) -> Lineage:
    """Return the classes in which a member of an object is looked up; ``of`` is where the search begins."""
    if of:
        base = run.classes.get(of)
        return lineage(run, base) if base is not None else Lineage((), (of.lower(),))
    return lineage(run, table[CLASS])


def is_kind_of(run: Run, symbol: ir.Class, name: str) -> bool:
    """True if a class is another one, or comes from it."""
    line = lineage(run, symbol)
    return run.classes.get(name) in line.classes or name.lower() in line.types


# Arguments ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Fit:
    """A procedure that a call may mean: its arguments, which argument each parameter is, and how far the types are."""

    proc: Procedure
    values: list[Any]
    order: list[int]
    """The parameter of each argument."""
    distance: int = 0
    is_sure: bool = True


def arranged(f: Frame, proc: Procedure, values: Sequence[Value]) -> Fit | None:
    """Return the arguments of a call as the parameters of a procedure, ``None`` where they don't fit in number."""
    params = proc.params
    count = len(params)
    rest = count - 1 if count and params[-1].is_rest else -1
    given: list[Any] = [MISSING] * count
    order: list[int] = []
    plain = [each for each in values if each.__class__ is not Named]
    is_packed = rest >= 0 and not (len(plain) == count and _is_array(f, plain[-1]))
    for at, value in enumerate(plain):
        if is_packed and at >= rest:
            order.append(rest)
        elif at >= count:
            return None
        else:
            given[at] = value
            order.append(at)
    for each in values[len(plain) :]:
        at = next((at for at, param in enumerate(params) if param.name.lower() == each.name.lower()), -1)
        if at < 0 or given[at] is not MISSING:
            return None
        given[at] = each.value
        order.append(at)
    if is_packed and given[rest] is MISSING:
        fields: Table = dict(enumerate(plain[rest:]))
        fields[SIZE] = len(fields)
        given[rest] = f[0].new(VECTOR, fields, ("rest", proc.source.name) if f[1].coarse else None)
    for at, param in enumerate(params):
        if given[at] is MISSING:
            if param.default is None:
                return None
            given[at] = default_of(f, proc, at)
    return Fit(proc, given, order, int(is_packed))


def _is_array(f: Frame, value: Value) -> bool:
    return value is None or (value.__class__ is Ref and SIZE in f[0].t[value.oid])


def default_of(f: Frame, proc: Procedure, at: int) -> Value:
    """Return the value of a parameter without an argument."""
    node = proc.params[at].default
    if node.__class__ is ir.Const:
        return node.value
    code = proc.defaults.get(at)
    if code is None:
        code = proc.defaults[at] = f[1].compile(ir.Block([], ir.Return(node))).end
    g = [f[0], f[1], None, EMPTY]
    code(g)
    f[0] = g[0]
    return g[3]


def choices(f: Frame, procs: Sequence[Procedure], values: Sequence[Value]) -> list[Fit]:
    """Return the procedures of a name that a call may mean, with their arguments: one, where the values say which."""
    if len(procs) == 1:
        fit = arranged(f, procs[0], values)
        return [fit] if fit is not None else []
    found: list[Fit] = []
    for proc in procs:
        if not _is_possible(proc, len(values)):
            continue
        fit = arranged(f, proc, values)
        if fit is not None and _measure(f, fit, values):
            found.append(fit)
    found.sort(key=lambda each: each.distance)
    if not found or found[0].is_sure:
        return found[:1]
    return [each for each in found if not each.is_sure or each is found[0]][:MOST_CHOICES]


def _is_possible(proc: Procedure, count: int) -> bool:
    """True if a procedure may take a number of arguments."""
    params = proc.params
    return count <= len(params) or (bool(params) and params[-1].is_rest)


def _measure(f: Frame, fit: Fit, values: Sequence[Value]) -> bool:
    """Add how far the arguments are from the types of the parameters; False if one surely does not fit."""
    params = fit.proc.params
    for at, value in zip(fit.order, values, strict=True):
        param = params[at]
        if param.is_out and not param.type:
            continue
        kind = param.type[:-2] if param.is_rest and fit.values[at] is not value else param.type
        found = [distance(f[1], f, each, kind) for each in _options(value)]
        possible = [each for each in found if each is not None]
        if not possible:
            return False
        if len(possible) < len(found) or any(each < 0 for each in possible):
            fit.is_sure = False
        fit.distance += max(map(abs, possible))
    return True


def _options(value: Value) -> tuple[Any, ...]:
    value = value.value if value.__class__ is Named else value
    return value.options if value.__class__ is OneOf else (value,)


_NUMBERS = ("int32", "int64", "double", "decimal", "single", "uint32", "uint64", "int16", "uint16", "byte", "sbyte")
_WHOLE = {each: at for at, each in enumerate(_NUMBERS)}
_DOUBLE = {"double": 0, "single": 1, "decimal": 2, "int32": 40, "int64": 40}
_NUMERIC = {**_WHOLE, **_DOUBLE}
_LETTER = {
    "char": 0, "uint16": 4, "int32": 5, "uint32": 6, "int64": 7, "uint64": 8, "single": 9, "double": 10, "string": 40,
}  # fmt: skip
_TEXT = {"string": 0, "char[]": 40, "ienumerable": 30, "icomparable": 30, "char": 45, "guid": 60, "uri": 60}
PRIMITIVES = frozenset({*_NUMBERS, "string", "char", "boolean", "datetime"})
"""The names of types whose values are no objects."""
_TYPES = {"text": _TEXT, "char": _LETTER, "truth": {"boolean": 0, "int32": 40}}
_ANY, _GENERIC, _UNSURE = 90, 70, -50


def distance(run: Run, f: Frame, value: Value, kind: str) -> int | None:
    """Return how far a value is from a type: 0 for its own, ``None`` if it does not fit, negative if it may not fit."""
    if not kind:
        return _GENERIC
    if kind == "object":
        return _ANY
    if value is None or value is EMPTY:
        return 10 if kind not in PRIMITIVES or kind == "string" else None
    if value.__class__ is Ref:
        return _distance_of_object(run, f[0].t[value.oid], kind)
    if value.__class__ in (Func, Method):
        return None if kind in PRIMITIVES or kind in run.classes else 5
    of = type_of(value)
    if of == "number":
        return (_WHOLE if value.__class__ is int else _DOUBLE if value.__class__ is float else _NUMERIC).get(kind)
    if of in _TYPES:
        return _TYPES[of].get(kind)
    if of:
        return 0 if of == kind.lower() else None if kind in PRIMITIVES else _UNSURE
    return None if value.__class__ in KNOWN or value.__class__ is TypeOf else _UNSURE


def _distance_of_object(run: Run, table: dict[Any, Any], kind: str) -> int | None:
    if kind in PRIMITIVES:
        return None
    which = table[KIND]
    symbol = table.get(CLASS)
    if symbol is not None:
        line = lineage(run, symbol)
        names = [*(each.name for each in line.classes), *line.types]
        if kind in names:
            return names.index(kind)
        return None if kind in run.classes else _UNSURE if line.types else None
    if which == kind.lower():
        return 0
    if SIZE in table:
        return 0 if kind.endswith("[]") else 10 if kind in _OF_ARRAYS else None
    if CODE in table or which == "functions":
        return None if kind.endswith("[]") else 5
    return None if kind.endswith("[]") or kind in run.classes else _UNSURE


_OF_ARRAYS = frozenset(
    {"array", "ienumerable", "ilist", "icollection", "ireadonlylist", "ireadonlycollection", "vector"}
)
