"""Row: what one member of a library does, as data that the evaluator reads; ``library/rows.py`` reads the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Row:
    """One member of a library.

    ``of`` are the arguments that the result is made of, -1 for the object itself. ``known`` computes the result of
    known arguments; ``do`` is a primitive with an effect, called with the run, the frame, the object, the arguments
    ``do_args``, the token and the row.
    """

    name: str
    params: list[str]
    result: str = "any"
    of: list[int] = field(default_factory=list)
    kind: str = ""
    known: Callable[..., Any] | None = None
    guard: str = ""
    guard_arg: int = 0
    do: Callable[..., Any] | None = None
    do_name: str = ""
    do_args: list[int] = field(default_factory=list)
    fails: bool = False
    ends: bool = False
    is_text: bool = False
    """The first argument is run as code."""
    is_script: bool = False
    """A member of the library of a language with prototypes: arguments are what they are, no default members."""
    names: tuple[str, ...] = ()
    """The dotted name."""


Rows = Mapping[tuple[str, str], Row]
"""Rows by type and member, both in lower case; "" is the type of functions, and the name of the default member."""
