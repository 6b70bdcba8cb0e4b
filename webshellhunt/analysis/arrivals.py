"""Arrivals: the facts that judging reads of a sink that a run reached, the same for each evaluator.

A value is shown as its alternatives, each as the parts that its text is put together of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from webshellhunt.analysis.traces import Trace

MAX_FORMS = 24
"""Alternatives of one value that are shown."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text that is not known, or a value that is no text.

    ``traces`` are its origins, ``form`` what was done to its text as a whole, ``type`` the name of its type in lower
    case. ``word`` is the name of a constant or the digits of a number, ``root`` the name of the object by which the
    code got the value.
    """

    traces: tuple[Trace, ...] = ()
    form: str = ""
    type: str = ""
    word: str = ""
    root: str = ""
    is_itself: bool = False
    """True for the path of the page."""
    is_of_site: bool = False
    """True for a folder of the site."""
    is_site_root: bool = False
    """True for the top of the site on the disk, as the beginning of a mapped path."""
    is_object: bool = False
    """True for an object of which a text is only a part."""


Form = tuple[str | Part, ...]
"""One alternative of a value: its parts, known texts among them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A value at a sink: its alternatives, up to a bound, and the origins of all of it.

    ``is_doubtful`` is true if it may be of a visitor: an earlier request stored it, or it is an unknown part of one.
    """

    forms: tuple[Form, ...] = ()
    traces: tuple[Trace, ...] = ()
    is_doubtful: bool = False


NOTHING = Shown()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A sink that was reached: its dotted names and place, and the values of its arguments, joined over all times.

    ``subject`` is the value that its method belongs to; ``inner`` are the arrivals inside texts that it ran as code.
    """

    names: tuple[str, ...]
    place: int
    arguments: Sequence[Shown]
    subject: Shown = NOTHING
    is_assigned: bool = False
    is_made: bool = False
    inner: Mapping[str, Sequence[Arrival]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """All arrivals of a run, in the order of their first times; ``is_cut`` is true if it had to stop early."""

    all: Sequence[Arrival] = ()
    is_cut: bool = False

    def __iter__(self) -> Iterator[Arrival]:
        """Yield the arrivals."""
        return iter(self.all)
