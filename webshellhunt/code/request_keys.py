"""Request keys: the name by which a request is asked for a value, also where the code has it in pieces."""

from __future__ import annotations

from webshellhunt.analysis.flows import Flow
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import fold

_MOST_PIECES = 32


def request_key(flow: Flow, calls: Calls) -> str:
    """Return the name of the value that a data flow begins with, in lower case; ``""`` if it is unknown."""
    if flow.key is not None or flow.trace is None:
        return (flow.key or "").lower()
    unit = calls.unit
    opener = calls.name(flow.trace.token).last + 1
    closer = unit.match.get(opener, -1)
    if not opener + 1 < closer <= opener + _MOST_PIECES:
        return ""
    return (fold(unit.tokens, opener + 1, closer) or "").lower()
