"""Values of the abstract interpreter: known, tainted by somebody, or unknown, each with its type where that is known.

A known value is one of Python: text, a number, a truth value, bytes, ``None`` for null, `EMPTY` for a variable of
Visual Basic before anything is assigned to it. `Tainted`, `Opaque`, `Text` and `Choice` stand for values that are not
known, or only in part; none of them changes. A `Thing` is an object with an identity, whose fields the state changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from webshellhunt.analysis.domain.traces import Trace, merged

if TYPE_CHECKING:
    from webshellhunt.analysis.execution.frames import Frame
    from webshellhunt.lang.symbols import ClassSymbol
    from webshellhunt.lang.tree import Function, TypeName

ESCAPED = "escaped"
"""The form of a text in which no quotation mark stands alone: they are doubled, replaced or written in another way."""
MAX_OPTIONS = 8
_FEW = 12
"""Options that are compared with each other."""
MAX_PARTS = 96
MAX_TEXT = 1 << 20
_DEEPEST = 4
"""Objects in objects that are searched for a trace."""
_MOST_OBJECTS = 2048
"""Objects that are searched for a trace."""

Value = Any
"""A value: one of Python's own, or of the classes below."""


class Empty(str):
    """The value of a variable of Visual Basic before anything is assigned to it: both ``""`` and 0."""

    __slots__ = ()


EMPTY = Empty()


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

    ``form`` is a change of a text as a whole that changes its power: ``mapped`` for a path below the site, `ESCAPED`.
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
INNER = "\0inner"
"""Where an object of the page keeps the collection of a library that its class inherits from."""
"""The object of JScript that has the members which an object itself lacks."""
TEXT = "\0text"
"""The text that an object stands for: a path, an address."""
KEYS = "\0keys"
"""The keys that are not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function as a value, with the frame around it and the object that it belongs to."""

    function: Function
    frame: Frame | None
    this: Value = None
    overloads: tuple[Function, ...] = ()


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

    ``make`` runs it; ``sources`` are the values that it is made of.
    """

    make: Callable[[], Value]
    sources: tuple[Value, ...] = ()


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


def join(left: Value, right: Value) -> Value:
    """Return either of two values as one."""
    if left is ABSENT or same(left, right):
        return right
    if right is ABSENT or _is_among(right, left):
        return left
    return right if _is_among(left, right) else choice((*options_of(left), *options_of(right)))


def _is_among(value: Value, options: Value) -> bool:
    """True if a value is one of several others."""
    return options.__class__ is Choice and any(same(value, each) for each in options.options)


def choice(values: Iterable[Value]) -> Value:
    """Return one of several values as one; of too many, the taint is kept."""
    options = _distinct(values)
    if len(options) == 1:
        return options[0]
    options = _with_one_number(options)
    tainted = [each for each in options if each.__class__ is Tainted]
    if len(tainted) > 1 and len({(each.type, each.form) for each in tainted}) == 1:
        options = [each for each in options if each.__class__ is not Tainted]
        traces = merged(trace for each in tainted for trace in each.traces)
        options.append(Tainted(traces, tainted[0].type, tainted[0].form))
    if len(options) > MAX_OPTIONS:
        options = [collapsed(options)]
    return options[0] if len(options) == 1 else Choice(tuple(options))


def _distinct(values: Iterable[Value]) -> list[Value]:
    """Return the options of values, each once: the first ones are compared, further ones looked up."""
    options: list[Value] = []
    seen: set[tuple[type, Value]] = set()
    for value in values:
        for option in value.options if value.__class__ is Choice else (value,):
            if len(options) < _FEW:
                for each in options:
                    if each is option or (each.__class__ is option.__class__ and each == option):
                        break
                else:
                    options.append(option)
                continue
            if not seen:
                seen = {(each.__class__, each) for each in options}
            if (option.__class__, option) not in seen:
                seen.add((option.__class__, option))
                options.append(option)
    return options


def collapsed(options: Sequence[Value]) -> Value:
    """Return one value for several; of texts, the beginning and the end that all of them have stay known."""
    if not all(each.__class__ is Text or isinstance(each, str) for each in options):
        return derived(options)
    front = _common([_edge(each, 0) for each in options])
    back = _common([text[::-1] for text in (_edge(each, -1) for each in options)])[::-1]
    begins = front or (UNKNOWN if not any(traces_of(_part(each, 0)) for each in options) else "")
    ends = back or (UNKNOWN if not any(traces_of(_part(each, -1)) for each in options) else "")
    return concatenated((begins, derived(options, "string"), ends))


def _part(text: Value, at: int) -> Value:
    return text.parts[at] if text.__class__ is Text else text


def _edge(text: Value, at: int) -> str:
    """Return the known text at the beginning or the end of a text."""
    part = _part(text, at)
    return str(part) if isinstance(part, str) else ""


def _common(texts: Sequence[str]) -> str:
    """Return the beginning that all of some texts have."""
    low, high = min(texts), max(texts)
    size = next((at for at, letter in enumerate(low) if letter != high[at]), len(low))
    return low[:size]


def _with_one_number(options: list[Value]) -> list[Value]:
    """Return options of which one at most is a number that is not known."""
    numbers = [each for each in options if each.__class__ is Opaque and each.type == NUMBER.type and not each.path]
    if len(numbers) < 2:
        return options
    others = [each for each in options if not any(each is number for number in numbers)]
    return [*others, counted(numbers)]


def traces_of(value: Value) -> tuple[Trace, ...]:
    """Return the traces in a value, those in the fields of an object included."""
    kind = value.__class__
    if kind is Tainted:
        return value.traces  # type: ignore[no-any-return]
    return () if kind is Opaque or kind is str or kind is int else _traces_in(value, of_numbers=False)


def _traces_in(value: Value, *, of_numbers: bool) -> tuple[Trace, ...]:
    """Return the traces in a value; with ``of_numbers``, also those of the texts that its numbers were made of."""
    found: list[Trace] = []
    seen: set[int] = set()
    level = [value]
    for _ in range(_DEEPEST + 1):
        level = _fields_of(level, found, seen, of_numbers=of_numbers)
        if not level or len(seen) > _MOST_OBJECTS:
            break
    return merged(found) if found else ()


def _fields_of(values: list[Value], found: list[Trace], seen: set[int], *, of_numbers: bool) -> list[Value]:
    """Add the traces in some values; return the fields of the objects among them, each value seen once."""
    fields: list[Value] = []
    values.reverse()
    while values:
        value = values.pop()
        kind = value.__class__
        if kind is Tainted:
            found += value.traces
        elif kind is Text or kind is Choice or kind is Thing:
            if id(value) not in seen:
                seen.add(id(value))
                if kind is Thing:
                    fields += value.fields.values()
                elif kind is Choice:
                    values += value.options[::-1]
                else:  # a text, in which a number is its digits
                    values += [part for part in value.parts[::-1] if part.__class__ is not Opaque]
        elif kind is Method:
            values.append(value.subject)
        elif kind is Pending:
            values += value.sources
        elif kind is Opaque and of_numbers:
            found += value.codes
    return fields


def is_number(value: Value) -> bool:
    """True if a value is a number, known or not."""
    if isinstance(value, (int, float)):
        return value.__class__ is not bool
    return value.__class__ is Opaque and value.type == "number"


def derived(values: Iterable[Value], type: str = "") -> Value:  # noqa: A002 - the word of the field
    """Return the result of some values that are combined in a way that is not known: tainted if one of them is.

    A number that somebody determines is no text of his; an array of such numbers may be.
    """
    found: list[Trace] = []
    for value in values:
        found += codes_of(value) if value.__class__ is Thing else traces_of(value)
    return Tainted(merged(found), type) if found else Opaque(type) if type else UNKNOWN


def codes_of(value: Value) -> tuple[Trace, ...]:
    """Return the traces that letters have which are made of a value: those of its text, and of its numbers."""
    return value.codes if value.__class__ is Opaque else _traces_in(value, of_numbers=True)


def counted(values: Iterable[Value]) -> Value:
    """Return a number that is made of some values in a way that is not known."""
    codes = merged(trace for value in values for trace in codes_of(value))
    return Opaque("number", codes=codes) if codes else NUMBER


def lettered(values: Iterable[Value]) -> Value:
    """Return a text whose letters are made of numbers: tainted if one of these was made of somebody's text."""
    codes = merged(trace for value in values for trace in codes_of(value))
    return Tainted(codes, "string") if codes else Opaque("string")


def is_known(value: Value) -> bool:
    """True if a value is one of Python's own."""
    return value is None or isinstance(value, (str, int, float, bytes))


def concatenated(parts: Iterable[Value]) -> Value:
    """Return a text of parts, each a known text or a value that is not known; bounded in parts and characters."""
    flat: list[Value] = []
    for part in parts:
        if not flat and part.__class__ is Text:
            flat = [*part.parts]
            continue
        for each in part.parts if part.__class__ is Text else (part,):
            if isinstance(each, str) and flat and isinstance(flat[-1], str):
                flat[-1] = str(flat[-1]) + each
            elif each.__class__ is Tainted and flat and flat[-1].__class__ is Tainted and each.form == flat[-1].form:
                flat[-1] = _both(flat[-1], each)
            elif each.__class__ is Choice or not isinstance(each, str) or each:
                flat.append(each)
    if not flat:
        return ""
    if len(flat) == 1 and isinstance(flat[0], str):
        return str(flat[0]) if len(flat[0]) <= MAX_TEXT else UNKNOWN
    if len(flat) > MAX_PARTS:
        flat = [*flat[: MAX_PARTS // 2], derived(flat), *flat[-MAX_PARTS // 4 :]]
    return Text(tuple(flat))


def _both(left: Tainted, right: Tainted) -> Tainted:
    """Return one value for two texts side by side."""
    traces = left.traces if left.traces == right.traces else merged((*left.traces, *right.traces))
    return left if traces == left.traces else Tainted(traces, "string", left.form)


def iter_texts(value: Value) -> Iterator[str]:
    """Yield the known texts that a value may be."""
    for option in options_of(value):
        if isinstance(option, str):
            yield option
