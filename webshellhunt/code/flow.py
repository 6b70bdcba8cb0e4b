"""Flow: which text of a visitor reaches which sink, followed by names through one unit.

This is the road at the level of tokens: assignments, the page's own functions and their parameters, objects by type,
constants that hide code. Names spread without any order (`spread.py`); what arrives at a sink is then followed back in
the order in which statements run (`roads.py`), and what no name tells is rehearsed (`evaluation/rehearsal.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import compress
from typing import NamedTuple

from webshellhunt.analysis.checks.file_kinds import lists_harmless_kinds, searches
from webshellhunt.analysis.checks.name_checks import NameChecks
from webshellhunt.analysis.constants import Constant, Constants
from webshellhunt.analysis.engine import Run, run_page
from webshellhunt.analysis.flows import Flow, Shape, Trace
from webshellhunt.analysis.folding import constants_of, literals_of
from webshellhunt.analysis.prefilter.folding import may_fold
from webshellhunt.analysis.structure.given_texts import GivenTexts
from webshellhunt.analysis.structure.powers import find_powers
from webshellhunt.analysis.structure.stylesheets import iter_stylesheet_scripts
from webshellhunt.analysis.structure.uses import Use, find_uses
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.analysis.vocabulary import Sink
from webshellhunt.code.aliases import AliasedCall, find_computed_calls
from webshellhunt.code.arrivals import Arrivals
from webshellhunt.code.assignments import Assignments
from webshellhunt.code.beside import Beside, calls_across, hand_over
from webshellhunt.code.calls import Calls
from webshellhunt.code.controls import Controls, find_controls
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.expressions import ExhaustedError, Expressions
from webshellhunt.code.given import Given
from webshellhunt.code.givers import Givers
from webshellhunt.code.held import opened_unnamed, words_held
from webshellhunt.code.hidden import MAX_DEPTH, MAX_HIDDEN_CHARS, HiddenCode
from webshellhunt.code.interpreted import is_decided, may_arrive, settle
from webshellhunt.code.names import Names
from webshellhunt.code.reaching import evaluates, find_reaching
from webshellhunt.code.renames import NATIVE, find_renames
from webshellhunt.code.scopes import REFERRING
from webshellhunt.code.slices import Slices
from webshellhunt.code.spread import Spread
from webshellhunt.code.unit import Unit
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tokens import NAME, STRING

SHORTEST_DECODED = 32
"""Characters of a constant that a function made, from which on it may be something of its own."""
_JOINING = frozenset({"concatenate", "variable"})


class Outer(NamedTuple):
    """The unit that runs hidden code: what it works out, what stands beside its sinks, what is known of its names."""

    own: PageEvaluator
    held: frozenset[str]
    names: Names
    hidden: HiddenCode


class FlowAnalysis:
    """One unit analysed.

    ``flows`` are the sinks that something reaches, ``sinks`` all that were seen, as sink, name and token;
    ``exhausted`` tells that the unit asked for more work than it gets, so that later flows may be missing.
    ``doubtful`` are the tokens of sinks that get what may be a visitor's, in a run over the whole unit; ``None`` if
    there was no such run, or it stopped early.
    """

    def __init__(
        self,
        unit: Unit,
        *,
        objects: Mapping[str, str] | None = None,
        controls: frozenset[str] = frozenset(),
        outer: Outer | None = None,
        beside: Beside | None = None,
        is_classic: bool = False,
    ) -> None:
        self.unit = unit
        self.flows: list[Flow] = []
        self.sinks: list[tuple[Sink, str, int]] = []
        self.exhausted: bool = unit.cut
        renames = find_renames(unit, objects or {})
        self._calls = Calls(unit, renames)
        self._own: PageEvaluator = PageEvaluator(unit, None if outer is None else outer.own)
        filled = find_controls(unit, self._calls)
        filled = filled._replace(names=filled.names | controls)
        self._run_over = partial(_run_over, unit, objects or {}, filled.names, is_classic)
        self._run: Run | None = self._run_over() if may_fold(unit.tokens) else None
        self._constants = self._folded(self._run)
        self._joined: Constants | None = None if self._run is None else self._constants
        held = words_held(unit.tokens, self._constants.values(), self.told, self.words())
        self._held: frozenset[str] = held | (frozenset() if outer is None else outer.held)
        self._held = self._held.union(name for name in renames.values() if name.startswith(NATIVE))
        self._held |= opened_unnamed(self._calls, held)
        self._beside = beside
        self._names: Names = _names_of(unit, objects or {}, None if outer is None else outer.names, beside)
        read = partial(_read_hidden, unit.language, self._own, self._held, self._names)
        self._hidden: HiddenCode = HiddenCode(read, None if outer is None else outer.hidden)
        self._arrivals: Arrivals | None = None
        self.doubtful: frozenset[int] | None = None
        self._expressions: Expressions | None = None
        self._spread: Spread | None = None
        aliased = [*self._calls.aliased, *find_computed_calls(unit, self._constants.values())]
        givers, typed = Givers(unit, self._calls), frozenset(map(str.lower, self._names.types))
        visited = any(filled) or bool(self._names.traces or self._names.returns)
        reaching = find_reaching(unit, self._calls, givers, self._held, objects=typed, visited=visited)
        running = {number for call in aliased if (number := unit.statement_at(call.opener)) is not None}
        if reaching or running or beside is not None:
            self._follow(filled, reaching, running, givers, aliased)
        is_run = bool(running) or may_arrive(self._calls) or any(map(is_decided, self.flows))
        if outer is None and beside is None and is_run:
            run = self._run or self._run_over()
            self.flows[:], self.doubtful = settle(run, self.flows, filled.names, self._held, self._calls)
            run.close()
        elif self._run is not None:
            self._run.close()
        self._run = None

    def _folded(self, run: Run | None) -> Constants:
        """Return the constants as a run over the unit makes them; without one they are the literals."""
        return literals_of(self.unit.tokens) if run is None else constants_of(self.unit.parsed.top, run.texts)

    def joined_constants(self) -> Constants:
        """Return the constants of the unit, joined and decoded wherever they stand."""
        if self._joined is None:
            run = self._run_over()
            run.close()
            self._joined = self._folded(run)
        return self._joined

    def __del__(self) -> None:
        """Part what knows each other: in a circle it would stay until garbage is looked for, and its memory with it."""
        for name in ("_expressions", "_own"):  # neither is there yet where making one failed
            each = vars(self).get(name)
            if each is not None:
                each.close()

    def _follow(
        self, controls: Controls, reaching: list[int], running: set[int], givers: Givers, aliased: list[AliasedCall]
    ) -> None:
        """Follow names through the unit, then look at the statements that may hold a sink."""
        foreign = frozenset(self._beside.functions) if self._beside is not None else frozenset[str]()
        expressions = self._expressions = Expressions(
            self.unit, self._calls, self._names, self._constants, controls=controls, foreign=foreign, own=self._own
        )
        slices = Slices(self.unit, expressions.scopes, givers)
        assignments = Assignments(self.unit, self._calls.lower)
        spread = self._spread = Spread(self.unit, self._names, expressions, slices, assignments)
        # What reflection calls is told by types that may come from anywhere; evaluated text, and what code in other
        # languages calls, may use any name; a reference to a procedure goes by another.
        refers = not self._calls.words.isdisjoint(REFERRING)
        is_sliced = not (expressions.reflection or self._beside or aliased or refers or evaluates(self._calls))
        wanted = running.union(reaching)
        within = slices.behind(wanted) if is_sliced else set(range(len(spread.owned)))
        given = Given(
            self.unit, expressions.scopes, spread.owned, lambda name: slices.giving(name) & within, assignments
        )
        arrivals = self._arrivals = Arrivals(self.unit, expressions, self._held, self._hidden, spread.owned, given)
        self.flows, self.sinks = arrivals.flows, arrivals.sinks
        try:
            spread.run(within)
            for number in sorted({*reaching, *spread.using_functions()}):
                (start, end), owner = spread.owned[number]
                arrivals.look(start, end, owner)
            arrivals.look_at_aliased(aliased)
            if self.unit.language == "vbscript":
                arrivals.rehearse()
            arrivals.join_hidden()
            arrivals.add_statements()
            arrivals.settle_holes(is_alone=self._beside is None)
        except ExhaustedError:
            self.exhausted = True
        self.exhausted = self.exhausted or self._hidden.exhausted

    def handed(self) -> tuple[dict[str, Trace], dict[str, Trace]]:
        """Return what the unit gives to functions of others, by function and parameter, and what its own return."""
        given: dict[str, Trace] = {}
        functions = self._beside.functions if self._beside is not None else {}
        if self._expressions is None or self._spread is None:
            return given, self._names.returns
        for (start, end), owner in self._spread.owned if functions else ():
            for root in self._calls.roots_in(start, end):
                function = functions.get(self._calls.lower[root].lower())
                if function is None:
                    continue
                arguments = self._calls.arguments(root, root, start, end)
                for (left, right), parameter in zip(arguments, function.parameters, strict=False):
                    trace = self._expressions.trace(left, right, owner)
                    if trace is not None:
                        given.setdefault(f"{function.scope}\0{parameter}", trace.through(parameter))
        return given, self._names.returns

    def all_flows(self) -> Iterator[Flow]:
        """Yield the flows of the unit, and those inside constants that it runs, told where they are run."""
        for flow in self.flows:
            yield flow
            for inner in flow.inner:
                yield inner._replace(token=flow.token, hidden=True)

    @property
    def calls(self) -> Calls:
        """The dotted names of the unit."""
        return self._calls

    @property
    def index(self) -> SyntaxIndex:
        """The index of the tree of the unit."""
        return self.unit.index

    @property
    def looks(self) -> int:
        """How often a name was looked at, which is bounded."""
        return 0 if self._expressions is None else self._expressions.looks

    @property
    def constants(self) -> Constants:
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
        for _, shape in self.writes:
            yield from ((token, text) for token, text in shape.endings if text is not None)

    @cached_property
    def writes(self) -> Sequence[tuple[int, Shape]]:
        """The sinks that name a file being written, each with the shape of that name."""
        try:
            return [] if self._arrivals is None else self._arrivals.writes()
        except ExhaustedError:
            self.exhausted = True
            return []

    def statements(self) -> list[Flow]:
        """Return the flows into statements of a database, with their shapes, whoever says which database it is."""
        try:
            return [] if self._arrivals is None else list(self._arrivals.statements())
        except ExhaustedError:
            self.exhausted = True
            return []

    @cached_property
    def stylesheets(self) -> list[tuple[int, FlowAnalysis]]:
        """The scripts of stylesheets that the unit keeps in constants, with the token of the constant."""
        values = self.unit.tokens.values
        strings = list(self.unit.tokens.of_kind(STRING))
        texts = [("".join(map(values.__getitem__, strings)), index) for index in strings[:1]]
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
        return frozenset(compress(self._calls.lower, self.unit.tokens.flags(NAME)))

    @cached_property
    def told(self) -> str:
        """All constants of the unit in lower case, each once, a line feed between two."""
        return "\n".join(dict.fromkeys(constant.value for constant in self._constants.values())).lower()

    def words(self) -> frozenset[str]:
        """Return every name of the unit, in lower case."""
        return self._words

    def mentions(self, word: str) -> bool:
        """Tell whether a constant of the unit holds a word, in whatever case."""
        return word in self.told

    @cached_property
    def name_checks(self) -> NameChecks:
        """The conditions on names of files."""
        return NameChecks(self.index, self._constants)

    @cached_property
    def takes_harmless_kinds(self) -> bool:
        """Whether the unit keeps a list of the extensions that an upload may have, none of which a server runs."""
        return lists_harmless_kinds(self._constants.values()) and searches(self.index)

    @cached_property
    def uses(self) -> Mapping[str, tuple[Use, ...]]:
        """The uses of each capability of the unit, by its name in ``capabilities.toml``."""
        return find_uses(self.sinks, self.unit)

    @cached_property
    def given_texts(self) -> GivenTexts:
        """The constants that may be given to a call."""
        return GivenTexts(self.index, self._constants)

    @cached_property
    def powers(self) -> Mapping[str, int]:
        """What the page is able to do, with the token that shows it, where that is of three kinds at least."""
        starts = any(sink.kind == "process" for sink, _, _ in self.sinks)
        return find_powers(self.unit, self._constants.values(), starts_programs=starts)


def analyse(
    units: Sequence[Unit],
    *,
    objects: Mapping[str, str],
    controls: frozenset[str],
    across: bool,
    is_classic: bool = False,
) -> list[FlowAnalysis]:
    """Return the analyses of the units of one page; ``across`` tells that they may call each other's functions."""
    besides = calls_across(units) if across and len(units) > 1 else []
    given: Sequence[Beside | None] = besides or [None] * len(units)

    def run() -> list[FlowAnalysis]:
        each = zip(units, given, strict=True)
        return [
            FlowAnalysis(unit, objects=objects, controls=controls, beside=beside, is_classic=is_classic)
            for unit, beside in each
        ]

    analyses = run()
    for _ in range(MAX_DEPTH if besides else 0):  # from one language to the other, and back
        if not hand_over(besides, [analysis.handed() for analysis in analyses]):
            break
        analyses = run()
    return analyses


def _run_over(unit: Unit, objects: Mapping[str, str], controls: frozenset[str], is_classic: bool) -> Run:
    """Return the run over a unit."""
    declared = {name.lower(): kind for name, kind in objects.items()}
    known = Surroundings(controls, declared, unit.declared, is_classic=is_classic, is_whole=not unit.is_included)
    return run_page(unit.tokens, known, parsed=unit.parsed)


def _read_hidden(
    language: str, own: PageEvaluator, held: frozenset[str], names: Names, code: str, hidden: HiddenCode
) -> tuple[list[Flow], bool]:
    """Read hidden code; it is told what is around it, not by whom: an analysis in a circle outlives its page."""
    outer = Outer(own, held, names, hidden)
    inner = FlowAnalysis(build_unit(code, language, [(0, len(code))]), outer=outer)
    return inner.flows, inner.exhausted


def _names_of(unit: Unit, objects: Mapping[str, str], outer: Names | None, beside: Beside | None) -> Names:
    """Return what is known of names from the start: by the page, by the code around, and by that in other languages."""
    names = Names(types={name.lower() if unit.is_vb else name: kind for name, kind in objects.items()})
    if beside is not None:
        names.hold(beside.given, beside.returned)
    if outer is not None:
        names.take_over(outer)
    return names
