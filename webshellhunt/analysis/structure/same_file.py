"""Same file: which names of written files a content may end up under, by the object of both calls."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.flow.flows import Shape
from webshellhunt.lang.dotted_names import root_name
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Assign, Block, Declaration, Function

_READING = frozenset({"readtext", "read"})
_FEW = 3  # writes of a unit of which each may be that of any content

Write = tuple[int, Shape]
"""The place of a sink that names a file being written, and the shape of that name."""


def writes_of(index: SyntaxIndex, content: int, writes: Sequence[Write]) -> list[Write]:
    """Return the writes that may name the file of a content, by the place of the sink of the content.

    That is the same call, or a call of or for the same object, in the same function first; where there is none, any
    write of the same function, and where there is none either, any of a code that writes few files. A stream that its
    own function reads back, and saves nowhere, is no file: what it had is followed further.
    """
    same = [write for write in writes if write[0] == content]
    if same or not writes:
        return same
    function = index.function_of(index.node_at(content))
    near = [write for write in writes if index.function_of(index.node_at(write[0])) is function]
    subject = _subject(index, content)
    for some in (near, writes) if subject else ():
        found = [write for write in some if subject in (_subject(index, write[0]), _variable(index, write[0]))]
        if found:
            return found
        if some is near and _is_read_back(index, function, subject):
            return []
    return near or list(writes if len(writes) <= _FEW else ())


def _is_read_back(index: SyntaxIndex, function: Function | None, subject: str) -> bool:
    """True if a function makes an object and reads the text that it wrote to it."""
    if function is None or not any(
        each.name == subject and index.function_of(each.node) is function for each in index.assignments
    ):
        return False
    return any(each.own == subject and index.function_of(each.node) is function for each in index.find(_READING))


def _subject(index: SyntaxIndex, place: int) -> str:
    """Return the first name of the dotted name at a place, or of the object of the ``With`` around it."""
    dotted = index.at(place)
    return "" if dotted is None else dotted.own


def _variable(index: SyntaxIndex, place: int) -> str:
    """Return the variable that gets the result of a call: ``Set f = fso.CreateTextFile(x)``."""
    node = index.node_at(place)
    for each in index.ancestors(node):
        if isinstance(each, (Assign, Declaration)):
            return root_name(each.target if isinstance(each, Assign) else each)
        if isinstance(each, (Block, Function)):
            break
    return ""
