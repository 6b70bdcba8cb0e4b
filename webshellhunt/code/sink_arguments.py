"""Sink arguments: the ranges of a call at a sink that count, and calls that say that they do nothing of its kind."""

from __future__ import annotations

from webshellhunt.analysis.vocabulary import Sink
from webshellhunt.code.calls import Calls

_Ranges = list[tuple[int, int]]


def arguments_at(calls: Calls, last: int, root: int, statement: tuple[int, int]) -> _Ranges:
    """Return the arguments of a call at a sink; the end of the code may cut it off."""
    unit, opener, end = calls.unit, last + 1, statement[1]
    if unit.is_op(opener, "(") and opener not in unit.match and end == len(unit.tokens):
        return list(calls.split(opener + 1, end))
    return calls.arguments(last, root, *statement)


def is_idle(calls: Calls, sink: Sink, arguments: _Ranges) -> bool:
    """Return True if a call says that it does nothing of the sink's kind: a file is opened to be read."""
    if sink.mode is None:
        return False
    if len(arguments) <= sink.mode:
        return True
    start, end = arguments[sink.mode]
    return calls.lower[end - 1] in sink.idle and (end - start == 1 or calls.unit.is_op(end - 2, "."))


def counting(sink: Sink, arguments: _Ranges) -> _Ranges:
    """Return the arguments of a call that count for a sink."""
    return arguments if sink.argument is None else arguments[sink.argument : sink.argument + 1]
