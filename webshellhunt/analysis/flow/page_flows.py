"""Page flows: everything that a run over the code of a page tells about its sinks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from webshellhunt.analysis.engine import Run
from webshellhunt.analysis.flow.arrivals import Scene, counting, flows_of, is_doubtful, is_idle, sinks_of
from webshellhunt.analysis.flow.evaluated import Evaluations
from webshellhunt.analysis.flow.flows import Flow, Shape
from webshellhunt.analysis.flow.holes import RUNNING, Holes, with_holes
from webshellhunt.analysis.flow.shapes import shape_of
from webshellhunt.analysis.flow.sinks import SeenSink
from webshellhunt.analysis.observer import Arrival
from webshellhunt.lang.syntax_index import SyntaxIndex

MAX_FLOWS = 200
_EVALUATING = "evaluate"
_PICKED = frozenset({"pick", "name"})
_WRITING = "write-path"
_ASKING = "statement"


class PageFlows(NamedTuple):
    """The flows of one code.

    ``flows`` are in the order of the code; ``statements`` those into statements of a database, whoever says which one
    it is; ``writes`` are the places of sinks that name a written file, with the shape of that name; ``sinks`` all sinks
    that the run reached. ``doubtful`` are the places of sinks that may get a visitor's text of an earlier request,
    ``None`` if the run had to stop early.
    """

    flows: Sequence[Flow] = ()
    statements: Sequence[Flow] = ()
    writes: Sequence[tuple[int, Shape]] = ()
    sinks: Sequence[SeenSink] = ()
    doubtful: frozenset[int] | None = None
    is_exhausted: bool = False


def flows_of_run(run: Run, scene: Scene, index: Callable[[], SyntaxIndex]) -> PageFlows:
    """Return the flows of a run; ``index`` returns that of the tree of the code."""
    arrivals = [*run.arrivals]
    if any(_EVALUATING in {sink.kind for sink in sinks_of(each, scene.held)} for each in arrivals):
        evaluations = Evaluations(index())
        scene = replace(scene, evaluations=evaluations, holes=Holes(index(), evaluations))
    found = [flow for each in arrivals for flow in flows_of(each, scene)]
    running = {each.place for each in arrivals for sink in sinks_of(each, scene.held) if sink.kind in RUNNING}
    found = with_holes(found, running)
    statements = [flow for flow in found if flow.kind == _ASKING]
    if not any(flow.kind == "database" for flow in found):
        found = [flow for flow in found if flow.kind != _ASKING]
    return PageFlows(
        [*_each_once(found)][:MAX_FLOWS],
        [*_each_once(statements)],
        [*dict.fromkeys(_writes(arrivals, scene))],
        [
            SeenSink(sink, ".".join(each.names[-2:]), each.place)
            for each in arrivals
            for sink in sinks_of(each, scene.held)
        ],
        None if run.is_exhausted else frozenset(each.place for each in arrivals if is_doubtful(each, scene.held)),
        run.is_exhausted,
    )


def _each_once(flows: Iterable[Flow]) -> Iterable[Flow]:
    """Yield flows in the order of the code, one for each sink at a place and text that it runs."""
    seen: set[tuple[int, str, str | None]] = set()
    ordered = sorted(flows, key=lambda flow: (flow.place, not flow.from_visitor))
    named = {flow.place for flow in ordered if flow.from_visitor and flow.kind not in _PICKED}
    for flow in ordered:
        if flow.kind in _PICKED and flow.place in named:
            continue  # the function that is called is known
        if (key := (flow.place, flow.kind, flow.constant)) not in seen:
            seen.add(key)
            yield flow


def _writes(arrivals: Iterable[Arrival], scene: Scene) -> Iterable[tuple[int, Shape]]:
    for each in arrivals:
        for sink in sinks_of(each, scene.held):
            if sink.kind == _WRITING and not is_idle(sink, each):
                yield each.place, shape_of(_WRITING, counting(sink, each), each.place)
