"""Tunnels: whether a page writes data of a request into a connection, and its answer into the response."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.analysis.arrivals import Arrival
from webshellhunt.analysis.flow.page_analysis import PageAnalysis

_CONNECTION = "connection"
_STREAMS = ("InputStream", "BinaryRead", "GetBufferlessInputStream", "GetBufferedInputStream")
_DECODING = frozenset({"frombase64string", "frombase64chararray", "fromhexstring"})
_TEXT_PORTS = frozenset(
    {"7", "13", "21", "25", "37", "43", "79", "110", "113", "119", "143", "465", "587", "993", "995"}
)


class Tunnel(NamedTuple):
    """The places of the call that writes the request into a connection, and of the one that answers.

    The content is whole if it is the stream of the request, or bytes that the page decodes; else it is a value.
    """

    sent: int
    answered: int
    is_whole: bool


def find_tunnel(analysis: PageAnalysis) -> Tunnel | None:
    """Return the two calls that pass on the request into a connection, and the answer to the visitor."""
    sent = [call for call in analysis.asked(_CONNECTION) if any(given.is_visited for given in call.arguments)]
    answered = (
        call for call in analysis.asked("answer") if any(_CONNECTION in given.kinds for given in call.arguments)
    )
    answer = next(answered, None) if sent else None
    if answer is None:
        return None
    is_decoded = not analysis.words().isdisjoint(_DECODING)
    whole = next((call for call in sent if is_decoded or _has_content(call)), None)
    return Tunnel((whole or sent[0]).place, answer.place, whole is not None)


def _has_content(call: Arrival) -> bool:
    """True if a call is given the content of the request, and not a value of it."""
    return any(trace.origin.endswith(_STREAMS) for given in call.arguments for trace in given.traces)


def asks_text_service(analysis: PageAnalysis) -> bool:
    """True if all connections are to constant ports of services that are asked in lines of text, as whois is."""
    dialled = [call.arguments for call in analysis.asked("dialled") if call.arguments]
    return bool(dialled) and all(
        len(given) > 1 and None not in given[0].words and given[1].words <= _TEXT_PORTS for given in dialled
    )
