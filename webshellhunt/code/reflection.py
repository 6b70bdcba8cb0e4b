"""Reflection: which function is called where its name is given as text: ``typeof(T).GetMethod("M").Invoke(…)``.

What an expression is, is told as the type of a name: ``type.t`` for a type, ``method.t.m`` for a function of it, each
part ``?`` where the page does not tell it, ``own`` for a type of the page, and ``visitor`` where a visitor names it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.flows import VISITOR, Trace
from webshellhunt.analysis.vocabulary import Sink, vocabulary
from webshellhunt.code.calls import Calls
from webshellhunt.code.declarations import CONTEXTS
from webshellhunt.code.texts import UNKNOWN, is_written
from webshellhunt.code.unit import Unit

OWN, NAMED = "own", "visitor"
CALLING = frozenset({"invoke", "dynamicinvoke", "begininvoke", "invokemember", "callbyname"})
"""Members that call the function that they are asked of, and what calls one by its name."""

SETTING = frozenset({"setvalue"})
"""Members that give something to the property that they are asked of."""

_TYPE, _METHOD, _PROPERTY = "type.", "method.", "property."
_KINDS = (_TYPE, _METHOD, _PROPERTY)
_NAMING = frozenset({"getproperty", "getruntimeproperty", "getdeclaredproperty", "getfield"})
_PICKING = frozenset({"getmethod", "getruntimemethod", "getdeclaredmethod"})
_LISTING = frozenset({"getmethods", "getruntimemethods"})
_MAKING = frozenset({"getconstructor", "getconstructors"})
_CHOOSING = frozenset({"first", "firstordefault", "single", "singleordefault", "where", "last"})
_SAME = frozenset({"makegenericmethod", "makegenerictype", "gettypeinfo", "method", "result"})
_OF_TYPES = frozenset({"typeof", "gettype"})
WORDS = (
    _PICKING | _LISTING | _MAKING | CALLING | _OF_TYPES | {"createdelegate", "func", "action", "delegate", "converter"}
)
"""Words of which one stands in any unit that calls by reflection, or keeps a function in a variable."""

KEEPING = frozenset({"createdelegate"})
"""Members that make a function a value, which is called by the name of what it is kept in."""

_LOADING = frozenset({"assembly", "appdomain", UNKNOWN})
_NEW = "new"
_RUNNING = frozenset({"load", "process", "evaluate"})
_FARTHEST_NAME = 400  # tokens of an argument
_FARTHEST_COMPARED = 9  # tokens behind a name
_MOST_COMPARED = 40

KnownType = Callable[[int, str | None], str | None]
Follow = Callable[[int, int, str | None], Trace | None]
Texts = Callable[[int, int, str | None], Sequence[str]]
ConstantsIn = Callable[[int, int], list[Constant]]


class Called(NamedTuple):
    """A function that is called by reflection: its type and name in lower case, and its arguments.

    It may be a property that is set, to its only argument.
    """

    of_type: str
    name: str
    arguments: list[tuple[int, int]]
    sets: bool = False

    @property
    def words(self) -> str:
        """The function in words."""
        if self.name in (UNKNOWN, NAMED):
            return f"Invoke of a function {'picked at run time' if self.name == UNKNOWN else 'that a visitor names'}"
        return f"{self.name if self.of_type == UNKNOWN else f'{self.of_type}.{self.name}'} by reflection"

    @property
    def sinks(self) -> list[Sink]:
        """What the call arrives at: what the function itself is, or whatever the program picks at run time."""
        vocab = vocabulary()
        if self.sets:
            return vocab.sink((*self.of_type.split("."), self.name), is_property=True)
        if self.name == UNKNOWN or NAMED in (self.of_type, self.name):
            kind = "name" if self.of_type == self.name == NAMED else "pick"
            told = kind == "name" or (self.of_type in _LOADING and self.name == UNKNOWN)
            return [sink for sink in vocab.sinks["invoke"] if sink.kind == kind and told]
        if self.of_type == UNKNOWN:
            return [sink for sink in vocab.sinks.get(self.name, ()) if sink.kind == "load"][:1]
        return vocab.sink((*self.of_type.split("."), self.name))


class Reflection:
    """What expressions of one unit are in reflection, with what is known of names so far."""

    def __init__(
        self, unit: Unit, calls: Calls, known: KnownType, follow: Follow, texts: Texts, constants_in: ConstantsIn
    ) -> None:
        self._unit = unit
        self._calls = calls
        self._known = known
        self._follow = follow
        self._texts = texts
        self._constants_in = constants_in

    def kind_of(self, start: int, end: int, owner: str | None) -> str | None:
        """Return what an expression is: a type, a function of one, or ``None``."""
        unit, match = self._unit, self._unit.match
        while start + 1 < end and unit.is_op(start, "(") and start in match:
            if match[start] + 1 >= end:  # brackets around all of it
                start, end = start + 1, match[start]
            elif unit.is_name(match[start] + 1) or unit.is_op(match[start] + 1, "("):
                start = match[start] + 1  # a cast
            else:
                break
        if start < end and self._calls.lower[start] == "new":
            return self._kept(start, end, owner)
        if start >= end or (not self._calls.is_root(start) and not self._is_type_name(start)):
            return self._kind_behind(start, end, owner)
        return self._walk(start, owner, end)

    def _kept(self, start: int, end: int, owner: str | None) -> str | None:
        """Return the function that a delegate is made of: ``new F(Assembly.Load)``."""
        opener = self._unit.match.get(end - 1, -1)
        if not start < opener < end - 1 or not self._unit.is_op(opener, "("):
            return None
        kind = self.kind_of(opener + 1, end - 1, owner)
        return kind if kind is not None and kind.startswith(_METHOD) else None

    def called(self, root: int, at: int, statement: tuple[int, int], owner: str | None) -> Called | None:
        """Return what the member at ``at`` of the name at ``root`` calls, ``None`` where that is no reflection."""
        kind = self._walk(root, owner, at)
        arguments = self._calls.arguments(at, root, *statement)
        word = self._calls.lower[at]
        if word == "callbyname":
            of_object = self._known(arguments[0][0], owner) if len(arguments) > 1 else None
            return Called(of_object, self._name(*arguments[1], owner), arguments[3:]) if of_object is not None else None
        if word == "invokemember":
            kind = self._of_object(root, owner) or kind
            if kind is None or not kind.startswith(_TYPE) or not arguments:
                return None
            kind, arguments = f"{_METHOD}{kind.removeprefix(_TYPE)}.{self._name(*arguments[0], owner)}", arguments[3:]
        elif word in SETTING:
            return self._setting(kind, arguments)
        elif kind is None or not kind.startswith(_METHOD) or word not in CALLING:
            return None
        elif len(arguments) > 1 and word == "invoke":
            arguments = arguments[1:]  # the first is the object that the function belongs to
        of_type, _, name = kind.removeprefix(_METHOD).rpartition(".")
        name = self._compared(root) if name == UNKNOWN != of_type else name
        return Called(of_type, name, [each for left, right in arguments for each in self._items(left, right)])

    def _compared(self, root: int) -> str:
        """Return the name that a function has to have to be called: ``if (m.Name == "Load") m.Invoke(…)``."""
        users = [
            at for at in self._calls.users(self._calls.lower[root]) if self._calls.name(at).names[1:2] == ("name",)
        ]
        behind = (self._constants_in(at + 3, at + _FARTHEST_COMPARED)[:1] for at in users[:_MOST_COMPARED])
        return next((_told(each) for found in behind for each in found), UNKNOWN)

    def _setting(self, kind: str | None, arguments: list[tuple[int, int]]) -> Called | None:
        """Return the property that ``SetValue(object, value)`` of it sets."""
        if kind is None or not kind.startswith(_PROPERTY) or len(arguments) < 2:
            return None
        of_type, _, name = kind.removeprefix(_PROPERTY).rpartition(".")
        return Called(of_type, name, arguments[1:2], sets=True)

    def _of_object(self, root: int, owner: str | None) -> str | None:
        """Return the type of an object that a name is known to be, or whose type it is: ``x.InvokeMember(…)``."""
        known = self._known(root, owner)
        return None if known is None or known.startswith(_KINDS) else _TYPE + known

    def _is_type_name(self, start: int) -> bool:
        return self._calls.lower[start] in _OF_TYPES and self._unit.is_op(start + 1, "(")

    def _kind_behind(self, start: int, end: int, owner: str | None) -> str | None:
        """Return what a name is that belongs to something in brackets: ``(x as T).Member``."""
        return self._walk(start, owner, end) if start < end and self._unit.is_name(start) else None

    def _walk(self, root: int, owner: str | None, stop: int) -> str | None:
        """Follow the members of a dotted name up to a token; what stands before the first one counts."""
        lower, unit = self._calls.lower, self._unit
        kind = self._known(root, owner)
        kind = kind if kind is not None and kind.startswith(_KINDS) else None
        before = unit.match.get(root - 2, -1)
        if kind is None and self._calls.is_member(root) and 0 <= before < root - 2:
            kind = self.kind_of(before + 1, root - 2, owner)
        if kind is None and self._names_function(root, stop):
            return self._names_function(root, stop)
        for token in self._calls.name(root).tokens:
            if token >= stop:
                return kind
            kind = self._step(kind, token, root, lower[token], owner)
        return kind

    def _names_function(self, root: int, stop: int) -> str | None:
        """Return the function that a dotted name is which is not called: ``Assembly.Load`` given to a delegate."""
        dotted = self._calls.name(root)
        if dotted.last + 1 != stop or len(dotted.names) < 2:
            return None
        runs = any(sink.kind in _RUNNING for sink in vocabulary().sink(dotted.names))
        return f"{_METHOD}{dotted.names[-2]}.{dotted.names[-1]}" if runs else None

    def _step(self, kind: str | None, token: int, root: int, word: str, owner: str | None) -> str | None:
        """Return what one more member makes of what stands before it."""
        arguments = self._arguments(token)
        if word in _OF_TYPES:
            return self._type(token, root, word, owner)
        if word == "getvalue":
            return CONTEXTS.get(kind.rpartition(".")[2]) if kind is not None and kind.startswith(_PROPERTY) else None
        if word in _PICKING | _LISTING | _MAKING | _NAMING:
            of_type = UNKNOWN if kind is None or not kind.startswith(_TYPE) else kind.removeprefix(_TYPE)
            return self._picked(word, of_type, arguments, owner)
        if word in KEEPING:
            return self._delegate(kind, arguments, owner)
        if word == "invoke" and kind is not None and kind.startswith(_METHOD) and kind.endswith(f".{_NEW}"):
            return vocabulary().types.get(kind.removeprefix(_METHOD).removesuffix(f".{_NEW}"))
        if kind is not None and word in _CHOOSING and kind.startswith(_METHOD):
            if not arguments:
                return kind
            names = [_told(constant) for constant in self._constants_in(*arguments[0])]
            return f"{kind.rpartition('.')[0]}.{''.join(names[:1]) or UNKNOWN}"
        return kind if word in _SAME or token == root else None

    def _type(self, token: int, root: int, word: str, owner: str | None) -> str | None:
        """Return the type that is told by itself, by its name, or by an object of it."""
        arguments = self._arguments(token)
        if word == "typeof" or (word == "gettype" and self._unit.is_vb and token == root and arguments):
            return _TYPE + self._calls.lower[arguments[0][1] - 1] if arguments else None
        if arguments:
            return _TYPE + self._name(*arguments[0], owner).partition(",")[0].rpartition(".")[2].strip()
        of_object = None if token == root else self._of_object(root, owner)
        if of_object is not None:
            return of_object
        return _TYPE + (OWN if token == root or self._calls.lower[root] in ("this", "me", "page") else UNKNOWN)

    def _picked(self, word: str, of_type: str, arguments: list[tuple[int, int]], owner: str | None) -> str | None:
        """Return the function that is picked from those of a type: by its name, or as what makes an object of it."""
        if word in _NAMING:
            return f"{_PROPERTY}{of_type}.{self._name(*arguments[0], owner)}" if arguments else None
        if word in _PICKING:
            return f"{_METHOD}{of_type}.{self._name(*arguments[0], owner)}" if arguments else None
        return f"{_METHOD}{of_type}.{_NEW if word in _MAKING and of_type != UNKNOWN else UNKNOWN}"

    def _delegate(self, kind: str | None, arguments: list[tuple[int, int]], owner: str | None) -> str | None:
        """Return the function of ``CreateDelegate(type, method)``, ``CreateDelegate(type, type of it, name)``."""
        kinds = [kind, *(self.kind_of(left, right, owner) for left, right in arguments)]
        method = next((each for each in kinds if each is not None and each.startswith(_METHOD)), None)
        if method is not None or len(arguments) < 3:
            return method
        of_type = kinds[2]
        return None if of_type is None else f"{_METHOD}{of_type.removeprefix(_TYPE)}.{self._name(*arguments[2], owner)}"

    def made(self, start: int, end: int, owner: str | None) -> str | None:
        """Return the type of the object that is made of what an expression is: ``Activator.CreateInstance(type)``."""
        kind = self.kind_of(start, end, owner)
        return vocabulary().types.get(kind.removeprefix(_TYPE)) if kind is not None and kind.startswith(_TYPE) else None

    def _arguments(self, token: int) -> list[tuple[int, int]]:
        closer = self._unit.match.get(token + 1, -1)
        return list(self._calls.split(token + 2, closer)) if closer > token and self._unit.is_op(token + 1, "(") else []

    def _name(self, start: int, end: int, owner: str | None) -> str:
        """Return the name that an argument gives in lower case, or who knows it."""
        if self._calls.lower[start] == "nameof":
            return self._calls.lower[end - 2]
        texts = [text.lower() for text in self._texts(start, end, owner)]
        # A helper may be asked for several: what runs or loads is what matters.
        telling = next((text for text in texts if _tells(text)), None)
        if telling is not None or (texts and UNKNOWN not in texts):
            return telling or texts[0] or UNKNOWN
        trace = self._follow(start, min(end, start + _FARTHEST_NAME), owner)
        return NAMED if trace is not None and trace.kind in VISITOR else UNKNOWN

    def _items(self, left: int, right: int) -> list[tuple[int, int]]:
        """Return the items of an array that is made for a call, ``new object[] { a, b }``; else the argument itself."""
        unit = self._unit
        closer = right - 1
        opener = unit.match.get(closer, -1)
        if left <= opener < closer and unit.is_op(opener, "{") and unit.is_op(closer, "}"):
            return list(self._calls.split(opener + 1, closer))
        return [(left, right)]


def _tells(text: str) -> bool:
    """Tell whether a text names a function that is a sink, or a type that has one."""
    return text in vocabulary().sinks or text.partition(",")[0].rpartition(".")[2].strip() in vocabulary().owners


def _told(constant: Constant) -> str:
    """Return the name that a constant gives in lower case; one that is worked out is none where it tells nothing."""
    text = constant.value.lower()
    return text if is_written(constant) or _tells(text) else UNKNOWN
