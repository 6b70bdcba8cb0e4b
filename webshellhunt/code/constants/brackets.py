"""What brackets make: a call or an index of what stands before them, or a value of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from typing import NamedTuple, Protocol

from webshellhunt.code.constants.frames import Frame
from webshellhunt.code.constants.functions import CHANGING, METHODS, call_function, call_method
from webshellhunt.code.constants.names import Names
from webshellhunt.code.constants.operators import Char, Value, to_number
from webshellhunt.code.constants.terms import CAST, CASTS, Budget, Term, told


class Loop(NamedTuple):
    """What variables hold behind a loop, and the token behind it."""

    end: int
    values: dict[str, Value]


NO_LOOP = Loop(-1, {})
"""A loop that can't be worked out."""


class Piece(NamedTuple):
    """An expression by its tokens, and what tells its value by what variables hold, ``None`` where that isn't known."""

    start: int
    end: int
    value: Callable[[Callable[[str], Value]], Value]


class OwnCode(Protocol):
    """What works out the functions and loops that a code defines itself."""

    def has(self, name: str) -> bool:
        """Tell whether the code defines a function of this name that can be looked into."""

    @property
    def properties(self) -> Set[str]:
        """The names that give what a function of the code does, without being called."""

    def given(self, name: str, read: Callable[[str], Value]) -> Value:
        """Return what one of `properties` gives, ``None`` where that can't be told."""

    def owns(self, path: Sequence[str]) -> bool:
        """Tell whether a dotted name is that of such a function: ``f``, ``this.f``, ``Tool.f``."""

    def is_own(self, name: str) -> bool:
        """Tell whether a name is that of a class of the code, or of an object of one."""

    def call(self, name: str, arguments: list[Value], read: Callable[[str], Value]) -> Value:
        """Return what such a function makes of constants, ``None`` where that can't be told."""

    @property
    def pieces(self) -> list[Piece]:
        """The expressions that only an evaluation reads, in the order of the text."""

    def loop(self, start: int, read: Callable[[str], Value], is_new: Callable[[str], bool]) -> Loop:
        """Return what variables hold behind the loop that begins at a token."""


class Brackets:
    """Reduces closed brackets of one language, within a budget."""

    def __init__(self, language: str, budget: Budget, names: Names, own: OwnCode | None = None, page: str = "") -> None:
        self._language = language
        self._vb = language in ("vb", "vbscript")
        self._budget = budget
        self._names = names
        self._own = own
        self._page = page

    def alone(self, frame: Frame, index: int) -> Term:
        """Return what brackets without a callee are: a cast, a value in parentheses, or a list."""
        arguments = frame.arguments
        term = Term(frame.start, index + 1)
        only = arguments[0] if len(arguments) == 1 else None
        if frame.opener == "(":
            if only is not None and only.value is not None:
                term.value, term.steps = only.value, only.steps
            elif only is not None and not self._vb and len(only.path) == 1 and only.path[0] in CASTS:
                term.member, term.path = CAST, only.path
        elif all(argument.value is not None for argument in arguments):
            term.value = [argument.value for argument in arguments]
            term.steps = told((), *dict.fromkeys(step for argument in arguments for step in argument.steps))
        return term

    def applied(self, callee: Term, opener: str, arguments: list[Term]) -> Value:
        """Return what a call or an index makes of its constants, ``None`` where that isn't known."""
        values = [argument.value for argument in arguments]
        if any(value is None for value in values) or not self._budget.allows():
            return None
        if callee.value is None:
            if opener == "[" or not callee.path:
                return None
            if self._own is not None and self._own.owns(callee.path):
                return self._budget.made(self._own.call(callee.path[-1], values, self._names.value_of))
            if self._names.is_own_function(callee.path):
                return None
            return self._budget.made(call_function(callee.path, values, self._page))
        if callee.member is not None:
            if self._own is not None and callee.member not in METHODS and self._own.has(callee.member):  # an extension
                own = self._own.call(callee.member, [callee.value, *values], self._names.value_of)
                return self._budget.made(own)
            return self._budget.made(call_method(callee.member, [callee.value, *values], self._language))
        if opener == "[" or (self._vb and isinstance(callee.value, list)):
            return self._item(callee.value, values)
        return None

    def changed(self, callee: Term, arguments: list[Term], value: Value, *, in_loop: bool) -> str:
        """Let a variable hold what a call has made of it, ``text.Append(x)``, ``Array.Reverse(items)``; return it."""
        name = callee.of
        if callee.path == ("array", "reverse") and len(arguments) == 1:
            name, value = arguments[0].name, call_method("reverse", [arguments[0].value], "")
        elif callee.member not in CHANGING and not (callee.member == "reverse" and self._language == "jscript"):
            return ""
        if name:
            is_known = value is not None and not in_loop
            self._names.assign(name, Term(callee.start, callee.end, value, told(callee.steps)) if is_known else None)
        return name

    def makes_own(self, path: tuple[str, ...]) -> bool:
        """Tell whether ``new`` makes an object of a class of the page: what is asked of it is asked of the class."""
        return self._own is not None and path[:1] == ("new",) and self._own.is_own(path[-1])

    def _item(self, value: Value, values: list[Value]) -> Value:
        if isinstance(value, dict):
            return value.get(values[0]) if len(values) == 1 and isinstance(values[0], (str, int)) else None
        position = to_number(values[0]) if len(values) == 1 else None
        if position is None or not isinstance(value, (str, list, bytes)) or not 0 <= position < len(value):
            return None
        item = value[position]
        return Char(item) if isinstance(value, str) and self._language == "c#" else item
