"""Given kinds: what a name is by all that it is given: a query of a database, an object that runs nothing."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.vocabulary import Sink
from webshellhunt.code.given import Gift, Given, How
from webshellhunt.code.harmless import is_query
from webshellhunt.code.scopes import Scopes
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME, NEWLINE, STRING

_FARTHEST = 2_000  # tokens between two statements of one text
_OPENING = frozenset({"select", "for", "while", "do", "with", "try"})
_CLOSING = frozenset({"end", "next", "wend", "loop"})
_PARTING = frozenset({"else", "case", "catch", "finally"})
_SCOPES = frozenset({"sub", "function", "property", "class", "goto"})
_LONGEST_MAKER = 12  # tokens of ``New RegExp``, or of a call that makes one by its name


class GivenKinds:
    """Looks at what the names of one unit are given."""

    def __init__(self, unit: Unit, scopes: Scopes, given: Given) -> None:
        self._unit = unit
        self._calls = scopes.calls
        self._lower = scopes.calls.lower
        self._scopes = scopes
        self._given = given
        self._queries: dict[str, bool] = {}

    def is_query(self, ranges: Sequence[tuple[int, int]], owner: str | None) -> bool:
        """Tell whether what is run is a name of VB that is given queries of a database and nothing else, anywhere."""
        names = [left for left, right in ranges if right - left == 1 and self._calls.is_root(left)]
        if not self._unit.is_vb or len(names) != 1 or len(ranges) != 1:
            return False
        key = self._scopes.variable(names[0], owner)
        if key not in self._queries:
            gifts = self._given.gifts(key)
            added = [gift for gift in gifts if self._goes_on(gift, self._lower[names[0]])]
            begun = [gift for gift in gifts if gift not in added]
            is_begun = bool(begun) and all(map(self._gives_query, begun))
            self._queries[key] = is_begun and all(self._begins_always(begun[0], gift) for gift in added)
        return self._queries[key]

    def _begins_always(self, first: Gift, later: Gift) -> bool:
        """Return True if one statement has always run before another one: it has a line of its own in a block around.

        Otherwise a query that is never given would hide the text that follows it.
        """
        kinds = self._unit.tokens.kinds
        statement = self._unit.statement_at(first.value[0])
        start = self._unit.statements[statement][0] if statement is not None else 1
        has_line = start == 0 or kinds[start - 1] == NEWLINE
        left, right = first.value[1], later.value[0]
        if not has_line or not 0 < right - left <= _FARTHEST or first.value[2] != later.value[2]:
            return False
        depth = 0
        for at in range(left, right):
            depth += self._deepens(at) if kinds[at] == NAME and not self._unit.is_op(at - 1, ".") else 0
            if depth < 0 or (depth == 0 and self._lower[at] in _PARTING) or self._lower[at] in _SCOPES:
                return False
        return True

    def _deepens(self, at: int) -> int:
        """Return how many blocks a word opens; fewer than 0 if it closes one."""
        word, before = self._lower[at], self._lower[at - 1]
        if word in _CLOSING and before != "resume":
            return -1
        if before in _CLOSING or before in ("exit", "do"):
            return 0
        if word == "elseif":
            return -1  # its ``Then`` opens it again
        is_block = word == "then" and self._unit.tokens.kinds[at + 1 : at + 2] == bytes((NEWLINE,))
        return int(word in _OPENING or is_block)

    def _goes_on(self, gift: Gift, name: str) -> bool:
        """Return True if a name is given more behind what it has: ``sql = sql & x``."""
        start, end, _ = gift.value
        joins = end - start > 2 and self._lower[start] == name and self._lower[start + 1] in ("&", "+")
        return gift.how is How.ADDED or (gift.how is How.WHOLE and joins)

    def _gives_query(self, gift: Gift) -> bool:
        start, end, _ = gift.value
        is_literal = start < end and gift.how is How.WHOLE and self._unit.tokens.kinds[start] == STRING
        return is_literal and is_query(self._unit.value(start))

    def is_spared(self, sink: Sink, root: int, owner: str | None) -> bool:
        """Return True if a name does something else: no object is made, or one whose method of that name is another."""
        if sink.is_made:
            return self._lower[root - 1] != "new"
        gifts = self._given.gifts(self._scopes.variable(root, owner)) if sink.spared else ()
        return bool(gifts) and all(self._makes(sink.spared, *gift.value[:2]) for gift in gifts)

    def _makes(self, words: frozenset[str], start: int, end: int) -> bool:
        """Tell whether a range makes such an object by its own name: ``New RegExp``, or by one literal."""
        if end - start >= _LONGEST_MAKER:
            return False
        texts = [self._unit.value(at).lower() for at in range(start, end) if self._unit.tokens.kinds[at] == STRING]
        last = self._lower[end - 1] if end > start + 1 and self._lower[start] == "new" else ""
        return last in words or (len(texts) == 1 and texts[0] in words)
