"""Texts of several parts, some of which are not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import UNKNOWN, Choice, Tainted, Text, Value, options_of
from webshellhunt.analysis.traces import merged

MAX_PARTS = 96
MAX_TEXT = 1 << 20


def concatenated(parts: Iterable[Value]) -> Value:
    """Return a text of parts, each a known text or a value that is not known; bounded in parts and characters."""
    flat: list[Value] = []
    for part in parts:
        if not flat and part.__class__ is Text:
            flat = [*part.parts]
            continue
        for each in part.parts if part.__class__ is Text else (part,):
            if isinstance(each, str) and flat and isinstance(flat[-1], str):
                flat[-1] = str(flat[-1]) + each
            elif each.__class__ is Tainted and flat and flat[-1].__class__ is Tainted and each.form == flat[-1].form:
                flat[-1] = _both(flat[-1], each)
            elif each.__class__ is Choice or not isinstance(each, str) or each:
                flat.append(each)
    if not flat:
        return ""
    if len(flat) == 1 and isinstance(flat[0], str):
        return str(flat[0]) if len(flat[0]) <= MAX_TEXT else UNKNOWN
    if len(flat) > MAX_PARTS:
        flat = [*flat[: MAX_PARTS // 2], derived(flat), *flat[-MAX_PARTS // 4 :]]
    return Text(tuple(flat))


def _both(left: Tainted, right: Tainted) -> Tainted:
    """Return one value for two texts side by side."""
    traces = left.traces if left.traces == right.traces else merged((*left.traces, *right.traces))
    return left if traces == left.traces else Tainted(traces, "string", left.form)


def iter_texts(value: Value) -> Iterator[str]:
    """Yield the known texts that a value may be."""
    for option in options_of(value):
        if isinstance(option, str):
            yield option
