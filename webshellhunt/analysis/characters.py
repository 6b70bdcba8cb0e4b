"""Characters: what makes text of numbers that were made of text: ``Chr(Asc(x) Xor 7)``."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.traces import merged
from webshellhunt.analysis.values import Tainted, Value, numeric_traces

_MAKERS = frozenset(
    {"chr", "chr$", "chrw", "chrb", "tochar", "fromcharcode", "fromcodepoint", "getstring", "getchars", "convertfromutf32"}
)


def text_of_codes(name: str, arguments: Sequence[Value]) -> Value | None:
    """Return the text that a call makes of codes of a visitor's characters; ``None`` for any other call."""
    if name not in _MAKERS:
        return None
    return text_of(arguments)


def text_of(values: Sequence[Value]) -> Value | None:
    """Return the text of codes of characters, ``None`` where none of them is a visitor's."""
    traces = merged(trace for each in values for trace in numeric_traces(each))
    return Tainted(traces, "string") if traces else None
