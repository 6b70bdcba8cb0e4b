"""State of a run, besides the frames and heaps of its states: its world, counts, and results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from webshellhunt.core import ir
from webshellhunt.core.arrivals import Arrivals
from webshellhunt.core.budget import Budget
from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.core.procedure import CodeBlock, Frame, Procedure, compiled
from webshellhunt.core.rows import Library, Rows
from webshellhunt.core.values import TRUTH, Label, Some, Value

Unknown = Callable[[int, str, Any, Sequence[Any]], Any]
Witness = Callable[[Label, str], str | None]
"""The text of a value from outside, by its label and the member by which it is read."""
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
    """Members by which an unknown object takes up a value."""
    noted: frozenset[str] = frozenset()
    """The last names of members of a script's own values whose calls are noted."""

    rows: Rows = field(init=False)
    """The members of the library."""

    def __post_init__(self) -> None:
        """Keep the entries at hand that are read most."""
        object.__setattr__(self, "rows", self.library.rows)


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


@dataclass(slots=True, eq=False)
class Run:
    """The state of one run: all of its frames have it in register 1; compiled code never keeps it."""

    world: World
    budget: Budget
    compile: Callable[[ir.Block], CodeBlock]
    defers_assigned: bool = False
    """True if a value arrives at a property when its object is used, not at its assignment."""
    assignments: dict[tuple[tuple[str, ...], int], tuple[Any, Any]] = field(default_factory=dict)
    """Values that were assigned to such properties, and for which their objects stand, by names and place."""
    invoke_property: Any = None
    """How a language without properties calls or reads one; ``put_property`` assigns to one."""
    put_property: Any = None
    convert: Any = None
    """How a value becomes one of a type."""
    plain_value: Any = None
    """The text or number of an object with properties."""
    variables: set[str] = field(default_factory=set)
    classes: dict[str, ir.Class] = field(default_factory=dict)
    has_structs: bool = False
    """True if a class of the page is a structure."""
    procs: Procedures = field(default_factory=Procedures)
    arrivals: Arrivals = field(default_factory=Arrivals)
    gaps: list[str] = field(default_factory=list)
    coarse: int = 0
    """Loops that are being widened: objects made in them are one for each place of the code."""
    calls: int = 0
    """Calls that are open."""
    open: dict[ir.Proc, int] = field(default_factory=dict)
    """Open calls by procedure."""
    forked: bool = False
    """True while a state is pending in a caller."""
    pendings: bool = False
    """True while a state is pending in the procedure that runs."""
    handled: int = 0
    """Open calls of procedures that have handlers."""
    doubts: list[tuple[Frame, Any]] = field(default_factory=list)
    """States before something in the block that runs that may fail."""
    has_failed: bool = False
    """True if the last call that returned may have failed instead."""
    summaries: dict[ir.Proc, dict[Any, Any]] = field(default_factory=dict)
    """Summaries of procedures from half of the budget on."""
    recursions: dict[ir.Proc, dict[Any, Any]] = field(default_factory=dict)
    """Summaries of procedures that are open, for calls of themselves."""
    failed: Any = None
    """The heap with which an error may have left the last call."""
    truth: Any = TRUTH
    """The condition of the last `Fork`."""
    undecided: set[int] = field(default_factory=set)
    """The places of conditions that were not known."""
    copies: dict[tuple[int, int], tuple[Some, Some]] = field(default_factory=dict)
    """Pairs of values that are the same text, but for letter case and blanks, by their identities."""
    witness: Witness | None = None
    """The texts that this run is given in the place of values from outside."""
    count_of_texts: int = 0
    size_of_texts: int = 0
    texts_at: Counter[int] = field(default_factory=Counter)
    """Texts that were run as code, by the place of the call."""
    """Texts that were run as code."""
    texts: KnownTexts = field(default_factory=KnownTexts)
    noted: dict[Any, list[Any]] = field(init=False)
    unit: int = 0
    """The unit of the page whose code runs: places are tokens of it."""
    reached: dict[ir.Proc, bytearray] = field(default_factory=dict)
    """The blocks that were run, by procedure."""
    text_depth: int = 0
    remembered: dict[Procedure, dict[Any, Any]] = field(default_factory=dict)
    """Results of calls in this run, by all that they depend on."""
    remembers: bool = True
    """False where calls are so seldom the same that it is not worth to look for their results."""
    recordings: list[Any] = field(default_factory=list)
    """Calls that are open and whose results will be remembered."""
    costs: dict[Procedure, int] = field(default_factory=dict)
    """The steps of the last calls of each procedure."""
    tries: dict[Procedure, list[int]] = field(default_factory=dict)
    """Calls of each procedure that were looked for, and that were found, in this run."""
    footprints: dict[Any, Any] = field(default_factory=dict)
    lineages: dict[ir.Class, Any] = field(default_factory=dict)
    """The classes of the page with their bases, see `classes`."""
    prototypes: dict[Any, int] = field(default_factory=dict)
    """The prototypes of the language by object, with the sizes of their tables before the page changes them."""
    deepest: int = 0
    """The most calls that were open since the last recording began."""
    page_ends: int = 0
    """States in which the page ended."""
    ended: Any = None
    """The heap of a state in which the page ended early."""
    is_whole: bool = True
    """False if the page has code that wasn't read: an unknown name may be anything."""

    def __post_init__(self) -> None:
        """Keep the notes of texts at hand."""
        self.noted = self.texts.noted

    def declare(self, procs: Iterable[ir.Proc], classes: Mapping[str, ir.Class]) -> None:
        """Add the declarations of a text that is run; a remembered result may mean something else from here on."""
        for each in procs:
            self.procs.declare(each.name, each)
        if procs or classes:
            self.footprints, self.remembered, self.lineages = {}, {}, {}
            self.classes.update(classes)
            self.has_structs = self.has_structs or any(each.is_struct for each in classes.values())


def release(proc: ir.Proc) -> None:
    """Break the circles of a compiled procedure: it refers to the procedure, and so do its results."""
    if proc.compiled is not None:
        proc.compiled.results = None
    proc.compiled = None
