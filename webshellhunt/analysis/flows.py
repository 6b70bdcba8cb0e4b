"""Trace, Shape and Flow: a road from an origin to a sink, as far as names tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from webshellhunt.analysis.vocabulary import Sink
from webshellhunt.lazy_pattern import lazy_pattern

MAX_STEPS = 6
MAX_ALL_STEPS = 12
VISITOR = frozenset({"visitor", "upload"})
ITSELF = "<this page>"
"""Stands for the path of the page itself, in what a text may end in."""
_NAMING = lazy_pattern(r"(?:\b(?:new|call)\s+(?:\w++)?|[\w)\]]\s*\.\s*)\Z", re.IGNORECASE)


class Trace(NamedTuple):
    """Where a value came from: the origin in words, its token, and the names it went through.

    ``kind`` is ``visitor``, ``upload``, ``remote`` or ``decoded`` (made by a function of the page from a constant);
    ``key`` the constant name that the request was asked for; ``text`` what was decoded, where that could be told.
    """

    kind: str
    origin: str
    token: int
    key: str | None = None
    steps: tuple[str, ...] = ()
    text: str | None = None

    @property
    def is_weak(self) -> bool:
        """Tell whether any other trace says more: what was decoded is known, and is nobody else's."""
        return self.text is not None

    def through(self, name: str) -> Trace:
        """Return the trace one name further."""
        if name in self.steps or len(self.steps) >= MAX_STEPS:
            return self
        return self._replace(steps=(*self.steps, name))

    def by(self, steps: tuple[str, ...]) -> Trace:
        """Return the trace by these steps."""
        return self if steps == self.steps else self._replace(steps=steps)

    def decoded_by(self, calls: Iterable[str]) -> Trace:
        """Return the trace behind calls that decode or decrypt what it carries."""
        steps = tuple(dict.fromkeys((*self.steps, *calls)))[:MAX_ALL_STEPS]
        return self if steps == self.steps else self._replace(steps=steps)


class Shape(NamedTuple):
    """How a text is put together.

    ``is_whole``: on some road nothing of the page's own stands in front of what the visitor sent; ``is_mapped``: on
    each such road that is a path below the site. ``is_beside``: on some road the folder of the page, or the
    top of the site, comes first; ``is_private``: a folder whose files no server sends or runs, ``App_Data``, does.
    ``endings`` are the constants that the text may end in, each with its token, ``None`` for anything else; ``before``
    are the constants right in front of what the visitor sent, where that matters to a kind of sink. ``hole`` is the
    kind of hole in evaluated text that all of the visitor's text stands in (`holes.py`).
    """

    is_whole: bool = False
    is_mapped: bool = False
    is_beside: bool = False
    is_private: bool = False
    endings: tuple[tuple[int, str | None], ...] = ()
    before: tuple[str, ...] = ()
    hole: str = ""

    @property
    def is_name(self) -> bool:
        """Tell whether what a visitor sent stands in code where a name does: ``"new " & x``, ``"page." & x & "()"``."""
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
    """A trace that arrives at a sink.

    ``token`` is the sink's name in the unit; ``constant`` the text that the sink runs, where it is a constant,
    ``hidden`` whether that was put together first, and ``inner`` what flows inside it; ``shape`` tells how what arrives
    is put together, for the kinds of sinks where that matters.
    """

    sink: Sink
    name: str
    token: int
    trace: Trace | None
    constant: str | None = None
    inner: tuple[Flow, ...] = ()
    hidden: bool = False
    shape: Shape = SHAPELESS

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
