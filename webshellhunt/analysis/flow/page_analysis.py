"""Page analysis: the code of one page in one language, as a run over its tree sees it.

The run decides which texts of a visitor arrive at which sink. Questions about how the code is written are answered by
its tree and its constants. Everything is found when it is first asked for, but for the flows.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import NamedTuple
from weakref import finalize

from webshellhunt.analysis.application import MOST_REACHED, Application
from webshellhunt.analysis.arrivals import Arrival
from webshellhunt.analysis.capabilities import OF_CAPABILITY
from webshellhunt.analysis.checks.file_kinds import lists_harmless_kinds, searches
from webshellhunt.analysis.checks.name_checks import HostChecks, NameChecks
from webshellhunt.analysis.checks.witnesses import names_to_try, witness_of
from webshellhunt.analysis.constants import Constant, Constants
from webshellhunt.analysis.engine import CoreRun, Files, Page, run_page, run_together
from webshellhunt.analysis.flow.decoders import find_decoded
from webshellhunt.analysis.flow.flows import Flow, Shape
from webshellhunt.analysis.flow.held import words_held
from webshellhunt.analysis.flow.kept_results import KeptResults, digest_of, known_of
from webshellhunt.analysis.flow.sinks import SeenSink, SinksInCode
from webshellhunt.analysis.folding import constants_of, literals_of
from webshellhunt.analysis.judging import PageFlows, Scene, asked_of, counting, judge
from webshellhunt.analysis.prefilter import may_be_visited, may_flow, may_fold, may_harm
from webshellhunt.analysis.prefilter.features import (
    FLOW,
    LANGUAGE,
    LONG_TEXTS,
    MADE_TEXTS,
    ORIGIN,
    STATEMENTS,
    WRITES,
    features_of,
    possible_kinds,
)
from webshellhunt.analysis.structure.given_texts import GivenTexts
from webshellhunt.analysis.structure.joined_names import PLAIN_STEPS
from webshellhunt.analysis.structure.own_bytes import SHORTEST
from webshellhunt.analysis.structure.powers import find_powers, words_of_powers
from webshellhunt.analysis.structure.uses import Use, find_uses
from webshellhunt.analysis.surroundings import Part, Surroundings
from webshellhunt.analysis.traces import Trace
from webshellhunt.analysis.vocabulary import OF_QUESTION, asked_kinds, vocabulary
from webshellhunt.core.state import Witness
from webshellhunt.lang.language_names import base_language
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tokens import STRING
from webshellhunt.lang.unit import Unit, build_unit
from webshellhunt.lazy_pattern import lazy_pattern

MAX_SCRIPTS = 3
"""Scripts of stylesheets that are analysed."""
MAX_SCRIPT = 256 * 1024
"""Characters of such a script."""
SHORTEST_DECODED = 32
"""Characters of a constant that a function made, from which on it may be code of its own."""
_JOINING = frozenset({"concatenate", "variable"})
NAMESPACE = "urn:schemas-microsoft-com:xslt"
_SCRIPT = lazy_pattern(r"(?i)<(\w{0,40}+:)?script\b([^<>]{0,400}+)>")
_LANGUAGE = lazy_pattern(r"(?i)\blanguage\s*+=\s*+[\"']?([\w#.+]{1,20}+)")
_WRAPPING = lazy_pattern(r"<!\[CDATA\[|\]\]>")
_MOST_SCRIPTS = 8
_PREPARES = lazy_pattern(r"(?:.*\.)?(?:processstartinfo|filename|arguments)|(?:standardinput|stdin)\..*")
"""The sinks of the kind of those that start programs which name the program or give it something to read."""


class PageAnalysis:
    """The analysis of one unit.

    ``run`` is the run over it, if it is one of several languages of a page; else it is run here, if anything could
    come of that: by ``start``, if it is one of several files that are compiled together. ``others`` are what the
    outcome depends on of the other files, and ``is_visited`` says that one of them may have something of a visitor.
    """

    def __init__(
        self,
        unit: Unit,
        *,
        objects: Mapping[str, str] | None = None,
        controls: frozenset[str] = frozenset(),
        shown: Mapping[str, str] | None = None,
        is_classic: bool = False,
        run: CoreRun | None = None,
        start: Callable[..., CoreRun] | None = None,
        others: Hashable = (),
        is_visited: bool = False,
    ) -> None:
        self.unit = unit
        self._objects = objects or {}
        self._around = around = surroundings_of(unit, self._objects, controls, shown or {}, is_classic=is_classic)

        def run_alone(witness: Witness | None = None) -> CoreRun:
            return run_page(unit.tokens, replace(around, witness=witness), unit.parsed)

        self._start: Callable[..., CoreRun] = start or run_alone
        self._searched: dict[frozenset[str], Sequence[Arrival]] = {}
        self._tried: dict[Hashable, tuple[bool, frozenset[int], Sequence[Arrival]]] = {}
        self._given: CoreRun | None = run
        self._open: CoreRun | None = None
        self.is_folded: bool = run is not None or may_fold(unit.tokens)
        """Whether ``constants`` are those that a run over the code made, else its literals."""
        self._kept: KeptResults[PageFlows] | None = None
        if run is None:
            self._kept = KeptResults(unit, around, frozenset(self._objects.items()), self.is_folded, others)
        self.constants: Constants = self._joined if self.is_folded else literals_of(unit.tokens)
        """The constants of the code by their first token."""
        self._held: frozenset[str] = words_held(unit, self.constants.values(), self.texts)
        self._found: PageFlows = PageFlows()
        self._controls = controls
        self._is_classic: bool = is_classic or unit.language == "vbscript"
        self._is_followed: bool = may_flow(
            unit.tokens, self._held, has_controls=bool(controls) or is_visited, objects=self._objects
        )
        if self._is_followed:
            self._found = self._make_flows()
        self._given = None
        if self.is_folded:
            self._close()

    @property
    def _run(self) -> CoreRun:
        """The run over the code, which stays open for the next question."""
        if self._given is not None:
            return self._given
        if self._open is None:
            self._open = self._start()
            finalize(self, self._open.close).atexit = False
        return self._open

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    @cached_property
    def _joined(self) -> Constants:
        """The constants as a run over the code makes them."""
        return self._made()[0] if self._kept is None else self._kept.constants(self._made)

    def _made(self) -> tuple[Constants, bool]:
        run = self._run
        return constants_of(self.unit.index, run.texts), run.reads_text

    def _make_flows(self) -> PageFlows:
        return self._followed()[0] if self._kept is None else self._kept.flows(self._held, self._followed)

    def _followed(self) -> tuple[PageFlows, bool]:
        run = self._run
        tokens = self.unit.tokens
        literals = frozenset(tokens.values[at] for at in tokens.of_kind(STRING))
        found = judge(run.shown, Scene(self._held, self._controls, literals), lambda: self.unit.index)
        known = {flow.place for flow in found.flows if flow.kind == "evaluate"}
        decoded = find_decoded(self.unit.index, self.constants, known, self.unit.declared)
        arrivals = itertools.chain(run.shown, run.elsewhere) if self._is_asked else ()
        asked = asked_of(arrivals, self._held)
        return found._replace(flows=[*found.flows, *decoded], asked=asked), run.reads_text

    # Flows ------------------------------------------------------------------------------------------------------------

    @property
    def flows(self) -> Sequence[Flow]:
        """The flows into sinks, in the order of the code; evaluated constants are flows as well."""
        return self._found.flows

    def all_flows(self) -> Iterator[Flow]:
        """Yield the flows of the code, and those inside constants that it runs, at the place where they are run."""
        for flow in self.flows:
            yield flow
            for inner in flow.inner:
                yield inner._replace(place=flow.place, hidden=True)

    @property
    def statements(self) -> Sequence[Flow]:
        """The flows into statements of a database."""
        return self._found.statements

    @cached_property
    def writes(self) -> Sequence[tuple[int, Shape]]:
        """The places of sinks that name a written file, each with the shape of that name."""
        places: dict[str | None, int] = {}
        for constant in self.constants.values() if self._found.writes else ():
            places.setdefault(constant.value, constant.start)
        return [(sink, shape.ending_at(places)) for sink, shape in self._found.writes]

    @property
    def doubtful(self) -> frozenset[int] | None:
        """The places of sinks that may get a visitor's text of an earlier request; ``None`` without a whole run."""
        return self._found.doubtful

    @property
    def _is_asked(self) -> bool:
        return not self._possible.isdisjoint(asked_kinds())

    @cached_property
    def _asked(self) -> Sequence[tuple[str, Arrival]]:
        if self._is_followed or not self._is_asked:
            return self._found.asked
        found = self._make_flows().asked
        self._close()
        return found

    def asked(self, kind: str) -> Iterator[Arrival]:
        """Yield the calls of a capability, or of a question of `vocabulary.toml`, with all that they may be given."""
        kinds = (OF_CAPABILITY + kind, OF_QUESTION + kind)
        return (arrival for sink, arrival in self._asked if sink in kinds)

    def searches(self, names: frozenset[str]) -> Sequence[Arrival]:
        """Return the calls of functions with some last names, with all that they may be given, by a run of its own."""
        if names not in self._searched:
            run = run_page(self.unit.tokens, replace(self._around, asked=names), self.unit.parsed)
            self._searched[names] = [each for each in (*run.shown, *run.elsewhere) if each.names[-1] in names]
            run.close()
        return self._searched[names]

    @cached_property
    def programs(self) -> frozenset[str] | None:
        """The programs that the code starts, by name or command line; ``None`` unless the run knows those of all."""
        found = dict(self._found.programs)
        starts = _starts(self.sinks)
        return frozenset[str]().union(*map(found.__getitem__, starts)) if starts and starts <= found.keys() else None

    @property
    def known_texts(self) -> frozenset[int]:
        """The places of evaluations, and of starts of programs, whose texts a whole run knows."""
        return frozenset(place for place, _ in self._found.programs)

    @property
    def exhausted(self) -> bool:
        """True if there was more code or work than a page gets, so that later flows may be missing."""
        return self.unit.is_cut or self._found.is_exhausted

    @cached_property
    def sinks(self) -> Sequence[SeenSink]:
        """All sinks of the code, in its order, whether or not anything arrives there."""
        seen = SinksInCode(self.index, self.constants, self._objects, self._held, self.unit.declared)
        values = self.unit.tokens.values
        named = (each for each in self._found.sinks if values[each.place].lower() == each.name.rpartition(".")[2])
        found = {(each.sink, each.place): each for each in (*named, *seen.find())}
        return sorted(found.values(), key=_place)

    @property
    def reached(self) -> Sequence[SeenSink]:
        """The sinks that the run reached, with the names of their functions, whatever the code calls these."""
        return self._found.sinks

    # Structure --------------------------------------------------------------------------------------------------------

    @property
    def index(self) -> SyntaxIndex:
        """The index of the tree of the code."""
        return self.unit.index

    def words(self) -> frozenset[str]:
        """Return every name of the code, in lower case."""
        return self.unit.words

    @cached_property
    def _possible(self) -> frozenset[str]:
        """All kinds of sinks that the code may have, found without its tree."""
        about = {"declares_objects": bool(self._objects), "is_folded": self.is_folded}
        return possible_kinds(self.words(), self._held, self.texts, **about)

    @cached_property
    def features(self) -> frozenset[str]:
        """The features of the code that detectors need, found without its tree: its names among them."""
        kinds = self._possible
        found = {LANGUAGE + self.unit.language, *features_of(kinds.union(each.sink.kind for each in self._found.sinks))}
        for flow in self.all_flows():
            found.add(FLOW + flow.kind)
            if flow.trace is not None:
                found.add(ORIGIN + flow.trace.kind)
        found |= {STATEMENTS} if self.statements else set()
        found |= {WRITES} if self._found.writes else set()
        if any(each.steps and not PLAIN_STEPS.issuperset(each.steps) for each in self.constants.values()):
            found.add(MADE_TEXTS)
        if any(len(each.value) >= SHORTEST for each in self.constants.values()):
            found.add(LONG_TEXTS)
        return self.words() | found

    @cached_property
    def uses(self) -> Mapping[str, tuple[Use, ...]]:
        """The uses of each capability of the code, by its name in ``capabilities.toml``."""
        return find_uses(self.sinks, self.unit)

    @cached_property
    def powers(self) -> Mapping[str, int]:
        """The powers of the page, with the place that shows each, where they are of three kinds at least."""

        def starts_programs() -> bool:
            return any(each.sink.kind == "process" for each in self.sinks)

        return find_powers(self.unit, self.constants.values(), self._power_words, starts_programs=starts_programs)

    @cached_property
    def possible_powers(self) -> frozenset[str]:
        """All powers that the page may have, by its words alone; none if these are of fewer than three kinds."""
        return frozenset(vocabulary().power_names[word] for word in self._power_words)

    @cached_property
    def _power_words(self) -> frozenset[str]:
        return words_of_powers(self.unit, self.constants.values())

    @cached_property
    def name_checks(self) -> NameChecks:
        """The conditions on names of files."""
        return NameChecks(self.index, self.constants)

    @cached_property
    def host_checks(self) -> HostChecks:
        """The conditions on addresses."""
        return HostChecks(self.index, self.constants)

    def lets_pages_pass(self, flow: Flow) -> bool | None:
        """Return True if a name of a page surely passes all checks before a file of that name is written.

        The code is run with such names in the place of the visitor's, and with one of no known kind: False if it
        surely refuses them all, but takes a harmless one. ``None`` where conditions about the name stay unknown, which
        they do for each name: after the first one no other is tried.
        """
        if self.exhausted:
            return None
        pages, others, harmless = names_to_try(self.name_checks.kinds, is_classic=self._is_classic)
        for text in (*pages, *others):
            is_written = self._is_written(flow, text)
            if is_written is not False:
                return is_written if text in pages else None
        return False if any(self._is_written(flow, text) for text in harmless) else None

    def _is_written(self, flow: Flow, text: str) -> bool | None:
        """Return True if a file is surely written under a name that the visitor sends, False if it is not."""
        if flow.trace is None or flow.sink.argument is None:
            return None
        is_cut, undecided, arrivals = self._run_with(flow.trace, text)
        shown = [each for each in arrivals if each.place == flow.place]
        is_unknown = is_cut or any(self.name_checks.are_about(at, flow) for at in undecided)
        forms = [form for each in shown for value in counting(flow.sink, each) for form in value.forms]
        ending = text[text.rfind(".") :] if "." in text else f".{text}"
        ends = [isinstance(form[-1], str) and form[-1].endswith(ending) for form in forms]
        return None if is_unknown or not all(isinstance(form[-1], str) for form in forms) else any(ends)

    def _run_with(self, trace: Trace, text: str) -> tuple[bool, frozenset[int], Sequence[Arrival]]:
        """Return if a run with a visitor's name was cut, its conditions that were not known, and the arrivals."""
        key = (trace.kind, trace.key, trace.origin, text)
        if key not in self._tried:
            run = self._start(witness_of(trace, text))
            self._tried[key] = (run.is_exhausted, run.undecided, run.shown.all)
            run.close()
        return self._tried[key]

    @cached_property
    def takes_harmless_kinds(self) -> bool:
        """True if the code lists the extensions that an upload may have, none of which a server runs."""
        return lists_harmless_kinds(self.constants.values()) and searches(self.index)

    # Constants --------------------------------------------------------------------------------------------------------

    def joined_constants(self) -> Constants:
        """Return the constants of the code, joined and decoded."""
        constants = self._joined
        self._close()
        return constants

    def hidden_constants(self) -> Iterator[Constant]:
        """Yield the constants that are run after they were put together, and the longer ones that a function made."""
        run = {flow.constant: flow.place for flow in self.flows if flow.constant is not None and flow.hidden}
        for constant in self.constants.values():
            is_made = len(constant.value) >= SHORTEST_DECODED and not _JOINING.issuperset(constant.steps)
            if run.pop(constant.value, None) is not None or is_made:
                yield constant
        yield from (Constant(text, token, token + 1, ("evaluate",)) for text, token in run.items())

    def written_names(self) -> Iterator[tuple[int, str]]:
        """Yield the place and text of each constant in which the name of a written file may end."""
        for _, shape in self.writes:
            yield from ((place, text) for place, text in shape.endings if text is not None)

    @cached_property
    def texts(self) -> str:
        """All constants of the code in lower case, each once, a line feed between two."""
        return "\n".join(dict.fromkeys(constant.value for constant in self.constants.values())).lower()

    def mentions(self, word: str) -> bool:
        """Return True if a constant of the code has a word, in whatever case."""
        return word in self.texts

    @cached_property
    def given_texts(self) -> GivenTexts:
        """The constants that may be arguments of a call."""
        return GivenTexts(self.index, self.constants)

    @cached_property
    def stylesheets(self) -> list[tuple[int, PageAnalysis]]:
        """The scripts of stylesheets in constants of the code, with the place of the constant."""
        values = self.unit.tokens.values
        strings = [*self.unit.tokens.of_kind(STRING)]
        texts = [("".join(map(values.__getitem__, strings)), index) for index in strings[:1]]
        texts += [(constant.value, constant.start) for constant in self.constants.values() if constant.steps]
        found: dict[str, tuple[int, PageAnalysis]] = {}
        for text, token in texts:
            for language, code in iter_stylesheet_scripts(text):
                if len(code) <= MAX_SCRIPT and code not in found and len(found) < MAX_SCRIPTS:
                    at = next((index for index in strings if ":script" in values[index]), token)
                    found[code] = (at, PageAnalysis(build_unit(code, language, [(0, len(code))])))
        return [*found.values()]


def analyse(
    units: Sequence[Unit],
    *,
    objects: Mapping[str, str],
    controls: frozenset[str],
    across: bool,
    is_classic: bool = False,
    shown: Mapping[str, str] | None = None,
) -> list[PageAnalysis]:
    """Return the analyses of the units of one page; ``across``: they may call each other's functions."""
    runs: Sequence[CoreRun | None] = [None] * len(units)
    if across and len(units) > 1:
        surroundings = [surroundings_of(unit, objects, controls, {}, is_classic=is_classic) for unit in units]
        runs = run_together([Page(u.tokens, around, u.parsed) for u, around in zip(units, surroundings, strict=True)])
    made = [
        PageAnalysis(unit, objects=objects, controls=controls, shown=shown, is_classic=is_classic, run=run)
        for unit, run in zip(units, runs, strict=True)
    ]
    for run in runs:
        if run is not None:
            run.close()
    return made


class Source(NamedTuple):
    """The code of one file of a page of ASP.NET; ``is_module``: other files of the application use it as well."""

    unit: Unit
    objects: Mapping[str, str]
    controls: frozenset[str]
    shown: Mapping[str, str]
    is_module: bool = False
    part: Part | None = None


class Compiled:
    """The analyses of a page of ASP.NET and of the files that are compiled with it, the page first."""

    def __init__(self, sources: Sequence[Source], application: Application | None) -> None:
        around = [
            replace(surroundings_of(*each[:4], is_classic=False), is_module=each.is_module, part=each.part)
            for each in sources
        ]
        pairs = [*zip(sources, around, strict=True)]

        def pages() -> list[Page]:
            return [Page(source.unit.tokens, each, source.unit.parsed) for source, each in pairs]

        self._is_given = self._gives = False
        self._files = Files(pages, application)
        self._sources = sources
        self._application = application
        words = frozenset[str]().union(*(each.unit.tokens.lowered for each in sources))
        self._asks: bool = may_be_visited(words) or any(each.controls for each in sources)
        if application is not None:
            reached = application.reached_by(each.unit.tokens for each in sources)
            self._is_given = reached.is_visited
            self._gives = self._asks and reached.harms
            is_small = reached.size <= MOST_REACHED
            if not is_small or not (self._gives or (may_harm(words) and (self._asks or self._is_given))):
                self._files = Files(pages)
                self._application = None
        digests = ((digest_of(source.unit.tokens), known_of(each)) for source, each in pairs)
        self._others = (None if self._application is None else self._application.digest, *digests)

    @property
    def is_alone(self) -> bool:
        """True for a page that uses no other file."""
        return len(self._sources) == 1 and not self._files.used[1]

    def analysis(self, at: int) -> PageAnalysis:
        """Return the analysis of a file."""
        unit, objects, controls, shown, *_ = self._sources[at]
        return PageAnalysis(
            unit,
            objects=objects,
            controls=controls,
            shown=shown,
            start=partial(self._files.run, at),
            others=(at, *self._others),
            is_visited=self._asks or self._is_given,
        )

    def crossed(self) -> list[int]:
        """Return the numbers of the sources of the application in which something of a visitor of the page arrived."""
        return self._files.crossed() if self._application is not None and self._gives else []

    def in_application(self, number: int) -> PageAnalysis:
        """Return the analysis of a source of the application."""
        assert self._application is not None
        start = partial(self._files.run_in_application, number)
        others = ("application", number, *self._others)
        return PageAnalysis(self._application.units[number], start=start, others=others, is_visited=True)


def surroundings_of(
    unit: Unit, objects: Mapping[str, str], controls: frozenset[str], shown: Mapping[str, str], *, is_classic: bool
) -> Surroundings:
    """Return the surroundings of a unit."""
    declared = {name.lower(): kind for name, kind in objects.items()}
    is_whole = not unit.is_included
    return Surroundings(controls, declared, unit.declared, is_classic=is_classic, is_whole=is_whole, shown=shown)


def _starts(sinks: Iterable[SeenSink]) -> frozenset[int]:
    """Return the places of the sinks that start a program."""
    return frozenset(each.place for each in sinks if each.sink.kind == "process" and not _PREPARES.fullmatch(each.name))


def _place(seen: SeenSink) -> int:
    return seen.place


def iter_stylesheet_scripts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the language and the code of each script in a stylesheet; nothing of a text that is none.

    Source: "Script Blocks Using msxsl:script" (.NET documentation), "msxsl:script Element" (MSXML SDK).
    """
    if NAMESPACE not in text.lower():
        return
    from html import unescape  # Much to load, for hardly any page.

    openings = list(_SCRIPT.finditer(text))[:_MOST_SCRIPTS]
    for opening in openings:
        end = text.find(f"</{opening[1] or ''}script", opening.end())
        language = _LANGUAGE.search(opening[2])
        code = text[opening.end() : end if end >= 0 else len(text)]
        is_quoted = "<![CDATA[" in code
        yield (
            base_language(language[1]) if language else "jscript",
            (_WRAPPING.sub(" ", code) if is_quoted else unescape(code)),
        )
