"""Records: a walk over the format of ``BinaryFormatter``, for the names of libraries, classes and members.

No object is built, and no class is looked up. The walk is iterative and bounded; damage ends it, and the names
before it are kept.

Source: [MS-NRBF] .NET Remoting: Binary Format Data Structure, sections 2.1 to 2.5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

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
HEADER: Final = b"\0\1\0\0\0"
MOST_RECORDS: Final = 100_000
MOST_MEMBERS: Final = 2_000
_MOST_DIMENSIONS: Final = 32
_RECORD = -1
"""A member whose value is a record, not the bytes of a primitive type."""

_BYTE = 2
_LIBRARY, _END = 12, 11


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


class Records(NamedTuple):
    """The results of a walk: names in order and without repetition, and ranges of strings and of arrays of bytes.

    ``complete`` is true if the end record was reached; ``end`` is the offset after the last record that was read.
    """

    end: int
    complete: bool
    libraries: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    strings: tuple[Span, ...] = ()
    arrays: tuple[Span, ...] = ()


def walk_records(data: bytes, start: int = 0) -> Records:
    """Walk over the records from the header on."""
    walker = RecordWalker(data, start)
    complete, last = False, start
    try:
        while not complete:
            complete = _step(walker)
            last = walker.at
    except DamageError:
        pass
    names = walker.names
    return Records(
        last,
        complete,
        tuple(names["library"]),
        tuple(names["class"]),
        tuple(names["member"]),
        tuple(walker.strings),
        tuple(walker.arrays),
    )


def _step(walker: RecordWalker) -> bool:
    """Read one value or record, and return True after the end record."""
    kind = _next_kind(walker)
    walker.records += 1
    if walker.records > MOST_RECORDS:
        raise DamageError
    if kind != _RECORD:
        walker.primitive(kind)
        return False
    record = walker.byte()
    if record == _LIBRARY:
        walker.number()
        walker.name("library")
        _again(walker)  # it stands before the record of the value
        return False
    if record == _END:
        return True
    read = _READERS.get(record)
    if read is None:
        raise DamageError
    read(walker)
    return False


def _next_kind(walker: RecordWalker) -> int:
    """Return the kind of the next value, and close the values that are complete."""
    while walker.open:
        values = walker.open[-1]
        if values.left > 0:
            values.left -= 1
            return _RECORD
        if values.at < len(values.kinds):
            values.at += 1
            return values.kinds[values.at - 1]
        walker.open.pop()
    return _RECORD


def _again(walker: RecordWalker) -> None:
    """Expect the value once more."""
    if walker.open:
        values = walker.open[-1]
        if values.kinds:
            values.at -= 1
        else:
            values.left += 1


def _header(walker: RecordWalker) -> None:
    walker.skip(16)


def _class(walker: RecordWalker) -> tuple[int, int]:
    """Read the name of a class and those of its members; return its number and that of its members."""
    number = walker.number()
    walker.name("class")
    members = walker.count(MOST_MEMBERS)
    for _ in range(members):
        walker.name("member")
    return number, members


def _types(walker: RecordWalker, members: int) -> list[int]:
    """Read the types of members, and return their kinds."""
    start = walker.skip(members)
    return [_type(walker, each) for each in walker.data[start : start + members]]


def _type(walker: RecordWalker, binary: int) -> int:
    """Read the rest of a type, and return its kind."""
    if binary == 0:
        return walker.byte()
    if binary == 3:
        walker.name("class")
    elif binary == 4:
        walker.name("class")
        walker.number()
    elif binary == 7:
        walker.byte()
    elif binary > 7:
        raise DamageError
    return _RECORD


def _begin(walker: RecordWalker, number: int, kinds: Sequence[int]) -> None:
    walker.layouts[number] = kinds
    walker.enter(Open(kinds))


def _class_again(walker: RecordWalker) -> None:
    number, layout = walker.number(), walker.layouts.get(walker.number())
    if layout is None:
        raise DamageError
    _begin(walker, number, layout)


def _system_class(walker: RecordWalker) -> None:
    number, members = _class(walker)
    _begin(walker, number, [_RECORD] * members)


def _library_class(walker: RecordWalker) -> None:
    number, members = _class(walker)
    walker.number()
    _begin(walker, number, [_RECORD] * members)


def _system_class_typed(walker: RecordWalker) -> None:
    number, members = _class(walker)
    _begin(walker, number, _types(walker, members))


def _library_class_typed(walker: RecordWalker) -> None:
    number, members = _class(walker)
    kinds = _types(walker, members)
    walker.number()
    _begin(walker, number, kinds)


def _text(walker: RecordWalker) -> None:
    walker.number()
    walker.keep(walker.text())


def _array(walker: RecordWalker) -> None:
    """Read an array of any rank."""
    walker.number()
    form, rank = walker.byte(), walker.count(_MOST_DIMENSIONS)
    total = 1
    for _ in range(rank):
        total = min(total * walker.count(len(walker.data)), len(walker.data) + 1)
    if form > 5:
        raise DamageError
    if form >= 3:
        walker.skip(4 * rank)
    kind = _type(walker, walker.byte())
    _elements(walker, kind, total)


def _elements(walker: RecordWalker, kind: int, total: int) -> None:
    """Expect records, or move over the bytes of primitive values."""
    if kind == _RECORD:
        walker.enter(Open((), left=total))
        return
    if kind not in SIZES:
        walker.records += total
        for _ in range(min(total, MOST_RECORDS)):
            walker.primitive(kind)
        return
    start = walker.skip(SIZES[kind] * total)
    if kind == _BYTE:
        walker.keep_array(Span(start, walker.at))


def _primitive_typed(walker: RecordWalker) -> None:
    walker.primitive(walker.byte())


def _reference(walker: RecordWalker) -> None:
    walker.number()


def _null(walker: RecordWalker) -> None:
    """Read nothing."""


def _few_nulls(walker: RecordWalker) -> None:
    _pass_over(walker, walker.byte())


def _many_nulls(walker: RecordWalker) -> None:
    _pass_over(walker, walker.number())


def _pass_over(walker: RecordWalker, nulls: int) -> None:
    """Count nulls of an array, of which the first has been counted."""
    if nulls < 1 or not walker.open or walker.open[-1].left < nulls - 1:
        raise DamageError
    walker.open[-1].left -= nulls - 1


def _primitives(walker: RecordWalker) -> None:
    walker.number()
    total = walker.count(len(walker.data))
    _elements(walker, walker.byte(), total)


def _objects(walker: RecordWalker) -> None:
    walker.number()
    walker.enter(Open((), left=walker.count(0x7FFFFFFF)))


_READERS: Mapping[int, Callable[[RecordWalker], None]] = {
    0: _header,
    1: _class_again,
    2: _system_class,
    3: _library_class,
    4: _system_class_typed,
    5: _library_class_typed,
    6: _text,
    7: _array,
    8: _primitive_typed,
    9: _reference,
    10: _null,
    13: _few_nulls,
    14: _many_nulls,
    15: _primitives,
    16: _objects,
    17: _objects,
}
