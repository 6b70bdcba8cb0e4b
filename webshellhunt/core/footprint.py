"""Footprints: all that a procedure may read and write outside of its frame, with all that it calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from webshellhunt.core import ir
from webshellhunt.core.classes import CONSTRUCTOR, STATIC, lineage
from webshellhunt.core.procedure import compiled
from webshellhunt.core.state import Run
from webshellhunt.core.values import Ref, TypeOf, Value

MOST_PROCEDURES = 120
"""Procedures that call each other, in one footprint."""
CLASS_END = "class_terminate"
_MATCHING = frozenset({"test", "exec", "match", "replace", "search", "split"})
"""Members that note a match for `RegExp.$1`."""
_NO_TEXT = frozenset({"createobject"})
"""Functions that are called in a scope and run no text."""


@dataclass(slots=True)
class Mentions:
    """The names in the code of one procedure: page variables, procedures, objects, classes; the tokens of its code."""

    names: dict[str, None] = field(default_factory=dict)
    calls: dict[str, None] = field(default_factory=dict)
    members: dict[str, None] = field(default_factory=dict)
    objects: dict[Any, None] = field(default_factory=dict)
    types: dict[str, None] = field(default_factory=dict)
    inner: list[ir.Proc] = field(default_factory=list)
    places: set[int] = field(default_factory=set)
    size: int = 0
    runs_text: bool = False


def mentions(proc: ir.Proc) -> Mentions:
    """Return the names in the code of a procedure."""
    code = compiled(proc)
    if code.mentions is None:
        code.mentions = _mentions(proc)
    found: Mentions = code.mentions
    return found


def _mentions(proc: ir.Proc) -> Mentions:  # noqa: C901 - a dispatcher
    found = Mentions()
    for node in ir.walk(proc.blocks):
        kind = node.__class__
        found.size += 1
        if kind is ir.Global:
            found.names[node.name] = None
        elif kind is ir.Const:
            if node.value.__class__ is Ref:
                found.objects[node.value.oid] = None
            elif node.value.__class__ is TypeOf:
                found.objects[STATIC, node.value.name] = None
        elif kind is ir.Field:
            found.members[node.name] = found.members[node.name.lower()] = None
        elif kind is ir.Op:
            found.runs_text = found.runs_text or node.name == "this-js"  # it may be the page itself
            if node.name == "bind" and node.args[1].__class__ is ir.Const:
                found.members[node.args[1].value] = None
        elif kind is ir.Property:
            if node.name.__class__ is ir.Const and node.name.value.__class__ is str:
                found.members[node.name.value.lower()] = None
        elif kind is ir.Call:
            found.places.add(node.at)
            if node.callee.__class__ is str:
                found.calls[node.callee] = None
                found.runs_text = found.runs_text or (node.scope is not None and node.callee not in _NO_TEXT)
            elif node.callee.__class__ in (ir.Property, ir.Item) and not _is_named(node.callee):
                found.runs_text = True  # a member whose name is computed may be any
        elif kind is ir.Pure:
            found.places.add(node.at)
            found.runs_text = found.runs_text or node.row.is_text or node.row.is_open
            if node.row.result == "source":
                found.objects["request"] = None
        elif kind is ir.New:
            found.places.add(node.at)
            found.types[node.type] = None
        elif kind is ir.Lambda:
            found.inner.append(node.proc)
        elif kind is not ir.Local:
            found.places.add(getattr(node, "at", 0))
    return found


def _is_named(callee: ir.Property | ir.Item) -> bool:
    name = callee.name if isinstance(callee, ir.Property) else callee.keys[0] if len(callee.keys) == 1 else None
    return name.__class__ is ir.Const


@dataclass(slots=True)
class Footprint:
    """All that a procedure may touch, closed over the procedures that it calls by name, and the classes that it makes.

    ``identity`` are these procedures and classes, and the units of their code: another page may give a name to another
    one. ``is_whole`` is false if it may touch anything: it runs texts, or calls too many procedures.
    """

    names: tuple[str, ...] = ()
    objects: tuple[Any, ...] = ()
    identity: tuple[Any, ...] = ()
    places: frozenset[int] = frozenset()
    sites: frozenset[int] = frozenset()
    """The places without their unit."""
    size: int = 0
    has_loops: bool = False
    is_whole: bool = True

    def makes(self, site: Value) -> bool:
        """True if an object that is named by a place of the code is made by this code."""
        found = [site]
        has_place = False
        while found:
            each = found.pop()
            if each.__class__ is tuple:
                found += each
            elif each.__class__ is int:
                has_place = True
                if each in self.sites:
                    return True
        return not has_place


def footprint(run: Run, proc: ir.Proc) -> Footprint:
    """Return the footprint of a procedure in a run."""
    found = run.footprints.get(proc)
    if found is None:
        found = run.footprints[proc] = _closed(run, (proc,))
    return found


def class_footprint(run: Run, symbol: ir.Class) -> Footprint:
    """Return the footprint of the procedures that code may call of an object without naming it."""
    found = run.footprints.get(symbol)
    if found is None:
        found = run.footprints[symbol] = _closed(run, procs_of_all(run, symbol))
    return found


def _procs_named(symbol: ir.Class, name: str) -> Iterator[ir.Proc]:
    """Yield the procedures of a class that a member of a name may call."""
    own = symbol.constructor if name == CONSTRUCTOR else None
    for proc in (own, symbol.methods.get(name), symbol.getters.get(name), symbol.setters.get(name)):
        if proc is not None:
            yield proc
            yield from proc.others


def _by_member(run: Run) -> dict[str, list[ir.Proc]]:
    """Return the procedures that a member of any class may call, by its name."""
    found: dict[str, list[ir.Proc]] | None = run.footprints.get("")
    if found is None:
        found = run.footprints[""] = {}
        for symbol in run.classes.values():
            own = () if symbol.constructor is None else (CONSTRUCTOR,)
            for name in {**dict.fromkeys(own), **symbol.methods, **symbol.getters, **symbol.setters}:
                found.setdefault(name, []).extend(_procs_named(symbol, name))
    return found


_UNNAMED = ("class_initialize", CLASS_END, "ToString", "tostring", CONSTRUCTOR)
"""The members that code may call without their names; so are the operators, and the default member."""


def procs_of_all(run: Run, symbol: ir.Class) -> list[ir.Proc]:
    """Return the procedures of a class and its bases that code may call without their names."""
    found: list[ir.Proc] = []
    for each in lineage(run, symbol).classes:
        operators = [name for name in each.methods if name.startswith("op_")]
        found += [proc for name in (*_UNNAMED, each.default, *operators) for proc in _procs_named(each, name)]
        found += [proc for proc in (each.initial, each.ending) if proc is not None]
    return found


def _closed(run: Run, procs: Iterable[ir.Proc]) -> Footprint:  # noqa: C901 - one work list
    """Return the footprint of procedures; an object may be of any class of the page."""
    names: dict[str, None] = {}
    objects: dict[Any, None] = dict.fromkeys(run.world.library.hidden_objects)
    members: dict[str, None] = {}
    seen: dict[ir.Proc, None] = {}
    places: set[int] = set()
    sites: set[int] = set()
    size = 0
    named, single = _by_member(run), run.world.library.single_objects
    made: dict[ir.Class, None] = {}
    stack = [*procs]
    while stack:
        proc = stack.pop()
        if proc in seen:
            continue
        seen[proc] = None
        found = mentions(proc)
        known = run.footprints.get(proc)
        runs_text = found.runs_text or not run.world.library.text_members.isdisjoint(found.members)
        if runs_text or len(seen) > MOST_PROCEDURES or (known is not None and not known.is_whole):
            return Footprint(is_whole=False)
        names.update(found.names)
        names.update(found.calls)
        for each in found.objects:
            symbol = run.classes.get(each[1]) if each.__class__ is tuple else None
            objects.update(
                dict.fromkeys([(STATIC, x.name) for x in lineage(run, symbol).classes] if symbol else [each])
            )
        if not run.world.library.source_members.isdisjoint(found.members):
            objects["request"] = None
        if proc.unit and not _MATCHING.isdisjoint(found.members):
            objects["js.RegExp"] = None
        places |= {each + proc.unit * ir.UNIT for each in found.places} if proc.unit else found.places
        sites |= found.places
        size += found.size
        stack += found.inner
        for name in (*found.calls, *found.names):
            callee = run.procs.source(name)
            if callee is not None:
                stack += (callee, *callee.others)
        for name in found.types:
            symbol = run.classes.get(name)
            if symbol is not None and symbol not in made:
                made[symbol] = None
                stack += procs_of_all(run, symbol)
        for name in found.members:
            if name not in members:
                members[name] = None
                stack += named.get(name, ())
                objects.update(dict.fromkeys(single.get(name, ())))
    identity = (*seen, *made, *(each.unit for each in seen))
    has_loops = any(compiled(each).last for each in seen)
    return Footprint(
        tuple(sorted(names)), tuple(sorted(objects, key=str)), identity, frozenset(places), frozenset(sites), size,
        has_loops,
    )  # fmt: skip
