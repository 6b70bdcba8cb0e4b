"""Interpreted flows: what the interpreter of `analysis/` saw at the sinks of a unit decides which flows there are.

Names say which flows are possible; a run over the tree says which of them happen. A flow by names at a sink that the
run reached with other values, or never reached, is dropped, and what the run saw there that no name told is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import pairwise

from webshellhunt.analysis.calling.outside import STORES
from webshellhunt.analysis.domain.values import Opaque, Tainted, Text, Value, options_of, traces_of
from webshellhunt.analysis.engine import Run
from webshellhunt.analysis.flows import SHAPELESS, VISITOR, Flow, Shape, Trace
from webshellhunt.analysis.observer import Arrival
from webshellhunt.analysis.vocabulary import Sink, vocabulary
from webshellhunt.code.arrivals import MAX_FLOWS
from webshellhunt.code.calls import Calls
from webshellhunt.code.harmless import is_harmless, is_query
from webshellhunt.code.shape import OF_SITE

KINDS = frozenset({"evaluate", "process", "load", "write-path", "write-content"})
"""Kinds of sinks of which the run decides."""
_LATEST_STEPS = 6
_OWN = frozenset({"this", "me", "page"})
_BY_VISITORS = STORES | {"request"}
_FEEDING = frozenset(
    {"write", "writeline", "writeasync", "writelineasync", "writetext", "print", "printline", "fileput"}
)
"""Words of sinks that need another one, which opens the file or starts the program."""
_BY_NAME = frozenset(
    {"invoke", "invokemember", "dynamicinvoke", "callbyname", "createdelegate", "createinstance", "setvalue"}
    | {"dllimport", "declare"}
)
"""Words by which a sink is called whose name is a text."""
_OFTEN = frozenset({"execute", "open", "parse", "arguments", "filename", "invoke"})
"""Words that mostly mean something else."""
_OF_SCRIPT = ("](", "Function")
"""What JScript calls a function by whose name or code is a text."""
_OWNERS = frozenset(
    {
        "file",
        "fileinfo",
        "startinfo",
        "processstartinfo",
        "xamlreader",
        "xamlservices",
        "getmethod",
        "gettype",
        "typeof",
    }
)
"""Words next to which they mean a sink."""


@lru_cache(maxsize=1)
def _telling() -> frozenset[str]:
    """Return the words of which one stands in code with a sink of which the run decides."""
    words = {last for last, group in vocabulary().sinks.items() if any(sink.kind in KINDS for sink in group)}
    return frozenset(word.lower() for word in words) - _FEEDING | _BY_NAME


def may_arrive(calls: Calls) -> bool:
    """True if something may arrive at a sink of which the run decides: one of its words is a name of the code.

    In JScript a member may also have a name that is put together.
    """
    found = _telling().intersection(calls.words)
    if found - _OFTEN:
        return True
    if calls.unit.language == "jscript" and any(map(calls.unit.tokens.text.__contains__, _OF_SCRIPT)):
        return True
    if "execute" in found and not all(map(calls.is_member, calls.indexes_of(frozenset({"execute"})))):
        return True
    if calls.unit.language == "vbscript":
        return False
    return bool(found) and not calls.words.isdisjoint(_OWNERS)


def settle(
    run: Run, flows: Sequence[Flow], controls: frozenset[str], held: frozenset[str], calls: Calls
) -> tuple[list[Flow], frozenset[int] | None]:
    """Return the flows of a unit as a run over it tells them, and the tokens of doubtful sinks.

    A doubtful sink gets what may be a visitor's; they are ``None`` if that run had to stop early.

    Args:
        run: The run over the unit.
        flows: The flows by names.
        controls: The ids of the server controls.
        held: The words that some sinks need.
        calls: The dotted names of the unit.
    """
    inner = {(each.token, text): arrivals for each in run.arrivals for text, arrivals in each.inner.items()}
    found = [flow for arrival in run.arrivals for flow in _flows_of(arrival, held, controls)]
    told = {_what(flow) for flow in flows}
    kept, happening = [*flows], {(flow.token, flow.kind) for flow in found}
    if not run.is_exhausted:
        kept = [_confirmed(flow, inner, held, controls) for flow in flows if _is_confirmed(flow, happening)]
    added = [flow for flow in found if _what(flow) not in told and not _is_proved(calls, flow)]
    doubtful = frozenset(arrival.token for arrival in run.arrivals if _is_doubtful(arrival, held))
    deeper = {(flow.token, flow.constant) for flow in added if flow.constant is not None}
    kept = [flow for flow in kept if (flow.token, flow.constant) not in deeper]
    return [*kept, *added][:MAX_FLOWS], None if run.is_exhausted else doubtful


def _is_proved(calls: Calls, flow: Flow) -> bool:
    """True if what JScript evaluates is no code: data that is checked before, or one character."""
    closer = calls.unit.match.get(flow.token + 1, -1)
    is_one = flow.kind == "evaluate" and closer > 0 and calls.unit.language == "jscript"
    return is_one and is_harmless(calls, flow.token + 2, closer)


def _is_doubtful(arrival: Arrival, held: frozenset[str]) -> bool:
    """True if a sink gets what may be a visitor's: an earlier request stored it, or its object is not known."""
    values = [value for sink in _sinks_of(arrival, held) for value in _counting(sink, arrival)]
    return any(_may_be_of_visitor(part) for value in values for part in _parts_of(value))


def _parts_of(value: Value) -> Iterator[Value]:
    """Yield the options of a value, and the parts of texts that are known in part."""
    for option in options_of(value):
        yield from option.parts if option.__class__ is Text else (option,)


def _may_be_of_visitor(value: Value) -> bool:
    """True if a value is from a request or from the state across requests, and the run does not know which it is."""
    return value.__class__ is Opaque and not _BY_VISITORS.isdisjoint(value.path)


def _sinks_of(arrival: Arrival, held: frozenset[str]) -> Iterator[Sink]:
    """Yield the sinks that the name of an arrival is, of the kinds of which the run decides."""
    vocab = vocabulary()
    for sink in vocab.sink(arrival.names, is_property=arrival.is_assigned) or vocab.sink(arrival.names):
        if sink.kind in KINDS and sink.counts(held) and not _is_idle(sink, arrival):
            yield sink


def _is_confirmed(flow: Flow, happening: Set[tuple[int, str]]) -> bool:
    """True if the run did not find that a flow by names never happens."""
    if not is_decided(flow):
        return True
    return (flow.token, flow.kind) in happening


def _what(flow: Flow) -> tuple[int, str, bool]:
    """Return what makes two flows of one sink the same: what arrives, a visitor's text or code that works with one."""
    return flow.token, flow.kind, _is_visited(flow)


def _is_visited(flow: Flow) -> bool:
    return flow.from_visitor or any(map(_is_visited, flow.inner))


def _confirmed(
    flow: Flow, inner: Mapping[tuple[int, str], Sequence[Arrival]], held: frozenset[str], controls: frozenset[str]
) -> Flow:
    """Return a flow without what never happens in the code that its sink runs, where the run saw that code."""
    arrivals = inner.get((flow.token, flow.constant or ""))
    if not flow.inner or arrivals is None:
        return flow
    found = {each.kind for arrival in arrivals for each in _flows_of(arrival, held, controls)}
    return flow._replace(inner=tuple(each for each in flow.inner if not is_decided(each) or each.kind in found))


def is_decided(flow: Flow) -> bool:
    """True if the run decides whether a flow happens."""
    return flow.kind in KINDS and flow.from_visitor


def _is_spared(sink: Sink, arrival: Arrival, values: Sequence[Value], controls: frozenset[str]) -> bool:
    """True if what arrives at a sink is a query, a file of the site, or asked of a control."""
    if sink.fixed and _are_site_files(values, sink.fixed):
        return True
    return (sink.is_bare and _are_queries(values)) or (
        sink.kind == "process" and _is_of_control(arrival.subject, controls)
    )


def _flows_of(arrival: Arrival, held: frozenset[str], controls: frozenset[str]) -> Iterator[Flow]:
    """Yield the flows of one arrival, by the sinks that its name is."""
    name = ".".join(arrival.names[-2:])
    for sink in _sinks_of(arrival, held):
        values = _counting(sink, arrival)
        if _is_spared(sink, arrival, values, controls):
            continue
        traces = [trace for value in values for trace in traces_of(value) if trace.kind in VISITOR]
        if traces:
            best = min(traces, key=lambda trace: len(trace.steps))
            steps = tuple(step.name for step in best.steps[-_LATEST_STEPS:])
            trace = Trace(best.kind, best.origin, best.token, best.key, steps)
            yield Flow(sink, name, arrival.token, trace, shape=_shape(sink, values))
        elif sink.kind == "evaluate":
            for text, inner in arrival.inner.items():
                flows = tuple(flow for each in inner for flow in _flows_of(each, held, controls))
                if flows:
                    yield Flow(sink, name, arrival.token, None, text, flows, hidden=True)


def _is_of_control(subject: Value, controls: frozenset[str]) -> bool:
    """True if a method belongs to a server control, which may have one of the same name that runs nothing."""
    path = subject.path if subject.__class__ is Opaque and not subject.type else ()
    own = path[1:] if path[:1] and path[0] in _OWN else path
    return own[:1] != () and own[0] in controls


def _are_queries(values: Sequence[Value]) -> bool:
    """True if all that arrives begins as a query of a database does."""
    options = [option for value in values for option in options_of(value) if traces_of(option)]
    fronts = [option.parts[0] if option.__class__ is Text else None for option in options]
    return bool(fronts) and all(isinstance(front, str) and is_query(front) for front in fronts)


def _are_site_files(values: Sequence[Value], endings: tuple[str, ...]) -> bool:
    """True if all that arrives are paths of files in a fixed folder of the site, with one of some endings."""
    options = [option for value in values for option in options_of(value) if traces_of(option)]
    return bool(options) and all(each.__class__ is Text and _is_site_file(each, endings) for each in options)


def _is_site_file(path: Text, endings: tuple[str, ...]) -> bool:
    fronts = [before for before, part in pairwise(path.parts) if traces_of(part)]
    last = path.parts[-1]
    is_in_folder = not traces_of(path.parts[0]) and all(isinstance(f, str) and OF_SITE.fullmatch(f) for f in fronts)
    return is_in_folder and isinstance(last, str) and last.lower().endswith(endings)


def _counting(sink: Sink, arrival: Arrival) -> Sequence[Value]:
    """Return the values that count at a sink; what starts or saves what its object has counts that."""
    if arrival.is_assigned or sink.argument is None:
        values: Sequence[Value] = arrival.arguments
    else:
        values = arrival.arguments[sink.argument : sink.argument + 1]
    if sink.pattern == ("process", "start") and not arrival.arguments:
        return [arrival.subject]
    if sink.pattern == ("saveas",) and sink.kind == "write-content":
        return [arrival.subject]
    return values


def _is_idle(sink: Sink, arrival: Arrival) -> bool:
    """True if a call says that it does nothing of the sink's kind: a file is opened to be read."""
    if sink.mode is None:
        return False
    if len(arrival.arguments) <= sink.mode:
        return True
    words = {_word(option) for option in options_of(arrival.arguments[sink.mode])}
    return words <= sink.idle


def _word(value: Value) -> str:
    return value.path[-1] if value.__class__ is Opaque and value.path else str(value).lower()


def _shape(sink: Sink, values: Sequence[Value]) -> Shape:
    """Return how the text that arrives is put together."""
    if not values:
        return SHAPELESS
    options = [option for value in values for option in options_of(value) if traces_of(option)]
    before: list[str] = []
    whole = mapped = False
    for option in options:
        parts = option.parts if option.__class__ is Text else (option,)
        at = next((number for number, part in enumerate(parts) if traces_of(part)), 0)
        front = parts[at - 1] if at else ""
        whole = whole or at == 0
        mapped = mapped or (parts[at].__class__ is Tainted and parts[at].form == "mapped")
        before.append(front if isinstance(front, str) else "")
    return Shape(
        is_whole=whole, is_mapped=mapped, before=tuple(filter(None, before)) if sink.kind == "evaluate" else ()
    )
