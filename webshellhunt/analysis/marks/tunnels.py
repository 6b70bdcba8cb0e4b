"""Tunnels: whether a page writes data of a request into a connection, and its answer into the response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from webshellhunt.analysis.marks.argument_marks import OnlyGiven, arguments_at, marks_of_owner
from webshellhunt.analysis.marks.marks import MarkedCall, Marks
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Binary, Call, Conditional, Literal, Node, walk

_CONNECTION, _REQUEST, _CONTENT = "connection", "request", "content"
_CONNECTING = frozenset({"tcpclient", "socket", "namedpipeclientstream", "networkstream"})
_ASKED = frozenset({"request", "inputstream"})
_STREAMS = frozenset({"inputstream", "getbufferlessinputstream", "getbufferedinputstream", "binaryread"})
_JOINING = frozenset({"string", "concat", "format", "mappath"})
_DECODING = frozenset({"frombase64string", "frombase64chararray", "fromhexstring"})
_DIALLING = frozenset({"tcpclient", "connect", "connectasync", "beginconnect"})
_TEXT_PORTS = frozenset({7, 13, 21, 25, 37, 43, 79, 110, 113, 119, 143, 465, 587, 993, 995})
_WRITES = frozenset(
    {"write", "writeasync", "beginwrite", "writebyte", "send", "sendasync", "beginsend", "copyto", "copytoasync"}
)
_READS = frozenset({"read", "readasync", "beginread", "receive", "receiveasync", "beginreceive", "readbyte"})
_ANSWERS = frozenset({"write", "writeasync", "binarywrite", "writebyte"})
_COPIES = frozenset({"copyto", "copytoasync"})
_WRITERS = frozenset({"streamwriter", "binarywriter"})
_TO_VISITOR = frozenset({"response", "outputstream"})
_MOST_BUFFERS = 50


class Tunnel(NamedTuple):
    """The places of the call that writes the request into a connection, and of the one that answers.

    The content is whole if it is the stream of the request, or bytes that the page decodes; else it is a value.
    """

    sent: int
    answered: int
    is_whole: bool


def find_tunnel(index: SyntaxIndex) -> Tunnel | None:
    """Return the two calls that pass on the request into a connection, and the answer to the visitor.

    Objects that connect, the request, and data that is read from a connection are followed by marks.
    """
    begins = _begins(index, _CONNECTING, _CONNECTION)
    if not begins:
        return None
    begins |= _begins(index, _ASKED, _REQUEST)
    content = _STREAMS if index.words.isdisjoint(_DECODING) else _STREAMS | _ASKED
    begins |= _begins(index, content, _REQUEST, _CONTENT)
    buffers = sorted(set(_iter_buffers(Marks(index, begins))))[:_MOST_BUFFERS]
    marks = Marks(index, {**_begins(index, frozenset(buffers), _CONNECTION), **begins})
    found: dict[str, int] = {}
    for call in marks.iter_calls(_WRITES | _ANSWERS | _COPIES):
        for way in _ways(marks, call):
            found.setdefault(way, call.place)
    if _REQUEST not in found or _CONNECTION not in found:
        return None
    return Tunnel(found.get(_CONTENT, found[_REQUEST]), found[_CONNECTION], _CONTENT in found)


def _begins(index: SyntaxIndex, words: frozenset[str], *marks: str) -> dict[int, frozenset[str]]:
    return dict.fromkeys(index.places_of(words), frozenset(marks))


def writes_to_connections(index: SyntaxIndex, places: Iterable[int]) -> frozenset[int]:
    """Return those of some calls that write by a writer which is only ever made for the stream of a connection."""
    if index.words.isdisjoint(_CONNECTING):
        return frozenset()
    streams = OnlyGiven(index, index.places_of(_CONNECTING))
    makes = [each for each in index.places_of(_WRITERS) if _is_stream(streams, arguments_at(index, each)[:1])]
    writers, found = OnlyGiven(index, makes), set[int]()
    for place in places:
        dotted = index.at(place)
        if dotted is not None and place != dotted.places[0] and writers.has(dotted.nodes[0]):
            found.add(place)
    return frozenset(found)


def _is_stream(streams: OnlyGiven, arguments: Sequence[Node]) -> bool:
    """True if the first argument of a writer is a stream of a connection, and no name of a file."""
    return any(not _has_text(argument) and streams.has(argument) for argument in arguments)


def _has_text(argument: Node) -> bool:
    return any(map(_is_text, walk(argument)))


def _is_text(node: Node) -> bool:
    """True if a node is a text, or joins or selects texts."""
    if isinstance(node, Literal):
        return isinstance(node.value, str)
    return isinstance(node, (Binary, Conditional)) or (isinstance(node, Call) and _called(node) in _JOINING)


def _called(call: Call) -> str:
    """Return the last name of a callee in lower case."""
    return str(getattr(call.callee, "name", getattr(call.callee, "text", ""))).lower()


def asks_text_service(index: SyntaxIndex) -> bool:
    """True if all connections are to constant ports of services that are asked in lines of text, as whois is."""
    ports = [isinstance(port, Literal) and port.value in _TEXT_PORTS for port in _iter_ports(index)]
    return bool(ports) and all(ports)


def _iter_ports(index: SyntaxIndex) -> Iterator[Node]:
    """Yield the port of each call that connects; where the address is no constant, that instead."""
    for place in index.places_of(_DIALLING):
        arguments = arguments_at(index, place)
        if len(arguments) > 1:
            address = arguments[0]
            is_fixed = isinstance(address, Literal) and isinstance(address.value, str)
            yield arguments[1] if is_fixed else address
        elif arguments:
            yield arguments[0]


def _ways(marks: Marks, call: MarkedCall) -> frozenset[str]:
    """Return the data that a call passes on: the request into a connection, or the answer of one to the visitor."""
    owner = marks_of_owner(marks, call.place)
    copies = call.names[-1] in _COPIES
    receiver = set(call.names)
    if copies:
        arguments = arguments_at(marks.index, call.place)
        receiver = {name for each in arguments for dotted in marks.index.within(each) for name in dotted.names}
    source, target = (owner, call.on) if copies else (call.on, owner)
    if not _TO_VISITOR.isdisjoint(receiver):
        return source & {_CONNECTION} if copies or call.names[-1] in _ANSWERS else frozenset()
    return source & {_REQUEST, _CONTENT} if _CONNECTION in target else frozenset()


def _iter_buffers(marks: Marks) -> Iterator[str]:
    """Yield the names, in lower case, of buffers that are filled by reading from a connection."""
    for call in marks.iter_calls(_READS):
        if _CONNECTION in marks_of_owner(marks, call.place):
            arguments = arguments_at(marks.index, call.place)
            yield from (dotted.own for each in arguments[:1] for dotted in marks.index.within(each)[:1])
