"""Judging: what is harmful of what arrives at sinks, by the kind of the sink.

It reads arrivals as values are shown there, and knows no evaluator. A trace says that the visitor's text is *in* a
value. For a path that is not enough: ``folder & number & ".xls"`` names a table whatever the visitor sends,
``Request("path")`` any file of the server.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from webshellhunt.analysis.arrivals import MAX_FORMS, Arrival, Arrivals, Form, Part, Shown
from webshellhunt.analysis.flow.evaluated import Evaluations
from webshellhunt.analysis.flow.flows import ITSELF, SHAPELESS, Flow, Shape
from webshellhunt.analysis.flow.holes import CHOSEN, QUOTED, REFERRING, Holes
from webshellhunt.analysis.flow.sinks import SeenSink
from webshellhunt.analysis.queries import is_query
from webshellhunt.analysis.traces import VISITOR, Trace
from webshellhunt.analysis.vocabulary import ITS_OBJECT, Sink, vocabulary
from webshellhunt.core.letters import OTHERS, lacks
from webshellhunt.core.quoted import is_in_literal
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lazy_pattern import lazy_pattern

RUNNING = frozenset({"evaluate", "process", "load", "pick", "name"})
"""The kinds of sinks that run their argument: nothing is a hole in a text that names one of them."""
SHAPED = frozenset(
    {"evaluate", "write-path", "write-content", "read-path", "list-path", "database", "statement", "fetch"}
)
"""The kinds of sinks whose detectors ask how the text is put together."""
MAX_FLOWS = 200
_EVALUATING, _WRITING, _ASKING = "evaluate", "write-path", "statement"
_ASKED_BEFORE = frozenset({"evaluate", "database", "statement", "fetch", "write-content"})
"""The kinds of sinks whose detectors ask for the text right before the visitor's."""
_PICKED = frozenset({"pick", "name"})
_STARTS = ("process", "start")
_NAMING = frozenset({"start", "shell", "run", "exec", "shellexecute"})
"""Last names of calls whose first argument, or object, names the program that they start."""
_EVAL = ("eval",)
_SEPARATORS = " \t\"'/\\:"
_CONTROL = "filledcontrol"
"""The first name of arrivals at a method of a control of the markup."""
_NAMELESS = frozenset({"visitor", "value"})
"""First names of arrivals at a method of a value that has no name of its own."""
_BY_REFLECTION: Mapping[tuple[str, ...], str] = {
    ("reflected", "invoke"): "Invoke of a function picked at run time",
    ("named", "invoke"): "Invoke of a function that a visitor names",
}
"""Names of calls by reflection, in words."""
_MAPPED, _FOUND, _NAME, _FILE_NAME, _ADDRESS = "mapped", "found", "name-only", "file-name", "address"
_DATA = "data"
_PROGRAM_NAME = "filename"
_COMMANDING = frozenset({"evaluate", "process", "statement", "database"})
_ACTING = string.ascii_letters + OTHERS + "_$('\"`"
"""Characters without one of which a text does nothing when it is evaluated."""
_NAMING_IN_CODE = _ACTING.replace("(", "[")
"""Characters without one of which it names nothing that brackets could call."""
_PARTING, _OF_SHELL, _OF_PATH = ' "', "&|<>%", "/\\:"
"""Characters without which a text is one word of a command line, for an interpreter too, and one name of a file."""
_RUNNERS = lazy_pattern(
    r"(?i)\b(?:power)?shell|\bpwsh|\b[wc]script|\bmshta|\brundll|\bregsvr|\b\w*sh\b|\bcertutil|\bbitsadmin|\bmsbuild|\bwmic"
    r"|\bpython|\bperl|\bphp|\bruby|\bnode|\bjava|\bmsiexec|\binstallutil|\bforfiles|\bstart\b|\bcall\b"
)
"""Programs that run what their arguments name."""
_SHELL = lazy_pattern(r"(?i)\A[\s\"]*(?:[\w:\\/%]*?\b(?:cmd(?:\.exe)?|comspec%)[\s\"]*(?:/[a-z][:\w]*[\s\"]*)*)?")
"""The interpreter before a command, with its switches."""
_QUOTE = '"'
_SELECTED = frozenset({_FOUND, "answer"})
"""Forms of a text that the visitor selects, and another one wrote."""
_OF_SITE = lazy_pattern(r"(?:~?[\\/])?(?:[\w.-]++[\\/])+[\w.-]*+")
_NOT_SERVED = "app_data"
_TOP = "~./\\"
_OPEN = lazy_pattern(r"(?i)\s*(?:[a-z][a-z0-9+.]*://(?:127\.0\.0\.1:|localhost:)?|\\\\[?.]\\|[a-z]:[\\/]*)?\s*")
"""Text before a visitor's that leaves the choice to him: a scheme, this very machine, a drive, a long path."""
_FRAME = lazy_pattern(r"[\w=(,]\s*+\Z")
_BEGINNING = lazy_pattern(r"(?i)\b(?:then|else|do|loop|rem)\s*+\Z")
"""Words after which a statement begins, or nothing more is read."""
_WRITERS = frozenset({"write", "writeline"})
"""Members of a response as well as of the input of a program."""
_WORD = lazy_pattern(r"\w++")


@dataclass(frozen=True, slots=True)
class Scene:
    """Facts about the code around a sink that decide whether it counts.

    ``held`` are the words in the code that sinks need, ``controls`` the ids of server controls, ``literals`` the texts
    that are written in the code as they are. ``evaluations`` and ``holes`` know how evaluated texts are written.
    ``program`` are the names of programs in assignments.
    """

    held: frozenset[str] = frozenset()
    controls: frozenset[str] = frozenset()
    literals: frozenset[str] = frozenset()
    evaluations: Evaluations | None = None
    holes: Holes | None = None
    program: str = ""


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
    programs: Sequence[tuple[int, frozenset[str]]] = ()
    """The programs that are started, and texts that are evaluated, by their places, where the run knows all of them."""
    asked: Sequence[tuple[str, Arrival]] = ()
    """The arrivals whose values detectors ask for, in the order of the code, by the kind of the sink."""


def judge(arrivals: Arrivals, scene: Scene, index: Callable[[], SyntaxIndex]) -> PageFlows:
    """Return the flows of a run by its arrivals; ``index`` returns that of the tree of the code."""
    seen = [(each, sink) for each in arrivals for sink in sinks_of(each, scene.held)]
    named = (each.arguments[0] for each, _ in seen if each.is_assigned and each.names[-1] == _PROGRAM_NAME)
    scene = replace(scene, program=" ".join(map(_known_words, named)))
    if any(sink.kind == _EVALUATING for _, sink in seen):
        evaluations = Evaluations(index())
        scene = replace(scene, evaluations=evaluations, holes=Holes(index(), evaluations))
    found = [flow for each in arrivals for flow in flows_of(each, scene)]
    found = _with_holes(found, {each.place for each, sink in seen if sink.kind in RUNNING})
    statements = [flow for flow in found if flow.kind == _ASKING]
    if not any(flow.kind == "database" for flow in found):
        found = [flow for flow in found if flow.kind != _ASKING]
    return PageFlows(
        [*_each_once(found)][:MAX_FLOWS],
        [*_each_once(statements)],
        [*dict.fromkeys(_writes(seen))],
        [SeenSink(sink, ".".join(each.names[-2:]), each.place) for each, sink in seen],
        None if arrivals.is_cut else frozenset(each.place for each in arrivals if is_doubtful(each, scene.held)),
        arrivals.is_cut,
        () if arrivals.is_cut else _programs(seen),
    )


def asked_of(arrivals: Iterable[Arrival], held: frozenset[str]) -> Sequence[tuple[str, Arrival]]:
    """Return the arrivals whose values detectors ask for, in the order of the code, with their kinds."""
    found = ((sink.kind, each) for each in arrivals for sink in sinks_of(each, held) if sink.is_asked)
    return sorted(found, key=lambda asked: asked[1].place)


def _programs(seen: Iterable[tuple[Arrival, Sink]]) -> tuple[tuple[int, frozenset[str]], ...]:
    found: dict[int, frozenset[str]] = {}
    for each, sink in seen:
        if (sink.kind == "process" and each.names[-1] in _NAMING and not each.is_assigned) or each.names == _EVAL:
            forms = (each.arguments[0] if each.arguments else each.subject).forms
            known = _known_text if each.names == _EVAL else _known_name
            names = frozenset(map(known, forms)) if len(forms) < MAX_FORMS else frozenset[str]()
            found[each.place] = found.get(each.place, names) | names
    return tuple((place, names) for place, names in found.items() if names and "" not in names)


def _known_text(form: Form) -> str:
    """Return a text that is known but for numbers, sums and data in it, ``""`` for any other."""
    parts = [
        each if isinstance(each, str) else "0" if each.type == "number" or _is_safe(_EVALUATING, each.form) else ""
        for each in form
    ]
    return "".join(parts) if all(parts) else ""


def _known_name(form: Form) -> str:
    """Return the known text of a command line whose name of a program is known, or at least how that begins."""
    first = form[0]
    if not isinstance(first, str) or (len(form) > 1 and first[-1:] in _SEPARATORS and not first.split()[1:]):
        return ""
    return "".join(part for part in form if isinstance(part, str))


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


def _writes(seen: Iterable[tuple[Arrival, Sink]]) -> Iterable[tuple[int, Shape]]:
    for each, sink in seen:
        if sink.kind == _WRITING and not is_idle(sink, each):
            yield each.place, shape_of(_WRITING, counting(sink, each), each.place)


# Sinks and flows ------------------------------------------------------------------------------------------------------


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
        if not sink.is_end or is_idle(sink, arrival):
            continue
        values = counting(sink, arrival)
        if _is_harmless(sink, arrival, values, scene):
            continue
        traces = [trace for value in values for trace in value.traces]
        if traces and not (sink.kind == _EVALUATING and arrival.is_read):
            yield _flow(sink, name, arrival, traces, scene)
        if sink.kind == _EVALUATING:
            yield from _of_texts(sink, name, arrival, scene)


def _flow(sink: Sink, name: str, arrival: Arrival, traces: Sequence[Trace], scene: Scene) -> Flow:
    """Return the flow of the values that count at a sink, of the origin that says most."""
    values = counting(sink, arrival)
    shape = shape_of(sink.kind, values, arrival.place)
    first = [trace for trace in shape.first if trace.kind in VISITOR]  # they select the file, the address
    best = min(first or traces, key=lambda trace: (trace.kind not in VISITOR, len(trace.steps)))
    if scene.evaluations is not None and scene.evaluations.is_around(arrival.place, best.place):
        shape = SHAPELESS
    if sink.kind == _EVALUATING and best.kind in VISITOR and len(values) == 1 and scene.holes is not None:
        shape = shape._replace(hole=_hole_of(values[0], arrival.place, scene.holes))
    return Flow(sink, name, arrival.place, best, shape=shape, traces=tuple(traces))


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


def counting(sink: Sink, arrival: Arrival) -> Sequence[Shown]:
    """Return the values that count at a sink; a call that starts or saves its own object counts that."""
    if sink.pattern == _STARTS and not arrival.arguments:
        return [arrival.subject]
    if sink.argument == ITS_OBJECT:
        return [arrival.subject]
    if arrival.is_assigned or sink.argument is None:
        return arrival.arguments
    return arrival.arguments[sink.argument : sink.argument + 1]


# Values that do no harm -----------------------------------------------------------------------------------------------


def is_idle(sink: Sink, arrival: Arrival) -> bool:
    """True if a call says that it does nothing of the sink's kind: a file is opened to be read."""
    if sink.mode is None:
        return False
    if len(arrival.arguments) <= sink.mode:
        return True
    return arrival.arguments[sink.mode].words <= sink.idle


def _is_harmless(sink: Sink, arrival: Arrival, values: Sequence[Shown], scene: Scene) -> bool:
    """True if text of a safe form, a query, a file of the site, or the method of a server control is at a sink."""
    forms = _traced(values)
    if forms and all(_is_safe(sink.kind, part.form) for part in _parts(forms) if part.traces):
        return True
    if sink.kind == "process" and forms and is_one_word(arrival, values, scene):
        return True
    if sink.fixed and _are_site_files(values, sink.fixed):
        return True
    is_code = sink.kind == _EVALUATING and sink.is_bare
    if is_code and scene.evaluations is not None and scene.evaluations.is_harmless(arrival.place):
        return True
    is_of_control = arrival.names[0] == _CONTROL or arrival.names[0] in scene.controls
    return (is_code and _are_queries(values)) or (sink.kind == "process" and is_of_control)


def _is_safe(kind: str, form: str) -> bool:
    """True if a visitor's text of a form does no harm at a sink of a kind: in a page it needs a ``<``."""
    if kind == "write-content":
        return lacks(form, "<") or form == _FILE_NAME
    if kind == _EVALUATING and (form == _DATA or lacks(form, _ACTING) or lacks(form, _NAMING_IN_CODE)):
        return True
    return kind in _COMMANDING and form == _ADDRESS


def is_one_word(arrival: Arrival, values: Sequence[Shown], scene: Scene) -> bool:
    """True if all text of a visitor is a word in the arguments of a known program, or the end of its name."""
    front = scene.program if arrival.names[-1] == "arguments" else ""
    if not arrival.is_assigned and arrival.arguments and not arrival.arguments[0].traces:
        front = _known_words(arrival.arguments[0]) + " "
    return all(_is_word_after(front, form) for form in _traced(values))


def _known_words(value: Shown) -> str:
    return " ".join(part for form in value.forms for part in form if isinstance(part, str)) + " "


def _is_word_after(front: str, form: Form) -> bool:
    for part in form:
        if isinstance(part, str):
            front += part
        elif part.traces:
            words = _SHELL.sub("", front, count=1)
            parting = _PARTING + _OF_SHELL * (words != front) + _OF_PATH * (not words[-1:].isspace())
            if not words.strip() or _RUNNERS.search(words) or not lacks(part.form, parting):
                return False
            front += "_"
    return True


def _traced(values: Sequence[Shown]) -> list[Form]:
    """Return the alternatives of values that have an origin."""
    return [form for value in values for form in value.forms if any(map(_traces_of, form))]


def _traces_of(part: str | Part) -> tuple[Trace, ...]:
    return part.traces if isinstance(part, Part) else ()


def _are_queries(values: Sequence[Shown]) -> bool:
    """True if all values begin as a query of a database does."""
    forms = _traced(values)
    return bool(forms) and all(isinstance(form[0], str) and is_query(form[0]) for form in forms)


def _are_site_files(values: Sequence[Shown], endings: tuple[str, ...]) -> bool:
    """True if all values are paths of files in a fixed folder of the site, with one of some endings."""
    forms = _traced(values)
    return bool(forms) and all(_is_site_file(form, endings) for form in forms)


def _is_site_file(path: Form, endings: tuple[str, ...]) -> bool:
    fronts = [before for before, part in pairwise(path) if _traces_of(part)]
    last = path[-1]
    is_in_folder = not _traces_of(path[0]) and all(isinstance(f, str) and _OF_SITE.fullmatch(f) for f in fronts)
    return is_in_folder and isinstance(last, str) and last.lower().endswith(endings)


def is_doubtful(arrival: Arrival, held: frozenset[str]) -> bool:
    """True if a sink gets a value that may be a visitor's: an earlier request stored it, or its object is not known."""
    return any(value.is_doubtful for sink in sinks_of(arrival, held) for value in counting(sink, arrival))


# Shapes ---------------------------------------------------------------------------------------------------------------


def shape_of(kind: str, values: Sequence[Shown], token: int) -> Shape:
    """Return the shape of the first value with a trace, or of the first one.

    ``kind``: the kind of the sink; others than those of written files say nothing of endings. ``token``: the sink, as
    the place of the endings.
    """
    if not values or kind not in SHAPED:
        return SHAPELESS
    forms = next((each for each in values if each.traces), values[0]).forms
    found = [each for form in forms for each in _beginnings(form)]
    begins = {begin for begin, _ in found}
    is_whole = not begins.isdisjoint(("whole", _MAPPED)) and not (kind == _ASKING and any(map(_follows_unknown, forms)))
    endings = dict.fromkeys((token, _ending(form)) for form in forms) if kind == _WRITING else ()
    asks = kind in _ASKED_BEFORE and (is_whole or kind != "fetch")
    return Shape(
        is_whole=is_whole,
        is_mapped=_MAPPED in begins and "whole" not in begins,
        is_part=any(part.traces and part.form not in _SELECTED for part in _parts(forms)),
        is_beside="beside" in begins,
        is_private="private" in begins,
        endings=tuple(endings),
        before=tuple(dict.fromkeys(each for form in forms for each in befores(form))) if asks else (),
        first=tuple(dict.fromkeys(trace for _, traces in found for trace in traces)),
        is_always=is_whole and _is_always(_traced(values[:1]) or _traced(values)),
    )


def _is_always(forms: Sequence[Form]) -> bool:
    """True if each text begins with a visitor's that may be any, or one of them is nothing else than that."""
    return all(map(_begins_with_him, forms)) or any(len(form) == 1 and _begins_with_him(form) for form in forms)


def _begins_with_him(form: Form) -> bool:
    """True if a text begins with one of a visitor that may be any."""
    return any(traces and form[0].form != _NAME for _, traces in _beginnings(form) if isinstance(form[0], Part))


def _follows_unknown(form: Form) -> bool:
    """True if a text of a visitor follows one that another file may know, such as the beginning of a statement."""
    return not isinstance(form[0], str) and not form[0].traces and any(map(_traces_of, form[1:]))


def _parts(forms: Sequence[Form]) -> Iterator[Part]:
    """Yield the parts of values that are not known."""
    return (part for part in chain.from_iterable(forms) if isinstance(part, Part))


def befores(form: Form) -> Iterator[str]:
    """Yield the known texts right before the visitor's text; a path below the site is not his alone."""
    before = ""
    for part in form:
        if before and _traces_of(part) and not (isinstance(part, Part) and part.form == _MAPPED):
            yield before
        before = part if isinstance(part, str) else ""


def _ending(form: Form) -> str | None:
    """Return the known text at the end of a value, ``None`` for anything else."""
    last = form[-1]
    if isinstance(last, str):
        return last or None
    return ITSELF if last.is_itself else None


def _beginnings(form: Form) -> Iterator[tuple[str, tuple[Trace, ...]]]:
    """Yield the beginnings of a text: the visitor's text with its traces, or a folder of the page without any."""
    is_mapped = False
    for at, part in enumerate(form):
        after = form[at + 1] if at + 1 < len(form) else None
        if isinstance(part, str):
            is_below = is_mapped or (isinstance(after, Part) and after.form == _MAPPED)
            yield from ((each, ()) for each in _of_text(part, is_mapped=is_below))
            if at or _OPEN.fullmatch(part) is None:
                return
        elif part.traces:
            if part.form != _FOUND:
                is_below = is_mapped or part.form == _MAPPED or part.is_of_site  # joined with a folder of the site
                yield _MAPPED if is_below else "whole", part.traces
            return
        elif part.is_site_root:
            is_mapped = True
        else:
            if part.is_itself or part.is_of_site:
                below = after if isinstance(after, str) else ""
                yield "private" if _NOT_SERVED in below.lower() else "" if below.strip(_TOP) else "beside", ()
            return


def _of_text(text: str, *, is_mapped: bool) -> Iterator[str]:
    if _NOT_SERVED in text.lower():
        yield "private"
    elif is_mapped and not text.strip(_TOP):
        yield "beside"


# Holes ----------------------------------------------------------------------------------------------------------------


def _hole_of(value: Shown, place: int, holes: Holes) -> str:
    """Return the kind of hole that all text of a visitor in an evaluated value stands in; ``""`` for none."""
    written = holes.written(place)
    if written is None:
        return QUOTED if _are_names(value) else ""
    if written.named:
        return written.named
    kinds = {_kind_of_form(form, is_chosen=written.is_chosen) for form in value.forms}
    kinds.discard(None)
    return (kinds.pop() or "") if len(kinds) == 1 else ""


def _are_names(value: Shown) -> bool:
    """True if all text of a visitor in a value is of letters and digits, in any language."""
    found = [part for form in value.forms for part in form if not isinstance(part, str) and part.traces]
    return bool(found) and all(part.form == _NAME for part in found)


def _kind_of_form(form: Form, *, is_chosen: bool) -> str | None:
    """Return the kind of hole in one alternative of a text, ``""`` for none, ``None`` without a visitor's text."""
    front, words, kinds = "", "", set[str]()
    for part in form:
        if isinstance(part, str):
            front, words = front + part, f"{words} {part}"
        elif not part.traces:
            return ""
        elif part.form == _NAME or (lacks(part.form, _QUOTE) and is_in_literal(front)):
            front, words = front + "_", words + "_"
            kinds.add(QUOTED)
        elif is_chosen and _FRAME.search(front) and not _BEGINNING.search(front):
            front = front + "_"
            kinds.add(CHOSEN)
        else:
            return ""
    if not kinds:
        return None
    if not _running_words().isdisjoint(_WORD.findall("".join(map(_plain, form)).lower())):
        return ""
    return CHOSEN if CHOSEN in kinds else QUOTED


@lru_cache(maxsize=1)
def _running_words() -> frozenset[str]:
    """Return the last words of the names of sinks that run something, or make an object that does."""
    sinks = vocabulary().sinks
    words = {word for word, group in sinks.items() if any(sink.kind in RUNNING for sink in group)}
    return (REFERRING | words) - _WRITERS


def _plain(part: str | Part) -> str:
    return part if isinstance(part, str) else "_"


def _with_holes(flows: Sequence[Flow], running: set[int]) -> list[Flow]:
    """Return flows with their holes only where nothing else of the code runs anything.

    A value that one text keeps in a name may be run by another one. ``running`` are the places of all sinks that run.
    """
    if running <= {flow.place for flow in flows if flow.shape.hole}:
        return [*flows]
    return [flow._replace(shape=flow.shape._replace(hole="")) if flow.shape.hole else flow for flow in flows]
