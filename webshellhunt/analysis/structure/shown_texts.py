"""Shown texts: constants of a code that it writes into its response, and uses for nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.analysis.structure.comparisons import callee_name
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import (
    Argument,
    Assign,
    Binary,
    Block,
    Call,
    Cast,
    Declaration,
    Function,
    Literal,
    Member,
    Name,
    Node,
    Parameter,
)

_MOST = 400
"""Expressions that are looked at for one constant."""
_JOINS = frozenset({"+", "&", "+=", "&="})
_SHOWING = (("response", "write"), ("response", "output", "write"))
_RESPONSE = "response"
_PROPERTIES = frozenset({"text", "innerhtml", "innertext", "tooltip", "errormessage"})
"""Properties of server controls that the response has; a classic page has no controls."""
_CHANGING = frozenset(
    {
        "htmlencode",
        "urlencode",
        "attributeencode",
        "htmlattributeencode",
        "replace",
        "trim",
        "tostring",
        "cstr",
        "format",
    }
)
"""Functions that return the text in which it is shown."""


def is_only_shown(index: SyntaxIndex, start: int, end: int) -> bool:
    """True if a constant is shown to the visitor wherever the code uses it, directly or through names.

    ``start``: the first token of the constant.
    """
    node = index.node_at(start)
    while node.end < end and node in index.parents:
        node = index.parents[node]
    waiting, seen = [node], {node}
    is_shown = False
    while waiting:
        uses = _uses(index, waiting.pop())
        if uses is None or len(seen) > _MOST:
            return False
        is_shown = is_shown or not uses
        news = [each for each in uses if each not in seen]
        seen.update(news)
        waiting += news
    return is_shown


def _uses(index: SyntaxIndex, node: Node) -> Sequence[Node] | None:
    """Return the expressions that have a value next, none where it is shown; ``None`` for any other use."""
    parent = index.parents.get(node)
    if isinstance(parent, Binary):
        return [parent] if _JOINS.issuperset(parent.operators) else None
    if isinstance(parent, (Argument, Cast)):
        return [parent]
    if isinstance(parent, Member):  # "text".Replace(…)
        call = index.call_of(parent)
        return [call] if call is not None and _changes(index, parent.name.lower()) else None
    if isinstance(parent, Call):
        return None if parent.callee is node else _of_argument(index, parent, node)
    if isinstance(parent, Assign):
        return _of_target(index, parent.target) if parent.value is node else None
    if isinstance(parent, Declaration):
        return _of_name(index, parent.name)
    is_output = isinstance(parent, Block) and isinstance(node, (Name, Binary, Literal))  # <%= text %>
    return [] if is_output else None


def _changes(index: SyntaxIndex, name: str) -> bool:
    """True for a function of the library that returns the text in which it is shown."""
    return name in _CHANGING and name not in index.functions


def _has_response(index: SyntaxIndex) -> bool:
    """True if the response of the server alone has its name, and no text is run that may read a variable."""
    if "write" in index.functions or any(_is_other(each.value) for each in index.assignments if each.name == _RESPONSE):
        return False
    evaluators = index.find(frozenset(map(str.lower, vocabulary().evaluating)))
    return not any(len(dotted.names) == 1 and not dotted.is_member for dotted in evaluators)


def _is_other(value: Node) -> bool:
    return not (isinstance(value, Member) and value.name.lower() == _RESPONSE)


def _of_argument(index: SyntaxIndex, call: Call, argument: Node) -> Sequence[Node] | None:
    """Return the further uses of an argument of a call."""
    callee = call.callee
    dotted = index.at(callee.end - 1) if isinstance(callee, (Name, Member)) else None
    if dotted is not None and any(dotted.names[-len(each) :] == each for each in _SHOWING) and _has_response(index):
        return []
    name = callee_name(call)
    functions = index.functions.get(name, ()) if isinstance(callee, Name) else ()
    if functions:
        takers = [(each, parameter) for each in functions for parameter in _taking(each, call, argument)]
        return [use for each, parameter in takers for use in _named(index, parameter.name, each)] or None
    return [call] if _changes(index, name) else None


def _taking(function: Function, call: Call, argument: Node) -> list[Parameter]:
    """Return the parameter of a function that gets an argument of a call."""
    pairs = zip(function.parameters, call.arguments, strict=False)
    return [parameter for parameter, each in pairs if each is argument]


def _of_target(index: SyntaxIndex, target: Node) -> Sequence[Node] | None:
    """Return the further uses of a value that is assigned."""
    if isinstance(target, Name):
        return _of_name(index, target.text)
    if not isinstance(target, Member) or index.tokens.language == "vbscript":
        return None
    name = target.name.lower()
    uses = (
        node
        for dotted in index.find({name})
        for each, node in zip(dotted.names, dotted.nodes, strict=True)
        if each == name
    )
    return [] if name in _PROPERTIES and all(_is_target(index, node) for node in uses) else None


def _of_name(index: SyntaxIndex, name: str) -> Sequence[Node] | None:
    """Return the uses of a variable, or of the result of the function around it; ``None`` without any."""
    uses = [*_named(index, name, index.top)]
    return uses or None


def _named(index: SyntaxIndex, name: str, within: Node) -> Iterator[Node]:
    """Yield the values of the uses of a name in a part of the code, also as a member of an object of the page."""
    for dotted in index.find({name.lower()}):
        for each, place, node in zip(dotted.names, dotted.places, dotted.nodes, strict=True):
            if each == name.lower() and within.start <= place < within.end and not _is_target(index, node):
                call = index.call_of(node)  # of a variable the use is its name alone, of a function the call
                yield call if call is not None and node is dotted.node else node


def _is_target(index: SyntaxIndex, node: Node) -> bool:
    parent = index.parents.get(node)
    return isinstance(parent, Assign) and parent.target is node
