"""State of an analysis of PHP: variables, functions, acts, and limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from webshellhunt.php.lexer import Token
from webshellhunt.php.values import UNKNOWN, Value, join, with_element

MAX_STEPS: Final = 300_000
MAX_DEPTH: Final = 60
MAX_LEVEL = 12
MAX_RUNS = 12
MAX_NESTED = 6 * 1024 * 1024

Place = tuple[int, int]
"""A range of the file."""
Ref = tuple[str, tuple[str | None, ...]]
"""The variable of an expression that can be assigned, and the keys of an element of it."""


class Found(NamedTuple):
    """An act of the page: its kind, the words of it, its place, and that of the request value."""

    kind: str
    words: str
    start: int
    end: int
    source: int | None


class Function(NamedTuple):
    """A function or method that the page declares: its tokens and the range of its body."""

    name: str
    parameters: tuple[str, ...]
    tokens: list[Token]
    start: int
    end: int
    is_method: bool


@dataclass(slots=True)
class Scope:
    """The variables of a function or of the page, and the block that assigned each last."""

    values: dict[str, Value] = field(default_factory=dict)
    blocks: dict[str, int] = field(default_factory=dict)
    of_globals: set[str] = field(default_factory=set)
    default: Value = UNKNOWN

    def assign(self, name: str, keys: tuple[str | None, ...], value: Value, block: int, *, adds: bool = False) -> None:
        """Assign a value.

        The former value remains possible if another block assigned it, unless the assignment is outside of all blocks.
        """
        former = self.values.get(name, UNKNOWN)
        if keys:
            value = with_element(former, keys[0], value) if len(keys) == 1 else join(former, value)
        elif not adds and block and block != self.blocks.get(name, block):
            value = join(former, value)
        else:
            self.blocks[name] = block
        self.values[name] = value


@dataclass(slots=True)
class Budget:
    """Counters of work: each has a limit."""

    steps: int = 0
    depth: int = 0
    level: int = 0
    nested: int = 0
    blocks: int = 0

    @property
    def is_spent(self) -> bool:
        """True if the limit of steps is reached."""
        return self.steps > MAX_STEPS

    def may_nest(self, size: int) -> bool:
        """Return True if a text of this size may be analysed as code inside the present code."""
        self.nested += size
        return self.level < MAX_LEVEL and self.depth < MAX_DEPTH and self.nested < MAX_NESTED


@dataclass(slots=True)
class Run:
    """The state of one analysis that all code of a page shares."""

    read: Callable[[list[Token], Run, Scope, Place | None, tuple[int, int]], Value]
    top: Scope = field(default_factory=Scope)
    functions: dict[str, Function] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    constants: dict[str, Value] = field(default_factory=dict)
    found: dict[tuple[str, int], Found] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    results: dict[str, Value] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def report(self, kind: str, words: str, place: Place, source: int | None = None) -> None:
        """Report an act once for each place."""
        self.found.setdefault((kind, place[0]), Found(kind, words, *place, source))


def declare(tokens: list[Token], run: Run) -> None:
    """Collect the functions and methods that code declares."""
    opened: list[int] = []
    ends: dict[int, int] = {}
    classes: list[tuple[int, int]] = []
    for index, token in enumerate(tokens):
        if token.kind == "op" and token.text == "{":
            opened.append(index)
        elif token.kind == "op" and token.text == "}" and opened:
            ends[opened.pop()] = index
    for index, token in enumerate(tokens):
        if token.kind != "name" or token.text.lower() not in ("function", "class", "trait"):
            continue
        body = next((at for at in range(index, min(index + 400, len(tokens))) if tokens[at].text in ("{", ";")), None)
        if body is None or tokens[body].text == ";":
            continue
        stop = ends.get(body, len(tokens))
        if token.text.lower() != "function":
            classes.append((body, stop))
            run.classes.add(tokens[index + 1].text.lower())
        elif index + 1 < len(tokens):
            _declare_one(tokens, index, body, stop, run, is_method=any(a < index < b for a, b in classes[-3:]))


def _declare_one(tokens: list[Token], index: int, body: int, stop: int, run: Run, *, is_method: bool) -> None:
    named = tokens[index + 1] if tokens[index + 1].text != "&" else tokens[min(index + 2, len(tokens) - 1)]
    if named.kind == "name":
        names = tuple(each.text[1:] for each in tokens[index:body] if each.kind == "variable")
        run.functions[named.text.lower()] = Function(named.text.lower(), names, tokens, body + 1, stop, is_method)
