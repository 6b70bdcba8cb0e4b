"""State of a run, besides the frames and heaps of its states: its world, counts, and results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from webshellhunt.core import ir
from webshellhunt.core.arrivals import Arrivals
from webshellhunt.core.budget import Budget
from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.core.procedure import CodeBlock, Frame, Procedure, compiled
from webshellhunt.core.rows import Library, Rows
from webshellhunt.core.values import TRUTH, Value

Unknown = Callable[[int, str, Any, Sequence[Any]], Any]
ReadText = Callable[..., tuple[ir.Proc, list[ir.Proc], dict[str, ir.Class]]]


class Host(Protocol):
    """Answers for all that the code of a page does not declare; ``MISSING`` where it knows nothing."""

    def missing(self, name: str) -> Value:
        """Return the value of a name that nothing declares."""

    def member(self, f: Frame, subject: Value, name: str | None, at: int) -> Value:
        """Return a member of something that is not known, of a name that may not be known either."""

    def call(self, f: Frame, name: str, subject: Value, values: list[Any], at: int) -> Value:
        """Return the result of a call: of a member of an object, or of a value itself (no name)."""

    def assign(self, f: Frame, subject: Value, name: str, value: Value, at: int) -> bool:
        """Note an assignment to a member; return True if that is all that it does."""

    def made(self, f: Frame, function: Value, values: list[Any], at: int) -> Value:
        """Return a new object of a constructor that is not known."""


@dataclass(frozen=True)
class World:
    """All that a run needs besides its code.

    ``arriving`` are the last names of members and functions whose calls are noted; ``read_text`` lowers a text that is
    run in a scope: its procedure, whose kind is the register of its value for an expression, and the procedures and
    classes that it declares.
    """

    library: Library
    arriving: frozenset[str]
    read_text: ReadText
    unknown: Unknown | None = None
    """The result of a function or member that nobody knows, by unit, name, object and arguments."""
    host: Host | None = None
    gatherers: frozenset[str] = frozenset()
    """Members by which an unknown object takes up what it is given."""

    rows: Rows = field(init=False)
    """The members of the library."""

    def __post_init__(self) -> None:
        """Keep the entries at hand that are read most."""
        object.__setattr__(self, "rows", self.library.rows)


class Run:
    """The state of one run: all of its frames have it in register 1; compiled code never keeps it."""

    __slots__ = (
        "arrivals", "assignments", "budget", "calls", "classes", "coarse", "compile", "convert", "costs",
        "count_of_texts", "deepest", "defers_assigned", "doubts", "ended", "failed", "footprints", "forked",
        "gaps", "handled", "has_failed", "has_structs", "hits", "invoke_property", "is_whole", "lineages",
        "misses", "noted", "open", "page_ends", "pendings", "plain_value", "procs", "prototypes",
        "put_property", "reached", "recordings", "recursions", "remembered", "remembers", "summaries",
        "text_depth", "texts", "tries", "truth", "unit", "variables", "world",
    )  # fmt: skip

    def __init__(self, world: World, budget: Budget, compile_block: Callable[[ir.Block], CodeBlock]) -> None:
        self.world: World = world
        self.budget: Budget = budget
        self.compile: Callable[[ir.Block], CodeBlock] = compile_block
        self.defers_assigned: bool = False
        """True if a value arrives at a property when its object is used, not at its assignment."""
        self.assignments: dict[tuple[tuple[str, ...], int], tuple[Any, Any]] = {}
        """Values that were assigned to such properties, and for which their objects stand, by names and place."""
        self.invoke_property: Any = None
        """How a language without properties calls or reads one; ``put_property`` assigns to one."""
        self.put_property: Any = None
        self.convert: Any = None
        """How a value becomes one of a type."""
        self.plain_value: Any = None
        """The text or number of an object with properties."""
        self.variables: set[str] = set()
        self.classes: dict[str, ir.Class] = {}
        self.has_structs: bool = False
        """True if a class of the page is a structure."""
        self.procs: Procedures = Procedures()
        self.arrivals: Arrivals = Arrivals()
        self.gaps: list[str] = []
        self.coarse: int = 0
        """Loops that are being widened: objects made in them are one for each place of the code."""
        self.calls: int = 0
        """Calls that are open."""
        self.open: dict[ir.Proc, int] = {}
        """Open calls by procedure."""
        self.forked: bool = False
        """True while a state is pending in a caller."""
        self.pendings: bool = False
        """True while a state is pending in the procedure that runs."""
        self.handled: int = 0
        """Open calls of procedures that have handlers."""
        self.doubts: list[tuple[Frame, Any]] = []
        """States before something in the block that runs that may fail."""
        self.has_failed: bool = False
        """True if the last call that returned may have failed instead."""
        self.summaries: dict[ir.Proc, dict[Any, Any]] = {}
        """Summaries of procedures from half of the budget on."""
        self.recursions: dict[ir.Proc, dict[Any, Any]] = {}
        """Summaries of procedures that are open, for calls of themselves."""
        self.failed: Any = None
        """The heap with which an error may have left the last call."""
        self.truth: Any = TRUTH
        """The condition of the last `Fork`."""
        self.count_of_texts: int = 0
        """Texts that were run as code."""
        self.texts: KnownTexts = KnownTexts()
        self.noted: dict[Any, list[Any]] = self.texts.noted
        self.unit: int = 0
        """The unit of the page whose code runs: places are tokens of it."""
        self.reached: dict[ir.Proc, bytearray] = {}
        """The blocks that were run, by procedure."""
        self.text_depth: int = 0
        self.remembered: dict[Procedure, dict[Any, Any]] = {}
        """Results of calls in this run, by all that they depend on."""
        self.remembers: bool = True
        """False where calls are so seldom the same that it is not worth to look for their results."""
        self.recordings: list[Any] = []
        """Calls that are open and whose results will be remembered."""
        self.costs: dict[Procedure, int] = {}
        """The steps of the last calls of each procedure."""
        self.tries: dict[Procedure, list[int]] = {}
        """Calls of each procedure that were looked for, and that were found, in this run."""
        self.footprints: dict[Any, Any] = {}
        self.lineages: dict[ir.Class, Any] = {}
        """The classes of the page with their bases, see `classes`."""
        self.prototypes: dict[Any, int] = {}
        """The prototypes of the language by object, with the sizes of their tables before the page changes them."""
        self.deepest: int = 0
        """The most calls that were open since the last recording began."""
        self.page_ends: int = 0
        """States in which the page ended."""
        self.hits: int
        self.misses: int
        self.hits = self.misses = 0
        self.ended: Any = None
        """The heap of a state in which the page ended early."""
        self.is_whole: bool = True
        """False if the page has code that wasn't read: an unknown name may be anything."""

    def declare(self, procs: Iterable[ir.Proc], classes: Mapping[str, ir.Class]) -> None:
        """Add the declarations of a text that is run; a remembered result may mean something else from here on."""
        for each in procs:
            self.procs.declare(each.name, each)
        if procs or classes:
            self.footprints, self.remembered, self.lineages = {}, {}, {}
            self.classes.update(classes)
            self.has_structs = self.has_structs or any(each.is_struct for each in classes.values())


class Procedures:
    """Procedures by name; compiled code is kept with the procedure."""

    __slots__ = ("_by_name",)

    def __init__(self) -> None:
        self._by_name: dict[str, ir.Proc] = {}

    def __contains__(self, name: object) -> bool:
        """Return whether a procedure has the name."""
        return name in self._by_name

    def get(self, name: str) -> Procedure | None:
        """Return the procedure of a name."""
        found = self._by_name.get(name)
        return None if found is None else compiled(found)

    def source(self, name: str) -> ir.Proc | None:
        """Return the code of the procedure of a name."""
        return self._by_name.get(name)

    def __iter__(self) -> Iterator[ir.Proc]:
        """Yield the procedures."""
        return iter(self._by_name.values())

    def declare(self, name: str, proc: ir.Proc) -> None:
        """Give a procedure a name."""
        self._by_name[name] = proc


def release(proc: ir.Proc) -> None:
    """Break the circles of a compiled procedure: it refers to the procedure, and so do its results."""
    if proc.compiled is not None:
        proc.compiled.results = None
    proc.compiled = None
