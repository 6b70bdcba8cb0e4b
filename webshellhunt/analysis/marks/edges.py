"""Edges: the expressions that variables of a code get, wherever they get them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.lang.dotted_names import DottedName, inner_of, spelled_root
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Entry, Lambda, Member, Name, Node

_TAKING = frozenset({"write", "writetext", "append", "appendline", "copyto", "add", "load"})
_FILLING = frozenset({"read", "readasync", "readblock", "copyto", "copytoasync"})
_RESPONSE = "response"


class Edge(NamedTuple):
    """A variable, parameter or function, spelled as in the code, and an expression that it gets or returns."""

    name: str
    value: Node


def iter_edges(index: SyntaxIndex, *, reads: bool) -> Iterator[Edge]:
    """Yield the edges of a code: assignments, results, arguments, and data that an object takes in.

    The response is left out: it returns nothing that was written to it. The parts of a new object go into the variable
    of the object. With ``reads``, a buffer gets the stream that is read or copied into it.
    """
    for edge in _iter_all(index, reads=reads):
        if edge.name:
            yield edge


def _iter_all(index: SyntaxIndex, *, reads: bool) -> Iterator[Edge]:
    lambdas = dict[Node, str]()
    for each in index.assignments:
        names, last = _names(each.target)
        owner = index.at(last.end - 1) if isinstance(last, Member) else None  # a member of the object of a ``With``
        if isinstance(each.node, Entry) or _RESPONSE in names.union(() if owner is None else owner.names):
            continue
        name = owner.root if owner is not None else spelled_root(each.target) or lambdas.get(each.target, "")
        if isinstance(each.value, Lambda):
            lambdas[each.value.function] = name
        yield Edge(name, each.value)
    for each in index.passed:
        yield Edge(spelled_root(each.target), each.value)
    for dotted in index.find(_TAKING | _FILLING if reads else _TAKING):
        yield from _taken(index, dotted, reads=reads)


def _names(target: Node) -> tuple[set[str], Node]:
    """Return the names of an assigned expression in lower case, and its innermost node."""
    found, at, inner = set[str](), target, inner_of(target)
    while inner is not None:
        found.add(at.name.lower() if isinstance(at, Member) else "")
        at, inner = inner, inner_of(inner)
    found.add(at.text.lower() if isinstance(at, Name) else at.name.lower() if isinstance(at, Member) else "")
    return found, at


def _taken(index: SyntaxIndex, dotted: DottedName, *, reads: bool) -> Iterator[Edge]:
    """Yield the data that an object takes in: ``stream.Write(x)``, and a buffer: ``stream.Read(x, 0, n)``."""
    word, arguments = dotted.names[-1], index.arguments_of(dotted.node)
    if len(dotted.names) < 2 or not arguments:
        return
    if word in _TAKING and _RESPONSE not in dotted.names:
        yield from (Edge(dotted.root, argument) for argument in arguments)
    owner = dotted.node.subject if isinstance(dotted.node, Member) else None
    if reads and word in _FILLING:
        buffer, stream = index.at(arguments[0].start), owner or dotted.nodes[-2]
        if buffer is not None and _RESPONSE not in buffer.names:
            yield Edge(buffer.root, stream)
