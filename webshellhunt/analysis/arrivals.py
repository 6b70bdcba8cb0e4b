"""Arrivals: the facts that judging reads of a sink that a run reached, the same for each evaluator.

A value is shown as its alternatives, each as the parts that its text is put together of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from webshellhunt.analysis.traces import VISITOR, Trace

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


Form = tuple[str | Part, ...]
"""One alternative of a value: its parts, known texts among them."""


def _word(form: Form) -> str | None:
    """Return the only word of a value, ``None`` where that is not known."""
    part = form[0] if len(form) == 1 else None
    return part.lower() if isinstance(part, str) else part.word or None if part is not None else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A value at a sink: its alternatives, up to a bound, and the origins of all of it.

    ``is_doubtful`` is true if it may be of a visitor: an earlier request stored it, or it is an unknown part of one.
    """

    forms: tuple[Form, ...] = ()
    traces: tuple[Trace, ...] = ()
    is_doubtful: bool = False
    kinds: frozenset[str] = frozenset()
    """The kinds of all origins, those that are nobody's included."""
    files: frozenset[str] = frozenset()
    """The files of the site whose content is in it, by the paths that the code names, most of them below the site."""

    def mentions(self, *words: str) -> bool:
        """Return True if a known text in the value has one of some words in lower case."""
        texts = {part.lower() for form in self.forms for part in form if isinstance(part, str)}
        return any(word in text for text in texts for word in words)

    @property
    def words(self) -> frozenset[str | None]:
        """The texts, numbers and constants that the value may be, in lower case; ``None`` for one that is not known."""
        return frozenset(map(_word, self.forms))

    @property
    def is_visited(self) -> bool:
        """True if a visitor's text is in the value."""
        return any(trace.kind in VISITOR for trace in self.traces)


NOTHING = Shown()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A sink that was reached: its dotted names and place, and the values of its arguments, joined over all times.

    ``subject`` is the value that its method belongs to; ``inner`` are the arrivals inside texts that it ran as code;
    ``is_read``: whatever is not known of these texts is a value there, and no code.
    """

    names: tuple[str, ...]
    place: int
    arguments: Sequence[Shown]
    subject: Shown = NOTHING
    is_assigned: bool = False
    is_made: bool = False
    inner: Mapping[str, Sequence[Arrival]] = field(default_factory=dict)
    is_read: bool = False

    @property
    def name(self) -> str:
        """The last two of its names."""
        return ".".join(self.names[-2:])

    def mentions(self, *words: str) -> bool:
        """Return True if a known text in an argument has one of some words in lower case."""
        return any(each.mentions(*words) for each in self.arguments)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """All arrivals of a run, in the order of their first times; ``is_cut`` is true if it had to stop early."""

    all: Sequence[Arrival] = ()
    is_cut: bool = False

    def __iter__(self) -> Iterator[Arrival]:
        """Yield the arrivals."""
        return iter(self.all)
