"""Frames: what is open while constants are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from webshellhunt.code.constants.terms import Term

CONDITIONS = frozenset(
    {"if", "elseif", "while", "until", "case", "and", "or", "not", "andalso", "orelse", "is", "like"}
)
LOOPS = frozenset({"for", "while", "do", "foreach"})
# Words that no expression goes on across; the others are taken for names.
KEYWORDS = (
    CONDITIONS
    | LOOPS
    | {"next", "loop", "wend", "return", "else", "then", "in", "to", "step", "throw", "await", "typeof", "set", "let"}
    | {"call", "each", "out", "ref"}
)


@dataclass(slots=True)
class Frame:
    """What is open: the code itself, a block, a bracket with what stands before it."""

    opener: str
    start: int
    callee: Term | None = None
    is_block: bool = True
    in_loop: bool = False
    items: list[Term | str] = field(default_factory=list)
    arguments: list[Term] = field(default_factory=list)
    target: str | None = None
    augments: bool = False
    declared: str = ""
    is_condition: bool = False
    new_at: int | None = None
    loops_next: bool = False
    is_part: bool = False

    def last(self) -> Term | None:
        """Return the operand that was put on last, if nothing came after it."""
        return self.items[-1] if self.items and isinstance(self.items[-1], Term) else None

    def only(self) -> Term | None:
        """Return the operand that is all of the expression so far."""
        return self.last() if len(self.items) == 1 else None
