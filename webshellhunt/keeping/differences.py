"""Differences between an evidence bag and its manifest."""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """One difference: the member, or ``None`` for the bag itself, in words, and the bytes of the archive, if known.

    Units: ``start`` and ``end`` are bytes from 0, half-open.
    """

    member: str | None
    words: str
    start: int | None = None
    end: int | None = None

    def __str__(self) -> str:
        said = f"{self.member or 'the bag'}: {self.words}"
        if self.start is None or self.end is None:
            return said
        return f"{said} (bytes {self.start:,} to {self.end:,} of the archive)"
