"""Tunnels: whether a page writes what a request contains into a connection, and what comes back into the response."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.code.argument_marks import OnlyGiven, arguments_at, marks_of_owner
from webshellhunt.code.calls import Calls
from webshellhunt.code.flow import FlowAnalysis
from webshellhunt.code.marks import Marks
from webshellhunt.lang.tokens import NUMBER, STRING

_CONNECTION, _REQUEST, _CONTENT = "connection", "request", "content"
_CONNECTING = frozenset({"tcpclient", "socket", "namedpipeclientstream", "networkstream"})
_ASKED = frozenset({"request", "inputstream"})
_STREAMS = frozenset({"inputstream", "getbufferlessinputstream", "getbufferedinputstream", "binaryread"})
_WRITERS = frozenset({"streamwriter", "binarywriter"})
_JOINING = frozenset({"+", "&", "?", "if", "iif", "string", "concat", "format", "mappath"})
_DECODING = frozenset({"frombase64string", "frombase64chararray", "fromhexstring"})
_DIALLING = frozenset({"tcpclient", "connect", "connectasync", "beginconnect"})
_TEXT_PORTS = frozenset(
    {"7", "13", "21", "25", "37", "43", "79", "110", "113", "119", "143", "465", "587", "993", "995"}
)
_WRITES = frozenset(
    {"write", "writeasync", "beginwrite", "writebyte", "send", "sendasync", "beginsend", "copyto", "copytoasync"}
)
_READS = frozenset({"read", "readasync", "beginread", "receive", "receiveasync", "beginreceive", "readbyte"})
_ANSWERS = frozenset({"write", "writeasync", "binarywrite", "writebyte"})
_COPIES = frozenset({"copyto", "copytoasync"})
_TO_VISITOR = frozenset({"response", "outputstream"})
_MOST_BUFFERS = 50


class Tunnel(NamedTuple):
    """The call that writes the request into a connection, the one that answers, and whether the content goes in whole.

    The content is whole if it is the stream of the request, or bytes that the page decodes; else a value of it goes in.
    """

    sent: int
    answered: int
    is_whole: bool


def find_tunnel(calls: Calls) -> Tunnel | None:
    """Return the two calls that pass on the request into a connection, and what comes back.

    Objects that connect, the request, and what is read from a connection are followed by marks.
    """
    begins = {at: frozenset({_CONNECTION}) for at in calls.indexes_of(_CONNECTING)}
    if not begins:
        return None
    begins |= {at: frozenset({_REQUEST}) for at in calls.indexes_of(_ASKED)}
    content = _STREAMS if calls.words.isdisjoint(_DECODING) else _STREAMS | _ASKED
    begins |= {at: frozenset({_REQUEST, _CONTENT}) for at in calls.indexes_of(content)}
    buffers = sorted(set(_iter_buffers(calls, Marks(calls, begins))))[:_MOST_BUFFERS]
    filled = {at: frozenset({_CONNECTION}) for at in calls.indexes_of(frozenset(buffers))}
    marks = Marks(calls, {**filled, **begins})
    found: dict[str, int] = {}
    for names, token, given in marks.iter_calls(_WRITES | _ANSWERS | _COPIES):
        for way in _ways(marks, names, token, given):
            found.setdefault(way, token)
    if _REQUEST not in found or _CONNECTION not in found:
        return None
    return Tunnel(found.get(_CONTENT, found[_REQUEST]), found[_CONNECTION], _CONTENT in found)


def writes_to_connection(analysis: FlowAnalysis, token: int) -> bool:
    """Return True if a call writes by a writer that is never made for anything but the stream of a connection."""
    unit, calls = analysis.unit, analysis.calls
    if calls.words.isdisjoint(_CONNECTING):
        return False
    word = frozenset({calls.lower[token]})
    root = next((root for root, dotted in calls.find(word) if token in dotted.tokens), token)
    makes = [at for at in calls.indexes_of(_WRITERS) if unit.is_op(at + 1, "(")]
    streams = OnlyGiven(analysis, frozenset(calls.indexes_of(_CONNECTING)))
    begins = {at for at in makes if _is_stream(calls, streams, *arguments_at(unit, at))}
    return root != token and bool(begins) and OnlyGiven(analysis, begins).has(root, root + 1)


def _is_stream(calls: Calls, streams: OnlyGiven, start: int, end: int) -> bool:
    """Return True if the first argument of a writer is a stream of a connection, and no name of a file."""
    first, last = next(iter(calls.split(start, end)), (start, start))
    has_text = any(calls.unit.tokens.kinds[at] == STRING or calls.lower[at] in _JOINING for at in range(first, last))
    return not has_text and streams.has(first, last)


def asks_text_service(calls: Calls) -> bool:
    """Return True if all connections are to constant ports of services that are asked in lines of text, as whois is."""
    ports = [
        calls.unit.tokens.kinds[end - 1] == NUMBER and calls.lower[end - 1] in _TEXT_PORTS and end == start + 1
        for start, end in _iter_ports(calls)
    ]
    return bool(ports) and all(ports)


def _iter_ports(calls: Calls) -> Iterator[tuple[int, int]]:
    """Yield the last argument of each call that connects; that is no port if the first is no constant address."""
    for token in calls.indexes_of(_DIALLING):
        arguments = list(calls.split(*arguments_at(calls.unit, token))) if calls.unit.is_op(token + 1, "(") else []
        if len(arguments) > 1:
            start, end = arguments[0]
            is_fixed = end == start + 1 and calls.unit.tokens.kinds[start] == STRING
            yield arguments[1] if is_fixed else (start, end)
        elif arguments:
            yield arguments[0]


def _ways(marks: Marks, names: tuple[str, ...], token: int, given: frozenset[str]) -> frozenset[str]:
    """Return what a call passes on: the request into a connection, or what a connection answered to the visitor."""
    owner, lower = marks_of_owner(marks, token), marks.calls.lower
    copies = names[-1] in _COPIES
    receiver = lower[slice(*arguments_at(marks.calls.unit, token))] if copies else names
    source, target = (owner, given) if copies else (given, owner)
    if not _TO_VISITOR.isdisjoint(receiver):
        return source & {_CONNECTION} if copies or names[-1] in _ANSWERS else frozenset()
    return source & {_REQUEST, _CONTENT} if _CONNECTION in target else frozenset()


def _iter_buffers(calls: Calls, marks: Marks) -> Iterator[str]:
    """Yield the names of what is filled by reading from a connection."""
    for _, token, _ in marks.iter_calls(_READS):
        if _CONNECTION in marks_of_owner(marks, token):
            start, end = arguments_at(calls.unit, token)
            yield from (calls.lower[root] for root in list(calls.iter_roots(start, end))[:1])
