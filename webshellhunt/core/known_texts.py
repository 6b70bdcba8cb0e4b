"""Known texts: the text that each expression of a page was during a run, where it was always the same one."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any


class KnownTexts:
    """The known texts of a run, by whatever identifies the expressions: the nodes of a tree.

    An expression of a loop, or of a function that is called with several values, has several texts. It has no text
    here, but the last one is kept: it is the result of the loop.
    """

    def __init__(self) -> None:
        self._first: dict[Hashable, str] = {}
        self._last: dict[Hashable, str] = {}

    def note(self, node: Hashable, text: str) -> None:
        """Note that an expression was a text."""
        first = self._first.setdefault(node, text)
        if (first is not text and first != text) or node in self._last:
            self._last[node] = text

    def get(self, node: Hashable) -> str | None:
        """Return the text of an expression, ``None`` where it had none or several."""
        return None if node in self._last else self._first.get(node)

    def __contains__(self, node: object) -> bool:
        """True if an expression had a text."""
        return node in self._first

    def all(self) -> Iterator[tuple[Any, str]]:
        """Yield the expressions that had a text, with the last one, in the order of the run."""
        for node, text in self._first.items():
            yield node, self._last.get(node, text)
