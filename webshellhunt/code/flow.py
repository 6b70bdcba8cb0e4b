"""Flow: which text of a visitor reaches which sink, followed by names through one unit.

This is the road at the level of tokens: assignments, the page's own functions and their parameters, objects by type,
constants that hide code. It knows no order of execution; what it says is "this name carries the visitor's text
somewhere in this page".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import compress

from webshellhunt.code.arrivals import Arrivals, find_reaching
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import Constant, iter_constants
from webshellhunt.code.controls import Controls, find_controls
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.expressions import ExhaustedError, Expressions
from webshellhunt.code.hidden import HiddenCode
from webshellhunt.code.names import Names
from webshellhunt.code.plain import joined_strings
from webshellhunt.code.powers import find_powers
from webshellhunt.code.prospects import may_fold
from webshellhunt.code.renames import NATIVE, find_renames
from webshellhunt.code.spread import Spread
from webshellhunt.code.tokens import NAME, STRING
from webshellhunt.code.trace import Flow
from webshellhunt.code.unit import Unit
from webshellhunt.code.vocabulary import NAMED, Sink, vocabulary

SHORTEST_DECODED = 32
"""Characters of a constant that a function made, from which on it may be something of its own."""
_JOINING = frozenset({"concatenate", "variable"})


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
    ) -> None:
        self.unit = unit
        self.flows: list[Flow] = []
        self.sinks: list[tuple[Sink, str, int]] = []
        self.exhausted = unit.cut
        renames = find_renames(unit, objects or {})
        self._calls = Calls(unit, renames)
        self._own: PageEvaluator = PageEvaluator(unit, None if outer is None else outer._own)
        self._constants = _constants_of(unit, self._calls, self._own)
        self._held: frozenset[str] = self._words_held() | (frozenset() if outer is None else outer._held)
        self._held = self._held.union(name for name in renames.values() if name.startswith(NATIVE))
        self._hidden: HiddenCode = HiddenCode(self._read_hidden, None if outer is None else outer._hidden)
        self._arrivals: Arrivals | None = None
        self._expressions: Expressions | None = None
        filled = find_controls(unit, self._calls.lower)
        filled = filled._replace(names=filled.names | controls)
        reaching = find_reaching(unit, self._calls, self._held, controls=any(filled))
        if reaching:
            types = {name.lower() if unit.is_vb else name: kind for name, kind in (objects or {}).items()}
            self._follow(Names(types=types), filled, reaching)

    def _follow(self, names: Names, controls: Controls, reaching: list[int]) -> None:
        """Follow names through the unit, then look at the statements that may hold a sink."""
        expressions = self._expressions = Expressions(self.unit, self._calls, names, self._constants, controls=controls)
        spread = Spread(self.unit, self._calls, names, expressions)
        arrivals = self._arrivals = Arrivals(self.unit, expressions, self._held, self._hidden, spread.owned)
        self.flows, self.sinks = arrivals.flows, arrivals.sinks
        try:
            spread.run()
            for number in sorted({*reaching, *spread.using_functions()}):
                (start, end), owner = spread.owned[number]
                arrivals.look(start, end, owner)
            arrivals.add_statements()
        except ExhaustedError:
            self.exhausted = True
        self.exhausted = self.exhausted or self._hidden.exhausted

    def _words_held(self) -> frozenset[str]:
        """Return what stands beside sinks: words that the constants hold, also in several literals, and names."""
        texts = [constant.value for constant in self._constants.values()]
        texts += [each.text for each in joined_strings(self.unit.tokens)]
        whole = "\n".join(texts).lower()
        words = self.words()
        return frozenset(
            word
            for word in vocabulary().beside
            if (word.removeprefix(NAMED) in words if word.startswith(NAMED) else word in whole)
        )

    def _read_hidden(self, code: str) -> tuple[list[Flow], bool]:
        inner = FlowAnalysis(build_unit(code, self.unit.language, [(0, len(code))]), outer=self)
        return inner.flows, inner.exhausted

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
    def looks(self) -> int:
        """How often a name was looked at, which is bounded."""
        return 0 if self._expressions is None else self._expressions.looks

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
        if self._arrivals is None:
            return
        try:
            yield from self._arrivals.written_names()
        except ExhaustedError:
            self.exhausted = True

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(compress(self._calls.lower, map(NAME.__eq__, self.unit.tokens.kinds)))

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
        """Return what the page is able to do, with the token that shows it, where that is of three kinds at least."""
        return find_powers(self._calls.lower, self.unit.tokens.kinds, self._constants.values())


def _constants_of(unit: Unit, calls: Calls, own: PageEvaluator) -> dict[int, Constant]:
    """Return the constants of a unit by their first token; joined only where it could matter to what is run or made."""
    if may_fold(unit, calls, own):
        return {constant.start: constant for constant in iter_constants(unit.tokens, own=own)}
    kinds, values = unit.tokens.kinds, unit.tokens.values
    return {index: Constant(values[index], index, index + 1) for index, kind in enumerate(kinds) if kind == STRING}
