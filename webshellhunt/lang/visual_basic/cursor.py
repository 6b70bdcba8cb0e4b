"""The place in the tokens of Visual Basic, and recovery: the treatment of tokens that no rule fits."""

from __future__ import annotations

from webshellhunt.lang.columns import Tokens, find_all
from webshellhunt.lang.lexis import NAME, NEWLINE, NUMBER, STRING
from webshellhunt.lang.tree import Literal, Name, Node, Unparsed

MAX_DEPTH = 100
"""How deeply expressions may nest; tokens below that stay as they are."""
MAX_HEIGHT = 150
"""How many members and calls may follow each other, those in their arguments counted too."""
_OPENING, _CLOSING = frozenset("({"), frozenset(")}")
_LOOK_AHEAD = 4


class VbCursor:
    """The tokens of a page and the next one.

    ``words`` are the values of names that may be keywords, of operators and line ends; a literal or a name in square
    brackets is an empty one. Behind the last token there are a few line ends, so that looking ahead is safe.
    """

    tokens: Tokens
    is_script: bool
    size: int
    kinds: bytes
    values: list[str]
    words: list[str]
    _at: int
    _steps: int
    _depth: int

    def __init__(self, tokens: Tokens) -> None:
        kinds, text, starts = tokens.kinds, tokens.text, tokens.starts
        self.tokens = tokens
        self.is_script = tokens.language == "vbscript"
        self.size = len(kinds)
        self.kinds = bytes(kinds) + bytes((NEWLINE,)) * _LOOK_AHEAD
        self.values = tokens.values
        self.words = words = [*tokens.values, *["\n"] * _LOOK_AHEAD]
        for kind in (STRING, NUMBER):
            for index in find_all(kind, kinds):
                words[index] = ""
        for index in find_all(1, tokens.disguised):
            if kinds[index] == NAME and text.startswith("[", starts[index]):
                words[index] = ""
        self._at = 0
        self._steps = 0
        self._depth = 0

    def take(self, word: str) -> bool:
        """Pass over a word if it is the next one; return whether it was."""
        if self.words[self._at] == word:
            self._at += 1
            return True
        return False

    def name(self) -> str:
        """Pass over a name and return it; empty if the next token is none."""
        at = self._at
        if self.kinds[at] != NAME:
            return ""
        self._at = at + 1
        return self.values[at]

    def is_close(self, at: int) -> bool:
        """True if nothing stands between a token and the one before it."""
        return at < self.size and not self.tokens.gaps[at]

    def missing(self) -> Unparsed:
        """Return the node of an expression that isn't there."""
        return Unparsed(self._at, self._at)

    def brackets(self) -> None:
        """Pass over brackets, which stand here."""
        opened = 0
        while self.kinds[self._at] != NEWLINE:
            word = self.words[self._at]
            opened += (word in _OPENING) - (word in _CLOSING)
            self._at += 1
            self._steps += 1
            if not opened:
                return

    def expression(self) -> Node:
        """Parse an expression; without one the node is empty and no token is passed over."""
        raise NotImplementedError

    def too_deep(self) -> Unparsed:
        """Pass over code that is nested too deeply, to its comma, its bracket or the end of the statement."""
        kinds, words, at = self.kinds, self.words, self._at
        start, opened = at, 0
        found: list[Node] = []
        while kinds[at] != NEWLINE:
            word = words[at]
            if word in _OPENING:
                opened += 1
            elif word in _CLOSING or word == ",":
                if not opened:
                    break
                opened -= word != ","
            elif kinds[at] == NAME:
                found.append(Name(at, at + 1, self.values[at]))
            elif kinds[at] == STRING:
                found.append(Literal(at, at + 1, self.values[at], "string"))
            at += 1
        self._steps += at - start
        self._at = at
        return Unparsed(start, at, found)

    def unparsed(self, start: int, closing: str = "\n") -> Unparsed:
        """Pass over the rest of brackets, or of the statement; return it with the expressions found in it."""
        kinds, words = self.kinds, self.words
        found: list[Node] = []
        while kinds[self._at] != NEWLINE and words[self._at] != closing:
            before = self._at
            node = self.expression()
            if self._at > before:
                found.append(node)
            else:
                self._at += 1
                self._steps += 1
        return Unparsed(start, self._at, found)
