"""A DER reader for the strings of a certificate or request and their attributes.

Iterative and bounded. Malformed elements are skipped, since evidence may be truncated or crafted.

Source: ITU-T X.690; RFC 2986 (requests), RFC 5280 (names, alternative names).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_OID = 0x06
_OCTETS = 0x04
_STRINGS = {
    0x0C: ("UTF8String", "utf-8"),
    0x12: ("NumericString", "latin-1"),
    0x13: ("PrintableString", "latin-1"),
    0x14: ("TeletexString", "latin-1"),
    0x15: ("VideotexString", "latin-1"),
    0x16: ("IA5String", "latin-1"),
    0x1A: ("VisibleString", "latin-1"),
    0x1B: ("GeneralString", "latin-1"),
    0x1C: ("UniversalString", "utf-32-be"),
    0x1E: ("BMPString", "utf-16-be"),
    # The alternative names that are strings: mail address, host name, address of a page.
    0x81: ("rfc822Name", "latin-1"),
    0x82: ("dNSName", "latin-1"),
    0x86: ("uniformResourceIdentifier", "latin-1"),
}
_NAMES = {
    "2.5.4.3": "CN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "T",
    "2.5.4.42": "G",
    "2.5.4.4": "SN",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "E",
    "1.2.840.113549.1.9.7": "challengePassword",
    "2.5.29.17": "subjectAltName",
}
SUBJECT_NAMES = frozenset(_NAMES.values()) - {"challengePassword", "subjectAltName"}
_MOST = 20_000


class DerString(NamedTuple):
    """A string: its attribute, its type, and the range of its content."""

    attribute: str
    type_name: str
    codec: str
    start: int
    end: int

    @property
    def wide(self) -> bool:
        """Whether every character takes more than one byte."""
        return self.codec in ("utf-16-be", "utf-32-be")


def read_header(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Return tag, start and end of the content at an offset, or ``None`` without a valid element there.

    A content longer than the data ends with the data.
    """
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
        return None
    first = data[at + 1]
    if first < 0x80:
        return data[at], at + 2, min(at + 2 + first, len(data))
    count = first & 0x7F
    if not 1 <= count <= 4 or at + 2 + count > len(data):
        return None
    length = int.from_bytes(data[at + 2 : at + 2 + count], "big")
    return data[at], at + 2 + count, min(at + 2 + count + length, len(data))


def iter_strings(data: bytes) -> Iterator[DerString]:
    """Yield every string, in the order of the data, with the object identifier that precedes it."""
    attribute = ""
    todo = [(0, len(data))]
    for _ in range(_MOST):
        while todo and todo[-1][0] >= todo[-1][1]:
            todo.pop()
        if not todo:
            return
        at, stop = todo.pop()
        header = read_header(data, at)
        if header is None:
            continue
        tag, start, end = header
        end = min(end, stop)
        todo.append((end, stop))
        if tag in _STRINGS:
            yield DerString(attribute, *_STRINGS[tag], start, end)
        elif tag == _OID:
            identifier = _identifier(data[start : min(end, start + 32)])
            attribute = _NAMES.get(identifier, identifier)
        elif tag & 0x20 or (tag == _OCTETS and _is_sequence(data, start, end)):
            todo.append((start, end))


def _is_sequence(data: bytes, start: int, end: int) -> bool:
    """Return whether octets are exactly one sequence, as an extension's value is."""
    inner = read_header(data, start) if start < end and data[start] == 0x30 else None
    return inner is not None and inner[2] == end


def _identifier(content: bytes) -> str:
    """Write an object identifier in digits and points."""
    numbers: list[int] = []
    value = 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(value)
            value = 0
    if not numbers:
        return ""
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))
