"""A reader of bytes for the walks over serialised values; it stops at the end of the bytes."""

from __future__ import annotations

from dataclasses import dataclass

from webshellhunt.model.findings import Span

_MOST_SHIFT = 28


class DamageError(Exception):
    """The bytes end too early, or are no value of the format."""


@dataclass
class ByteReader:
    """Bytes, and the offset of the next one."""

    data: bytes
    at: int = 0

    def skip(self, size: int) -> int:
        """Move over bytes, and return the offset of the first.

        Raises:
            DamageError: The bytes end before.
        """
        start = self.at
        if size < 0 or start + size > len(self.data):
            raise DamageError
        self.at = start + size
        return start

    def byte(self) -> int:
        """Read one byte."""
        return self.data[self.skip(1)]

    def encoded_number(self) -> int:
        """Read an integer of seven bits a byte, as an unsigned one of 32 bits.

        Raises:
            DamageError: It has more than five bytes.
        """
        value = shift = 0
        while True:
            part = self.byte()
            value |= (part & 0x7F) << shift
            if part < 0x80:
                return value & 0xFFFFFFFF
            shift += 7
            if shift > _MOST_SHIFT:
                raise DamageError

    def text(self) -> Span:
        """Move over a text with its length before it, and return the range of the text."""
        size = self.encoded_number()
        start = self.skip(size)
        return Span(start, start + size)
