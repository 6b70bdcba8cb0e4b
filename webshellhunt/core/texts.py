"""Texts that code runs: read in the scope of the call, and run on its frame."""

from __future__ import annotations

from typing import Any

from webshellhunt.core.arrivals import Arrival, Arrivals
from webshellhunt.core.budget import MOST_TEXT_DEPTH, MOST_TEXT_SIZE, MOST_TEXTS
from webshellhunt.core.control import execute
from webshellhunt.core.ending import PageEnd
from webshellhunt.core.errors import doubt_error
from webshellhunt.core.procedure import Frame, Procedure
from webshellhunt.core.state import Run
from webshellhunt.core.values import EMPTY, MISSING, UNKNOWN, Some, choice, labels_of, options


def run_texts(f: Frame, value: Any, scope: Any, arrival: Arrival | None, at: int, *, is_expression: bool) -> Any:
    """Run the known texts that a value may be; what they reach is inside of the arrival of the call."""
    found = [
        run_text(f, each, scope, arrival, at, is_expression=is_expression)
        for each in options(value)
        if each.__class__ is str
    ]
    return choice(found) if found else Some("", labels_of(value))


def run_text(f: Frame, text: str, scope: Any, arrival: Arrival | None, at: int, *, is_expression: bool) -> Any:
    """Run a text; return its value."""
    run: Run = f[1]
    if not text.strip():
        return UNKNOWN
    if run.count_of_texts > MOST_TEXTS or len(text) > MOST_TEXT_SIZE or run.text_depth >= MOST_TEXT_DEPTH:
        run.budget.cuts += 1
        return UNKNOWN
    run.count_of_texts += 1
    proc, fresh, classes = run.world.read_text(text, scope, at, is_expression=is_expression)
    run.declare(fresh, classes)
    code = Procedure(proc)
    is_global = arrival is not None and arrival.names == ("executeglobal",)
    frame = [f[0], run, None, EMPTY] if is_global else f[:]
    frame += [EMPTY] * (code.slots - len(frame))
    before, run.arrivals = run.arrivals, Arrivals() if arrival is None else arrival.inner.setdefault(text, Arrivals())
    run.text_depth += 1
    try:
        end = execute(code, frame)
    finally:
        run.arrivals = before
        run.text_depth -= 1
    if end is None:
        raise PageEnd
    if run.failed is not None:
        (heap, value), run.failed = run.failed, None
        if run.handled and value is not MISSING:
            run.doubts.append(([heap, *f[1:]], value))
        doubt_error(end)
    if is_global:
        f[0] = end[0]
    else:
        f[:] = end
    return end[int(proc.kind)] if is_expression and proc.kind.isdigit() else EMPTY
