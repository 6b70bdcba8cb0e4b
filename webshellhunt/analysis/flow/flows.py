"""Shape and Flow: a value of somebody at a sink, with its path and the way in which its text is put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from webshellhunt.analysis.traces import ELSEWHERE, VISITOR, Trace
from webshellhunt.analysis.vocabulary import Sink
from webshellhunt.lazy_pattern import lazy_pattern

LATEST_STEPS = 6
"""Steps of a path that a message names, the latest ones."""
ITSELF = "<this page>"
"""The path of the page itself, as an ending of a text."""
_NAMING = lazy_pattern(r"(?i)(?:\b(?:new|call)\s+(?:\w++)?|[\w)\]]\s*\.\s*)\Z")


class Shape(NamedTuple):
    """How a text is put together.

    ``is_whole``: some value begins with the visitor's text, which has the traces ``first``; ``is_always``: each one
    that has such a text does, or one is nothing else; ``is_mapped``: each such value is a path below the site.
    ``is_part``: some part of it is text as the visitor sends it.
    ``is_beside``: some value begins with the folder of the page, or the top of the site; ``is_private``: with a folder
    whose files no server sends or runs, ``App_Data``. ``endings`` are the constants in which the text may end, each
    with its place, ``None`` for anything else; ``before`` are the constants right before the visitor's text, for the
    kinds of sinks where they matter. ``hole`` is the kind of hole in evaluated text that has all of the visitor's text
    (`holes.py`).
    """

    is_whole: bool = False
    is_mapped: bool = False
    is_part: bool = False
    is_beside: bool = False
    is_private: bool = False
    endings: tuple[tuple[int, str | None], ...] = ()
    before: tuple[str, ...] = ()
    hole: str = ""
    first: tuple[Trace, ...] = ()
    is_always: bool = False

    @property
    def is_name(self) -> bool:
        """True if a visitor's text is a name in evaluated code: ``"new " & x``, ``"page." & x & "()"``."""
        named = [text for text in self.before if _NAMING.search(text)]
        return bool(named) and not self.is_whole and all(text in named or text.isidentifier() for text in self.before)

    def ending_at(self, places: Mapping[str | None, int]) -> Shape:
        """Return the shape with the endings at the places of their constants, as far as these are known."""
        return self._replace(endings=tuple((places.get(text, place), text) for place, text in self.endings))

    @property
    def tails(self) -> frozenset[str | None]:
        """The constants that the text may end in, with ``None`` for anything else; empty where nothing is known."""
        return frozenset(text for _, text in self.endings)


SHAPELESS = Shape()


class Flow(NamedTuple):
    """A value that arrives at a sink.

    ``place`` is that of the sink's name in the unit; ``constant`` the text that the sink runs, where it is a constant,
    ``hidden`` is true if that was put together first, and ``inner`` are the flows inside it; ``shape`` is that of the
    value, for the kinds of sinks where it matters. ``trace`` is the one of all ``traces`` that says most.
    """

    sink: Sink
    name: str
    place: int
    trace: Trace | None
    constant: str | None = None
    inner: tuple[Flow, ...] = ()
    hidden: bool = False
    shape: Shape = SHAPELESS
    traces: tuple[Trace, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of the sink."""
        return self.sink.kind

    @property
    def from_visitor(self) -> bool:
        """True if the value is the visitor's."""
        return self.trace is not None and self.trace.kind in VISITOR

    @property
    def crosses(self) -> bool:
        """True if the value is the visitor's by the code of another file."""
        return self.from_visitor and self.trace is not None and self.trace.place < ELSEWHERE

    @property
    def key(self) -> str | None:
        """The request key, where it is a constant."""
        return self.trace.key if self.trace is not None else None

    @property
    def words(self) -> str:
        """The path in words, from the origin to the sink."""
        if self.trace is None:
            return self.name
        return " → ".join((self.trace.origin, *self.trace.names[-LATEST_STEPS:], self.name))

    @property
    def places(self) -> tuple[int, ...]:
        """The places of the path in the order of execution: the origin, each step, the sink; each once.

        Those in other files are `in_other_file`.
        """
        steps = () if self.trace is None else (self.trace.place, *(step.place for step in self.trace.steps))
        return (*dict.fromkeys(each for each in steps if each not in (ELSEWHERE, self.place)), self.place)
