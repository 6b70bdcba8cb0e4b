"""Loops: what variables hold behind those that can be worked out; inside of one, nobody knows."""

from __future__ import annotations

from webshellhunt.code.constants.brackets import NO_LOOP, OwnCode
from webshellhunt.code.constants.names import Names
from webshellhunt.code.constants.terms import Term


class Loops:
    """The loops of one pass.

    ``count`` is how many of Visual Basic are open, which no brackets tell; ``turns`` how often one began or ended.
    """

    def __init__(self, names: Names, own: OwnCode | None) -> None:
        self.count: int = 0
        self.turns: int = 0
        self._names = names
        self._own = own
        self._behind = NO_LOOP

    def enter(self, index: int) -> None:
        """Work out the loop that begins at a token, if it can be and is the outermost."""
        if self._own is not None and index >= self._behind.end:
            self._behind = self._own.loop(index, self._names.value_of, self._names.is_new)

    def open(self, index: int) -> None:
        """Count a loop of Visual Basic that begins at a token."""
        if not self.count:
            self.enter(index)
        self.count += 1
        self.turns += 1

    def close(self, index: int) -> None:
        """Count that one of Visual Basic ends."""
        self.count = max(self.count - 1, 0)
        self.turns += 1
        if not self.count:
            self.leave(index)

    def leave(self, index: int) -> None:
        """Let the variables hold what the loop has made of them, at its last token."""
        for name, value in self._behind.values.items():
            if value is None or value != self._names.value_of(name):
                self._names.assign(name, None if value is None else Term(index, index + 1, value, ("loop",)))
        self._behind = NO_LOOP

    def leave_at(self, index: int) -> None:
        """Leave the loop if a token is its last one."""
        if index + 1 == self._behind.end:
            self.leave(index)
