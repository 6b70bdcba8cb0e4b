"""Notes of a run over scripts: sent values, handlers, functions, and the reading of typed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from webshellhunt.analysis.browser.elements import PasswordFields
from webshellhunt.analysis.browser.sent import Outbox
from webshellhunt.analysis.browser.source import Source
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import UNKNOWN, Closure, Tainted, Value, options_of
from webshellhunt.analysis.traces import Trace
from webshellhunt.lang.tree import Function, Node

_MOST_HANDLERS = 400


class Called(NamedTuple):
    """A call of something that the scripts do not declare, by its dotted names in lower case."""

    names: tuple[str, ...]
    subject: Value
    arguments: Sequence[Value]
    place: int

    @property
    def name(self) -> str:
        """The last name."""
        return self.names[-1]


@dataclass(frozen=True, slots=True)
class Handler:
    """A function that handles an event of an element; ``this`` is the element."""

    function: Closure
    event: str
    this: Value = UNKNOWN


@dataclass(slots=True)
class Functions:
    """The functions that scripts made, and those that they assigned to members of objects of a library (plug-ins)."""

    made: dict[Function, Closure] = field(default_factory=dict)
    plug_ins: dict[str, Closure] = field(default_factory=dict)


@dataclass(slots=True)
class Notes:
    """Notes of a run.

    ``remembers`` is true if a value from a store is entered into a password field, ``is_tainted`` if a script reads
    a typed value. ``site`` is the call, member or item that is being evaluated.
    """

    source: Source
    fields: PasswordFields
    outbox: Outbox = field(default_factory=Outbox)
    handlers: list[Handler] = field(default_factory=list)
    functions: Functions = field(default_factory=Functions)
    remembers: bool = False
    is_tainted: bool = False
    site: Node | None = None

    def tainted(self, kind: str, token: int) -> Tainted:
        """Return a typed value that is read at the current place of the code."""
        self.is_tainted = True
        origin = "" if self.site is None else self.source.text_of(self.site)
        return Tainted((Trace(kind, origin, token if self.site is None else self.site.start),), "string")

    def enter(self, values: Sequence[Value]) -> None:
        """Note that values are entered into a password field."""
        self.remembers |= any(trace.kind == "stored" for each in values for trace in traces_of(each))

    def handle(self, event: str, this: Value, values: Sequence[Value]) -> None:
        """Note the handlers of an event among some values."""
        for value in values:
            for each in options_of(value):
                if each.__class__ is Closure and len(self.handlers) < _MOST_HANDLERS:
                    self.handlers.append(Handler(each, event, this))
