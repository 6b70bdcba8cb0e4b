"""Values of the abstract interpreter: known, tainted by somebody, or unknown, each with its type where that is known.

A known value is one of Python: text, a number, a truth value, bytes, ``None`` for null, `EMPTY` for a variable of
Visual Basic or JScript before anything is assigned to it. `Tainted`, `Opaque`, `Text` and `Choice` stand for values
that are not known, or only in part; none of them changes. A `Thing` is an object with an identity, whose fields the
state changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from webshellhunt.analysis.traces import Trace

if TYPE_CHECKING:
    from webshellhunt.analysis.machine.frames import Frame
    from webshellhunt.lang.symbols import ClassSymbol
    from webshellhunt.lang.tree import Function, TypeName

ESCAPED = "escaped"
"""The form of a text in which no quotation mark stands alone: they are doubled, replaced or written in another way."""

ANSWER = "answer"
"""The form of a result of a function that nobody knows, called with the visitor's text: that text, or an object."""
FOUND = "found"
"""The form of a value that was looked up by the visitor's text: he selects it, and does not write it."""

Value = Any
"""A value: one of Python's own, or of the classes below."""


class Empty(str):
    """The value of a variable before anything is assigned: both ``""`` and 0 in Visual Basic, undefined in JScript."""

    __slots__ = ()


EMPTY = Empty()
NAN = float("nan")
"""The number of JScript that is none; there is only this one, so that it is the same as itself."""


class Char(str):
    """A character of C#: with a number or another character, ``+`` adds its code."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value of which only its type may be known, or the dotted names by which the code got it, in lower case.

    A number that was made of somebody's text is harmless as text, but letters may be made of it again: ``codes`` are
    the traces that these will have.
    """

    type: str = ""
    path: tuple[str, ...] = ()
    codes: tuple[Trace, ...] = ()

    def names(self, member: str) -> tuple[str, ...]:
        """Return the dotted names of a member, by the type where one is known."""
        return (*(self.type.split(".") if self.type else self.path), member)


UNKNOWN = Opaque()
NUMBER = Opaque("number")


@dataclass(frozen=True, slots=True)
class Tainted:
    """A value that somebody else determines.

    ``form`` is a change of a text as a whole that changes its power: ``mapped`` for a path below the site, `ESCAPED`,
    `ANSWER`, `FOUND`.
    ``is_fresh`` is true until it is read by a key. ``type`` as in `Opaque`.
    """

    traces: tuple[Trace, ...]
    type: str = ""
    form: str = ""
    is_fresh: bool = False

    def through(self, name: str, token: int) -> Tainted:
        """Return the value one name further."""
        traces = tuple(trace.through(name, token) for trace in self.traces)
        return self if traces == self.traces else replace(self, traces=traces)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of several parts, of which one at least is not known."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, as branches leave it."""

    options: tuple[Value, ...]


@dataclass(slots=True, eq=False)
class Thing:
    """An object, array or dictionary.

    ``type`` is the name of its type in lower case; ``symbol`` its class where the page declares it. ``fields`` are its
    fields by name, its items by number and its entries by key. The entry `REST` is the join of all that was stored
    under keys that are not known, or that the object took up. ``types`` are the type arguments of its class.
    """

    type: str
    symbol: ClassSymbol | None = None
    fields: dict[Any, Value] = field(default_factory=dict)
    types: tuple[TypeName, ...] = ()


REST = "\0rest"
LENGTH = "\0length"
PROTOTYPE = "\0prototype"
"""The object of JScript that has the members which an object itself lacks."""
INHERITED = "\0inherited"
"""Where an object of the page keeps the collection of a library that its class inherits from."""
TEXT = "\0text"
"""The text that an object stands for: a path, an address."""
KEYS = "\0keys"
"""The keys that are not known."""
OWNER = "\0owner"
"""The object that a part belongs to."""
FRONT = "\0front"
"""How many items at the beginning are known apart, of a list that has others whose number is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function as a value, with the frame around it and the object that it belongs to.

    ``overloads`` are all functions of its name, ``declared`` those that these override, where they do.
    """

    function: Function
    frame: Frame | None
    this: Value = None
    overloads: tuple[Function, ...] = ()
    declared: tuple[Function, ...] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """A delegate of several functions."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a library with the value that it belongs to."""

    subject: Value
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Pending:
    """A sequence of .NET: a query or an iterator, which does not run before somebody asks for its items.

    ``make`` runs it; ``sources`` are the values that it is made of. ``visit`` runs an iterator of the page in turns
    with a function that gets its items.
    """

    make: Callable[[], Value]
    sources: tuple[Value, ...] = ()
    visit: Callable[[Callable[[Value], Any]], Value] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A reference of C# to a variable, which is an entry of a dictionary of the state."""

    container: dict[Any, Value]
    key: Any

    @property
    def value(self) -> Value:
        """The value of the variable now."""
        return self.container.get(self.key)


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class of the page as a value: the subject of static members, with its type arguments."""

    symbol: ClassSymbol
    types: tuple[TypeName, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Reflected:
    """A type or a member as a value: ``kind`` is ``type``, ``method``, ``property`` or ``constructor``.

    ``owner`` is the type: a class of the page, or the dotted names of one of a library. A method without a name is one
    whose name is not known. Of one from a list of all methods of a type, ``asked`` notes a comparison of its name;
    ``chosen`` is the name that is not known.
    """

    kind: str
    owner: Value
    name: str = ""
    asked: list[str] | None = None
    chosen: Value = None


ABSENT = object()


def options_of(value: Value) -> tuple[Value, ...]:
    """Return the values that a value may be."""
    return value.options if value.__class__ is Choice else (value,)


def same(left: Value, right: Value) -> bool:
    """True if two values are the same one, or equal and of one type."""
    return left is right or (left.__class__ is right.__class__ and left == right)


def is_number(value: Value) -> bool:
    """True if a value is a number, known or not."""
    if isinstance(value, (int, float)):
        return value.__class__ is not bool
    return value.__class__ is Opaque and value.type == "number"


def is_known(value: Value) -> bool:
    """True if a value is one of Python's own."""
    return value is None or isinstance(value, (str, int, float, bytes))
