"""The state of a walk over records: names, ranges, and the values that are still to come.

Source: [MS-NRBF] .NET Remoting: Binary Format Data Structure, sections 2.1 and 2.5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from webshellhunt.decoding.view_state.byte_reader import ByteReader, DamageError
from webshellhunt.model.findings import Span

MOST_OPEN: Final = 2_000
_MOST_NAMES: Final = 400
_LONGEST_NAME: Final = 1_000
_MOST_RANGES: Final = 200

SIZES: Mapping[int, int] = {
    1: 1, 2: 1, 6: 8, 7: 2, 8: 4, 9: 8, 10: 1, 11: 4, 12: 8, 13: 8, 14: 2, 15: 4, 16: 8, 17: 0,
}  # fmt: skip
"""The bytes of a value by the number of its primitive type; characters, decimals and texts have no fixed size."""

_CHARACTER, _DECIMAL, _STRING = 3, 5, 18


@dataclass
class Open:
    """The values of a class or of an array that are still to come."""

    kinds: Sequence[int]
    at: int = 0
    left: int = 0
    """For an array: the number of its elements."""


@dataclass
class RecordWalker(ByteReader):
    """The state of a walk."""

    open: list[Open] = field(default_factory=list)
    layouts: dict[int, Sequence[int]] = field(default_factory=dict)
    records: int = 0
    names: dict[str, dict[str, None]] = field(default_factory=lambda: {"library": {}, "class": {}, "member": {}})
    strings: list[Span] = field(default_factory=list)
    arrays: list[Span] = field(default_factory=list)

    def number(self) -> int:
        """Read an integer of four bytes."""
        start = self.skip(4)
        return int.from_bytes(self.data[start : start + 4], "little", signed=True)

    def count(self, most: int) -> int:
        """Read a number of things, of which there are at most so many."""
        value = self.number()
        if not 0 <= value <= most:
            raise DamageError
        return value

    def name(self, of: str) -> None:
        """Read the name of a library, a class or a member."""
        span = self.text()
        known = self.names[of]
        if len(known) < _MOST_NAMES:
            known[self.data[span.start : span.end][:_LONGEST_NAME].decode("utf-8", "replace")] = None

    def primitive(self, kind: int) -> None:
        """Move over a value of a primitive type."""
        if kind in SIZES:
            self.skip(SIZES[kind])
        elif kind == _CHARACTER:
            first = self.byte()
            self.skip(0 if first < 0x80 else 1 if first < 0xE0 else 2 if first < 0xF0 else 3)
        elif kind in (_DECIMAL, _STRING):
            self.keep(self.text())
        else:
            raise DamageError

    def keep(self, span: Span) -> None:
        """Keep the range of a string."""
        if len(self.strings) < _MOST_RANGES:
            self.strings.append(span)

    def keep_array(self, span: Span) -> None:
        """Keep the range of an array of bytes."""
        if len(self.arrays) < _MOST_RANGES:
            self.arrays.append(span)

    def enter(self, values: Open) -> None:
        """Expect the values of a class or of an array."""
        if len(self.open) >= MOST_OPEN:
            raise DamageError
        self.open.append(values)
