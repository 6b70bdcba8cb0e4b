"""Holes: places in evaluated text of the page where a visitor's text is a value or a choice, and no statement.

Three kinds are known, in Visual Basic. A *quoted* text stands in a literal, and the quotes in it are doubled or
removed. A *chosen* text follows text of the page's own, in one of several cases that compare its beginning. A *named*
text ends the name of a variable (`named_variables.py`). Where the visitor's text stands in the evaluated text in
another way as well, where anything of that text is unknown, or any word of it runs something, it is no hole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.constants import INTRINSIC
from webshellhunt.code.expressions import Expressions
from webshellhunt.code.given import Given, How, Range
from webshellhunt.code.named_variables import ends_variable_name
from webshellhunt.code.objects import MAKERS
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NUMBER, OP, STRING
from webshellhunt.lazy_pattern import lazy_pattern

QUOTED, CHOSEN, NAMED = "quoted", "chosen", "named"
RUNNING = frozenset({"evaluate", "process", "load", "pick", "name"})
"""The kinds of sinks that run what they are given: nothing is a hole in a text that names one of them."""
_MOST_PLACES = 80
_MOST_GIFTS = 4
_FEWEST_CASES = 2
_MOST_STATEMENTS = 400
_JOINS = frozenset("&+")
_SAME = frozenset({"trim", "ltrim", "rtrim", "lcase", "ucase", "cstr"})
_ENCODES = frozenset({"escape", "htmlencode", "urlencode"})
"""Functions whose result has no quotation mark."""
_BEGINS = frozenset({"left", "mid"})
_TRUSTED = _SAME | _ENCODES | _BEGINS | {"replace", "chr"}
_QUOTE_CHARACTER = ["chr", "(", "34", ")"]
_LABEL = lazy_pattern(r"[a-z_]\w*+", re.IGNORECASE)
_FRAME = lazy_pattern(r"[\w=(,]\s*+\Z")
_BEGINNING = lazy_pattern(r"\b(?:then|else|do|loop|rem)\s*+\Z", re.IGNORECASE)
"""Words behind which a statement begins, or nothing more is read."""
_WRITING = frozenset({"write", "writeline"})
"""Members of a response as well as of the input of a program."""
_REFERRING = frozenset({"getref", "addressof", "callbyname", "invoke"})
"""Words that call or hold a procedure whose name a text says, which may be put together."""
_WORD = lazy_pattern(r"\w++")
_REMARK = lazy_pattern(r"\brem\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _running_words() -> frozenset[str]:
    """Return the last words of the names of what runs something, or makes an object that does."""
    sinks = vocabulary().sinks
    words = {word for word, group in sinks.items() if any(sink.kind in RUNNING for sink in group)}
    return (MAKERS | _REFERRING | words) - _WRITING


class _Front(NamedTuple):
    """The text in front of a piece, as far back as it is known; ``is_all`` where that is to its beginning."""

    text: str = ""
    is_all: bool = True

    @property
    def is_quoted(self) -> bool:
        """Whether a literal of Visual Basic is open at the end."""
        line = re.split(r"[\r\n]", self.text)[-1]
        outside = "".join(line.split('"')[::2])
        return self.is_all and line.count('"') % 2 == 1 and "'" not in outside and not _REMARK.search(outside)

    def then(self, text: str) -> _Front:
        """Return the front with a known text behind it."""
        return self._replace(text=self.text + text)


class _NoHoleError(Exception):
    """The visitor's text may be code, for all that is known."""


class Holes:
    """Looks at the evaluated texts of one unit, once all traces are known."""

    def __init__(self, unit: Unit, expressions: Expressions, given: Given) -> None:
        self._unit = unit
        self._calls = expressions.calls
        self._lower = expressions.calls.lower
        self._expressions = expressions
        self._given = given
        self._left = 0
        self._kinds: set[str] = set()

    def kind_of(self, ranges: Sequence[tuple[int, int]], owner: str | None, *, is_expression: bool = False) -> str:
        """Return the kind of hole that all text of a visitor in an evaluated text stands in; ``""`` for none.

        ``is_expression``: the text is evaluated as one expression, and a statement in it is an error.
        """
        if is_expression and len(ranges) == 1 and ends_variable_name(self._unit, self._lower, *ranges[0]):
            return NAMED
        if not self._unit.is_vb or len(ranges) != 1 or not self._is_standard:
            return ""
        self._left, self._kinds = _MOST_PLACES, set()
        try:
            whole = self._walk((*ranges[0], owner), _Front(), sink=ranges[0][0])
        except _NoHoleError:
            return ""
        if not _running_words().isdisjoint(_WORD.findall(whole.text.lower())):
            return ""
        return CHOSEN if CHOSEN in self._kinds else QUOTED if self._kinds else ""

    @property
    def _is_standard(self) -> bool:
        """Whether the functions that matter here are those of the language: a page may have its own of that name."""
        return _TRUSTED.isdisjoint(map(str.lower, self._expressions.functions))

    def _walk(self, value: Range, front: _Front, sink: int) -> _Front:
        """Return the text at the end of an expression.

        Raises:
            _NoHoleError: A text of the visitor in it may be code.
        """
        start, end, owner = value
        start, end = self._bare(start, end)
        for left, right in self._split(start, end):
            self._left -= 1
            if self._left < 0:
                raise _NoHoleError
            front = self._piece(*self._bare(left, right), owner, front, sink)
        return front

    def _piece(self, left: int, right: int, owner: str | None, front: _Front, sink: int) -> _Front:
        """Return the text behind one piece of a text that is joined."""
        if right - left == 1 and self._unit.tokens.kinds[left] == STRING:
            return front.then(self._unit.value(left))
        if self._expressions.trace(left, right, owner) is None:
            return front.then(self._known(left, right, owner))
        if self._is_escaped(left, right):
            if not front.is_quoted:
                raise _NoHoleError
            self._kinds.add(QUOTED)
            return front.then("_")
        if not self._calls.is_root(left) or len(self._calls.name(left).tokens) != 1:
            raise _NoHoleError
        if right - left == 1 and self._is_chosen(left, owner, front, sink):
            self._kinds.add(CHOSEN)
            return front.then("_")._replace(is_all=False)
        return self._given_to(left, right, owner, front, sink)

    def _known(self, left: int, right: int, owner: str | None) -> str:
        """Return the text of a piece that holds no text of the visitor.

        Raises:
            _NoHoleError: It is not known, and may be a statement that runs what a hole gave to a name.
        """
        text, word = self._expressions.constants.text(left, right), self._lower[left]
        if text is None and right - left == 1:
            key = self._expressions.scopes.variable(left, owner)
            is_own = word in self._calls.openings or bool(self._given.gifts(key))
            is_number = self._unit.tokens.kinds[left] == NUMBER
            text = word if is_number else None if is_own else INTRINSIC.get(word)
        if text is None:
            raise _NoHoleError
        return text

    def _given_to(self, left: int, right: int, owner: str | None, front: _Front, sink: int) -> _Front:
        """Return the text behind a variable, or a call of a function of the page, by all that it may be."""
        key = self._expressions.scopes.variable(left, owner)
        is_call = self._unit.match.get(left + 1) == right - 1
        if key in self._expressions.names.entries or (right - left > 1 and not is_call):
            raise _NoHoleError
        if is_call and self._unit.value(left) not in self._expressions.scopes.functions:
            raise _NoHoleError
        gifts = self._given.gifts(self._unit.value(left) if is_call else key)
        if not 0 < len(gifts) <= _MOST_GIFTS or any(gift.how is not How.WHOLE for gift in gifts):
            raise _NoHoleError
        behind = {self._walk(gift.value, front, gift.value[0]) for gift in gifts}
        if len(behind) > 1:
            raise _NoHoleError
        return behind.pop()

    # A quoted text --------------------------------------------------------------------------------------------------

    def _is_escaped(self, left: int, right: int) -> bool:
        """Return True if an expression has no quotation mark that could end a literal."""
        opener = self._opener(left, right)
        if opener is None:
            return False
        name = self._lower[opener - 1]
        arguments = list(self._calls.split(opener + 1, right - 1))
        if name in _ENCODES:
            return True
        if self._calls.name(left).last != left:
            return False
        if name in _SAME:
            return len(arguments) == 1 and self._is_escaped(*arguments[0])
        if name != "replace" or len(arguments) != 3:
            return False
        return self._is_quote(*arguments[1]) and self._is_harmless_text(*arguments[2])

    def _opener(self, left: int, right: int) -> int | None:
        """Return the bracket of the arguments of an expression that is one call."""
        if not self._calls.is_root(left):
            return None
        opener = self._calls.name(left).last + 1
        return opener if self._unit.is_op(opener, "(") and self._unit.match.get(opener) == right - 1 else None

    def _is_quote(self, left: int, right: int) -> bool:
        is_literal = right - left == 1 and self._unit.tokens.kinds[left] == STRING
        return (is_literal and self._unit.value(left) == '"') or self._lower[left:right] == _QUOTE_CHARACTER

    def _is_harmless_text(self, left: int, right: int) -> bool:
        """Return True if an expression is a literal in which no quotation mark stands alone."""
        is_literal = right - left == 1 and self._unit.tokens.kinds[left] == STRING
        return is_literal and '"' not in self._unit.value(left).replace('""', "")

    # A chosen text --------------------------------------------------------------------------------------------------

    def _is_chosen(self, name_at: int, owner: str | None, front: _Front, sink: int) -> bool:
        """Return True if the page tests how a text begins, in several cases, and has text of its own in front of it."""
        if _FRAME.search(front.text) is None or _BEGINNING.search(front.text) is not None:
            return False
        asked = self._case_around(sink)
        if asked is None:
            return False
        start, end = self._unit.statements[asked]
        name = self._lower[name_at]
        tested = any(
            self._lower[at] in _BEGINS
            and self._lower[at + 1 : at + 4 : 2] == ["(", ","]
            and self._lower[at + 2] == name
            for at in range(start + 2, end - 3)
        )
        gifts = self._given.gifts(self._expressions.scopes.variable(name_at, owner))
        return tested and not any(start < gift.at <= sink for gift in gifts)

    def _case_around(self, token: int) -> int | None:
        """Return the statement of the ``Select Case`` around a token, where several words are compared in it."""
        number, depth = self._unit.statement_at(token), 0
        labels: list[str] = []
        for at in range(number or 0, max(0, (number or 0) - _MOST_STATEMENTS) - 1, -1):
            start, end = self._unit.statements[at]
            if self._lower[start : start + 2] == ["end", "select"]:
                depth += 1
            elif self._lower[start : start + 2] == ["select", "case"]:
                if not depth:
                    return at if self._compares_words(labels, at) else None
                depth -= 1
            elif self._lower[start] == "case" and not depth:
                labels.append(self._unit.value(start + 1) if end - start == 2 else "")
        return None

    def _compares_words(self, before: Sequence[str], select: int) -> bool:
        """Return True if a ``Select Case`` has cases that are each one word, that of a token among them."""
        if not before or _LABEL.fullmatch(before[0]) is None or before[0] == "else":
            return False
        labels, depth = list[str](), 0
        for start, _ in self._unit.statements[select + 1 : select + _MOST_STATEMENTS]:
            if self._lower[start : start + 2] == ["end", "select"]:
                if not depth:
                    break
                depth -= 1
            depth += self._lower[start : start + 2] == ["select", "case"]
            if self._lower[start] == "case" and not depth and self._unit.tokens.kinds[start + 1] == STRING:
                labels.append(self._unit.value(start + 1))
        return len(set(labels)) >= _FEWEST_CASES

    # Structure ------------------------------------------------------------------------------------------------------

    def _bare(self, left: int, right: int) -> tuple[int, int]:
        """Return a range without the brackets around all of it."""
        while left < right and self._unit.is_op(left, "(") and self._unit.match.get(left) == right - 1:
            left, right = left + 1, right - 1
        return left, right

    def _split(self, left: int, right: int) -> list[tuple[int, int]]:
        """Split a range at its own signs of joining."""
        pieces, start, index = list[tuple[int, int]](), left, left
        while index < right:
            closer = self._unit.match.get(index, -1)
            if index < closer < right:
                index = closer
            elif self._lower[index] in _JOINS and self._unit.tokens.kinds[index] == OP:
                pieces.append((start, index))
                start = index + 1
            index += 1
        pieces.append((start, right))
        if any(first >= last for first, last in pieces):
            raise _NoHoleError
        return pieces
