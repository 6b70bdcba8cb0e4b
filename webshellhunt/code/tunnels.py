"""Tunnels: whether a page writes what a request contains into a connection, and what comes back into the response."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.code.calls import Calls
from webshellhunt.code.argument_marks import arguments_at, marks_of_owner
from webshellhunt.code.marks import Marks

_CONNECTION, _REQUEST = "connection", "request"
_CONNECTING = frozenset({"tcpclient", "socket", "namedpipeclientstream", "networkstream"})
_ASKED = frozenset({"request", "inputstream"})
_WRITES = frozenset({"write", "writeasync", "beginwrite", "writebyte", "send", "sendasync", "beginsend", "copyto", "copytoasync"})
_READS = frozenset({"read", "readasync", "beginread", "receive", "receiveasync", "beginreceive", "readbyte"})
_ANSWERS = frozenset({"write", "writeasync", "binarywrite", "writebyte"})
_COPIES = frozenset({"copyto", "copytoasync"})
_TO_VISITOR = frozenset({"response", "outputstream"})
_MOST_BUFFERS = 50


def find_tunnel(calls: Calls) -> tuple[int, int] | None:
    """Return the call that writes the request into a connection, and the one that answers what comes back.

    Objects that connect, the request, and what is read from a connection are followed by marks.
    """
    lower = calls.lower
    begins = {at: frozenset({_CONNECTION}) for at in calls.indexes_of(_CONNECTING)}
    if not begins:
        return None
    begins |= {at: frozenset({_REQUEST}) for at in calls.indexes_of(_ASKED)}
    marks = Marks(calls, begins)
    buffers = set(_iter_buffers(calls, marks))
    answered = {at: frozenset({_CONNECTION}) for name in sorted(buffers)[:_MOST_BUFFERS] for at in calls.indexes_of({name})}
    marks = Marks(calls, {**answered, **begins})
    written = answer = None
    for names, token, given in marks.iter_calls(_WRITES | _ANSWERS):
        owner, last = marks_of_owner(marks, token), names[-1]
        is_sent = last in _COPIES and not _TO_VISITOR.isdisjoint(lower[slice(*arguments_at(calls.unit, token))])
        to_visitor = is_sent or (last in _ANSWERS and not _TO_VISITOR.isdisjoint(names))
        if to_visitor and _CONNECTION in (owner if is_sent else given):
            answer = token if answer is None else answer
        elif last in _COPIES and _REQUEST in owner and _CONNECTION in given:
            written = token if written is None else written
        elif last in _WRITES and not to_visitor and _CONNECTION in owner and _REQUEST in given:
            written = token if written is None else written
    return (written, answer) if written is not None and answer is not None else None


def _iter_buffers(calls: Calls, marks: Marks) -> Iterator[str]:
    """Yield the names of what is filled by reading from a connection."""
    for _, token, _ in marks.iter_calls(_READS):
        if _CONNECTION in marks_of_owner(marks, token):
            start, end = arguments_at(calls.unit, token)
            yield from (calls.lower[root] for root in list(calls.iter_roots(start, end))[:1])
