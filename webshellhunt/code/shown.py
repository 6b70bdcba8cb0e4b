"""Shown: whether what a program prints is written into the response."""

from __future__ import annotations

from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.calls import Calls

_OUTPUT = frozenset({"stdout", "stderr", "standardoutput", "standarderror"})
_MOST_STEPS = 5


def reads_output(calls: Calls) -> bool:
    """True if the code reads what a program prints."""
    return not _OUTPUT.isdisjoint(calls.words)


def shows_output(calls: Calls) -> bool:
    """True if the code writes what a program prints into the response, directly or by way of variables."""
    if not reads_output(calls):
        return False
    unit, lower = calls.unit, calls.lower
    holding = set(_OUTPUT)
    for _ in range(_MOST_STEPS):
        size = len(holding)
        for start, end in unit.statements:
            for name_at, right, stop in iter_assignments(unit, lower, start, end):
                if not holding.isdisjoint(lower[right:stop]):
                    holding.add(lower[name_at])
        if len(holding) == size:
            break
    return any(
        _writes(lower, start, end) and not holding.isdisjoint(lower[start:end]) for start, end in unit.statements
    )


def _writes(lower: list[str], start: int, end: int) -> bool:
    return "response" in lower[start:end] or lower[start - 1 : start] == ["="]
