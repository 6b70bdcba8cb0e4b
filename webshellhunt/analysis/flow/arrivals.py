"""Arrivals as flows: which sinks an arrival of the run is, which of its values count, and which origins these have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from webshellhunt.analysis.calling.outside.sources import OWN
from webshellhunt.analysis.calling.outside.stores import STORES
from webshellhunt.analysis.capabilities import OF_CAPABILITY
from webshellhunt.analysis.domain.queries import is_query
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import Opaque, Text, Value, options_of
from webshellhunt.analysis.flow.evaluated import Evaluations
from webshellhunt.analysis.flow.flows import SHAPELESS, VISITOR, Flow
from webshellhunt.analysis.flow.holes import Holes
from webshellhunt.analysis.flow.shapes import shape_of
from webshellhunt.analysis.observer import Arrival
from webshellhunt.analysis.vocabulary import Sink, vocabulary
from webshellhunt.lazy_pattern import lazy_pattern

_BY_VISITORS = STORES | {"request"}
_STARTS = ("process", "start")
_SAVES = ("saveas",)
_NAMELESS = frozenset({"visitor", "value"})
"""First names of arrivals at a method of a value that has no name of its own."""
_BY_REFLECTION: Mapping[tuple[str, ...], str] = {
    ("reflected", "invoke"): "Invoke of a function picked at run time",
    ("named", "invoke"): "Invoke of a function that a visitor names",
}
"""Names of calls by reflection, in words."""
_OF_SITE = lazy_pattern(r"(?:~?[\\/])?(?:[\w.-]++[\\/])+[\w.-]*+")


@dataclass(frozen=True, slots=True)
class Scene:
    """Facts about the code around a sink that decide whether it counts.

    ``held`` are the words in the code that sinks need, ``controls`` the ids of server controls, ``literals`` the texts
    that are written in the code as they are. ``evaluations`` and ``holes`` know how evaluated texts are written.
    """

    held: frozenset[str] = frozenset()
    controls: frozenset[str] = frozenset()
    literals: frozenset[str] = frozenset()
    evaluations: Evaluations | None = None
    holes: Holes | None = None


def sinks_of(arrival: Arrival, held: frozenset[str]) -> Iterator[Sink]:
    """Yield the sinks that an arrival is, uses of capabilities included."""
    vocab = vocabulary()
    for sink in vocab.sink(arrival.names, is_property=arrival.is_assigned) or vocab.sink(arrival.names):
        if sink.counts(held) and not (sink.is_made and not arrival.is_made) and not _is_spared(sink, arrival):
            yield sink


def _is_spared(sink: Sink, arrival: Arrival) -> bool:
    """True if the object of a call is of a class whose method of that name does something else."""
    return bool(sink.spared) and ".".join(arrival.names[:-1]) in sink.spared


def flows_of(arrival: Arrival, scene: Scene) -> Iterator[Flow]:
    """Yield the flows of one arrival, by the sinks that its name is."""
    names = arrival.names[1:] if arrival.names[0] in _NAMELESS else arrival.names
    name = _BY_REFLECTION.get(arrival.names, ".".join(names[-2:]))
    for sink in sinks_of(arrival, scene.held):
        if sink.kind.startswith(OF_CAPABILITY) or is_idle(sink, arrival):
            continue
        values = counting(sink, arrival)
        if _is_harmless(sink, arrival, values, scene):
            continue
        traces = [trace for value in values for trace in traces_of(value)]
        if traces:
            shape = shape_of(sink.kind, values, arrival.place)
            first = [trace for trace in shape.first if trace.kind in VISITOR]  # they select the file, the address
            best = min(first or traces, key=lambda trace: (trace.kind not in VISITOR, len(trace.steps)))
            if scene.evaluations is not None and scene.evaluations.is_around(arrival.place, best.place):
                shape = SHAPELESS
            if sink.kind == "evaluate" and best.kind in VISITOR and len(values) == 1 and scene.holes is not None:
                shape = shape._replace(hole=scene.holes.kind_of(values[0], arrival.place))
            yield Flow(sink, name, arrival.place, best, shape=shape)
        if sink.kind == "evaluate":
            yield from _of_texts(sink, name, arrival, scene)


def _of_texts(sink: Sink, name: str, arrival: Arrival, scene: Scene) -> Iterator[Flow]:
    """Yield a flow for each text that an evaluator ran as code."""
    inside = replace(scene, evaluations=None, holes=None)  # the places are those of other texts there
    for text, arrivals in arrival.inner.items():
        flows = tuple(_all(flow for each in arrivals for flow in flows_of(each, inside)))
        yield Flow(sink, name, arrival.place, None, text, flows, hidden=text not in scene.literals)


def _all(flows: Iterator[Flow]) -> Iterator[Flow]:
    for flow in flows:
        yield flow
        yield from flow.inner


def _is_harmless(sink: Sink, arrival: Arrival, values: Sequence[Value], scene: Scene) -> bool:
    """True if a query, a file of the site, or the method of a server control is at a sink."""
    if sink.fixed and _are_site_files(values, sink.fixed):
        return True
    is_code = sink.kind == "evaluate" and sink.is_bare
    if is_code and scene.evaluations is not None and scene.evaluations.is_harmless(arrival.place):
        return True
    return (is_code and _are_queries(values)) or (
        sink.kind == "process" and _is_of_control(arrival.subject, scene.controls)
    )


def counting(sink: Sink, arrival: Arrival) -> Sequence[Value]:
    """Return the values that count at a sink; a call that starts or saves its own object counts that."""
    if sink.pattern == _STARTS and not arrival.arguments:
        return [arrival.subject]
    if sink.pattern == _SAVES and sink.kind == "write-content":
        return [arrival.subject]
    if arrival.is_assigned or sink.argument is None:
        return arrival.arguments
    return arrival.arguments[sink.argument : sink.argument + 1]


def is_idle(sink: Sink, arrival: Arrival) -> bool:
    """True if a call says that it does nothing of the sink's kind: a file is opened to be read."""
    if sink.mode is None:
        return False
    if len(arrival.arguments) <= sink.mode:
        return True
    words = {_word(option) for option in options_of(arrival.arguments[sink.mode])}
    return words <= sink.idle


def _word(value: Value) -> str:
    return value.path[-1] if value.__class__ is Opaque and value.path else str(value).lower()


# Values that do no harm ---------------------------------------------------------------------------------------------


def _is_of_control(subject: Value, controls: frozenset[str]) -> bool:
    """True if a method belongs to a server control, which may have one of the same name that runs nothing."""
    path = subject.path if subject.__class__ is Opaque and not subject.type else ()
    own = path[1:] if path[:1] and path[0] in OWN else path
    return own[:1] != () and own[0] in controls


def _are_queries(values: Sequence[Value]) -> bool:
    """True if all values begin as a query of a database does."""
    options = [option for value in values for option in options_of(value) if traces_of(option)]
    fronts = [option.parts[0] if option.__class__ is Text else None for option in options]
    return bool(fronts) and all(isinstance(front, str) and is_query(front) for front in fronts)


def _are_site_files(values: Sequence[Value], endings: tuple[str, ...]) -> bool:
    """True if all values are paths of files in a fixed folder of the site, with one of some endings."""
    options = [option for value in values for option in options_of(value) if traces_of(option)]
    return bool(options) and all(each.__class__ is Text and _is_site_file(each, endings) for each in options)


def _is_site_file(path: Text, endings: tuple[str, ...]) -> bool:
    fronts = [before for before, part in pairwise(path.parts) if traces_of(part)]
    last = path.parts[-1]
    is_in_folder = not traces_of(path.parts[0]) and all(isinstance(f, str) and _OF_SITE.fullmatch(f) for f in fronts)
    return is_in_folder and isinstance(last, str) and last.lower().endswith(endings)


# Doubt --------------------------------------------------------------------------------------------------------------


def is_doubtful(arrival: Arrival, held: frozenset[str]) -> bool:
    """True if a sink gets a value that may be a visitor's: an earlier request stored it, or its object is not known."""
    values = [value for sink in sinks_of(arrival, held) for value in counting(sink, arrival)]
    return any(_may_be_of_visitor(part) for value in values for part in _parts_of(value))


def _parts_of(value: Value) -> Iterator[Value]:
    """Yield the options of a value, and the parts of texts that are known in part."""
    for option in options_of(value):
        yield from option.parts if option.__class__ is Text else (option,)


def _may_be_of_visitor(value: Value) -> bool:
    """True if a value is from a request or from the state across requests, and the run does not know which it is."""
    return value.__class__ is Opaque and not _BY_VISITORS.isdisjoint(value.path)
