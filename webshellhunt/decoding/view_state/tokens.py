"""Tokens: a walk over the format of ``ObjectStateFormatter``, which ends where the value ends.

The walk builds no objects. It notes names of types, and the ranges of the objects that ``BinaryFormatter`` wrote. It is
iterative and bounded; damage ends it.

Source: ``System.Web.UI.ObjectStateFormatter`` of the reference source of .NET Framework.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from webshellhunt.decoding.view_state.byte_reader import ByteReader, DamageError
from webshellhunt.model.findings import Span

MARK: Final = b"\xff\x01"
"""The format and the version at the start of a view state."""

MOST_TOKENS: Final = 200_000
MOST_OPEN: Final = 2_000
_MOST_NAMES: Final = 200
_LONGEST_NAME: Final = 400
_STORE_ENTRY: Final = 16
_KNOWN_TYPES = ("System.Object", "System.Int32", "System.String", "System.Boolean")


class Walk(NamedTuple):
    """A walk: the offset after the value, ``None`` if it could not be found, and the objects and types before it.

    ``objects`` are the ranges of objects of ``BinaryFormatter``; ``types`` are names of types, ``tokens`` counts.
    """

    end: int | None
    tokens: int
    types: tuple[str, ...] = ()
    objects: tuple[Span, ...] = ()


@dataclass
class _Walker(ByteReader):
    """The state of a walk; ``open`` are the values that are still to come, with the step that reads one."""

    open: list[list[int]] = field(default_factory=lambda: [[1, 0]])
    tokens: int = 0
    types: list[str] = field(default_factory=list)
    known: int = len(_KNOWN_TYPES)
    objects: list[Span] = field(default_factory=list)

    def type(self) -> None:
        """Read a type: a name, or the number of an earlier one."""
        token = self.byte()
        if token == _TYPE_REFERENCE:
            if self.encoded_number() >= self.known:
                raise DamageError
            return
        if token not in (41, 42):
            raise DamageError
        name = self.text()
        self.known += 1
        if len(self.types) < _MOST_NAMES:
            self.types.append(self.data[name.start : name.end][:_LONGEST_NAME].decode("utf-8", "replace"))

    def values(self, count: int, step: int = 0) -> None:
        """Expect values; each needs at least a byte."""
        if count * (2 if step else 1) > len(self.data) - self.at:
            raise DamageError
        if count:
            if len(self.open) >= MOST_OPEN:
                raise DamageError
            self.open.append([count, step])


_TYPE_REFERENCE: Final = 43
_OBJECT: Final = 50


def walk_tokens(data: bytes, start: int = len(MARK)) -> Walk:
    """Walk over one value."""
    walker = _Walker(data, start)
    end: int | None = None
    try:
        while walker.open:
            _step(walker)
        end = walker.at
    except DamageError:
        pass
    return Walk(end, walker.tokens, tuple(dict.fromkeys(walker.types)), tuple(walker.objects))


def _step(walker: _Walker) -> None:
    """Read one token of the innermost open group."""
    group = walker.open[-1]
    group[0] -= 1
    if not group[0]:
        walker.open.pop()
    if group[1]:
        walker.encoded_number()
    walker.tokens += 1
    token = walker.byte()
    read = _READERS.get(token)
    if read is None or walker.tokens > MOST_TOKENS:
        raise DamageError
    read(walker)


def _fixed(size: int) -> Callable[[_Walker], None]:
    def read(walker: _Walker) -> None:
        walker.skip(size)

    return read


def _group(count: int) -> Callable[[_Walker], None]:
    def read(walker: _Walker) -> None:
        walker.values(count)

    return read


def _number(walker: _Walker) -> None:
    walker.encoded_number()


def _text(walker: _Walker) -> None:
    walker.text()


def _character(walker: _Walker) -> None:
    first = walker.byte()
    walker.skip(0 if first < 0x80 else 1 if first < 0xE0 else 2)


def _typed_number(walker: _Walker) -> None:
    walker.type()
    walker.encoded_number()


def _typed_text(walker: _Walker) -> None:
    walker.type()
    walker.text()


def _array(walker: _Walker) -> None:
    walker.type()
    walker.values(walker.encoded_number())


def _texts(walker: _Walker) -> None:
    count = walker.encoded_number()
    walker.tokens += count
    if count > len(walker.data) - walker.at or walker.tokens > MOST_TOKENS:
        raise DamageError
    for _ in range(count):
        walker.text()


def _list(walker: _Walker) -> None:
    walker.values(walker.encoded_number())


def _pairs(walker: _Walker) -> None:
    walker.values(2 * walker.encoded_number())


def _sparse(walker: _Walker) -> None:
    walker.type()
    length, count = walker.encoded_number(), walker.encoded_number()
    if count > length:
        raise DamageError
    walker.values(count, 1)


def _store(walker: _Walker) -> None:
    """Read the digests of an event validation."""
    if walker.byte():
        raise DamageError
    walker.skip(_STORE_ENTRY * walker.encoded_number())


def _object(walker: _Walker) -> None:
    span = walker.text()
    if len(walker.objects) < _MOST_NAMES:
        walker.objects.append(span)


def _type(walker: _Walker) -> None:
    walker.type()


_READERS: Mapping[int, Callable[[_Walker], None]] = {
    1: _fixed(2),  # Int16
    2: _number,  # Int32
    3: _fixed(1),  # Byte
    4: _character,
    5: _text,
    6: _fixed(8),  # DateTime
    7: _fixed(8),  # Double
    8: _fixed(4),  # Single
    9: _fixed(4),  # Color
    10: _number,  # KnownColor
    11: _typed_number,  # an enumeration
    12: _fixed(0),  # the empty color
    15: _group(2),  # Pair
    16: _group(3),  # Triplet
    20: _array,
    21: _texts,
    22: _list,  # ArrayList
    23: _pairs,  # Hashtable
    24: _pairs,  # HybridDictionary
    25: _type,
    27: _fixed(12),  # Unit
    28: _fixed(0),  # the empty unit
    29: _store,
    30: _text,  # an indexed string, the first time
    31: _fixed(1),  # an indexed string, again
    40: _typed_text,  # by the converter of a type
    _OBJECT: _object,
    60: _sparse,
    100: _fixed(0),  # null
    101: _fixed(0),  # the empty string
    102: _fixed(0),  # zero
    103: _fixed(0),  # true
    104: _fixed(0),  # false
}
