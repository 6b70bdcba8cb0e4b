"""Flow: which text of a visitor reaches which sink, followed by names through one unit.

This is the road at the level of tokens: assignments, the page's own functions and their parameters, objects by type,
constants that hide code. Names spread without any order (`spread.py`); what arrives at a sink is then followed back in
the order in which statements run (`roads.py`), and what no name tells is rehearsed (`evaluation/rehearsal.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import compress
from operator import itemgetter

from webshellhunt.analysis.checks.file_kinds import lists_harmless_kinds, searches
from webshellhunt.analysis.constants import Constant, Constants
from webshellhunt.analysis.engine import Page as RunPage
from webshellhunt.analysis.engine import Run, run_page, run_together
from webshellhunt.analysis.flow.arrivals import Scene
from webshellhunt.analysis.flow.decoders import find_decoded
from webshellhunt.analysis.flow.page_flows import flows_of_run
from webshellhunt.analysis.flow.sinks import SeenSink, SinksInCode
from webshellhunt.analysis.flows import Flow, Shape
from webshellhunt.analysis.prefilter import may_flow
from webshellhunt.analysis.folding import constants_of, literals_of
from webshellhunt.analysis.prefilter.folding import may_fold
from webshellhunt.analysis.structure.given_texts import GivenTexts
from webshellhunt.analysis.structure.powers import find_powers
from webshellhunt.analysis.structure.stylesheets import iter_stylesheet_scripts
from webshellhunt.analysis.structure.uses import Use, find_uses
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.analysis.vocabulary import Sink
from webshellhunt.code.assignments import Assignments
from webshellhunt.code.calls import Calls
from webshellhunt.code.controls import Controls, find_controls
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.expressions import ExhaustedError, Expressions
from webshellhunt.code.given import Given
from webshellhunt.code.givers import Givers
from webshellhunt.code.held import opened_unnamed, words_held
from webshellhunt.code.name_checks import NameChecks
from webshellhunt.code.names import Names
from webshellhunt.code.renames import NATIVE, find_renames
from webshellhunt.code.slices import Slices
from webshellhunt.code.spread import Spread
from webshellhunt.code.unit import Unit
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tokens import NAME, STRING

MAX_SCRIPTS = 3
"""Scripts of stylesheets that are analysed."""
MAX_SCRIPT = 256 * 1024
"""Characters of such a script."""
SHORTEST_DECODED = 32
"""Characters of a constant that a function made, from which on it may be something of its own."""
_JOINING = frozenset({"concatenate", "variable"})


class FlowAnalysis:
    """One unit analysed.

    ``flows`` are the sinks that something reaches, ``sinks`` all that were seen, as sink, name and token;
    ``name_checks`` are the conditions on names of files; ``exhausted`` tells that the unit asked for more work than it
    gets, so that later flows may be missing. ``doubtful`` are the tokens of sinks that get what may be a visitor's,
    in a run over the whole unit; ``None`` if there was no such run, or it stopped early.
    """

    def __init__(
        self,
        unit: Unit,
        *,
        objects: Mapping[str, str] | None = None,
        controls: frozenset[str] = frozenset(),
        is_classic: bool = False,
        run: Run | None = None,
    ) -> None:
        self.unit = unit
        self._objects = objects or {}
        renames = find_renames(unit, self._objects)
        self._calls = Calls(unit, renames)
        filled = find_controls(unit, self._calls)
        self._filled: Controls = filled._replace(names=filled.names | controls)
        self._is_classic = is_classic
        is_own = run is None
        if run is None and may_fold(unit.tokens):
            run = run_page(*self.page)
        self._constants = self._folded(run)
        self._joined: Constants | None = None if run is None else self._constants
        held = words_held(unit.tokens, self._constants.values(), self.told, self.words())
        held |= {name for name in renames.values() if name.startswith(NATIVE)}
        self._held: frozenset[str] = held | opened_unnamed(self._calls, held)
        self.flows: list[Flow] = []
        self.doubtful: frozenset[int] | None = None
        self.exhausted: bool = unit.cut
        self.writes: Sequence[tuple[int, Shape]] = ()
        self._statements: Sequence[Flow] = ()
        self._reached: Sequence[SeenSink] = ()
        if may_flow(unit.tokens, self._held, has_controls=bool(self._filled.names)) or not is_own:
            run = run_page(*self.page) if run is None else run
            self._follow(run)
        if run is not None and is_own:
            run.close()

    @property
    def page(self) -> RunPage:
        """The code with its surroundings, for a run."""
        return page_of(self.unit, self._objects, self._filled.names, is_classic=self._is_classic)

    def _follow(self, run: Run) -> None:
        """Take the flows of a run."""
        tokens = self.unit.tokens
        literals = frozenset(tokens.values[at] for at in tokens.of_kind(STRING))
        found = flows_of_run(run, Scene(self._held, self._filled.names, literals), lambda: self.unit.index)
        told = {flow.token for flow in found.flows if flow.kind == "evaluate"}
        self.flows = [*found.flows, *find_decoded(self.unit.index, self._constants, told)]
        self.doubtful = found.doubtful
        self.exhausted |= found.is_exhausted
        self.writes, self._statements, self._reached = found.writes, found.statements, found.sinks

    def _folded(self, run: Run | None) -> Constants:
        """Return the constants as a run over the unit makes them; without one they are the literals."""
        return literals_of(self.unit.tokens) if run is None else constants_of(self.unit.parsed.top, run.texts)

    def joined_constants(self) -> Constants:
        """Return the constants of the unit, joined and decoded wherever they stand."""
        if self._joined is None:
            run = run_page(*self.page)
            run.close()
            self._joined = self._folded(run)
        return self._joined

    def __del__(self) -> None:
        """Part what knows each other: in a circle it would stay until garbage is looked for, and its memory with it."""
        own = vars(self).get("_own")
        if own is not None:
            own.close()

    @cached_property
    def sinks(self) -> list[tuple[Sink, str, int]]:
        """All sinks of the code, as sink, name and token, in the order of the code."""
        seen = SinksInCode(self.unit.index, self._constants, self._objects, self._held, self.unit.declared)
        values = self.unit.tokens.values
        named = (each for each in self._reached if values[each.token].lower() == each.name.rpartition(".")[2])
        found = {(each.sink, each.token): each for each in (*named, *seen.find())}
        return sorted(found.values(), key=itemgetter(2))

    @cached_property
    def name_checks(self) -> NameChecks | None:
        """The conditions on names of files."""
        names = Names(types={n.lower() if self.unit.is_vb else n: kind for n, kind in self._objects.items()})
        expressions = Expressions(self.unit, self._calls, names, self._constants, controls=self._filled, own=self._own)
        slices = Slices(self.unit, expressions.scopes, Givers(self.unit, self._calls))
        assignments = Assignments(self.unit, self._calls.lower)
        spread = Spread(self.unit, names, expressions, slices, assignments)
        given = Given(self.unit, expressions.scopes, spread.owned, slices.giving, assignments)
        self._kept = expressions
        with suppress(ExhaustedError):
            spread.run(set(range(len(spread.owned))))
        return NameChecks(self.unit, expressions, given, spread.owned)

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
        places: dict[str, int] = {}
        for constant in self._constants.values():
            places.setdefault(constant.value, constant.start)
        for _, shape in self.writes:
            yield from ((places.get(text, token), text) for token, text in shape.endings if text is not None)

    def statements(self) -> list[Flow]:
        """Return the flows into statements of a database, with their shapes, whoever says which database it is."""
        return [*self._statements]

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
                if len(code) <= MAX_SCRIPT and code not in found and len(found) < MAX_SCRIPTS:
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
    runs: Sequence[Run | None] = [None] * len(units)
    if across and len(units) > 1:
        runs = run_together([page_of(unit, objects, controls, is_classic=is_classic) for unit in units])
    made = [
        FlowAnalysis(unit, objects=objects, controls=controls, is_classic=is_classic, run=run)
        for unit, run in zip(units, runs, strict=True)
    ]
    for run in runs:
        if run is not None:
            run.close()
    return made


def page_of(unit: Unit, objects: Mapping[str, str], controls: frozenset[str], *, is_classic: bool) -> RunPage:
    """Return the code of a unit with its surroundings, for a run."""
    declared = {name.lower(): kind for name, kind in objects.items()}
    known = Surroundings(controls, declared, unit.declared, is_classic=is_classic, is_whole=not unit.is_included)
    return RunPage(unit.tokens, known, unit.parsed)
