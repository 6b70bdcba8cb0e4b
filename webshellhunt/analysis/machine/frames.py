"""Frames: the variables of one call, or of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Function, Node, Switch, TypeName

RESULT = "\0result"
YIELDED = "\0yielded"
"""Where a frame keeps the result of its function, and the values that it yields."""
GOES_ON = "\0goes on"
"""Where a frame of Visual Basic keeps whether an error ends its statement alone (``On Error Resume Next``)."""
AGAIN = "\0declared "
"""Begins the entry of a frame of VB.NET that says which declaration of a name has run."""
FAILED = "\0failed"
"""Where it keeps the place of the statement whose error led to a label."""


@dataclass(slots=True, eq=False)
class Frame:
    """The variables of one call.

    ``own`` are the names that the function declares, ``outer`` the frame around a closure, ``this`` the object, and
    ``symbol`` the class whose members its names may mean. ``subjects`` are those of the ``With`` that are open,
    ``statics`` the variables of Visual Basic that outlive the call, each with the entries in which it does, ``depth``
    how many branches were open before it.
    """

    function: Function | None = None
    own: frozenset[str] = frozenset()
    outer: Frame | None = None
    this: Any = None
    symbol: ClassSymbol | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    subjects: list[Any] = field(default_factory=list)
    arguments: list[Any] = field(default_factory=list)
    turning: list[str] = field(default_factory=list)
    """The variables of the loops that are running, of which each turn has its own."""
    cells: dict[str, Any] = field(default_factory=dict)
    """The frames of those that functions made in this turn have in common with it."""
    depth: int = 0
    """How many branches were open when the call began."""
    statics: list[tuple[str, dict[Any, Any]]] = field(default_factory=list)
    types: Mapping[str, TypeName] | None = None
    """The types that the type parameters of the function are."""
    is_checked: bool = False
    """True in ``checked`` of C#, where numbers that are too large throw."""
    taker: Callable[[Any], Any] | None = None
    """The function that gets the values of an iterator, which runs in turns with it."""
    switches: list[Switch] = field(default_factory=list)
    """The ``switch`` statements that are running."""
    tests: dict[str, tuple[Node, Sequence[tuple[Node, Any]]]] = field(default_factory=dict)
    """The conditions that variables were assigned, with the values of their variables at that time."""
    watch: Any = None
    """The parameters that are watched wherever the function returns an answer, if somebody asks for one."""
