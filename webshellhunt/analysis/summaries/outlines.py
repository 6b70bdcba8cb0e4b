"""Outlines: one result for all calls of a function, where the page has had its share of steps.

The function is run with arguments that stand for those of all calls so far, and again only where a call has others, or
where a variable of the page that it may read has another value by then. What its runs changed is possible after each
call.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from webshellhunt.analysis.domain.joining import join
from webshellhunt.analysis.domain.taints import derived, traces_of
from webshellhunt.analysis.domain.values import ABSENT, Thing, Value
from webshellhunt.analysis.domain.widening import blurred, covers
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.state import Changes
from webshellhunt.lang.symbols import PageSymbols
from webshellhunt.lang.tree import Function, Member, Name, Node, walk

MAX_RUNS = 5
"""Runs of a function for the sake of other arguments or variables."""
LATE_RUNS = 2
"""The same where the page has had most of its steps."""
MAX_NAMES = 64
"""Variables of the page that are looked at before a call."""
_MOST_FUNCTIONS = 32
"""Functions that are searched for these."""


@dataclass(slots=True)
class Outline:
    """The runs of a function: the join of their arguments, of the variables that they read, and of their results.

    ``effects`` are the changes of the last run that returned; ``is_throwing`` is true if one that did not threw.
    """

    arguments: list[Value] = field(default_factory=list)
    variables: dict[str, Value] = field(default_factory=dict)
    owners: list[tuple[Value, Frame | None]] = field(default_factory=list)
    value: Value = ABSENT
    outs: list[Value] = field(default_factory=list)
    effects: Changes = field(default_factory=dict)
    runs: int = 0
    is_open: bool = False
    is_left: bool = False
    """True if the last run did not return."""
    is_throwing: bool = False

    def covers(self, arguments: Sequence[Value], variables: dict[str, Value], frame: Frame, most: int) -> bool:
        """True if another run would do no more than those before it, or there were as many as there may be."""
        if self.is_open or self.runs >= most:
            return True
        if not self.runs or len(arguments) > len(self.arguments):
            return False
        if not any(this is frame.this and outer is frame.outer for this, outer in self.owners):
            return False
        return all(map(covers, self.arguments, arguments)) and all(
            covers(self.variables.get(name, ABSENT), value) for name, value in variables.items()
        )

    def take(self, arguments: Sequence[Value], variables: dict[str, Value], frame: Frame) -> list[Value]:
        """Note a call that is run; return arguments for all calls so far."""
        combine = join if self.runs < 2 else blurred
        known = [*self.arguments, *([ABSENT] * (len(arguments) - len(self.arguments)))]
        self.arguments = [
            combine(known[at], arguments[at]) if at < len(arguments) else known[at] for at in range(len(known))
        ]
        for name, value in variables.items():
            self.variables[name] = combine(self.variables.get(name, ABSENT), value)
        self.owners.append((frame.this, frame.outer))
        self.runs += 1
        return self.arguments[: len(arguments)]

    def add(self, value: Value, outs: Sequence[Value], effects: Changes) -> None:
        """Add the results of a run."""
        self.value = join(self.value, value)
        self.outs = [*outs]
        self.effects = effects

    def result(self, arguments: Sequence[Value], this: Value) -> Value:
        """Return the value of a call that is not run."""
        made = derived([this if this.__class__ is not Thing else None, *arguments])
        if self.value is ABSENT:
            return made
        known = {(each.kind, each.place) for each in traces_of(self.value)}
        is_new = any((each.kind, each.place) not in known for each in traces_of(made))
        return join(self.value, made) if is_new else self.value


class Outlines:
    """The outlines of the functions of a page, and the names that these read."""

    def __init__(self, symbols: PageSymbols) -> None:
        self._symbols: PageSymbols = symbols
        self._outlines: dict[Hashable, Outline] = {}
        self._names: dict[Function, tuple[str, ...]] = {}
        self._read: dict[Function, tuple[str, ...]] = {}
        self._functions: dict[str, list[Function]] = {}

    def of_call(self, function: Function, names: Sequence[str]) -> Outline:
        """Return the outline of a function, one for each way to name its arguments."""
        return self._outlines.setdefault((function, *(names if any(names) else ())), Outline())

    def read_by(self, function: Function) -> tuple[str, ...]:
        """Return names of variables outside that a function may read, those of the functions that it calls included."""
        known = self._read.get(function)
        if known is None:
            known = self._read[function] = tuple(self._all_read_by(function))
        return known

    def _all_read_by(self, function: Function) -> list[str]:
        found: dict[str, None] = {}
        queue = [function]
        for each in queue:
            for name in self._names_in(each):
                if name not in found and len(queue) < _MOST_FUNCTIONS:
                    queue += [called for called in self._named(name) if called not in queue]
                found[name] = None
            if len(found) > MAX_NAMES:
                break
        return [*found][:MAX_NAMES]

    def _names_in(self, function: Function) -> tuple[str, ...]:
        known = self._names.get(function)
        if known is None:
            own, fold = self._symbols.locals_of(function), self._symbols.fold
            nodes = walk(function.body) if function.body is not None else ()
            names = dict.fromkeys(fold(name) for each in nodes if (name := _name_of(each)))
            known = self._names[function] = tuple(name for name in names if name not in own)
        return known

    def _named(self, name: str) -> Sequence[Function]:
        """Return the functions that a name may mean."""
        if not self._functions:
            for symbol in (self._symbols.page, *self._symbols.classes.values()):
                for key, functions in symbol.methods.items():
                    self._functions.setdefault(key, []).extend(functions)
        return self._functions.get(name, ())


def _name_of(node: Node) -> str:
    return node.text if isinstance(node, Name) else node.name if isinstance(node, Member) else ""
