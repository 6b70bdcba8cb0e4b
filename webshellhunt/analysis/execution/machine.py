"""Machine: runs the tree of a page with abstract values; other modules have the meaning of the nodes.

A branch whose condition is not known is run together with its alternatives, each from the same state, and their states
are joined. A statement that leaves (return, break, throw) ends its alternative, and its state joins at its target. The
work is counted, so that the same page always has the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Protocol

from webshellhunt.analysis.domain.values import UNKNOWN, Thing, Value
from webshellhunt.analysis.execution.frames import FAILED, GOES_ON, Frame
from webshellhunt.analysis.execution.host import Host
from webshellhunt.analysis.execution.known_texts import KnownTexts
from webshellhunt.analysis.execution.state import Changes, State
from webshellhunt.analysis.observer import Arrival, Observer
from webshellhunt.analysis.summaries.outlines import Outlines
from webshellhunt.analysis.summaries.summaries import Summaries
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbols import ClassSymbol, PageSymbols
from webshellhunt.lang.tree import Assign, Block, Call, Function, Jump, Label, Literal, Node, TypeName

MAX_STEPS = 100_000
"""Nodes that are evaluated for one page."""
_CHANGES_OF_STEP = 2
"""Changes of a state that are joined in the time of one step."""
SHARE = 64
"""Steps that each loop with known values has, but where the page has had its share."""
MAX_THROWS = 16
"""Calls in one body after each of which its handlers see the state; of more calls, only some."""
MAX_COARSE_THROWS = 2
"""The same where the page has had its share of steps."""
MAX_NESTING = 240
"""Nodes in nodes, those of all open calls together."""


class ExhaustedError(Exception):
    """The page has had its share of steps."""


class Signal(NamedTuple):
    """How a statement left: a jump that is still under way, or ``dead`` where all alternatives jumped."""

    kind: str
    label: str = ""


DEAD = Signal("dead")
Ending = Signal | None
"""``None``: the next statement runs."""


@dataclass(slots=True, eq=False)
class Target:
    """Where jumps of some kinds lead to; ``pending`` are the states of alternatives that jumped there."""

    kinds: frozenset[str]
    label: str = ""
    depth: int = 0
    pending: list[Changes] = field(default_factory=list)
    possible: list[Changes] | None = None
    """States in which calls of a library may have jumped there, where anybody wants to know them."""
    calls: int = 0
    """How many calls of a library may have jumped there."""
    is_open: bool = False
    """True once a branch was opened for the rest of the code that the target is around."""

    def takes(self, kind: str, label: str) -> bool:
        """True if a jump leads here."""
        return kind in self.kinds and (not label or label == self.label)


_PLAIN = frozenset({Literal, Assign})
"""Nodes whose text is that of another node, or their own."""


class Evaluator(Protocol):
    """Evaluates loops and calls whose values are all known at a small cost."""

    def loop(self, machine: Machine, node: Node) -> bool:
        """Evaluate a loop; return False where that is left to the machine."""
        ...

    def value(self, machine: Machine, node: Node) -> Value:
        """Return the value of an expression, `ABSENT` where that is left to the machine."""
        ...

    def call(
        self, machine: Machine, function: Function, arguments: Sequence[Value], this: Value, outs: list[Value] | None
    ) -> Value:
        """Return the result of a call, `ABSENT` where that is left to the machine."""
        ...

    def close(self) -> None:
        """Break the circles of references."""
        ...


_THROWS = frozenset({"throw"})
Execute = Callable[["Machine", Node], Ending]
Evaluate = Callable[["Machine", Node], Value]


class Machine(Host):
    """One run over a page.

    ``statements`` and ``expressions`` have the meaning of each kind of node; ``frames`` are the open calls, the page
    first.
    """

    statements: Mapping[type[Node], Execute] = {}
    expressions: Mapping[type[Node], Evaluate] = {}
    labelled: Callable[[Machine, Block, dict[str, int]], Ending]
    caller: Callable[[Machine, Value, list[Value], int], Value]
    method_caller: Callable[[Machine, Value, str, list[Value], int], Value]
    invoker: Callable[[Machine, Call], Value]
    converter: Callable[[Machine, Value, TypeName | None], Value]
    evaluator: Callable[[Machine, Arrival, tuple[str, ...], Sequence[Value], int], Value]
    writer: Callable[[Machine, Node, Value], None]
    doubter: Callable[[Machine, Node], None]

    def __init__(
        self, symbols: PageSymbols, surroundings: Surroundings, observer: Observer, steps: int = MAX_STEPS
    ) -> None:
        self.symbols: PageSymbols = symbols
        self.language: str = symbols.language
        self.surroundings: Surroundings = surroundings
        self.observer: Observer = observer
        self.state: State = State()
        self.page: Thing = Thing("page", symbols.page)
        symbols.scope = self._scope  # see `disconnect`
        self.frames: list[Frame] = [Frame(this=self.page, symbol=symbols.page, variables=self.page.fields)]
        self.text: str = ""
        self.left: int = steps
        self.reserve: int = steps // 2
        self.steps_of_loop: int = steps >> 4
        """Steps of a loop of which nothing is known before it turns no more than twice."""
        self.floor: int = self.reserve
        """How many steps are left when the loop with known values around has had its share."""
        self.loops: int = 0
        """How many loops run to a fix-point now."""
        self.is_whole: bool = surroundings.is_whole
        self.is_cut: bool = False
        """True if something was not run because it is too deep, too long or too much."""
        self.depth: int = 0
        self.label: str = ""
        self.exact: Evaluator | None = None
        self.summaries: Summaries = Summaries()
        self.outlines: Outlines = Outlines(symbols)
        self._runs: _Runs = _Runs()

    def disconnect(self) -> None:
        """Break the circle of references between the run and the symbols."""
        self.symbols.scope = _no_scope
        self.borrowed.clear()
        if self.exact is not None:
            self.exact.close()
        self.exact = None

    def _scope(self) -> ClassSymbol | None:
        return self.frame.symbol

    # The surface for everything else --------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        """The frame of the innermost call."""
        return self.frames[-1]

    @property
    def entered(self) -> set[Function]:
        """The functions that were entered."""
        return self._runs.entered

    @property
    def functions(self) -> dict[tuple[Function, Frame | None], Thing]:
        """The objects that functions of JScript are."""
        return self._runs.functions

    @property
    def prototypes(self) -> dict[str, Thing]:
        """The prototypes of JScript's own constructors to which the page adds members."""
        return self._runs.prototypes

    @property
    def matched(self) -> dict[str, Value]:
        """The last match of a regular expression of JScript, and its text."""
        return self._runs.matched

    @property
    def borrowed(self) -> dict[str, tuple[Machine, Function]]:
        """The functions of other languages of the page by their names in lower case, each with its machine."""
        return self._runs.borrowed

    @property
    def jumps(self) -> dict[Node, tuple[tuple[str, str], ...]]:
        """The targets that jumps in statements may lead to."""
        return self._runs.jumps

    @property
    def texts(self) -> KnownTexts:
        """The texts that expressions were."""
        return self._runs.texts

    @property
    def statics(self) -> dict[ClassSymbol, Thing]:
        """The objects whose fields are the static ones of classes."""
        return self._runs.statics

    @property
    def constructed(self) -> dict[tuple[ClassSymbol, str], Thing]:
        """The objects whose fields are the static ones of a generic class with its type arguments."""
        return self._runs.constructed

    def static_objects(self) -> list[Thing]:
        """Return the objects whose fields are static ones."""
        return [*self._runs.statics.values(), *self._runs.constructed.values()]

    @property
    def objects(self) -> dict[ClassSymbol, Thing]:
        """The object of each class whose methods are entered without one."""
        return self._runs.objects

    @property
    def made(self) -> list[Thing]:
        """The objects of classes that end with a call of their own, in their order."""
        return self._runs.made

    @property
    def stores(self) -> dict[str, Thing]:
        """The stores across requests: session, application, cache, view state."""
        return self._runs.stores

    @property
    def is_coarse(self) -> bool:
        """True if the page has had half of its steps: the rest is run with less knowledge, so that all of it is run."""
        return self.left < self.reserve

    @property
    def is_late(self) -> bool:
        """True if the page has had three quarters of its steps: little of the rest is run more than twice."""
        return self.left < self.reserve >> 1

    @property
    def is_last(self) -> bool:
        """True if the page has had nearly all of its steps: only functions that were never entered are run."""
        return self.left < self.reserve >> 2

    def is_evaluated(self, loop: Node) -> bool:
        """True if a loop was evaluated, as all of its values are known."""
        return self.exact is not None and not self.label and self.exact.loop(self, loop)

    def within_share(self, run: Callable[[int], Ending]) -> Ending:
        """Run a loop with known values, which gets the number of steps that are left when it has had its share."""
        before = self.floor
        share = self.left - max(SHARE, (self.left - before) // 2) if self.left >= before else self.left
        self.floor = share
        ending = run(share)
        self.floor = before
        return ending

    def refill(self) -> None:
        """Let a further round have half of the steps."""
        self.left = max(self.left, self.reserve)

    def spend(self, steps: int) -> None:
        """Count work.

        Raises:
            ExhaustedError: The page has had its share.
        """
        self.left -= steps
        if self.left < 0:
            raise ExhaustedError

    def call(self, callee: Value, arguments: Sequence[Value], token: int) -> Value:
        """Return the result of a function that is a value."""
        return type(self).caller(self, callee, [*arguments], token)

    def take_parts(self, target: Node, value: Value) -> None:
        """Assign the parts of an argument to variables."""
        type(self).writer(self, target, value)

    def value(self, node: Node | None) -> Value:
        """Return the value of an expression."""
        evaluate = self.expressions.get(node.__class__) if node is not None else None
        if node is None or evaluate is None:
            return UNKNOWN
        self.left -= 1
        if self.left < 0:
            raise ExhaustedError
        runs = self._runs
        if runs.nesting > MAX_NESTING:
            self.is_cut = True
            return UNKNOWN
        runs.nesting += 1
        value = evaluate(self, node)
        runs.nesting -= 1
        if value.__class__ is str and node.__class__ not in _PLAIN:
            runs.texts.note(node, value)
        return value

    def reference(self, node: Call) -> Value:
        """Return the result of a call, which may be a reference to a variable."""
        self.spend(1)
        return type(self).invoker(self, node)

    def run(self, block: Block | None) -> Ending:
        """Run statements in order until one leaves."""
        if block is None:
            return None
        labels = self._runs.labels.get(block)
        if labels is None:
            labels = self._runs.labels[block] = _labels_of(block, self.symbols)
        if labels:
            return type(self).labelled(self, block, labels)
        for statement in block.statements:
            ending = self.execute(statement)
            if ending is not None:
                return ending
        return None

    def execute(self, statement: Node) -> Ending:
        """Run one statement; after ``On Error Resume Next`` an error ends it alone."""
        if self.frames[-1].variables.get(GOES_ON, False) is False:
            return self._execute(statement)
        target = Target(_THROWS)
        label = self.frames[-1].variables[GOES_ON]
        if not isinstance(label, str):
            ending = self.within(target, partial(self._execute, statement))
            type(self).doubter(self, statement)
            return ending
        ending, now = self.attempt(target, partial(self._execute, statement))
        return self._after_error(ending, now, target.pending, label, statement.start)

    def _after_error(self, ending: Ending, now: Changes, thrown: Sequence[Changes], label: str, at: int) -> Ending:
        """Go on after a statement, or at the label of ``On Error GoTo`` where there was an error."""
        is_thrown = ending is not None and ending.kind == "throw"

        def go_on(changes: Sequence[Changes], *, leads: bool) -> Ending:
            self.state.merge(changes)
            if leads:
                self.state.put(self.frame.variables, FAILED, at)
            return self.jump("goto", label) if leads else ending

        starts = [*thrown, *([now] if is_thrown else ())]
        runs = [partial(go_on, starts, leads=True)] if starts else []
        if not is_thrown and ending is not DEAD:
            runs.append(partial(go_on, [now], leads=False))
        return runs[0]() if len(runs) == 1 else self.fork(runs) if runs else DEAD

    def _execute(self, statement: Node) -> Ending:
        """Run one statement; an expression that stands as one may leave, too, by an exception."""
        execute = self.statements.get(statement.__class__)
        if execute is None:
            self.value(statement)
            return self.thrown()
        self.left -= 1
        if self.left < 0:
            raise ExhaustedError
        if self._runs.nesting > MAX_NESTING:
            self.is_cut = True
            return None
        self._runs.nesting += 1
        ending = execute(self, statement)
        self._runs.nesting -= 1
        return ending

    # Branches and jumps ---------------------------------------------------------------------------------------------

    def fork(self, alternatives: Sequence[Callable[[], Ending]]) -> Ending:
        """Run alternatives from the same state, and go on with the join of those that don't leave."""
        endings: list[tuple[Ending, Changes]] = []
        for run in alternatives:
            self.state.open()
            ending = run()
            endings.append((ending, self.state.undo()))
        self.open_targets()
        going = [changes for ending, changes in endings if ending is None]
        self.spend(sum(map(len, going)) // _CHANGES_OF_STEP)
        if not going:
            return DEAD
        self.state.merge(going)
        return None

    def jump(self, kind: str, label: str = "") -> Ending:
        """Leave for a target; where it is not sure that this happens, only this alternative ends."""
        target = next((each for each in reversed(self._runs.targets) if each.takes(kind, label)), None)
        if target is None or target.depth == self.state.depth:
            return Signal(kind, label)
        self.spend(self.state.size_since(target.depth) // _CHANGES_OF_STEP)
        target.pending.append(self.state.changes_since(target.depth))
        return DEAD

    def count_jumps(self, kind: str) -> int:
        """Return how many alternatives have jumped to the targets of a kind that are open."""
        return sum(len(each.pending) for each in self._runs.targets if kind in each.kinds)

    def within(self, target: Target, run: Callable[[], Ending]) -> Ending:
        """Run code that may jump to a target; return ``None`` where it did, or went on anyway."""
        targets = self._runs.targets
        target.depth, target.pending, target.is_open = self.state.depth, [], False
        targets.append(target)
        ending = run()
        targets.pop()
        arrives = ending is None or (ending is not DEAD and target.takes(*ending))
        if not target.is_open:
            return None if arrives else ending
        now = self.state.undo()
        for each in targets:
            if each.depth == self.state.depth:
                each.is_open = False
        self.open_targets()
        self.state.merge([*target.pending, *([now] if arrives else ())])
        return None

    def attempt(self, target: Target, run: Callable[[], Ending]) -> tuple[Ending, Changes]:
        """Run code that may jump to a target, take it back, and return how it ended and its changes.

        The states of the jumps are in ``target.pending``.
        """
        targets = self._runs.targets
        target.depth, target.pending, target.is_open = self.state.depth, [], True
        targets.append(target)
        self.state.open()
        ending = run()
        targets.pop()
        return ending, self.state.undo()

    def open_targets(self) -> None:
        """Open a branch for the rest of the code around a jump that some alternative has made."""
        depth = self.state.depth
        waiting = [each for each in self._runs.targets if each.depth == depth and each.pending]
        if waiting:
            self.state.open()
            for each in waiting:
                each.is_open = True

    # Exceptions -----------------------------------------------------------------------------------------------------

    def throw(self, value: Value) -> Ending:
        """Leave for the handler around."""
        self.state.put(self._runs.thrown, "value", value)
        return self.jump("throw")

    def may_throw(self) -> None:
        """Let the handler around see the state of now, as a call of a library may throw."""
        target = next((each for each in reversed(self._runs.targets) if "throw" in each.kinds), None)
        if target is None or target.possible is None:
            return
        target.calls += 1
        most = MAX_COARSE_THROWS if self.is_coarse else MAX_THROWS
        if target.calls <= most or not target.calls & (target.calls - 1):  # of many calls fewer and fewer
            self.spend(self.state.size_since(target.depth) // _CHANGES_OF_STEP)
            changes = self.state.changes_since(target.depth)
            changes.pop((id(self._runs.thrown), "value"), None)
            target.possible.append(changes)

    def thrown_in(self, changes: Changes) -> Value:
        """Return the value that was thrown in a state."""
        change = changes.get((id(self._runs.thrown), "value"))
        return self.caught() if change is None else change.value

    def thrown(self) -> Ending:
        """Return how an exception inside an expression leaves its statement, ``None`` where there was none."""
        ending, self._runs.leaving = self._runs.leaving, None
        return ending

    @property
    def is_leaving(self) -> bool:
        """True if an exception inside the current statement ends it."""
        return self._runs.leaving is not None

    def leave(self, ending: Ending) -> None:
        """Say that an expression left: its statement ends."""
        self._runs.leaving = ending

    def caught(self) -> Value:
        """Return the value that was thrown last."""
        return self._runs.thrown.get("value", UNKNOWN)

    def has_run(self, block: Block) -> bool:
        """True if a block was run."""
        return block in self._runs.labels

    def note_runs(self, blocks: Iterable[Block]) -> None:
        """Note that blocks without labels were run."""
        for block in blocks:
            self._runs.labels.setdefault(block, {})

    def restart(self, steps: int) -> None:
        """Begin another run after this one, with the variables as they are, wherever this one stopped."""
        self.left, self.reserve, self.floor, self.loops = steps, 0, 0, 0
        self.frames = self.frames[:1]
        self.depth = 0
        self.state.settle()
        runs = self._runs
        runs.nesting, runs.targets, runs.leaving = 0, [], None

    def calls_of(self, function: Function) -> int:
        """Return how many calls of a function are open."""
        return sum(frame.function is function for frame in self.frames)


def _no_scope() -> ClassSymbol | None:
    return None


_MOST_RESUMED = 40
"""Statements of a block to each of which ``Resume Next`` may go on."""
AFTER = "\0after "
"""Begins the labels of the places after statements, where ``Resume Next`` goes on."""


def _labels_of(block: Block, symbols: PageSymbols) -> dict[str, int]:
    """Return the places behind the labels of a block, by their names as the language compares them."""
    statements = [*enumerate(block.statements, 1)]
    found = {symbols.fold(each.name): behind for behind, each in statements if isinstance(each, Label)}
    is_resumed = found and any(isinstance(each, Jump) and each.kind == "resume" for each in block.statements)
    if is_resumed and len(statements) < _MOST_RESUMED:
        found |= {f"{AFTER}{each.start}": behind for behind, each in statements if not isinstance(each, Label)}
    return found


@dataclass(slots=True)
class _Runs:
    """The parts that change while a machine runs."""

    nesting: int = 0
    targets: list[Target] = field(default_factory=list)
    entered: set[Function] = field(default_factory=set)
    statics: dict[ClassSymbol, Thing] = field(default_factory=dict)
    constructed: dict[tuple[ClassSymbol, str], Thing] = field(default_factory=dict)
    prototypes: dict[str, Thing] = field(default_factory=dict)
    matched: dict[str, Value] = field(default_factory=dict)
    functions: dict[tuple[Function, Frame | None], Thing] = field(default_factory=dict)
    objects: dict[ClassSymbol, Thing] = field(default_factory=dict)
    stores: dict[str, Thing] = field(default_factory=dict)
    made: list[Thing] = field(default_factory=list)
    thrown: dict[str, Value] = field(default_factory=dict)
    labels: dict[Block, dict[str, int]] = field(default_factory=dict)
    jumps: dict[Node, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    borrowed: dict[str, tuple[Machine, Function]] = field(default_factory=dict)
    texts: KnownTexts = field(default_factory=KnownTexts)
    leaving: Ending = None
