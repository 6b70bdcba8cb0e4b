"""A reader of DER, the encoding of certificates and signatures: strict, and bounded by the bytes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from webshellhunt.errors import BinaryError

INTEGER: Final = 0x02
OCTETS: Final = 0x04
IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30
SET: Final = 0x31
_BITS: Final = 0x03
_UTC_TIME: Final = 0x17
_TIME: Final = 0x18
_WIDE_TEXT: Final = 0x1E
_TIME_DIGITS: Final = 14
_MOST_ITEMS: Final = 4_096
_LONGEST_NUMBER: Final = 2_048


class Der(NamedTuple):
    """One element: its tag, and its bounds in the bytes.

    Units: ``start``, ``body`` and ``end`` are offsets of the element, of its content, and after it.
    """

    data: bytes
    tag: int
    start: int
    body: int
    end: int

    @property
    def content(self) -> bytes:
        """The bytes of the content."""
        return self.data[self.body : self.end]

    @property
    def whole(self) -> bytes:
        """The bytes of the element with its tag and length."""
        return self.data[self.start : self.end]

    def items(self, tag: int | None = None) -> list[Der]:
        """Return the elements of a constructed element, which must have the tag, if any; a bounded number.

        Raises:
            BinaryError: The content is no list of elements.
        """
        if tag is not None and self.tag != tag:
            raise BinaryError(f"an element with the tag {tag:#x} is missing in its signature")
        return [*self._items()]

    def _items(self) -> Iterator[Der]:
        at, count = self.body, 0
        while at < self.end:
            item = read_der(self.data, at, self.end)
            yield item
            at, count = item.end, count + 1
            if count > _MOST_ITEMS:
                raise BinaryError("its signature has too many elements")

    def identifier(self) -> str:
        """Return an object identifier as text."""
        raw = self.content
        if self.tag != IDENTIFIER or not raw or raw[-1] & 0x80:
            raise BinaryError("an object identifier is missing in its signature")
        numbers, value = list[int](), 0
        for byte in raw[:64]:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(value)
                value = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))

    def number(self) -> int:
        """Return an integer."""
        if self.tag != INTEGER or not 0 < self.end - self.body <= _LONGEST_NUMBER:
            raise BinaryError("a number is missing in its signature")
        return int.from_bytes(self.content, "big", signed=True)

    def bits(self) -> bytes:
        """Return a string of whole bytes of bits."""
        if self.tag != _BITS or self.content[:1] != b"\0":
            raise BinaryError("a string of bits is missing in its signature")
        return self.content[1:]

    def text(self) -> str:
        """Return a text of any of the types of names."""
        return self.content.decode("utf-16-be" if self.tag == _WIDE_TEXT else "utf-8", "replace")

    def time(self) -> datetime:
        """Return a time.

        Raises:
            BinaryError: It is no time in UTC.
        """
        text = self.content.decode("ascii", "replace").partition(".")[0].rstrip("Z")
        if self.tag == _UTC_TIME:  # RFC 5280: two digits from 50 on are of the last century
            text = ("19" if text[:2] >= "50" else "20") + text
        elif self.tag != _TIME:
            raise BinaryError("a time is missing in its signature")
        if len(text) != _TIME_DIGITS:
            raise BinaryError("a time in its signature can't be read")
        try:
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError as error:
            raise BinaryError("a time in its signature can't be read") from error


def read_der(data: bytes, at: int = 0, end: int | None = None) -> Der:
    """Return the element at an offset, which must end before another one.

    Raises:
        BinaryError: There is no such element.

    Source: ITU-T X.690, definite lengths and tags below 31.
    """
    end = len(data) if end is None else end
    if at + 2 > end or data[at] & 0x1F == 0x1F:
        raise BinaryError("its signature is damaged")
    size, body = data[at + 1], at + 2
    if size >= 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4 or body + count > end:
            raise BinaryError("its signature is damaged")
        size, body = int.from_bytes(data[body : body + count], "big"), body + count
    if body + size > end:
        raise BinaryError("its signature is damaged")
    return Der(data, data[at], at, body, body + size)
