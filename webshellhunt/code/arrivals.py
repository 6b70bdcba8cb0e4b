"""Arrivals: which calls of a unit are sinks, and what arrives at them once all names are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from webshellhunt.analysis.capabilities import OF_CAPABILITY
from webshellhunt.analysis.flows import SHAPELESS, VISITOR, Flow, Shape, Trace
from webshellhunt.analysis.vocabulary import Sink, vocabulary
from webshellhunt.code.aliases import AliasedCall
from webshellhunt.code.assignments import ASSIGNS
from webshellhunt.code.calls import DottedName
from webshellhunt.code.declarations import own_reaches
from webshellhunt.code.evaluation import texts_run
from webshellhunt.code.expressions import Expressions
from webshellhunt.code.given import Given
from webshellhunt.code.given_kinds import GivenKinds
from webshellhunt.code.harmless import is_harmless
from webshellhunt.code.hidden import HiddenCode
from webshellhunt.code.holes import RUNNING, Holes
from webshellhunt.code.reflection import CALLING, SETTING
from webshellhunt.code.relevance import is_relevant
from webshellhunt.code.roads import Roads
from webshellhunt.code.shape import SHAPED, Shapes
from webshellhunt.code.sink_arguments import arguments_at, counting, is_idle
from webshellhunt.code.unit import Unit
from webshellhunt.lazy_pattern import lazy_pattern

MAX_FLOWS = 200
MAX_SINKS = 5_000
MAX_SHAPED = 20
"""Flows into evaluators of which it is asked whether a visitor's text is only a name in them."""
_STARTS = ("process", "start")
_SAVES = ("saveas",)
_UPLOADS = lazy_pattern(r"upload|posted|httpfile")
"""Words in the name of a variable that holds an upload."""


class Arrivals:
    """The sinks of one unit.

    ``flows`` are those that something reaches, ``sinks`` all that were seen, as sink, name and token.
    """

    def __init__(
        self,
        unit: Unit,
        expressions: Expressions,
        held: frozenset[str],
        hidden: HiddenCode,
        owned: Sequence[tuple[tuple[int, int], str | None]],
        given: Given,
    ) -> None:
        self.flows: list[Flow] = []
        self.sinks: list[tuple[Sink, str, int]] = []
        self._written: list[tuple[Sink, list[tuple[int, int]], str | None, int]] = []
        self._statements: list[tuple[Flow, list[tuple[int, int]], str | None]] = []
        self._unit = unit
        self._calls = expressions.calls
        self._lower = expressions.calls.lower
        self._expressions = expressions
        self._held = held
        self._hidden = hidden
        self._functions = frozenset(map(str.lower, expressions.functions))
        self._owned = owned
        self._given = given
        self._given_kinds = GivenKinds(unit, expressions.scopes, given)

    def writes(self) -> list[tuple[int, Shape]]:
        """Return the token of each sink that names a file being written, with the shape of that name.

        Raises:
            ExhaustedError: The unit has had its share of looks.
        """
        return [(last, self._shape(sink, ranges, owner)) for sink, ranges, owner, last in self._written[:MAX_FLOWS]]

    def statements(self) -> Iterator[Flow]:
        """Yield what a visitor asks of a database, whoever says which one it is; it may raise `ExhaustedError`."""
        for flow, ranges, owner in self._statements[:MAX_SHAPED]:
            yield flow._replace(shape=self._shape(flow.sink, ranges, owner))

    def add_statements(self) -> None:
        """Add what is asked of a database, where the visitor has a say in which one it is."""
        if any(flow.kind == "database" for flow in self.flows):
            for flow, ranges, owner in self._statements[:MAX_FLOWS]:
                self.flows.append(flow._replace(shape=self._shape(flow.sink, ranges, owner)))

    def settle_holes(self, *, is_alone: bool) -> None:
        """Keep the holes in evaluated text only where nothing else of the unit runs anything.

        A value that one text keeps in a name may be what another one runs. ``is_alone`` is false where code in another
        language of the page may run it.
        """
        runs = {token for sink, _, token in self.sinks if sink.kind in RUNNING}
        if is_alone and runs <= {flow.token for flow in self.flows if flow.shape.hole}:
            return
        self.flows[:] = [flow._replace(shape=flow.shape._replace(hole="")) for flow in self.flows]

    def look(self, start: int, end: int, owner: str | None) -> None:
        """Look at each call of a statement, also in the middle of a dotted name, ``sink(x).StdOut.ReadAll``."""
        if len(self.flows) >= MAX_FLOWS or len(self.sinks) >= MAX_SINKS:
            return
        for root in self._calls.roots_in(start, end):
            dotted, names = self._expressions.objects.resolve(root, owner)
            offset = len(names) - len(dotted.tokens)
            for size, last in enumerate(dotted.tokens, offset + 1):
                if size < 1:
                    continue  # this, in front of a name whose type is known
                if self._lower[last] in (CALLING | SETTING) and self._unit.is_op(last + 1, "("):
                    self._at_reflection(root, last, (start, end), owner)
                whole = last == dotted.last
                if whole or self._unit.is_op(last + 1, "("):
                    assigned = whole and last + 1 < end and self._lower[last + 1] in ASSIGNS
                    for sink in self._sinks(names[:size], assigned=assigned):
                        self._at_sink(sink, names[:size], dotted, last, (start, end), owner, assigned=assigned)

    def _sinks(self, names: tuple[str, ...], *, assigned: bool) -> list[Sink]:
        """Return the sinks that a dotted name is; VBScript lets a method be given its argument like a property."""
        sinks = vocabulary().sink(names, is_property=assigned)
        if sinks or not assigned or self._unit.language != "vbscript":
            return sinks
        return [sink for sink in vocabulary().sink(names) if sink.of_type and not sink.argument]

    def look_at_aliased(self, calls: Iterable[AliasedCall]) -> None:
        """Look at calls of what evaluates text by another name."""
        sink = vocabulary().sink(("eval",))[0]
        for opener, ranges in islice(calls, MAX_FLOWS):
            number = self._unit.statement_at(opener)
            owner = self._owned[number][1] if number is not None else None
            self.sinks.append((sink, "eval", opener))
            trace = self._road(list(ranges), owner)
            self._at_evaluator(Flow(sink, "eval", opener, trace), list(ranges), owner, through=False)

    def rehearse(self) -> None:
        """Look at what a run of the page would give to those evaluators of which nothing is told so far."""
        told = {flow.token for flow in self.flows if flow.from_visitor or flow.inner}
        untold = {at: (sink, name) for sink, name, at in self.sinks if sink.kind == "evaluate" and at not in told}
        if not untold:
            return
        known = {flow.constant for flow in self.flows}
        texts, is_cut = texts_run(self._unit, untold)
        self._hidden.exhausted = self._hidden.exhausted or is_cut
        for token, text in texts:
            if text not in known and is_relevant(text, self._unit.language):
                self._run_constants(*untold[token], token, {text: text not in self._unit.tokens.values})

    def join_hidden(self) -> None:
        """Look at all texts that the unit runs as one code."""
        run = next((flow for flow in self.flows if flow.constant is not None and flow.hidden), None)
        joined = self._hidden.joined() if run is not None else None
        if run is not None and joined is not None:
            self.flows.append(run._replace(constant=joined[0], inner=joined[1]))

    def _at_sink(
        self,
        sink: Sink,
        names: tuple[str, ...],
        dotted: DottedName,
        last: int,
        statement: tuple[int, int],
        owner: str | None,
        *,
        assigned: bool,
    ) -> None:
        """Record a sink, and the flow into it if there is one; ``assigned`` tells that it is given by an ``=``."""
        # A control of the page may have a method of the same name, which runs nothing on the server.
        if not sink.counts(self._held) or (sink.kind == "process" and self._expressions.origins.is_control(names)):
            return
        if self._given_kinds.is_spared(sink, dotted.tokens[0], owner):
            return
        if sink.kind == "evaluate" and any(left <= last < right for left, right in self._own.get(names[0], ())):
            return
        name = ".".join(names[-2:])
        self.sinks.append((sink, name, last))
        root = dotted.tokens[0]
        arguments = [(last + 2, statement[1])] if assigned else arguments_at(self._calls, last, root, statement)
        ranges = arguments if assigned else counting(sink, arguments)
        if (
            sink.kind.startswith(OF_CAPABILITY)
            or is_idle(self._calls, sink, arguments)
            or self._is_site_file(sink, ranges, owner)
        ):
            return
        if sink.kind == "evaluate" and sink.is_bare:
            ranges = [each for each in ranges if not is_harmless(self._calls, *each, self._functions)]
        trace = self._arriving(sink, ranges, root, last, owner)
        if sink.kind == "write-path":
            self._written.append((sink, ranges, owner, last))
        if sink.kind == "evaluate":
            # A function of the page that runs what it is given: a road through it is told where it ends.
            through = self._lower[root] != names[0] and self._unit.value(root) in self._expressions.scopes.functions
            self._at_evaluator(Flow(sink, name, last, trace), ranges, owner, through=through)
        elif sink.kind == "statement" and trace is not None:
            self._statements.append((Flow(sink, name, last, trace), ranges, owner))
        elif trace is not None:
            shape = self._shape(sink, ranges, owner) if sink.kind in SHAPED else SHAPELESS
            self.flows.append(Flow(sink, name, last, trace, shape=shape))

    def _arriving(
        self, sink: Sink, ranges: list[tuple[int, int]], root: int, last: int, owner: str | None
    ) -> Trace | None:
        """Return the trace in what a sink is given, or that an object carries which starts or saves what it holds."""
        if sink.pattern == _SAVES and sink.kind == "write-content":
            return self._saved(ranges, root, last, owner)
        trace = self._road(ranges, owner)
        if trace is None and sink.pattern == _STARTS and not ranges:
            trace = self._road([(root, last + 1)], owner)
        return trace

    def _saved(self, ranges: list[tuple[int, int]], root: int, last: int, owner: str | None) -> Trace | None:
        """Return the trace of the content that ``SaveAs`` writes: its receiver, not its argument, which is the name.

        The receiver may be a component of classic ASP, or a control of another maker, of which only the name of the
        variable is known; such a receiver is the upload itself.
        """
        trace = self._road([(root, last + 1)], owner)
        if trace is None and (self._unit.language == "vbscript" or _UPLOADS.search(".".join(self._lower[root:last]))):
            trace = self._road(ranges, owner)
            trace = trace if trace is None or trace.kind not in VISITOR else trace._replace(kind="upload")
        return trace

    def _at_evaluator(self, flow: Flow, ranges: list[tuple[int, int]], owner: str | None, *, through: bool) -> None:
        """Record what is run as code; ``through`` a function of the page only constants are not told elsewhere."""
        trace = flow.trace
        if trace is not None and (through or trace.text is None):
            if not through and not (flow.sink.is_bare and self._given_kinds.is_query(ranges, owner)):
                is_direct = any(left <= trace.token < right for left, right in ranges)
                is_many = len(self.flows) >= MAX_SHAPED
                shape = SHAPELESS if is_many or is_direct else self._shape(flow.sink, ranges, owner)
                hole = "" if is_many or not flow.from_visitor else self._hole(flow, ranges, owner)
                self.flows.append(flow._replace(shape=shape._replace(hole=hole)))
        elif ranges:
            constants = {c.value: bool(c.steps) for c in self._expressions.constants.within(*ranges[0])}
            if trace is not None and trace.text is not None:
                constants[trace.text] = True
            told = {each.constant for each in self.flows} if through else set()
            constants = {code: hidden for code, hidden in constants.items() if code not in told}
            self._run_constants(flow.sink, flow.name, flow.token, constants)

    def _hole(self, flow: Flow, ranges: list[tuple[int, int]], owner: str | None) -> str:
        """Return the kind of hole of what arrives at an evaluator."""
        return self._holes.kind_of(ranges, owner, is_expression=self._lower[flow.token] == "eval")

    def _is_site_file(self, sink: Sink, ranges: list[tuple[int, int]], owner: str | None) -> bool:
        """Return True if a sink is given a file of the site itself, whose ending it names."""
        return bool(sink.fixed and ranges) and self._shapes.is_site_file(ranges, owner, sink.fixed)

    def _run_constants(self, sink: Sink, name: str, last: int, constants: Mapping[str, bool]) -> None:
        """A constant handed to an evaluating sink is code: read it as such.

        ``constants`` tells for each text whether it was put together first.
        """
        for code, hidden in constants.items():
            inner = self._hidden.flows_of(code)
            if inner is not None:
                self.flows.append(Flow(sink, name, last, None, code, inner, hidden=hidden))

    def _shape(self, sink: Sink, ranges: list[tuple[int, int]], owner: str | None) -> Shape:
        """Return how what arrives at a sink is put together; all names are known by now."""
        return self._shapes.of(sink.kind, ranges, owner)

    @cached_property
    def _own(self) -> Mapping[str, list[tuple[int, int]]]:
        """Where names of evaluators are those of functions that the page has itself, or that its includes declare."""
        return own_reaches(self._unit, self._lower, vocabulary().evaluating)

    @cached_property
    def _shapes(self) -> Shapes:
        return Shapes(self._unit, self._calls, self._expressions, self._given, self._roads)

    @cached_property
    def _holes(self) -> Holes:
        return Holes(self._unit, self._expressions, self._given)

    @cached_property
    def _roads(self) -> Roads:
        return Roads(self._unit, self._expressions, self._owned, self._given)

    def _road(self, ranges: list[tuple[int, int]], owner: str | None) -> Trace | None:
        """Return the road into some ranges, where names tell that there may be one."""
        trace = self._expressions.first_trace(ranges, owner)
        if trace is None or trace.is_weak or any(left <= trace.token < right for left, right in ranges):
            return trace
        return self._roads.find(ranges, owner, trace)

    def _at_reflection(self, root: int, last: int, statement: tuple[int, int], owner: str | None) -> None:
        """Record a flow into what is called by reflection."""
        reflection = self._expressions.reflection
        called = reflection.called(root, last, statement, owner) if reflection is not None else None
        if called is None:
            return
        for sink in called.sinks:
            ranges = counting(sink, called.arguments)
            trace = self._road(ranges, owner)
            if trace is not None and sink.counts(self._held) and not sink.kind.startswith(OF_CAPABILITY):
                shape = self._shape(sink, ranges, owner) if sink.kind in SHAPED else SHAPELESS
                self.flows.append(Flow(sink, called.words, last, trace, shape=shape))
