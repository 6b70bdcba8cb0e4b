"""Tunnels: whether a page writes what a request contains into a connection, and what comes back into the response."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.code.argument_marks import arguments_at, marks_of_owner
from webshellhunt.code.calls import Calls
from webshellhunt.code.marks import Marks

_CONNECTION, _REQUEST = "connection", "request"
_CONNECTING = frozenset({"tcpclient", "socket", "namedpipeclientstream", "networkstream"})
_ASKED = frozenset({"request", "inputstream"})
_WRITES = frozenset(
    {"write", "writeasync", "beginwrite", "writebyte", "send", "sendasync", "beginsend", "copyto", "copytoasync"}
)
_READS = frozenset({"read", "readasync", "beginread", "receive", "receiveasync", "beginreceive", "readbyte"})
_ANSWERS = frozenset({"write", "writeasync", "binarywrite", "writebyte"})
_COPIES = frozenset({"copyto", "copytoasync"})
_TO_VISITOR = frozenset({"response", "outputstream"})
_MOST_BUFFERS = 50


def find_tunnel(calls: Calls) -> tuple[int, int] | None:
    """Return the call that writes the request into a connection, and the one that answers what comes back.

    Objects that connect, the request, and what is read from a connection are followed by marks.
    """
    begins = {at: frozenset({_CONNECTION}) for at in calls.indexes_of(_CONNECTING)}
    if not begins:
        return None
    begins |= {at: frozenset({_REQUEST}) for at in calls.indexes_of(_ASKED)}
    buffers = sorted(set(_iter_buffers(calls, Marks(calls, begins))))[:_MOST_BUFFERS]
    filled = {at: frozenset({_CONNECTION}) for at in calls.indexes_of(frozenset(buffers))}
    marks = Marks(calls, {**filled, **begins})
    found: dict[str, int] = {}
    for names, token, given in marks.iter_calls(_WRITES | _ANSWERS | _COPIES):
        way = _way(marks, names, token, given)
        if way is not None:
            found.setdefault(way, token)
    return (found[_REQUEST], found[_CONNECTION]) if len(found) > 1 else None


def _way(marks: Marks, names: tuple[str, ...], token: int, given: frozenset[str]) -> str | None:
    """Return what a call passes on: the request into a connection, or what a connection answered to the visitor."""
    owner, lower = marks_of_owner(marks, token), marks.calls.lower
    copies = names[-1] in _COPIES
    receiver = lower[slice(*arguments_at(marks.calls.unit, token))] if copies else names
    source, target = (owner, given) if copies else (given, owner)
    if not _TO_VISITOR.isdisjoint(receiver):
        return _CONNECTION if _CONNECTION in source and (copies or names[-1] in _ANSWERS) else None
    return _REQUEST if _REQUEST in source and _CONNECTION in target else None


def _iter_buffers(calls: Calls, marks: Marks) -> Iterator[str]:
    """Yield the names of what is filled by reading from a connection."""
    for _, token, _ in marks.iter_calls(_READS):
        if _CONNECTION in marks_of_owner(marks, token):
            start, end = arguments_at(calls.unit, token)
            yield from (calls.lower[root] for root in list(calls.iter_roots(start, end))[:1])
