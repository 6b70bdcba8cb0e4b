"""Text replacement with a map from each new character to the old text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple


class Replacement(NamedTuple):
    """A range of the old text and its replacement."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text made from another by replacements.

    Copied characters map exactly; a character inside a replacement maps to the whole replaced range, since an opaque
    step (an encoder, an escape) has no finer map.
    """

    text: str
    _starts: tuple[int, ...] = field(repr=False)
    _pieces: tuple[tuple[int, int, bool], ...] = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the old text for ``start:end`` of the new text."""
        if not self._pieces:
            return 0, 0
        first = self._place(start)[0]
        return first, max(first, self._place(max(start, end - 1))[1] if end > start else first)

    def _place(self, offset: int) -> tuple[int, int]:
        """Return the half-open range of old text for a new character."""
        index = max(0, bisect_right(self._starts, offset) - 1)
        old_start, old_end, kept = self._pieces[index]
        if not kept:
            return old_start, old_end
        at = min(old_start + offset - self._starts[index], old_end)
        return at, min(at + 1, old_end)


def rewrite(text: str, replacements: Iterable[Replacement]) -> Rewritten:
    """Apply replacements, which must be in order and not overlap; later ones that overlap are skipped."""
    parts: list[str] = []
    starts: list[int] = []
    pieces: list[tuple[int, int, bool]] = []
    old = new = 0

    def add(piece: str, start: int, end: int, *, kept: bool) -> None:
        nonlocal new
        if piece:
            parts.append(piece)
            starts.append(new)
            pieces.append((start, end, kept))
            new += len(piece)

    for item in replacements:
        if item.start < old:
            continue
        add(text[old : item.start], old, item.start, kept=True)
        add(item.text, item.start, item.end, kept=False)
        old = item.end
    add(text[old:], old, len(text), kept=True)
    return Rewritten("".join(parts), tuple(starts), tuple(pieces))
