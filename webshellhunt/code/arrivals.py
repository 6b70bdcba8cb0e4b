"""Arrivals: which calls of a unit are sinks, and what arrives at them once all names are known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from webshellhunt.code.assignments import ASSIGNS
from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.declarations import CONTEXT_TYPES
from webshellhunt.code.expressions import Expressions
from webshellhunt.code.given import Given
from webshellhunt.code.hidden import HiddenCode
from webshellhunt.code.reflection import CALLING
from webshellhunt.code.roads import Roads
from webshellhunt.code.shape import SHAPED, Shapes
from webshellhunt.code.spread import WEB_METHOD
from webshellhunt.code.trace import SHAPELESS, Flow, Shape, Trace
from webshellhunt.code.unit import Unit
from webshellhunt.code.vocabulary import Sink, vocabulary

MAX_FLOWS = 200
MAX_SINKS = 5_000
_VISITED = WEB_METHOD | {"request", "eval"} | CONTEXT_TYPES.keys()


def find_reaching(unit: Unit, calls: Calls, held: frozenset[str], *, controls: bool) -> list[int]:
    """Return the statements in which a sink may stand, were an object there of the right type."""
    may_sink, lasts = vocabulary().may_sink, vocabulary().sinks
    visited = controls or not _VISITED.isdisjoint(calls.lower)
    at = (
        token
        for root, name in calls.find(lasts.keys())
        for size, token in enumerate(name.tokens, 1)
        if name.names[size - 1] in lasts
        and may_sink((*(("with",) if root in calls.subjects else ()), *name.names[:size]), held, visited=visited)
    )
    starts = [start for start, _ in unit.statements]
    return sorted({bisect_right(starts, token) - 1 for token in at} - {-1})


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
    ) -> None:
        self.flows: list[Flow] = []
        self.sinks: list[tuple[Sink, str, int]] = []
        self._written: list[tuple[Sink, list[tuple[int, int]], str | None]] = []
        self._statements: list[tuple[Flow, list[tuple[int, int]], str | None]] = []
        self._unit = unit
        self._calls = expressions.calls
        self._lower = expressions.calls.lower
        self._expressions = expressions
        self._held = held
        self._hidden = hidden
        self._owned = owned

    def written_names(self) -> Iterator[tuple[int, str]]:
        """Yield the token and text of each constant in which the name of a file being written may end.

        Raises:
            ExhaustedError: The unit has had its share of looks; nothing was yielded.
        """
        shapes = [self._shape(*each) for each in self._written[:MAX_FLOWS]]
        for shape in shapes:
            yield from ((token, text) for token, text in shape.endings if text is not None)

    def add_statements(self) -> None:
        """Add what is asked of a database, where the visitor has a say in which one it is."""
        if any(flow.kind == "database" for flow in self.flows):
            for flow, ranges, owner in self._statements[:MAX_FLOWS]:
                self.flows.append(replace(flow, shape=self._shape(flow.sink, ranges, owner)))

    def look(self, start: int, end: int, owner: str | None) -> None:
        """Look at each call of a statement, also in the middle of a dotted name, ``sink(x).StdOut.ReadAll``."""
        if len(self.flows) >= MAX_FLOWS or len(self.sinks) >= MAX_SINKS:
            return
        for root in self._calls.roots_in(start, end):
            dotted, names = self._expressions.objects.resolve(root, owner)
            offset = len(names) - len(dotted.tokens)
            for size, last in enumerate(dotted.tokens, offset + 1):
                if self._lower[last] in CALLING and self._unit.is_op(last + 1, "("):
                    self._at_reflection(root, last, (start, end), owner)
                whole = last == dotted.last
                if whole or self._unit.is_op(last + 1, "("):
                    assigned = whole and self._lower[last + 1 : last + 2] and self._lower[last + 1] in ASSIGNS
                    for sink in vocabulary().sink(names[:size], is_property=bool(assigned)):
                        self._at_sink(sink, names[:size], dotted, last, (start, end), owner)

    def _at_sink(
        self,
        sink: Sink,
        names: tuple[str, ...],
        dotted: DottedName,
        last: int,
        statement: tuple[int, int],
        owner: str | None,
    ) -> None:
        """Record a sink, and the flow into it if there is one."""
        # A control of the page may have a method of the same name, which runs nothing on the server.
        if not sink.counts(self._held) or (sink.kind == "process" and self._expressions.origins.is_control(names)):
            return
        name = ".".join(names[-2:])
        self.sinks.append((sink, name, last))
        root = dotted.tokens[0]
        arguments = [(last + 2, statement[1])] if sink.is_property else self._calls.arguments(last, root, *statement)
        if self._is_idle(sink, arguments):
            return
        ranges = _counting(sink, arguments)
        trace = self._road(ranges, owner)
        if trace is None and sink.kind == "write-content" and sink.pattern == ("saveas",):
            trace = self._road([(root, last + 1)], owner)
        shape = SHAPELESS
        if sink.kind in SHAPED and sink.kind != "statement" and trace is not None:
            shape = self._shape(sink, ranges, owner)
        if sink.kind == "write-path":
            self._written.append((sink, ranges, owner))
        if sink.kind == "statement" and trace is not None:
            self._statements.append((Flow(sink, name, last, trace), ranges, owner))
        elif trace is not None and (trace.text is None or sink.kind != "evaluate"):
            self.flows.append(Flow(sink, name, last, trace, shape=shape))
        elif sink.kind == "evaluate" and ranges:
            constants = {c.value: bool(c.steps) for c in self._expressions.constants.within(*ranges[0])}
            if trace is not None and trace.text is not None:
                constants[trace.text] = True
            self._run_constants(sink, name, last, constants)

    def _is_idle(self, sink: Sink, arguments: list[tuple[int, int]]) -> bool:
        """Tell whether a call says that it does nothing of the sink's kind: a file is opened to be read."""
        if sink.mode is None:
            return False
        told = arguments[sink.mode : sink.mode + 1]
        return not told or (told[0][1] - told[0][0] == 1 and self._lower[told[0][0]] in sink.idle)

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
    def _shapes(self) -> Shapes:
        return Shapes(self._unit, self._calls, self._expressions, self._given)

    @cached_property
    def _given(self) -> Given:
        return Given(self._unit, self._calls, self._expressions.scopes, self._owned)

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
            trace = self._road(_counting(sink, called.arguments), owner)
            if trace is not None and sink.counts(self._held):
                self.flows.append(Flow(sink, called.words, last, trace))


def _counting(sink: Sink, arguments: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the arguments of a call that count for a sink."""
    return arguments if sink.argument is None else arguments[sink.argument : sink.argument + 1]
