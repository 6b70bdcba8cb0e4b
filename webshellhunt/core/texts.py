"""Texts that code runs: read in the scope of the call, and run on its frame."""

from __future__ import annotations

from webshellhunt.core.arrivals import Arrival, Arrivals
from webshellhunt.core.budget import MOST_SHORT, MOST_TEXT_DEPTH, MOST_TEXT_SIZE, MOST_TEXTS
from webshellhunt.core.control import execute
from webshellhunt.core.ending import PageEnd, Thrown
from webshellhunt.core.errors import doubt_error
from webshellhunt.core.heap import PAGE, fork_frame, join_frames
from webshellhunt.core.letters import is_assigned
from webshellhunt.core.procedure import Frame, Procedure
from webshellhunt.core.quoted import code_of
from webshellhunt.core.rows import Row
from webshellhunt.core.state import Run
from webshellhunt.core.values import EMPTY, MISSING, UNKNOWN, Parts, Some, Value, choice, labels_of, options


def run_texts(f: Frame, value: Value, scope: Value, arrival: Arrival | None, at: int, row: Row) -> Value:
    """Run the known texts that a value may be; all that they reach is inside of the arrival of the call.

    Statements of Visual Basic in which nothing else than values is not known are run as well, with a variable for each
    of these. Several texts are run in states of their own, which are joined.
    """
    texts = [each for each in options(value) if each.__class__ is str]
    if arrival is not None and scope is not None and not row.is_value:
        texts += _codes_of(f, value)
        arrival.is_read = arrival.is_read is not False and len(texts) == len(options(value))
    if len(texts) < 2:
        return run_text(f, texts[0], scope, arrival, at, row) if texts else Some("", labels_of(value))
    found, states = [], []
    for each in texts:
        g = fork_frame(f)
        try:
            found.append(run_text(g, each, scope, arrival, at, row))
            states.append(g)
        except Thrown as error:
            failed = error.with_traceback(None)  # which has the frames of the run
    if not states:
        try:
            raise failed
        finally:
            del failed
    width = max(map(len, states))
    joined = [*states[0], *[EMPTY] * (width - len(states[0]))]
    for g in states[1:]:
        joined = join_frames(joined, [*g, *[EMPTY] * (width - len(g))])
    f[:] = joined
    return choice(found)


def _codes_of(f: Frame, value: Value) -> list[str]:
    """Return the code of the texts of which only values are not known, and assign these to its variables."""
    run: Run = f[1]
    found: list[str] = []
    for each in options(value):
        is_part = each.__class__ is Parts or (each.__class__ is Some and is_assigned(each.form))
        code = (
            code_of(each.parts if each.__class__ is Parts else (each,), f"{run.text_depth}_{len(found)}")
            if is_part
            else None
        )
        if code is None:
            continue
        found.append(code[0])
        for name, part in code[1].items():
            f[0].own(PAGE)[name] = Some(part.type, part.labels, part.codes)
    return found


def run_text(f: Frame, text: str, scope: Value, arrival: Arrival | None, at: int, row: Row) -> Value:
    """Run a text; return its value."""
    run: Run = f[1]
    if not text.strip():
        return UNKNOWN
    is_many = run.count_of_texts > MOST_TEXTS and run.size_of_texts > MOST_SHORT
    if is_many or run.texts_at[at] > MOST_TEXTS or len(text) > MOST_TEXT_SIZE or run.text_depth >= MOST_TEXT_DEPTH:
        run.budget.cuts += 1
        if arrival is not None:
            arrival.is_read = False
        return UNKNOWN
    run.count_of_texts += 1
    run.size_of_texts += len(text)
    run.texts_at[at] += 1
    proc, fresh, classes = run.world.read_text(text, scope, at, is_expression=row.is_value)
    run.declare(fresh, classes)
    code = Procedure(proc)
    frame = [f[0], run, None, EMPTY] if row.is_global else f[:]
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
    if row.is_global:
        f[0] = end[0]
    else:
        f[:] = end
    return end[int(proc.kind)] if row.is_value and proc.kind.isdigit() else EMPTY
