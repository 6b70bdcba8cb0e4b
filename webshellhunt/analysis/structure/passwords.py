"""Passwords in a page: a value of the visitor is compared with a constant, and one of both is named so.

The constant may be the hash of the password, which needs no such name, or a server variable that no visitor sets; the
comparison may be in a function of the page that gets the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from webshellhunt.analysis.structure.comparisons import around, callee_name, compared_with, value_of
from webshellhunt.analysis.structure.literal_texts import literal_text
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Assign, Call, Declaration, Name, New, Node
from webshellhunt.lang.unit import Unit
from webshellhunt.lazy_pattern import lazy_pattern

MAX_SENT = 2_000
"""The most places at which a code asks its visitor for something."""

_NAMED = lazy_pattern(r"(?i)pass(?!ed|ing|age|enger)|pwd|psw|auth|secret|token")
_ASKING = frozenset({"request", "context"})
_SHOWN = frozenset({"text", "value"})
_HASHING = lazy_pattern(r"(?i)md5\w*|\w*sha(?:1|256|384|512)\w*|computehash|hashpassword\w*|\w*hash")
_DIGEST = lazy_pattern(
    r"(?i)(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|(?:[0-9a-f]{2}-){15,31}[0-9a-f]{2})"
)
_OF_SERVER = "servervariables"
_PATHS = frozenset(
    {
        "path_translated", "path_info", "script_name", "script_translated", "url", "appl_physical_path", "appl_md_path",
        "request_method", "server_protocol", "server_port", "server_port_secure", "https", "gateway_interface",
    }
)  # fmt: skip
"""Server variables that are paths of the page or the site, or say how it is called: a file or a method is compared."""
_SPREADING = 2
"""How often the value is followed into further names and functions."""
_NEAR = 8  # tokens of the name of a server variable
_MOST_USERS = 200
"""Uses of one variable."""


class _Sent(NamedTuple):
    """A value of the visitor: whether its name says that it is a password, and whether it is hashed."""

    is_named: bool
    is_hashed: bool = False


def find_own_password(unit: Unit) -> int | None:
    """Return the place of the constant that lets a visitor in, ``None`` where there is none."""
    if unit.words.isdisjoint(_ASKING | _SHOWN):
        return None
    index = unit.index
    kept = _kept(index)
    sent = _spread(index, dict(islice(_sent(index), MAX_SENT)))
    for node, known in sorted(sent.items(), key=lambda each: each[0].start):
        other = compared_with(index, node)
        if other is None:
            continue
        if _is_server_variable(index, other):
            return other.start
        name = other.text if isinstance(other, Name) else ""
        constant = kept.get(name.lower()) if name else other
        text = literal_text(constant) if constant is not None else None
        if not text:
            continue
        is_hashed = known.is_hashed or _is_hashed(around(index, node))
        if known.is_named or _NAMED.search(name) or (is_hashed and _DIGEST.fullmatch(text) is not None):
            return other.start
    return None


def is_asked_later(unit: Unit, password: int, act: int) -> bool:
    """True if a page that runs from top to bottom does something before it compares a password, and not afterwards."""
    index = unit.index
    if unit.language not in ("vbscript", "jscript") or index.function_of(index.node_at(password)) is not None:
        return False
    starts = [*_starts_of(index, act)]
    return bool(starts) and all(start < password for start in starts)


def _starts_of(index: SyntaxIndex, act: int) -> Iterator[int]:
    """Yield the places outside functions from which an act is done: its own, or the calls of functions around it."""
    waiting, seen = [act], {act}
    while waiting and len(seen) < _MOST_USERS:
        place = waiting.pop()
        owner = index.function_of(index.node_at(place))
        if owner is None:
            yield place
            continue
        name = owner.name.lower()
        calls = {at for at in index.places_of({name}) if not owner.start <= at < owner.end}
        waiting += sorted(calls - seen)
        seen |= calls


def _sent(index: SyntaxIndex) -> Iterator[tuple[Node, _Sent]]:
    """Yield the values of the visitor, with the meaning of their names."""
    for dotted in index.find(_ASKING | _SHOWN):
        node = value_of(index, dotted)
        if dotted.own in _ASKING:
            if _OF_SERVER not in dotted.names:
                yield node, _Sent(_has_named_key(index, dotted))
        elif dotted.names[-1] in _SHOWN and len(dotted.names) > 1:
            yield node, _Sent(_NAMED.search(dotted.names[-2]) is not None)


def _has_named_key(index: SyntaxIndex, dotted: DottedName) -> bool:
    """True if the key of a request is a constant that is named like a password."""
    asked = index.parents.get(dotted.node)
    return asked is not None and _NAMED.search(_key_in(asked)) is not None


def _key_in(node: Node) -> str:
    """Return the first constant text right below a node, ``""`` without one."""
    return next(filter(None, map(literal_text, node.children())), "")


def _spread(index: SyntaxIndex, sent: Mapping[Node, _Sent]) -> Mapping[Node, _Sent]:
    """Return the values of the visitor, with the uses of the variables and parameters that get them."""
    found = dict(sent)
    news: Mapping[Node, _Sent] = sent
    for _ in range(_SPREADING):
        taking = {(name, within): known for each in news.items() for name, within, known in _takers(index, *each)}
        users = {node: known for (name, within), known in taking.items() for node in _uses_of(index, name, within)}
        news = {node: known for node, known in users.items() if node not in found}
        found |= news
        if not news or len(found) > MAX_SENT:
            break
    return found


def _takers(index: SyntaxIndex, node: Node, known: _Sent) -> Iterator[tuple[str, Node, _Sent]]:
    """Yield the variable or the parameter that gets a value, and where it has it: a parameter only in its function."""
    made = around(index, node)
    parent = index.parents.get(made[-1])
    is_hashed = known.is_hashed or _is_hashed(made)
    if isinstance(parent, (Assign, Declaration)) and parent.value is made[-1]:
        target = parent.target if isinstance(parent, Assign) else parent
        name = target.text if isinstance(target, Name) else target.name if isinstance(target, Declaration) else ""
        yield name.lower(), index.top, _Sent(known.is_named, is_hashed)
    for argument, call in zip(made, [*made[1:], parent], strict=True):
        if not isinstance(call, (Call, New)):
            continue
        for function in index.functions.get(callee_name(call), ()):
            pairs = zip(function.parameters, call.arguments, strict=False)
            for parameter in [parameter for parameter, each in pairs if each is argument]:
                is_named = known.is_named or _NAMED.search(parameter.name) is not None
                yield parameter.name.lower(), function, _Sent(is_named, is_hashed)


def _uses_of(index: SyntaxIndex, name: str, within: Node) -> Iterator[Node]:
    """Yield the uses of a variable in a part of the code."""
    for dotted in islice(index.named(name), _MOST_USERS) if name else ():
        if within.start <= dotted.place < within.end:
            yield value_of(index, dotted)


def _is_hashed(made: Sequence[Node]) -> bool:
    """True if one of the calls that get a value hashes it."""
    return any(isinstance(each, (Call, New)) and _HASHING.fullmatch(callee_name(each)) for each in made)


def _kept(index: SyntaxIndex) -> dict[str, Node]:
    """Return the variables that have a constant text, by their names in lower case."""
    found: dict[str, Node] = {}
    for each in index.assignments:
        if isinstance(each.target, (Name, Declaration)) and literal_text(each.value):
            found[each.name] = each.value
    return found


def _is_server_variable(index: SyntaxIndex, node: Node) -> bool:
    """True if an expression is a variable of the server that no visitor sets."""
    near = Node(node.start, min(node.end, node.start + _NEAR))
    names = {name for dotted in index.within(near) for name in dotted.names}
    key = _key_in(node).lower()
    is_variable = {"request", _OF_SERVER} <= names and key not in _PATHS
    return is_variable and key != "" and not key.startswith(vocabulary().visitor_variables)
