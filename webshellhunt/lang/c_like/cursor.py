"""Cursor: the place of the C-like parser in its tokens, and its knowledge of all of them in advance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from webshellhunt.lang.columns import Tokens, find_all
from webshellhunt.lang.lexis import NAME, NUMBER, REGEX, STRING
from webshellhunt.lang.tree import Block, Node, Unparsed

MAX_DEPTH = 90
"""Levels of statements and expressions in each other; anything deeper stays `Unparsed`."""

TEXT, DIGITS, REGULAR = '"', "0", "/./"
"""Words that stand for all strings, numbers and regular expressions."""
_WORD_OF = {STRING: TEXT, NUMBER: DIGITS, REGEX: REGULAR}
_CLOSES = {")": "(", "]": "[", "}": "{"}
_BRACKETS = frozenset("()[]{}")
_ENDS_STATEMENT = frozenset(("", "}"))
_ENDS_EXPRESSION = frozenset(("", "}", ")", "]", ";", ","))
_BETWEEN_ANGLES = frozenset(".,?[]*") | {"::"}
_BEFORE_TUPLE = frozenset("<,(")
_VARIANCE = frozenset(("in", "out"))
_PADDING = 8

Parse = Callable[["Cursor"], Node]
Continue = Callable[["Cursor", Node, int], Node | None]
State = Callable[["Cursor", list[Node]], bool]


@dataclass(slots=True)
class Grammar:
    """The differences between C# and JScript, and the parsers that need each other.

    ``strengths`` are those of the operators; ``narrow`` has the ones of a constant in a pattern of C#, and those
    without ``in`` for the first part of a loop of JScript.
    """

    is_script: bool
    expression: Parse
    operators: Parse
    operand: Parse
    braces: Parse
    element: Parse
    statement: Callable[[Cursor, list[Node]], None]
    block: Callable[[Cursor], Block]
    declaration: State
    variables: State
    strengths: Mapping[str, int]
    narrow: Mapping[str, int]
    starters: Mapping[str, Parse]
    postfix: Mapping[str, Continue]
    statements: Mapping[str, State]
    reserved: frozenset[str]


@dataclass(slots=True)
class Cursor:
    """A place in the tokens.

    ``words`` are the values, but one word for all strings, numbers and regular expressions, and names that are spelled
    so that they are no keyword start with ``@``; past the end they are empty. ``partners`` has the closing bracket of
    each opening one, ``angles`` the ``>`` of each ``<`` that may start type arguments. ``strengths`` are the operators
    that may stand here.
    """

    tokens: Tokens
    grammar: Grammar
    size: int
    words: list[str]
    values: list[str]
    kinds: bytearray
    partners: dict[int, int]
    strengths: Mapping[str, int]
    angles: dict[int, int] = field(default_factory=dict)
    at: int = 0
    depth: int = 0
    steps: int = 0
    owner: str = ""
    """The name of the class around, for its constructors."""
    member_depth: int = 0
    """How deep the members of the class around are."""
    arrow: int = -1
    """The ``=>`` behind the guard of a pattern that is being read, which is no lambda's."""

    @property
    def is_script(self) -> bool:
        """True for JScript."""
        return self.grammar.is_script

    def is_name(self, at: int) -> bool:
        """True if a token is a name that a program may choose."""
        return self.kinds[at] == NAME and self.words[at] not in self.grammar.reserved

    def is_boundary(self, at: int) -> bool:
        """True if a token is the end of one range of code in the page."""
        return at < self.size and self.tokens.starts[at] == self.tokens.ends[at] and self.words[at] == ";"

    def starts_line(self, at: int) -> bool:
        """True if a line ends between a token and the one before it."""
        if not 0 < at < self.size:
            return True
        between = self.tokens.text[self.tokens.ends[at - 1] : self.tokens.starts[at]]
        return "\n" in between or "\r" in between

    def skip(self, word: str) -> bool:
        """Pass over a word; return whether it was there."""
        if self.words[self.at] != word:
            return False
        self.at += 1
        return True

    def missing(self) -> Unparsed:
        """Return the node of an expression that is not there."""
        return Unparsed(self.at, self.at)

    def skip_expression(self) -> Unparsed:
        """Pass over an expression that is nested too deeply."""
        return self._skip_until(_ENDS_EXPRESSION)

    def skip_statement(self) -> Unparsed:
        """Pass over a statement that is nested too deeply."""
        start, words = self.at, self.words
        while (word := words[self.at]) not in _ENDS_STATEMENT:
            self._step_over(word)
            if word in ";{":
                break
        return Unparsed(start, self.at)

    def _skip_until(self, ends: frozenset[str]) -> Unparsed:
        start, words = self.at, self.words
        while (word := words[self.at]) not in ends:
            self._step_over(word)
        return Unparsed(start, self.at)

    def _step_over(self, word: str) -> None:
        """Pass over a token, or all that stands in brackets."""
        self.steps += 1
        self.at = self.partners.get(self.at, self.at) + 1 if word in _BRACKETS else self.at + 1


def cursor_of(tokens: Tokens, grammar: Grammar) -> Cursor:
    """Return a cursor at the first token."""
    words = list(tokens.values)
    for kind, word in _WORD_OF.items():
        for at in find_all(kind, tokens.kinds):
            words[at] = word
    for at in find_all(1, tokens.disguised):
        if tokens.kinds[at] == NAME:
            raw = tokens.text[tokens.starts[at] : tokens.ends[at]]
            if raw.startswith("@") or "\\" in raw:
                words[at] = f"@{words[at]}"
    words += [""] * _PADDING
    values = [*tokens.values, *[""] * _PADDING]
    kinds = tokens.kinds + bytes([255]) * _PADDING
    cursor = Cursor(tokens, grammar, len(tokens), words, values, kinds, _partners(words), grammar.strengths)
    if not grammar.is_script:
        cursor.angles = _angles(words, kinds, len(tokens))
    cursor.steps = len(tokens)
    return cursor


def _partners(words: list[str]) -> dict[int, int]:
    """Return the closing bracket of each opening one; a wrong closing one closes those inside it too."""
    partners: dict[int, int] = {}
    stack: list[int] = []
    waiting = dict.fromkeys("([{", 0)
    for at in [at for at, word in enumerate(words) if word in _BRACKETS]:
        word = words[at]
        opening = _CLOSES.get(word)
        if opening is None:
            waiting[word] += 1
            stack.append(at)
        elif waiting[opening]:
            while True:
                place = stack.pop()
                waiting[words[place]] -= 1
                if words[place] == opening:
                    break
            partners[place] = at
    return partners


def _angles(words: list[str], kinds: bytearray, size: int) -> dict[int, int]:
    """Return the ``>`` of each ``<`` with nothing but types between them; each token is looked at once."""
    found: dict[int, int] = {}
    at = -1
    while True:
        try:
            at = words.index("<", at + 1)
        except ValueError:
            return found
        stack = [at]
        while stack and at < size:
            at += 1
            _pair(words, kinds, at, stack, found)


def _pair(words: list[str], kinds: bytearray, at: int, stack: list[int], found: dict[int, int]) -> None:
    """Take one token into account; empty the stack where no type goes on with it."""
    word, before = words[at], words[at - 1]
    if kinds[at] == NAME:
        is_second = kinds[at - 1] == NAME and before not in _VARIANCE
        if (before in ("?", "]", ">") or is_second) and words[stack[-1]] != "(":
            stack.clear()
    elif word == "<":
        if kinds[at - 1] == NAME:
            stack.append(at)
        else:
            stack.clear()
    elif word == ">" and words[stack[-1]] == "<":
        found[stack.pop()] = at
    elif word == "(" and before in _BEFORE_TUPLE:
        stack.append(at)
    elif word == ")" and words[stack[-1]] == "(":
        stack.pop()
    elif word not in _BETWEEN_ANGLES:
        stack.clear()
