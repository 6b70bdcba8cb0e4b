"""State of an analysis of PHP: variables, functions, acts, and limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from webshellhunt.fence import present_deadline
from webshellhunt.php.lexer import Token
from webshellhunt.php.values import UNKNOWN, Value, join, with_element
from webshellhunt.php.vocabulary import OF_PHP

MAX_STEPS: Final = 300_000
MAX_DEPTH: Final = 60
MAX_LEVEL = 12
MAX_RUNS = 12
_LONGEST_HEAD: Final = 400
MAX_NESTED = 6 * 1024 * 1024
MAX_WORK: Final = 64 * 1024 * 1024
"""The most work on texts and arrays: about the number of characters that are kept or computed."""
_BETWEEN_LOOKS: Final = 63
"""Of the statements between two looks at the clock, where the time for a file is limited; all bits are set."""

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
    work: int = 0
    looks: int = 0
    is_cut: bool = False

    @property
    def is_spent(self) -> bool:
        """True if the limit of steps or of work is reached, or the time for the run is over."""
        self.looks += 1
        deadline = None if self.looks & _BETWEEN_LOOKS else present_deadline()
        if deadline is not None and deadline.ends_run():
            self.is_cut = True
            return True
        if self.steps > MAX_STEPS or self.work > MAX_WORK:
            self.is_cut = True
            return True
        return False

    def may_deepen(self) -> bool:
        """Return True if one more expression may begin inside the present ones."""
        return self.depth < MAX_DEPTH

    def spend(self, value: Value, times: int = 1) -> None:
        """Count the work of keeping or computing a value."""
        self.work += times * (len(value.text or "") + 8 * len(value.items))

    def may_nest(self, size: int) -> bool:
        """Return True if a text of this size may be analysed as code inside the present code."""
        self.nested += size
        self.is_cut = self.is_cut or self.nested >= MAX_NESTED
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
    bodies, depths, ends = _shape(tokens)
    spaces = [at for at, token in enumerate(tokens) if token.kind == "name" and token.text.lower() == "namespace"]
    depth_of_code = _depth_in_namespace(tokens, spaces)
    classes: list[tuple[int, int]] = []
    for index, body in bodies.items():
        stop = ends.get(body, len(tokens))
        if tokens[index].text.lower() != "function":
            classes.append((body, stop))
            run.classes.add(tokens[index + 1].text.lower())
            continue
        is_method = any(a < index < b for a, b in classes[-3:])
        function = _function(tokens, index, body, stop, is_method=is_method)
        if function is None:
            continue
        if not is_method and function.name in OF_PHP and depths[index] != depth_of_code:
            function = function._replace(name=f"{function.name}()")  # a call never reaches it
        run.functions[function.name] = function


def _shape(tokens: list[Token]) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """Return the first brace of each declaration, the number of braces around it, and the end of each brace."""
    opened: list[int] = []
    ends: dict[int, int] = {}
    depths: dict[int, int] = {}
    bodies: dict[int, int] = {}
    waiting: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "op" and token.text in ("{", ";"):
            if token.text == "{":
                opened.append(index)
                bodies.update((at, index) for at in waiting if index - at < _LONGEST_HEAD)
            waiting = []
        elif token.kind == "op" and token.text == "}" and opened:
            ends[opened.pop()] = index
        elif token.kind == "name" and token.text.lower() in ("function", "class", "trait"):
            waiting = [index]
            depths[index] = len(opened)
    return bodies, depths, ends


def _depth_in_namespace(tokens: list[Token], spaces: list[int]) -> int:
    """Return the number of braces around the code of the only namespace of a file; -1 without one.

    There, a function may have the name of one of PHP, and replaces it. Elsewhere, or on a condition, it does not.
    """
    if len(spaces) != 1 or spaces[0] + 2 >= len(tokens) or tokens[spaces[0] + 1].kind != "name":
        return -1
    return 1 if tokens[spaces[0] + 2].text == "{" else 0


def _function(tokens: list[Token], index: int, body: int, stop: int, *, is_method: bool) -> Function | None:
    named = tokens[index + 1] if tokens[index + 1].text != "&" else tokens[min(index + 2, len(tokens) - 1)]
    if named.kind != "name":
        return None
    names = tuple(each.text[1:] for each in tokens[index:body] if each.kind == "variable")
    return Function(named.text.lower(), names, tokens, body + 1, stop, is_method)
