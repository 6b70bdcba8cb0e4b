"""Request keys: the name of a value in a request, also where the code has it in pieces."""

from __future__ import annotations

from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.structure.literal_texts import literal_text
from webshellhunt.analysis.traces import ELSEWHERE
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Call, Index, Member, Node

_OF_CONTROL = frozenset({"text", "value"})


def request_key(flow: Flow, index: SyntaxIndex, constants: Constants) -> str:
    """Return the name of the value, or control, that a data flow begins with, in lower case; ``""`` if unknown."""
    if flow.key is not None or flow.trace is None or flow.trace.place <= ELSEWHERE:
        return (flow.key or "").lower()
    key = _key_of(index, index.node_at(flow.trace.place))
    if key is None:
        control, _, member = flow.trace.origin.lower().rpartition(".")
        return control if member in _OF_CONTROL else ""
    constant = constants.get(key.start)
    is_all = constant is not None and constant.end == key.end
    return (constant.value if constant is not None and is_all else literal_text(key) or "").lower()


def _key_of(index: SyntaxIndex, node: Node) -> Node | None:
    """Return the first argument of the call, or of the index, of the dotted name that begins with a node."""
    parent = index.parents.get(node)
    while isinstance(parent, Member):
        node, parent = parent, index.parents.get(parent)
    is_asked = (isinstance(parent, Call) and parent.callee is node) or (
        isinstance(parent, Index) and parent.subject is node
    )
    return parent.arguments[0] if is_asked and isinstance(parent, (Call, Index)) and parent.arguments else None
