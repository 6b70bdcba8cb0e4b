"""Machine: runs the tree of a page with abstract values; other modules have the meaning of the nodes.

Its parts: the state that branches change (`state`), the frames of the open calls (`frames`), branches and jumps
(`control`), the objects that outlive a call (`kept_objects`), the record of what was run (`record`), and the steps,
which are counted, so that the same page always has the same result (`budget`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from webshellhunt.analysis.domain.values import ABSENT, UNKNOWN, Closure, Thing, Value
from webshellhunt.analysis.machine.budget import MAX_STEPS, Budget
from webshellhunt.analysis.machine.control import ControlFlow
from webshellhunt.analysis.machine.endings import DEAD, THROWS, Ending, Target
from webshellhunt.analysis.machine.frames import FAILED, GOES_ON, Frame
from webshellhunt.analysis.machine.record import Record
from webshellhunt.analysis.machine.state import Changes, State
from webshellhunt.analysis.observer import Arrival, Observer
from webshellhunt.analysis.summaries.outlines import Outlines
from webshellhunt.analysis.summaries.summaries import Summaries
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbols import ClassSymbol, PageSymbols
from webshellhunt.lang.tree import Assign, Block, Call, Function, Literal, Node, TypeName

MAX_NESTING = 240
"""Nodes in nodes, those of all open calls together."""
_PLAIN = frozenset({Literal, Assign})
"""Nodes whose text is that of another node, or their own."""


class Host:
    """The surroundings of code that a run asks about names which the code does not declare.

    Each method returns `ABSENT` or ``False``, so that the vocabulary of a server decides; the host of scripts in a
    browser overrides them.
    """

    def host_member(self, subject: Value, name: str, token: int) -> Value:
        """Return a member of a value that the code does not declare."""
        return ABSENT

    def host_call(self, names: tuple[str, ...], subject: Value, arguments: Sequence[Value], token: int) -> Value:
        """Return the result of a call by dotted names in lower case; ``subject`` is the object of a method."""
        return ABSENT

    def host_object(self, name: str, arguments: Sequence[Value], token: int) -> Value:
        """Return a new object of a type; the name is in lower case."""
        return ABSENT

    def host_assign(self, subject: Value, name: str, value: Value, token: int) -> bool:
        """Assign to a member of a value that the code does not declare; return True if nothing else is to do."""
        return False

    def note_function(self, function: Closure) -> None:
        """Note a function that a script made, which may be called later."""


@dataclass(slots=True)
class KeptObjects:
    """Objects that outlive the call that made or changed them, by the code or the name that they belong to."""

    statics: dict[ClassSymbol, Thing] = field(default_factory=dict)
    """The objects whose fields are the static ones of classes."""
    constructed: dict[tuple[ClassSymbol, str], Thing] = field(default_factory=dict)
    """The objects whose fields are the static ones of a generic class with its type arguments."""
    objects: dict[ClassSymbol, Thing] = field(default_factory=dict)
    """The object of each class whose methods are entered without one."""
    made: list[Thing] = field(default_factory=list)
    """The objects of classes that end with a call of their own, in their order."""
    asked: dict[Any, Value] = field(default_factory=dict)
    """Values that expressions without a variable of their own have by a condition, by the way they are written."""
    attached: list[Value] = field(default_factory=list)
    """The functions that handle events which the server raises later."""
    stores: dict[str, Thing] = field(default_factory=dict)
    """The stores across requests: session, application, cache, view state."""
    functions: dict[tuple[Function, Frame | None], Thing] = field(default_factory=dict)
    """The objects that functions of JScript are, and the static variables of functions of VB.NET."""
    prototypes: dict[str, Thing] = field(default_factory=dict)
    """The prototypes of JScript's own constructors to which the page adds members."""
    matched: dict[str, Value] = field(default_factory=dict)
    """The last match of a regular expression of JScript, and its text."""

    def static_objects(self) -> list[Thing]:
        """Return the objects whose fields are static ones."""
        return [*self.statics.values(), *self.constructed.values()]


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
    doubter: Callable[[Machine, Node], None]
    evaluator: Callable[[Machine, Arrival, tuple[str, ...], Sequence[Value], int], Value]
    writer: Callable[[Machine, Node, Value], None]
    chooser: Callable[[Machine, Value, Value, bool], Value]

    def __init__(
        self, symbols: PageSymbols, surroundings: Surroundings, observer: Observer, steps: int = MAX_STEPS
    ) -> None:
        self.symbols: PageSymbols = symbols
        self.language: str = symbols.language
        self.surroundings: Surroundings = surroundings
        self.observer: Observer = observer
        self.state: State = State()
        self.budget: Budget = Budget(steps)
        self.control: ControlFlow = ControlFlow(self.state, self.budget)
        self.record: Record = Record()
        self.kept: KeptObjects = KeptObjects()
        self.page: Thing = Thing("page", symbols.page)
        symbols.scope = self._scope  # see `disconnect`
        self.frames: list[Frame] = [Frame(this=self.page, symbol=symbols.page, variables=self.page.fields)]
        self.reads_text: bool = False
        """True once the run looked at the text around the code."""
        self._text: str = ""
        self.is_whole: bool = surroundings.is_whole
        self.is_cut: bool = False
        """True if something was not run because it is too deep, too long or too much."""
        self.depth: int = 0
        """How many texts are run as code now, one in the other."""
        self.nesting: int = 0
        """How many nodes are evaluated now, one in the other."""
        self.label: str = ""
        self.exact: Evaluator | None = None
        self.summaries: Summaries = Summaries()
        self.outlines: Outlines = Outlines(symbols)

    @property
    def text(self) -> str:
        """The text of the page, which has the code and everything around it."""
        self.reads_text = True
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        self._text = text

    def disconnect(self) -> None:
        """Break the circle of references between the run and the symbols."""
        self.symbols.scope = _no_scope
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

    def is_evaluated(self, loop: Node) -> bool:
        """True if a loop was evaluated, as all of its values are known."""
        return self.exact is not None and not self.label and self.exact.loop(self, loop)

    def spend(self, steps: int) -> None:
        """Count work.

        Raises:
            ExhaustedError: The page has had its share.
        """
        self.budget.spend(steps)

    def call(self, callee: Value, arguments: Sequence[Value], token: int) -> Value:
        """Return the result of a function that is a value."""
        return type(self).caller(self, callee, [*arguments], token)

    def chosen(self, predicate: Value, item: Value, *, holds: bool) -> Value:
        """Return an item of which a predicate is true, or false, with the knowledge that this adds."""
        return type(self).chooser(self, predicate, item, holds)

    def assign(self, target: Node, value: Value) -> None:
        """Assign to a target: a name, a member, an item, or several of them."""
        type(self).writer(self, target, value)

    def value(self, node: Node | None) -> Value:
        """Return the value of an expression."""
        evaluate = self.expressions.get(node.__class__) if node is not None else None
        if node is None or evaluate is None:
            return UNKNOWN
        budget = self.budget
        budget.left -= 1
        if budget.left < budget.look_at:
            budget.look()
        if self.nesting > MAX_NESTING:
            self.is_cut = True
            return UNKNOWN
        self.nesting += 1
        value = evaluate(self, node)
        self.nesting -= 1
        if value.__class__ is str and node.__class__ not in _PLAIN:
            self.record.texts.note(node, value)
        return value

    def reference(self, node: Call) -> Value:
        """Return the result of a call, which may be a reference to a variable."""
        self.spend(1)
        return type(self).invoker(self, node)

    def run(self, block: Block | None) -> Ending:
        """Run statements in order until one leaves."""
        if block is None:
            return None
        if self.language == "c#":
            for function in self.record.local_functions(block):
                self.execute(function)
        labels = self.record.labels_in(block, self.symbols)
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
        target = Target(THROWS)
        label = self.frames[-1].variables[GOES_ON]
        if not isinstance(label, str):
            ending = self.control.within(target, partial(self._execute, statement))
            type(self).doubter(self, statement)
            return ending
        ending, now = self.control.attempt(target, partial(self._execute, statement))
        return self._after_error(ending, now, target.pending, label, statement.start)

    def _after_error(self, ending: Ending, now: Changes, thrown: Sequence[Changes], label: str, at: int) -> Ending:
        """Go on after a statement, or at the label of ``On Error GoTo`` where there was an error."""
        is_thrown = ending is not None and ending.kind == "throw"

        def go_on(changes: Sequence[Changes], *, leads: bool) -> Ending:
            self.state.merge(changes)
            if leads:
                self.state.put(self.frame.variables, FAILED, at)
            return self.control.jump("goto", label) if leads else ending

        starts = [*thrown, *([now] if is_thrown else ())]
        runs = [partial(go_on, starts, leads=True)] if starts else []
        if not is_thrown and ending is not DEAD:
            runs.append(partial(go_on, [now], leads=False))
        return runs[0]() if len(runs) == 1 else self.control.fork(runs) if runs else DEAD

    def _execute(self, statement: Node) -> Ending:
        """Run one statement; an expression that stands as one may leave, too, by an exception."""
        execute = self.statements.get(statement.__class__)
        if execute is None:
            self.value(statement)
            return self.control.thrown()
        budget = self.budget
        budget.left -= 1
        if budget.left < budget.look_at:
            budget.look()
        if self.nesting > MAX_NESTING:
            self.is_cut = True
            return None
        self.nesting += 1
        ending = execute(self, statement)
        self.nesting -= 1
        return ending

    def restart(self, steps: int) -> None:
        """Begin another run after this one, with the variables as they are, wherever this one stopped."""
        self.budget.restart(steps)
        self.frames = self.frames[:1]
        self.depth = self.nesting = 0
        self.state.settle()
        self.control.restart()

    def as_caller(self, frames: int, targets: int, run: Callable[[], Ending]) -> Ending:
        """Run code of a caller in the middle of a call: without the frames and the targets that are above its own."""
        own, aims = self.frames, self.control.targets
        calls, jumps = own[frames:], aims[targets:]
        del own[frames:], aims[targets:]
        ending = run()
        own[frames:], aims[targets:] = calls, jumps
        return ending

    def calls_of(self, function: Function) -> int:
        """Return how many calls of a function are open."""
        return sum(frame.function is function for frame in self.frames)


def _no_scope() -> ClassSymbol | None:
    return None
