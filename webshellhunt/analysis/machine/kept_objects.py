"""Kept objects: those that outlive the call that made or changed them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from webshellhunt.analysis.domain.values import Thing, Value
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Function


@dataclass(slots=True)
class KeptObjects:
    """Objects by the code or the name that they belong to."""

    statics: dict[ClassSymbol, Thing] = field(default_factory=dict)
    """The objects whose fields are the static ones of classes."""
    constructed: dict[tuple[ClassSymbol, str], Thing] = field(default_factory=dict)
    """The objects whose fields are the static ones of a generic class with its type arguments."""
    objects: dict[ClassSymbol, Thing] = field(default_factory=dict)
    """The object of each class whose methods are entered without one."""
    made: list[Thing] = field(default_factory=list)
    """The objects of classes that end with a call of their own, in their order."""
    asked: dict[Any, Value] = field(default_factory=dict)
    """Values that expressions without a variable of their own have by a condition, by the way they are written."""
    attached: list[Value] = field(default_factory=list)
    """The functions that handle events which the server raises later."""
    stores: dict[str, Thing] = field(default_factory=dict)
    """The stores across requests: session, application, cache, view state."""
    functions: dict[tuple[Function, Frame | None], Thing] = field(default_factory=dict)
    """The objects that functions of JScript are, and the static variables of functions of VB.NET."""
    prototypes: dict[str, Thing] = field(default_factory=dict)
    """The prototypes of JScript's own constructors to which the page adds members."""
    matched: dict[str, Value] = field(default_factory=dict)
    """The last match of a regular expression of JScript, and its text."""

    def static_objects(self) -> list[Thing]:
        """Return the objects whose fields are static ones."""
        return [*self.statics.values(), *self.constructed.values()]
