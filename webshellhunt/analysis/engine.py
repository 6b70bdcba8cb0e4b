"""Engine: the analysis of the code of one page: its tree, a run over it, and its arrivals at sinks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from webshellhunt.analysis.arrivals import Arrivals
from webshellhunt.analysis.calling.calls import call_value
from webshellhunt.analysis.calling.conversion_operators import converted_by_class
from webshellhunt.analysis.calling.evaluators import evaluate_texts
from webshellhunt.analysis.calling.invocations import evaluate_call
from webshellhunt.analysis.calling.methods import call_by_values
from webshellhunt.analysis.classic import ClassicRun, run_classic
from webshellhunt.analysis.exact.run import Exact
from webshellhunt.analysis.execution.conditions.narrowing import chosen_item
from webshellhunt.analysis.execution.expressions import EXPRESSIONS
from webshellhunt.analysis.execution.failures import doubt
from webshellhunt.analysis.execution.labels import run_with_labels
from webshellhunt.analysis.execution.loops import LOOPS
from webshellhunt.analysis.execution.statements import STATEMENTS
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.jscript.scopes import declare_in_blocks
from webshellhunt.analysis.machine.budget import MAX_STEPS, ExhaustedError
from webshellhunt.analysis.machine.endings import Target
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.observed import shown_arrivals
from webshellhunt.analysis.observer import Arrival, Observer
from webshellhunt.analysis.page_life.entering import enter
from webshellhunt.analysis.page_life.life import MARKED, inline_declarations, live
from webshellhunt.analysis.page_life.server_calls import functions_of_page
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.parser import Parsed, parse
from webshellhunt.lang.symbol_collection import collect
from webshellhunt.lang.tokens import OP
from webshellhunt.lang.tree import Block, Class, Declaration, Function, Node

_BRACES = frozenset({"{", "}"})
INCLUDING = "#include"
"""Is in the text of a page that may not be whole."""
Machine.statements = {**STATEMENTS, **LOOPS}
Machine.expressions = EXPRESSIONS
Machine.labelled = staticmethod(run_with_labels)
Machine.caller = staticmethod(call_value)
Machine.method_caller = staticmethod(call_by_values)
Machine.invoker = staticmethod(evaluate_call)
Machine.converter = staticmethod(converted_by_class)
Machine.evaluator = staticmethod(evaluate_texts)
Machine.writer = staticmethod(write)
Machine.chooser = staticmethod(chosen_item)
Machine.doubter = staticmethod(doubt)

_CORE = frozenset({"jscript", "vbscript"})
"""The languages of classic pages that the core runs."""
BASE_STEPS = 40_000
STEPS_OF_TOKEN = 2
UNREACHED_STEPS = 8_000
"""Nodes of unreached code that are evaluated."""
_STEPS_OF_CALL = 4
_JUMPS = frozenset({"return", "throw", "break", "continue", "end", "exit", "goto", "stop", "resume"})


class Run:
    """The outcome of a run over a page: its arrivals at sinks, and whether it had to stop early."""

    def __init__(self, machine: Machine, top: Block, *, is_exhausted: bool) -> None:
        self.arrivals: Sequence[Arrival] = machine.observer.arrivals
        self.is_exhausted: bool = is_exhausted or machine.is_cut
        self._machine: Machine = machine
        self._unreached: Block | None = top

    @property
    def shown(self) -> Arrivals:
        """The arrivals with their values as judging reads them."""
        return Arrivals(shown_arrivals(self.arrivals), self.is_exhausted)

    @property
    def reads_text(self) -> bool:
        """True if the run looked at the text around the code, so that its outcome depends on that, too."""
        return self._machine.reads_text

    @property
    def texts(self) -> KnownTexts:
        """The texts that the expressions of the code were, those of the code that the run did not reach included."""
        if self._unreached is not None:
            evaluate_unreached(self._machine, self._unreached)
            self._unreached = None
        return self._machine.record.texts

    def close(self) -> None:
        """Break the circles of references after everything was read; they would stay in memory for long."""
        self._unreached = None
        self._machine.disconnect()
        for container in self._machine.state.linked:
            container.clear()


Outcome = Run | ClassicRun
"""The outcome of a run of either evaluator."""


def steps_for(tokens: Tokens) -> int:
    """Return how many steps a run over some code may take."""
    return min(MAX_STEPS, BASE_STEPS + STEPS_OF_TOKEN * (len(tokens) - tokens.filled))


def _is_broken(tokens: Tokens) -> bool:
    """True if a brace ends nothing and code follows: the blocks of the code are not known then."""
    if tokens.language != "c#":
        return False
    depth = 0
    for at in tokens.indexes_of(_BRACES):
        if tokens.kinds[at] == OP:
            depth += 1 if tokens.values[at] == "{" else -1
            if depth < 0:
                return at + 1 < len(tokens)
    return False


class Page(NamedTuple):
    """The code of one language of a page, its surroundings, and its tree."""

    tokens: Tokens
    surroundings: Surroundings
    parsed: Parsed


def run_page(
    tokens: Tokens, surroundings: Surroundings, parsed: Parsed | None = None, *, steps: int | None = None
) -> Outcome:
    """Return the outcome of a run over the code of a page; ``parsed`` is its tree, where that is there already."""
    page = Page(tokens, surroundings, parse(tokens) if parsed is None else parsed)
    if _is_of_core(page):
        return run_classic([page], steps)[0]
    machine = _machine_for(page, steps_for(tokens) if steps is None else steps)
    return Run(machine, page.parsed.top, is_exhausted=_live(machine, page))


def run_together(pages: Sequence[Page]) -> Sequence[Outcome]:
    """Return the outcomes of the codes of one classic page in several languages, which call each other's functions."""
    return run_classic(pages)


def _is_of_core(page: Page) -> bool:
    """True for the code of a classic page, where the core runs these."""
    is_classic = page.surroundings.is_classic or page.tokens.language == "vbscript"
    return is_classic and page.tokens.language in _CORE


def _machine_for(page: Page, steps: int) -> Machine:
    """Return the machine that runs a page."""
    tokens, surroundings = page.tokens, page.surroundings
    symbols = collect(page.parsed.top, tokens.language)
    machine = Machine(symbols, surroundings, Observer(), steps)
    machine.text = tokens.text
    machine.exact = Exact()
    machine.is_whole &= INCLUDING not in tokens.text
    return machine


def _live(machine: Machine, page: Page) -> bool:
    """Run the code of a page; return True if the run had to stop early, or the tree is not whole."""
    tokens, parsed = page.tokens, page.parsed
    try:
        if tokens.language == "jscript":
            declare_in_blocks(machine, parsed.top)
        is_classic = page.surroundings.is_classic or tokens.language == "vbscript"
        machine.reads_text |= not is_classic and MARKED in tokens.text
        inline = () if is_classic else inline_declarations(tokens, parsed.top.statements)
        live(machine, parsed.top.statements, is_classic=is_classic, inline=inline)
    except (ExhaustedError, RecursionError):
        is_exhausted = True
    else:
        is_exhausted = parsed.is_cut or _is_broken(tokens)
    return is_exhausted


def evaluate_unreached(machine: Machine, top: Block) -> None:
    """Evaluate the code that a run did not reach for its constants alone; nothing of it arrives at a sink."""
    observer, is_cut = machine.observer, machine.is_cut
    machine.observer = Observer()
    machine.restart(UNREACHED_STEPS)
    try:
        for function in [*functions_of_page(machine)]:
            if function not in machine.record.entered:
                machine.spend(_STEPS_OF_CALL)
                enter(machine, function)
        _run_blocks(machine, top)
    except (ExhaustedError, RecursionError):
        machine.restart(0)
    finally:
        machine.observer, machine.is_cut = observer, is_cut


def _run_blocks(machine: Machine, top: Block) -> None:
    """Run the outermost blocks that did not run, each in its function, and evaluate the fields of classes."""
    waiting: list[tuple[Node, Function | None]] = [(top, None)]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, Block) and node is not top and not machine.record.has_run(node):
            _run(machine, node, function)
        if isinstance(node, Class):
            _initialise(machine, node)
        inner = node if isinstance(node, Function) else function
        waiting += [(each, inner) for each in node.children()]


def _run(machine: Machine, block: Block, function: Function | None) -> None:
    page = machine.frames[0]
    if function is not None:
        owner = machine.symbols.owners.get(function, machine.symbols.page)
        this = machine.kept.objects.get(owner, machine.page)
        machine.frames.append(Frame(function, frozenset(), None, this, owner))
    machine.control.within(Target(_JUMPS), lambda: machine.run(block))
    machine.control.thrown()
    machine.frames = [page]


def _initialise(machine: Machine, node: Class) -> None:
    for member in node.members:
        if isinstance(member, Declaration) and member.value is not None and member.value not in machine.record.texts:
            machine.value(member.value)
            machine.control.thrown()
