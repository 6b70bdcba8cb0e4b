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
        self.noted: dict[Hashable, list[Any]] = {}
        """The last text of each expression, and whether it had others; compiled code writes here itself."""

    def note(self, node: Hashable, text: str) -> None:
        """Note that an expression was a text."""
        found = self.noted.get(node)
        if found is None:
            self.noted[node] = [text, False]
        else:
            found[1] = found[1] or found[0] != text
            found[0] = text

    def merge(self, other: KnownTexts) -> None:
        """Note the texts that another run noted."""
        for node, (text, has_others) in other.noted.items():
            self.note(node, text)
            if has_others:
                self.noted[node][1] = True

    def get(self, node: Hashable) -> str | None:
        """Return the text of an expression, ``None`` where it had none or several."""
        found = self.noted.get(node)
        return None if found is None or found[1] else found[0]

    def __contains__(self, node: object) -> bool:
        """True if an expression had a text."""
        return node in self.noted

    def all(self) -> Iterator[tuple[Any, str]]:
        """Yield the expressions that had a text, with the last one, in the order of the run."""
        for node, (text, _) in self.noted.items():
            yield node, text
