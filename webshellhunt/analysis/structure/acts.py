"""Acts: the range of text that one act of the code takes, for the judge, which counts acts.

One statement may do several things: two calls in it, neither in an argument of the other, are two acts. Statements in
a row on one object are one act: they open a stream, fill it and save it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from webshellhunt.analysis.structure.statement_parts import AROUND, part_around
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Assign, Block, Call, Declaration, Index, Member, Name, New, Node
from webshellhunt.lang.unit import Unit

_MOST_IN_ROW = 12
"""The most statements on one object, before and after a range, that are one act."""
_OF_EACH_PAGE = frozenset({"response", "request", "server", "session", "application", "me", "this", "base"})
_SOURCES = frozenset({"request", "session", "application"})


def act_around(unit: Unit, start: int, end: int) -> tuple[int, int] | None:
    """Return the range of the act that a range of characters is in; ``None`` where there is no code.

    It is a call in a larger statement, or whole statements.
    """
    places = unit.places_in(start, max(end, start + 1))
    if not places:
        return None
    first, last = _act_of(unit, places[0], places[-1])
    begins, ends = unit.span(first, last)
    return min(begins, start), max(ends, end)


def _act_of(unit: Unit, first: int, last: int) -> tuple[int, int]:
    """Return the half-open range of the tokens of an act."""
    index = unit.index
    node = index.node_at(first)
    left, right = _part(index, node, first), _part(index, index.node_at(last), last)
    if left is None or right is None or left is not right:
        begins = first if left is None else min(left.start, first)
        return begins, max(last + 1, last + 1 if right is None else right.end)
    call = _call_around(index, node, last, left, is_vb=unit.is_vb)
    if call is not None:
        return min(call.start, first), max(call.end, last + 1)
    return _row(index, left)


def _part(index: SyntaxIndex, node: Node, place: int) -> Node | None:
    """Return the simple statement, or the head of another one, that a place is in; ``None`` for a bracket or an end."""
    part = part_around(index, node)
    if not isinstance(part, AROUND):
        return part
    if isinstance(part, Block):
        return None
    ends = min((child.start for child in part.children() if isinstance(child, AROUND)), default=part.end)
    return Node(part.start, ends) if place < ends else None


def _call_around(index: SyntaxIndex, node: Node, last: int, statement: Node, *, is_vb: bool) -> Node | None:
    """Return the call in a statement that a node and a last place belong to, with its object.

    ``None`` stands for the whole statement: no call in it has both, or it is that call.
    """
    for entry, chain, is_call in _chains(index, node):
        is_source = isinstance(entry, Name) and entry.text.lower() in _SOURCES
        if is_call and chain.end > last and not is_source:
            parent = index.parents.get(chain)
            is_target = isinstance(parent, Assign) and parent.target is chain and parent is statement
            opens = chain.start == statement.start
            return None if chain is statement or (opens and is_vb) or is_target else chain
    return None


def _chains(index: SyntaxIndex, node: Node) -> Iterator[tuple[Node, Node, bool]]:
    """Yield the dotted names with their calls around a node, from inside to outside, and whether each has a call.

    The first item is its part with the node, or with the arguments that have the node.
    """
    at: Node | None = node
    while at is not None and not isinstance(at, AROUND):
        entry, chain = at, at
        is_call = isinstance(at, (Call, New)) or _has_call(at)
        parent = index.parents.get(chain)
        while parent is not None and _goes_on(chain, parent):
            chain, is_call = parent, is_call or isinstance(parent, Call)
            parent = index.parents.get(chain)
        if isinstance(chain, (Call, Index, Member, Name, New)):
            yield entry, chain, is_call
        at = _call_given(index, chain)


def _goes_on(node: Node, parent: Node) -> bool:
    """True if a parent is a member, an element or the call of a node."""
    return (isinstance(parent, (Member, Index)) and parent.subject is node) or (
        isinstance(parent, (Call, New)) and (parent.callee is node or (isinstance(parent, New) and parent.type is node))
    )


def _has_call(node: Node) -> bool:
    """True if the object of a member is made by a call."""
    while isinstance(node, (Member, Index)) and node.subject is not None:
        node = node.subject
        if isinstance(node, (Call, New)):
            return True
    return False


def _call_given(index: SyntaxIndex, node: Node) -> Node | None:
    """Return the function of the innermost call, or the list of the innermost index, that gets a node."""
    for each in index.ancestors(node):
        if isinstance(each, AROUND):
            return None
        if isinstance(each, Call):
            return each.callee
        if isinstance(each, New):
            return each
        if isinstance(each, Index):
            return each.subject
    return None


def _row(index: SyntaxIndex, statement: Node) -> tuple[int, int]:
    """Return the range of the statements in a row on the object of a statement."""
    block = index.parents.get(statement)
    name = _object_of(statement)
    if name is None or not isinstance(block, Block):
        return statement.start, statement.end
    row: Sequence[Node] = block.statements
    first = last = at = bisect_left(row, statement.start, key=lambda each: each.start)
    while at - first < _MOST_IN_ROW and first > 0 and _object_of(row[first - 1]) == name:
        first -= 1
    while last - at < _MOST_IN_ROW and last + 1 < len(row) and _object_of(row[last + 1]) == name:
        last += 1
    makes = first > 0 and _makes(row[first - 1], name)
    return row[first - makes].start, row[last].end


def _object_of(statement: Node) -> str | None:
    """Return the object in lower case whose member a statement begins with; ``None`` for those of each page."""
    node: Node | None = statement.target if isinstance(statement, Assign) else statement
    inner: Node | None = None
    while isinstance(node, (Member, Call, Index)):
        inner, node = node, _beginning(node)
    if not isinstance(node, Name) or not isinstance(inner, Member):
        return None
    name = node.text.lower()
    return None if name in _OF_EACH_PAGE else name


def _beginning(node: Member | Call | Index) -> Node | None:
    """Return the expression that another one begins with; ``None`` for a member of the object of a ``With``."""
    return node.callee if isinstance(node, Call) else node.subject


def _makes(statement: Node, name: str) -> bool:
    """True if a statement assigns a variable: ``Set s = …``, ``Stream s = …``."""
    if isinstance(statement, Declaration):
        return statement.value is not None and statement.name.lower() == name
    target = statement.target if isinstance(statement, Assign) else None
    return isinstance(target, Name) and target.text.lower() == name
