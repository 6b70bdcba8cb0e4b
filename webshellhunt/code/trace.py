"""Trace and Flow: a road from an origin to a sink, as far as names tell it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from webshellhunt.code.vocabulary import Sink

MAX_STEPS = 6
MAX_ALL_STEPS = 12
VISITOR = frozenset({"visitor", "upload"})


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a value came from: the origin in words, its token, and the names it went through.

    ``kind`` is ``visitor``, ``upload``, ``remote`` or ``decoded`` (made by a function of the page from a constant);
    ``key`` the constant name that the request was asked for.
    """

    kind: str
    origin: str
    token: int
    key: str | None = None
    steps: tuple[str, ...] = ()

    def through(self, name: str) -> Trace:
        """Return the trace one name further."""
        if name in self.steps or len(self.steps) >= MAX_STEPS:
            return self
        return replace(self, steps=(*self.steps, name))

    def decoded_by(self, calls: Iterable[str]) -> Trace:
        """Return the trace behind calls that decode or decrypt what it carries."""
        steps = tuple(dict.fromkeys((*self.steps, *calls)))[:MAX_ALL_STEPS]
        return self if steps == self.steps else replace(self, steps=steps)


@dataclass(frozen=True, slots=True)
class Flow:
    """A trace that arrives at a sink.

    ``token`` is the sink's name in the unit; ``constant`` the text that the sink runs, where it is a constant,
    ``hidden`` whether that was put together first, and ``inner`` what flows inside it.
    """

    sink: Sink
    name: str
    token: int
    trace: Trace | None
    constant: str | None = None
    inner: tuple[Flow, ...] = ()
    hidden: bool = False

    @property
    def kind(self) -> str:
        """The kind of the sink."""
        return self.sink.kind

    @property
    def from_visitor(self) -> bool:
        """Tell whether it is the visitor's own bytes that arrive."""
        return self.trace is not None and self.trace.kind in VISITOR

    @property
    def key(self) -> str | None:
        """The request key, where it is a constant."""
        return self.trace.key if self.trace is not None else None

    @property
    def words(self) -> str:
        """The road in words, from the origin to the sink."""
        if self.trace is None:
            return self.name
        return " → ".join((self.trace.origin, *self.trace.steps, self.name))
