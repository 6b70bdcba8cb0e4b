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
        self.first: dict[Hashable, str] = {}
        """The first text of each expression; what is no longer the same object goes to `again`."""
        self._last: dict[Hashable, str] = {}

    def note(self, node: Hashable, text: str) -> None:
        """Note that an expression was a text."""
        if self.first.setdefault(node, text) is not text:
            self.again(node, text)

    def again(self, node: Hashable, text: str) -> None:
        """Note that an expression that had a text was one again."""
        if node in self._last or self.first[node] != text:
            self._last[node] = text

    def merge(self, other: KnownTexts) -> None:
        """Note what another run noted."""
        for node, text in other.first.items():
            self.note(node, text)
        self._last.update(other._last)

    def get(self, node: Hashable) -> str | None:
        """Return the text of an expression, ``None`` where it had none or several."""
        return None if node in self._last else self.first.get(node)

    def __contains__(self, node: object) -> bool:
        """True if an expression had a text."""
        return node in self.first

    def all(self) -> Iterator[tuple[Any, str]]:
        """Yield the expressions that had a text, with the last one, in the order of the run."""
        for node, text in self.first.items():
            yield node, self._last.get(node, text)
