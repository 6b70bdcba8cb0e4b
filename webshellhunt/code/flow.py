"""Flow: which text of a visitor reaches which sink, followed by names through one unit.

This is the road at the level of tokens: assignments, the page's own functions and their parameters, objects by type,
constants that hide code. It knows no order of execution; what it says is "this name carries the visitor's text
somewhere in this page".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import compress

from webshellhunt.code.aliases import EVALUATORS, AliasedCall
from webshellhunt.code.assignments import ASSIGNS, iter_assignments
from webshellhunt.code.beside import Beside, calls_across, hand_over
from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.constants import Constant, iter_constants
from webshellhunt.code.declarations import CONTEXT_TYPES, declared_by
from webshellhunt.code.double_byte import read_double_bytes
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.expressions import ExhaustedError, Expressions, Names
from webshellhunt.code.plain import joined_strings
from webshellhunt.code.prospects import may_fold
from webshellhunt.code.reflection import CALLING
from webshellhunt.code.shape import SHAPED, Shapes
from webshellhunt.code.stylesheets import iter_stylesheet_scripts
from webshellhunt.code.tokens import NAME, STRING
from webshellhunt.code.trace import SHAPELESS, Flow, Shape, Trace
from webshellhunt.code.unit import Function, Unit, build_unit
from webshellhunt.code.vocabulary import Sink, vocabulary

MAX_DEPTH = 3
MAX_FLOWS = 200
MAX_HIDDEN = 40
MAX_HIDDEN_CHARS = 256 * 1024  # of a unit and all that is hidden in it together: a constant may unfold to a megabyte
MAX_SINKS = 5_000
SHORTEST_DECODED = 32
"""Characters of a constant that a function made, from which on it may be something of its own."""
_JOINING = frozenset({"concatenate", "variable"})
_SHORTEST_CODE = 5
_NAME_ALONE = re.compile(r"[\w.]++")  # what is asked of a data row, mostly: nothing is given to anything
_WEB_METHOD = frozenset({"webmethod", "webmethodattribute"})
_VISITED = _WEB_METHOD | {"request", "eval"} | CONTEXT_TYPES.keys()


class FlowAnalysis:
    """One unit analysed.

    ``flows`` are the sinks that something reaches, ``sinks`` all that were seen, as sink, name and token;
    ``exhausted`` tells that the unit asked for more work than it gets, so that later flows may be missing.
    """

    def __init__(
        self,
        unit: Unit,
        *,
        objects: Mapping[str, str] | None = None,
        controls: frozenset[str] = frozenset(),
        outer: FlowAnalysis | None = None,
        beside: Beside | None = None,
    ) -> None:
        self.unit = unit
        self.flows: list[Flow] = []
        self.sinks: list[tuple[Sink, str, int]] = []
        self._written: list[tuple[Sink, list[tuple[int, int]], str | None]] = []
        self._statements: list[tuple[Flow, list[tuple[int, int]], str | None]] = []
        self._shapes: Shapes | None = None
        self.exhausted = unit.cut
        self._depth: int = 0 if outer is None else outer._depth + 1
        self._hidden_left: list[int] = [MAX_HIDDEN_CHARS] if outer is None else outer._hidden_left
        self._calls = Calls(unit)
        self._lower = self._calls.lower
        self._controls = controls
        self._names = Names(
            types={name.lower() if unit.is_vb else name: kind for name, kind in (objects or {}).items()}
        )
        self._beside = beside
        if beside is not None:
            self._names.traces.update(beside.given)
            self._names.returns.update(beside.returned)
        self._own: PageEvaluator = PageEvaluator(unit, None if outer is None else outer._own)
        self._constants = _constants_of(unit, self._calls, self._own)
        self._held = self._words_held()
        if outer is not None:
            self._held |= outer._held
            self._names.take_over(outer._names)
        self._fills = not vocabulary().fillers.isdisjoint(self._lower)
        self._starts = [start for start, _ in unit.statements]
        reaching = self._reaching()
        self._expressions = Expressions(
            unit,
            self._calls,
            self._names,
            self._constants,
            controls=controls,
            foreign=frozenset(beside.functions) if beside is not None else frozenset(),
        )
        self._functions = {function.name: function for function in unit.functions}
        self._hidden: dict[str, tuple[Flow, ...]] = {}
        self._owned: list[tuple[tuple[int, int], str | None]] = []
        try:
            self._run(reaching)
            self._add_statements()
        except ExhaustedError:
            self.exhausted = True

    def handed(self) -> tuple[dict[str, Trace], dict[str, Trace]]:
        """Return what the unit gives to functions of others, by function and parameter, and what its own return."""
        given: dict[str, Trace] = {}
        functions = self._beside.functions if self._beside is not None else {}
        for (start, end), owner in self._owned if functions else ():
            for root in self._calls.roots_in(start, end):
                function = functions.get(self._lower[root].lower())
                if function is None:
                    continue
                arguments = self._calls.arguments(root, root, start, end)
                for (left, right), parameter in zip(arguments, function.parameters, strict=False):
                    trace = self._expressions.trace(left, right, owner)
                    if trace is not None:
                        given.setdefault(f"{function.name}\0{parameter}", trace.through(parameter))
        return given, self._names.returns

    # What detectors ask ---------------------------------------------------------------------------------------------

    def all_flows(self) -> Iterator[Flow]:
        """Yield the flows of the unit, and those inside constants that it runs, told where they are run."""
        for flow in self.flows:
            yield flow
            for inner in flow.inner:
                yield replace(inner, token=flow.token, hidden=True)

    @property
    def calls(self) -> Calls:
        """The dotted names of the unit."""
        return self._calls

    @property
    def constants(self) -> Mapping[int, Constant]:
        """The constants of the unit by their first token."""
        return self._constants

    def hidden_constants(self) -> Iterator[Constant]:
        """Yield the constants that are run after they were put together, and the longer ones that a function made."""
        run = {flow.constant for flow in self.flows if flow.constant is not None and flow.hidden}
        for constant in self._constants.values():
            made = len(constant.value) >= SHORTEST_DECODED and not _JOINING.issuperset(constant.steps)
            if constant.value in run or made:
                yield constant

    def written_names(self) -> Iterator[tuple[int, str]]:
        """Yield the token and text of each constant in which the name of a file being written may end."""
        try:
            shapes = [self._shape(*each) for each in self._written[:MAX_FLOWS]]
        except ExhaustedError:
            self.exhausted = True
            return
        for shape in shapes:
            yield from ((token, text) for token, text in shape.endings if text is not None)

    @cached_property
    def stylesheets(self) -> list[tuple[int, FlowAnalysis]]:
        """The scripts of stylesheets that the unit keeps in constants, with the token of the constant."""
        kinds, values = self.unit.tokens.kinds, self.unit.tokens.values
        strings = [index for index, kind in enumerate(kinds) if kind == STRING]
        texts = [("".join(values[index] for index in strings), index) for index in strings[:1]]
        texts += [(constant.value, constant.start) for constant in self._constants.values() if constant.steps]
        found: dict[str, tuple[int, FlowAnalysis]] = {}
        for text, token in texts:
            for language, code in iter_stylesheet_scripts(text):
                if len(code) <= MAX_HIDDEN_CHARS and code not in found and len(found) < MAX_DEPTH:
                    at = next((index for index in strings if ":script" in values[index]), token)
                    found[code] = (at, FlowAnalysis(build_unit(code, language, [(0, len(code))])))
        return list(found.values())

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(compress(self._lower, map(NAME.__eq__, self.unit.tokens.kinds)))

    @cached_property
    def told(self) -> str:
        """All constants of the unit in lower case, a line feed between two."""
        return "\n".join(constant.value for constant in self._constants.values()).lower()

    def words(self) -> frozenset[str]:
        """Return every name of the unit, in lower case."""
        return self._words

    def mentions(self, word: str) -> bool:
        """Tell whether a constant of the unit holds a word, in whatever case."""
        return word in self.told

    def powers(self) -> dict[str, int]:
        """Return what the page is able to do, with the token that shows it, where that is of three kinds at least.

        Words in strings count, those in comments don't.
        """
        vocab, kinds = vocabulary(), self.unit.tokens.kinds
        folded = [constant for constant in self._constants.values() if constant.steps]
        words = vocab.power_words("\n".join((*self._lower, *(constant.value for constant in folded))))
        if not words:
            return {}
        found: dict[str, int] = {}
        for index, kind in enumerate(kinds):
            if kind in (NAME, STRING):
                text = self._lower[index].lower()
                # Nearly all strings hold no such word, which is known far sooner than where a whole word may stand.
                if kind == STRING and not any(word in text for word in words):
                    continue
                power = vocab.power_of(text, kind == STRING)
                if power is not None:
                    found.setdefault(power, index)
        for constant in folded:
            power = vocab.power_of(constant.value.lower(), True)
            if power is not None:
                found.setdefault(power, constant.start)
        return found

    # The fix-point --------------------------------------------------------------------------------------------------

    def _run(self, reaching: list[int]) -> None:
        """Follow names until nothing new is known, then look at the statements that may hold a sink."""
        if not reaching and self._beside is None:
            return
        self._bind_web_methods()
        self._bind_contexts()
        owned = self._owned = list(zip(self.unit.statements, self._owners(), strict=True))
        users = self._users()
        waiting = deque(range(len(owned)))
        queued = set(waiting)
        # A statement in which nothing begins says nothing until a name in it carries something.
        telling = self._beginnings(users)
        while waiting:
            number = waiting.popleft()
            queued.discard(number)
            if number not in telling:
                continue
            (start, end), owner = owned[number]
            self._statement(start, end, owner)
            for scope, name in self._names.take_news():
                using = self._using(users, name)
                if scope:
                    using = [user for user in using if self._expressions.sees(owned[user][1], scope)]
                telling.update(using)
                for user in using:
                    if user not in queued:
                        queued.add(user)
                        waiting.append(user)
        for number in sorted({*reaching, *self._using_functions(users)}):
            if len(self.flows) < MAX_FLOWS and len(self.sinks) < MAX_SINKS:
                (start, end), owner = owned[number]
                self._find_sinks(start, end, owner)
        self._find_aliased()
        self._join_hidden()

    def _add_statements(self) -> None:
        """Add what is asked of a database, where the visitor has a say in which one it is."""
        if any(flow.kind == "database" for flow in self.flows):
            for flow, ranges, owner in self._statements[:MAX_FLOWS]:
                self.flows.append(replace(flow, shape=self._shape(flow.sink, ranges, owner)))

    def _words_held(self) -> frozenset[str]:
        """Return the words beside sinks that the constants hold, also those that are split over several literals."""
        texts = [constant.value for constant in self._constants.values()]
        texts += [each.text for each in joined_strings(self.unit.tokens)]
        whole = "\n".join(texts).lower()
        return frozenset(word for word in vocabulary().beside if word in whole)

    def _statement_of(self, token: int) -> int | None:
        """Return the number of the statement that a token stands in, ``None`` between two."""
        number = bisect_right(self._starts, token) - 1
        return number if number >= 0 and token < self.unit.statements[number][1] else None

    def _users(self) -> dict[str, list[int]]:
        """Return, for each name, the roots where it is used, or where the object of a ``With`` is that it names."""
        lower, users = self._lower, defaultdict[str, list[int]](list)
        for root in self._calls.roots:
            users[lower[root]].append(root)
        for root, (subject, _) in self._calls.subjects.items():
            users[lower[subject]].append(root)
        return users

    def _using(self, users: Mapping[str, list[int]], name: str) -> list[int]:
        """Return the statements that use a name: those to look at again once it carries something."""
        numbers = map(self._statement_of, users.get(name.lower(), ()))
        return list(dict.fromkeys(number for number in numbers if number is not None))

    def _using_functions(self, users: Mapping[str, list[int]]) -> Iterator[int]:
        """Yield the statements that use a variable in which a function is kept."""
        for key, kind in self._names.types.items():
            if kind.startswith("method."):
                yield from self._using(users, key.rpartition("\0")[2].partition("(")[0])

    def _beginnings(self, users: Mapping[str, list[int]]) -> set[int]:
        """Return the statements in which a trace or a type may begin, or that use what is known from the start."""
        numbers = map(self._statement_of, self._expressions.beginnings())
        found = {number for number in numbers if number is not None}
        lent = self._names.returns if self._beside is not None else ()
        for name in (
            *(name for _, name in self._names.take_news()),
            *self._names.types,
            *lent,
            *self._parameters_given(),
        ):
            found.update(self._using(users, name))
        return found

    def _parameters_given(self) -> list[str]:
        """Return the names that carry something from the start, since another unit gives it."""
        return (
            [key.rpartition("\0")[2] for key in self._names.traces] if self._beside is not None or self._depth else []
        )

    def _reaching(self) -> list[int]:
        """Return the statements in which a sink may stand, were an object there of the right type."""
        may_sink, lasts = vocabulary().may_sink, vocabulary().sinks
        visited = bool(self._controls) or not _VISITED.isdisjoint(self._lower)
        at = (
            token
            for root, name in self._calls.find(lasts.keys())
            for size, token in enumerate(name.tokens, 1)
            if name.names[size - 1] in lasts
            and may_sink(
                (*(("with",) if root in self._calls.subjects else ()), *name.names[:size]), self._held, visited=visited
            )
        )
        aliased = (call.opener for call in self._aliased)
        return sorted({bisect_right(self._starts, token) - 1 for token in (*at, *aliased)} - {-1})

    def _owners(self) -> list[str | None]:
        """Tell for each statement which function's body holds it (the innermost)."""
        owners: list[str | None] = [None] * len(self.unit.tokens)
        for function in sorted(self.unit.functions, key=lambda f: f.start - f.end):
            owners[function.start : function.end] = [function.name] * (function.end - function.start)
        return [owners[start] for start, _ in self.unit.statements]

    def _statement(self, start: int, end: int, owner: str | None) -> None:
        """Let one statement carry traces and types on."""
        self._bind_arguments(start, end, owner)
        self._gather(start, end, owner)
        if self._fills:
            self._fill(start, end, owner)
        first = self._lower[start]
        if first == "return" or start in self.unit.results:
            trace = self._expressions.trace(start + (first == "return"), end, owner)
            if owner is not None and trace is not None:
                self._names.returned(owner, trace)
            return
        if first in ("foreach", "for"):
            self._loop(start, end, owner)
        for name_at, right, stop in iter_assignments(self.unit, self._lower, start, end):
            self._assign(name_at, right, stop, owner)

    def _assign(self, name_at: int, right: int, end: int, owner: str | None) -> None:
        name = self._expressions.relay(name_at)
        key = self._expressions.key(name, owner)
        kind = self._expressions.type_of(right, end, owner)
        if kind is not None:
            self._names.type_as(key, kind)
        trace = self._expressions.trace(right, end, owner)
        if trace is not None:
            self._names.carry(key, trace.through(name))
            if self.unit.is_vb and owner == name:
                self._names.returned(owner, trace)

    def _loop(self, start: int, end: int, owner: str | None) -> None:
        """``For Each x In expression``: the element carries what the collection carries."""
        for index in range(start + 1, min(end, start + 12)):
            if self._lower[index] == "in" and self.unit.is_name(index - 1):
                trace = self._expressions.trace(index + 1, end, owner)
                name = self.unit.value(index - 1)
                key = self._expressions.key(name, owner)
                if trace is not None:
                    self._names.carry(key, trace.through(name))
                kind = self._expressions.type_of(index + 1, end, owner)
                if kind is not None and kind.startswith("method."):
                    self._names.type_as(key, kind)
                return

    def _bind_arguments(self, start: int, end: int, owner: str | None) -> None:
        """Carry arguments of calls to the page's own functions into their parameters."""
        values = self.unit.tokens.values
        for root in self._calls.roots_in(start, end) if self._functions else ():
            function = self._functions.get(values[root])
            if function is None or not function.parameters or root in self._calls.compound:
                continue
            if self._calls.is_member(root):
                continue
            arguments = self._calls.arguments(root, root, start, end)
            for (left, right), parameter in zip(arguments, function.parameters, strict=False):
                key = f"{function.name}\0{parameter}"
                if not self._names.is_carrying(key):
                    trace = self._expressions.trace(left, right, owner)
                    if trace is not None:
                        self._names.carry(key, trace.through(parameter))
                kind = self._expressions.type_of(left, right, owner)
                if kind is not None:
                    self._names.type_as(key, kind)

    def _bind_web_methods(self) -> None:
        """Give the parameters of web methods to the visitor, who calls them."""
        if _WEB_METHOD.isdisjoint(self._lower):
            return
        starts = sorted(self._functions.values(), key=lambda function: function.start)
        for index, word in enumerate(self._lower):
            if word in _WEB_METHOD:
                for function in starts[bisect_right(starts, index, key=_start_of) :][:1]:
                    for parameter in function.parameters:
                        trace = Trace("visitor", f"web method {function.name}", index, parameter)
                        self._names.carry(f"{function.name}\0{parameter}", trace.through(parameter))

    def _bind_contexts(self) -> None:
        """Let names that are declared as the request, or as what holds it, be that, whatever they are called."""
        for index, word in enumerate(self._lower) if not CONTEXT_TYPES.keys().isdisjoint(self._lower) else ():
            kind = CONTEXT_TYPES.get(word)
            name_at = declared_by(self.unit, self._lower, index) if kind is not None else None
            if kind is None or name_at is None:
                continue
            name = self.unit.value(name_at)
            for function in self.unit.functions:
                if name in function.parameters or function.start <= name_at < function.end:
                    self._names.type_as(f"{function.name}\0{name}", kind)
            self._names.type_as(name, kind)

    def _gather(self, start: int, end: int, owner: str | None) -> None:
        """Let an object carry what it takes up: ``text.Append(x)``."""
        vocab = vocabulary()
        for root in self._calls.roots_in(start, end):
            dotted = self._calls.compound.get(root)
            if dotted is None or vocab.gatherers.isdisjoint(dotted.names):
                continue
            if dotted.names[0] == "response" or dotted.names[0] in vocab.request_owners:
                continue
            takers = [t for t, n in zip(dotted.tokens, dotted.names, strict=True) if n in vocab.gatherers and t != root]
            ranges = [each for token in takers for each in self._calls.arguments(token, root, start, end)]
            trace = self._first_trace(ranges, owner)
            if trace is not None:
                name = self._expressions.relay(root)
                self._names.carry(self._expressions.key(name, owner), trace.through(name))

    def _fill(self, start: int, end: int, owner: str | None) -> None:
        """Let what an object fills carry what the object does: ``stream.Read(bytes, 0, n)``."""
        vocab = vocabulary()
        for root in self._calls.roots_in(start, end):
            dotted = self._calls.compound.get(root)
            if dotted is None or vocab.fillers.isdisjoint(dotted.names[1:]):
                continue
            taker = next(t for t, n in zip(dotted.tokens[1:], dotted.names[1:], strict=True) if n in vocab.fillers)
            filled = self._calls.arguments(taker, root, start, end)
            trace = self._expressions.trace(root, taker, owner) if filled else None
            if trace is not None:
                for name_at in self._calls.roots_in(*filled[0])[:1]:
                    name = self._expressions.relay(name_at)
                    self._names.carry(self._expressions.key(name, owner), trace.through(name))

    # Sinks ----------------------------------------------------------------------------------------------------------

    def _find_sinks(self, start: int, end: int, owner: str | None) -> None:
        """Look at each call of a statement, also those in the middle of a dotted name: ``sink(x).StdOut.ReadAll``."""
        for root in self._calls.roots_in(start, end):
            dotted, names = self._expressions.resolve(root, owner)
            offset = len(names) - len(dotted.tokens)
            for size, last in enumerate(dotted.tokens, offset + 1):
                if self._lower[last] in CALLING and self.unit.is_op(last + 1, "("):
                    self._at_reflection(root, last, (start, end), owner)
                whole = last == dotted.last
                if whole or self.unit.is_op(last + 1, "("):
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
        if not sink.counts(self._held) or (sink.kind == "process" and self._expressions.is_control(names)):
            return
        name = ".".join(names[-2:])
        self.sinks.append((sink, name, last))
        root = dotted.tokens[0]
        if sink.is_property:
            ranges = [(last + 2, statement[1])]
        else:
            ranges = _counting(sink, self._calls.arguments(last, root, *statement))
        trace = self._first_trace(ranges, owner)
        if trace is None and sink.kind == "write-content" and sink.pattern == ("saveas",):
            trace = self._expressions.trace(root, last + 1, owner)
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
            self._run_constants(sink, name, last, self._constants_run(ranges[0], trace))

    @cached_property
    def _aliased(self) -> list[AliasedCall]:
        """The calls of what evaluates text by another name, also by a key: ``this["ev" + "al"]``."""
        unit, computed = self.unit, list[AliasedCall]()
        for constant in self._constants.values() if unit.language == "jscript" else ():
            opener = constant.end + 1
            if (
                constant.value in EVALUATORS
                and unit.match.get(constant.start - 1) == constant.end
                and unit.is_op(opener, "(")
            ):
                computed.append(AliasedCall(opener, ((opener + 1, unit.match.get(opener, opener)),)))
        return [*self._calls.aliased, *computed]

    def _find_aliased(self) -> None:
        """Look at each call of what evaluates text by another name."""
        sink = vocabulary().sink(("eval",))[0]
        for opener, ranges in self._aliased[:MAX_FLOWS]:
            number = self._statement_of(opener)
            owner = self._owned[number][1] if number is not None else None
            self.sinks.append((sink, "eval", opener))
            trace = self._first_trace(list(ranges), owner)
            if trace is not None and trace.text is None:
                self.flows.append(Flow(sink, "eval", opener, trace))
            else:
                self._run_constants(sink, "eval", opener, self._constants_run(ranges[0], trace))

    def _constants_run(self, given: tuple[int, int], trace: Trace | None) -> dict[str, bool]:
        """Return the texts that an evaluating call is given, each with whether it was put together first."""
        constants = {c.value: bool(c.steps) for c in self._expressions.constants_in(*given)}
        if trace is not None and trace.text is not None:
            constants[trace.text] = True
        return constants

    def _shape(self, sink: Sink, ranges: list[tuple[int, int]], owner: str | None) -> Shape:
        """Return how what arrives at a sink is put together; all names are known by now."""
        if self._shapes is None:
            self._shapes = Shapes(self.unit, self._calls, self._expressions, self._owned)
        return self._shapes.of(sink.kind, ranges, owner)

    def _at_reflection(self, root: int, last: int, statement: tuple[int, int], owner: str | None) -> None:
        """Record a flow into what is called by reflection."""
        reflection = self._expressions.reflection
        called = reflection.called(root, last, statement, owner) if reflection is not None else None
        for sink in called.sinks if called is not None else ():
            trace = self._first_trace(_counting(sink, called.arguments), owner) if called is not None else None
            if trace is not None and called is not None and sink.counts(self._held):
                self.flows.append(Flow(sink, called.words, last, trace))

    def _first_trace(self, ranges: list[tuple[int, int]], owner: str | None) -> Trace | None:
        """Return the first trace in some ranges; a weak one only where there is no other."""
        weak = None
        for left, right in ranges:
            trace = self._expressions.trace(left, right, owner)
            if trace is not None and not trace.is_weak:
                return trace
            weak = weak or trace
        return weak

    def _run_constants(self, sink: Sink, name: str, last: int, constants: Mapping[str, bool]) -> None:
        """A constant handed to an evaluating sink is code: read it as such, to a bounded depth.

        ``constants`` tells for each text whether it was put together first.
        """
        for code, hidden in constants.items():
            if self._depth < MAX_DEPTH and len(self._hidden) < MAX_HIDDEN and len(code) >= _SHORTEST_CODE:
                self.flows.append(Flow(sink, name, last, None, code, self._inner_flows(code), hidden=hidden))

    def _join_hidden(self) -> None:
        """Look at all texts that the unit runs as one code: what one of them assigns, the next one uses."""
        run = next((flow for flow in self.flows if flow.constant is not None and flow.hidden), None)
        if run is not None and len(self._hidden) > 1 and self._depth < MAX_DEPTH:
            code = "\n".join(self._hidden)
            known = {flow.kind for flows in self._hidden.values() for flow in flows}
            inner = self._inner_flows(code)
            if not known.issuperset(flow.kind for flow in inner):
                self.flows.append(replace(run, constant=code, inner=inner))

    def _inner_flows(self, code: str) -> tuple[Flow, ...]:
        if _NAME_ALONE.fullmatch(code):
            return ()
        if code not in self._hidden:
            if len(code) > self._hidden_left[0]:
                self.exhausted = True
                return ()
            self._hidden_left[0] -= len(code)
            inner = FlowAnalysis(build_unit(code, self.unit.language, [(0, len(code))]), outer=self)
            self._hidden[code] = tuple(inner.flows)
            self.exhausted = self.exhausted or inner.exhausted
        return self._hidden[code]


def analyse(
    units: Sequence[Unit], *, objects: Mapping[str, str], controls: frozenset[str], across: bool
) -> list[FlowAnalysis]:
    """Return the analyses of the units of one page; ``across`` tells that they may call each other's functions."""
    besides = calls_across(units) if across and len(units) > 1 else []
    given: Sequence[Beside | None] = besides or [None] * len(units)

    def run() -> list[FlowAnalysis]:
        each = zip(units, given, strict=True)
        return [FlowAnalysis(unit, objects=objects, controls=controls, beside=beside) for unit, beside in each]

    analyses = run()
    for _ in range(MAX_DEPTH if besides else 0):  # from one language to the other, and back
        if not hand_over(besides, [analysis.handed() for analysis in analyses]):
            break
        analyses = run()
    return analyses


def _counting(sink: Sink, arguments: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the arguments of a call that count for a sink."""
    return arguments if sink.argument is None else arguments[sink.argument : sink.argument + 1]


def _start_of(function: Function) -> int:
    return function.start


def _constants_of(unit: Unit, calls: Calls, own: PageEvaluator) -> dict[int, Constant]:
    """Return the constants of a unit by their first token; joined only where it could matter to what is run or made."""
    if may_fold(unit, calls, own):
        read_double_bytes(unit.tokens)
        return {constant.start: constant for constant in iter_constants(unit.tokens, own=own)}
    kinds, values = unit.tokens.kinds, unit.tokens.values
    return {index: Constant(values[index], index, index + 1) for index, kind in enumerate(kinds) if kind == STRING}
