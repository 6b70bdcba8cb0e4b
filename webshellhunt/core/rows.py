"""Row: one member of a library, as data that the evaluator reads; ``library/rows.py`` reads the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

MANY = 1 << 16
"""The most arguments of a member that takes any number of them."""
SELF = -1
"""The number of the object itself among the arguments."""


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of an argument: a parameter by its number, or a ``field`` of it."""

    index: int
    field: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a member: ``what`` is its word in the notation, made of the arguments ``of``.

    ``kind`` is the type of an object, the kind of a source, or the form of a text.
    """

    what: str = "any"
    of: tuple[Source, ...] = ()
    kind: str = ""
    function: Callable[..., Any] | None = None
    """Computes it from known arguments."""


ANY = Result()


@dataclass
class Row:
    """One member of a library.

    ``known`` computes the result of known arguments, ``parted`` that of texts of which only parts are known; both raise
    ``ValueError`` where they can't say. ``do`` is a primitive with an effect, called with the run, the frame, the
    object, the arguments ``do_args``, the token and the row.
    """

    name: str
    """The dotted name, as the vendor writes it."""
    names: tuple[str, ...]
    """The same in lower case, split at its dots."""
    params: tuple[str, ...]
    least: int = 0
    most: int = MANY
    result: Result = ANY
    known: Callable[..., Any] | None = None
    parted: Callable[..., Any] | None = None
    guard: str = ""
    """The form that an argument has where the result is true."""
    guard_arg: int = 0
    do: Callable[..., Any] | None = None
    do_name: str = ""
    gives_null: bool = False
    """``do`` leaves the result to the row by `MISSING`; ``None`` is a null."""
    do_args: tuple[Source, ...] = ()
    calls: tuple[int, tuple[Source, ...]] | None = None
    """A function among the arguments, and the arguments that it is called with."""
    outs: tuple[tuple[int, Result], ...] = ()
    """Parameters by reference, and the values that they get."""
    keeps: tuple[tuple[str, Source], ...] = ()
    """Fields of the object that is made, and the arguments that they get."""
    holds: tuple[tuple[str, str, Source | None], ...] = ()
    """Fields of the object that is made that come from outside: their kinds of sources, and the keys."""
    is_maybe: bool = False
    """There may be no such object."""
    where: tuple[tuple[str, str], ...] = ()
    """Kinds of a source by the beginning of its key."""
    fails: bool = False
    """It may raise an error."""
    ends: bool = False
    """The page ends."""
    is_quiet: bool = False
    """Reaching it is noted by its primitive, if at all."""
    is_property: bool = False
    """Arguments beyond the parameters are keys of the result."""
    takes_objects: bool = False
    """Objects among the arguments stay objects; of others, the row sees their default member."""
    taken: tuple[int, ...] = ()
    """The arguments that ``do`` gets."""
    is_text: bool = False
    """The first argument is run as code."""
    is_value: bool = False
    """That code is an expression, whose value is the result."""
    is_global: bool = False
    """That code sees the names of the page alone."""
    is_script: bool = False
    """A member of the library of a language with prototypes: arguments stay as they are, no default members."""
    of_value: bool = False
    """A member of a text, number, letter or truth value, which a known function gets as its first argument."""
    has_vectors: bool = False
    """Bytes and lists that its known function returns are vectors for the page, and vectors of bytes are its bytes."""
    is_open: bool = False
    """It may call, read and write anything of the page."""
    is_bytes: bool = False
    """A result that is not known is bytes, each of them a number."""
    others: tuple[Row, ...] = ()
    """The same member with other numbers of parameters."""
    below: Row | None = None
    """The member of the library below, in whose place it is."""

    @property
    def is_plain(self) -> bool:
        """True for a property with the value that was assigned to it, if anything was."""
        of = self.result.of if self.result.what != "source" else ()
        return not (self.params or self.do or self.known or of or self.others)

    @property
    def is_function(self) -> bool:
        """True for a function of known arguments without an effect."""
        return self.known is not None and not (
            self.do or self.others or self.is_text or self.ends or self.is_script or self.outs or self.calls
        )

    def is_exact(self, count: int) -> bool:
        """True if so many arguments are all parameters of the known function."""
        return self.most >= MANY or 0 < count <= len(self.params)

    @property
    def has_outs(self) -> bool:
        """True if a parameter is by reference."""
        return bool(self.outs) or any(each.outs for each in self.others)


Rows = Mapping[tuple[str, str], Row]
"""Rows by type and member, both in lower case; "" is the type of functions, and the name of the default member."""


@dataclass(frozen=True)
class Library:
    """All rows, and the other entries of the files: constants, types by ProgID, and the first fields of objects."""

    rows: Rows
    constants: Mapping[str, Any]
    programs: Mapping[str, str]
    fields: Mapping[str, Mapping[Any, Any]]
    only: tuple[str, ...] = ()
    """Types of which there is one object, that the server or the language gives to a page."""
    types: frozenset[str] = frozenset()
    """Types that have rows."""
    bases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """All the other types that an object of a type is."""

    @cached_property
    def has_types(self) -> bool:
        """True where texts, numbers and letters have members of their own, and functions are no objects."""
        return any(owner == "text" and not row.is_script for (owner, _), row in self.rows.items())

    @cached_property
    def text_members(self) -> frozenset[str]:
        """The names of members that run a text, of any type."""
        return frozenset(member for (_, member), row in self.rows.items() if row.is_text)

    @cached_property
    def single_objects(self) -> Mapping[str, tuple[str, ...]]:
        """The objects of which there is one that a member of a name reaches, of any type."""
        found: dict[str, dict[str, None]] = {}
        for (_, member), row in self.rows.items():
            for each in (row, *row.others):
                if each.result.what == "the":
                    found.setdefault(member, {})[each.result.kind] = None
        return {member: tuple(kinds) for member, kinds in found.items()}

    @cached_property
    def hidden_objects(self) -> tuple[str, ...]:
        """The objects of which there is one that no member is, which primitives read and write by themselves."""
        reached = {kind for kinds in self.single_objects.values() for kind in kinds}
        return tuple(each for each in self.only if each not in reached) if self.has_types else ()

    @cached_property
    def source_types(self) -> frozenset[str]:
        """The types with members that read a request."""
        return frozenset(owner for (owner, _), row in self.rows.items() if row.result.what in ("source", "the"))

    @cached_property
    def source_members(self) -> frozenset[str]:
        """The names of members that read a request, of any type."""
        return frozenset(member for (_, member), row in self.rows.items() if row.result.what == "source")


def row_for(row: Row, count: int) -> Row:
    """Return the row of a member that takes a number of arguments; the first one where none does."""
    if row.least <= count <= row.most:
        return row
    return next((each for each in row.others if each.least <= count <= each.most), row)
