"""Endings: how a statement left, and the targets that jumps lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from webshellhunt.analysis.machine.state import Changes


class Signal(NamedTuple):
    """How a statement left: a jump that is still under way, or ``dead`` where all alternatives jumped."""

    kind: str
    label: str = ""


DEAD = Signal("dead")
Ending = Signal | None
"""``None``: the next statement runs."""
RETURNS = frozenset({"return"})
THROWS = frozenset({"throw"})


@dataclass(slots=True, eq=False)
class Target:
    """Where jumps of some kinds lead to; ``pending`` are the states of alternatives that jumped there."""

    kinds: frozenset[str]
    label: str = ""
    depth: int = 0
    pending: list[Changes] = field(default_factory=list)
    possible: list[Changes] | None = None
    """States in which calls of a library may have jumped there, where anybody wants to know them."""
    calls: int = 0
    """How many calls of a library may have jumped there."""
    is_open: bool = False
    """True once a branch was opened for the rest of the code that the target is around."""

    def takes(self, kind: str, label: str) -> bool:
        """True if a jump leads here."""
        return kind in self.kinds and (not label or label == self.label)
