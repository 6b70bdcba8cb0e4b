"""Footprints: what a procedure reads and writes outside of its frame, with all that it calls."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, NamedTuple

from webshellhunt.core import ir
from webshellhunt.core.state import Procedures

_SAFE = frozenset(
    {"split", "join", "array", "filter", "ubound", "lbound", "element", "is-array", "is-object", "iterate"}
)


_NO_CODE = frozenset({"key", "scope", "owner", "row", "compiled"})
"""Fields of code that have none."""


class Footprint(NamedTuple):
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    is_plain: bool
    """True if the result depends on arguments and page variables alone, and objects stay inside."""


@dataclass(slots=True)
class _Found:
    reads: set[str]
    writes: set[str]
    calls: set[str]
    is_plain: bool = True


def _scan(proc: ir.Proc) -> _Found:
    found = _Found(set(), set(), set())
    stack: list[Any] = [*proc.blocks]
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is ir.Global:
            found.reads.add(node.name)
        elif kind is ir.Write and node.place.__class__ is ir.Global:
            found.writes.add(node.place.name)
            stack.append(node.value)
            continue
        elif kind is ir.Arg and node.out.__class__ is ir.Global:
            found.writes.add(node.out.name)
        elif kind is ir.Call:
            if node.callee.__class__ is str:
                found.calls.add(node.callee)
            else:
                found.is_plain = False
        elif kind is ir.New or kind is ir.Field or (kind is ir.Const and node.value.__class__.__name__ == "Ref"):
            found.is_plain = False
        elif kind is ir.Pure and node.row.do is not None and node.row.do_name not in _SAFE:
            found.is_plain = False
        elif kind is ir.Pure:
            stack += node.args
            continue
        if kind is list or kind is tuple:
            stack += node
        elif is_dataclass(node):
            stack += [getattr(node, each.name) for each in fields(node) if each.name not in _NO_CODE]
    return found


def footprint(proc: ir.Proc, procs: Procedures) -> Footprint:
    """Return the footprint of a procedure, closed over the procedures that it calls by name."""
    reads: set[str] = set()
    writes: set[str] = set()
    seen: set[int] = set()
    stack = [proc]
    while stack:
        each = stack.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        found = _scan(each)
        if not found.is_plain or len(seen) > 60:
            return Footprint((), (), False)
        reads |= found.reads
        writes |= found.writes
        for name in found.calls:
            callee = procs.source(name)
            if callee is None:
                return Footprint((), (), False)
            stack.append(callee)
    return Footprint(tuple(sorted(reads | writes)), tuple(sorted(writes)), True)
