"""The walk over records: names and ranges, of whole objects and of damaged ones."""

from __future__ import annotations

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.view_states import CHAIN, END, HEADER, LIBRARY, int32, object_of, text
from webshellhunt.decoding.view_state.byte_reader import DamageError
from webshellhunt.decoding.view_state.records import MOST_OPEN, MOST_RECORDS, SIZES, Open, RecordWalker, walk_records
from webshellhunt.model.findings import Span

BOOLEAN = b64decode("AAEAAAD/////AQAAAAAAAAAEAQAAAA5TeXN0ZW0uQm9vbGVhbgEAAAAHbV92YWx1ZQABAQs=")
"""A boxed ``true``, as ``BinaryFormatter`` writes it (public in several repositories)."""


def test_a_real_object() -> None:
    found = walk_records(BOOLEAN)
    assert (found.complete, found.end) == (True, len(BOOLEAN))
    assert (found.classes, found.members, found.libraries) == (("System.Boolean",), ("m_value",), ())


def test_names_and_ranges() -> None:
    data = object_of(CHAIN, {"ForegroundBrush": "some text", "Bytes": b"\1\2\3"})
    found = walk_records(data)
    assert found.complete
    assert (found.libraries, found.classes) == ((LIBRARY,), (CHAIN,))
    assert found.members == ("ForegroundBrush", "Bytes")
    assert [data[each.start : each.end] for each in found.strings] == [b"some text"]
    assert [data[each.start : each.end] for each in found.arrays] == [b"\1\2\3"]


def _system_class(number: int, name: str, *members: str) -> bytes:
    return b"\x04" + int32(number) + text(name) + int32(len(members)) + b"".join(map(text, members))


RECORDS = {
    "objects": b"\x10" + int32(1) + int32(3) + b"\x0a" + b"\x0d\x02",
    "strings": b"\x11" + int32(1) + int32(300) + b"\x0e" + int32(300),
    "numbers": b"\x0f" + int32(1) + int32(2) + b"\x08" + bytes(8),
    "decimals": b"\x0f" + int32(1) + int32(2) + b"\x05" + text("1.5") + text("2"),
    "two dimensions": b"\x07" + int32(1) + b"\x02" + int32(2) + int32(2) + int32(2) + b"\0\x08" + bytes(16),
    "with bounds": b"\x07" + int32(1) + b"\x03" + int32(1) + int32(1) + int32(5) + b"\x03" + text("A.B") + b"\x0a",
    "of a library": b"\x07" + int32(1) + b"\0" + int32(1) + int32(1) + b"\x04" + text("A.B") + int32(2) + b"\x0a",
    "a primitive": b"\x08\x03\xe2\x82\xac",
    "a text": b"\x06" + int32(1) + text("a"),
    "without types": b"\x02" + int32(1) + text("A") + int32(1) + text("m") + b"\x09" + int32(7),
    "of a library without types": b"\x03" + int32(1) + text("A") + int32(1) + text("m") + int32(2) + b"\x0a",
    "the same class again": _system_class(1, "A", "m", "n") + b"\x00\x03\x08" + text("B") + bytes(4) + b"\x0a"
    + b"\x01" + int32(2) + int32(1) + bytes(4) + b"\x0a",
    "a library before a value": _system_class(1, "A", "m") + b"\x02" + b"\x0c" + int32(5) + text("L") + b"\x0a",
    "a library in an array": b"\x10" + int32(1) + int32(2) + b"\x0c" + int32(5) + text("L") + b"\x0a\x0a",
}  # fmt: skip


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_each_record_has_its_length(record: bytes) -> None:
    data = HEADER + record + END
    found = walk_records(data + b"rest")
    assert (found.complete, found.end) == (True, len(data))
    assert not walk_records(HEADER + record[:-1]).complete


@pytest.mark.parametrize(
    "record",
    [
        b"\x15",
        b"\x01" + int32(1) + int32(9),
        b"\x0d\x02",
        b"\x10" + int32(1) + int32(1) + b"\x0e" + int32(2),
        b"\x10" + int32(1) + int32(-1),
        b"\x0f" + int32(1) + int32(2) + b"\x63",
        b"\x07" + int32(1) + b"\x09" + int32(1) + int32(1) + b"\0\x08",
        b"\x04" + int32(1) + text("A") + int32(2_000_000_000),
        _system_class(1, "A", "m") + b"\x63",
        _system_class(1, "A", "m") + b"\0\x63",
        b"\x06" + int32(1) + b"\xff\xff\xff\xff\xff\x01",
    ],
)
def test_damage_ends_the_walk(record: bytes) -> None:
    found = walk_records(HEADER + record + END)
    assert not found.complete


def test_names_before_the_damage_are_kept() -> None:
    data = object_of(CHAIN)
    for cut in range(len(data)):
        assert not walk_records(data[:cut]).complete
    assert walk_records(data[:-5]).classes == (CHAIN,)


def test_depth_and_number_are_bounded() -> None:
    nested = HEADER + (b"\x10" + int32(1) + int32(2)) * (MOST_OPEN + 5)
    assert not walk_records(nested).complete
    many = HEADER + b"\x10" + int32(1) + int32(MOST_RECORDS) + b"\x0a" * MOST_RECORDS + END
    assert not walk_records(many).complete


@given(st.binary(max_size=500))
def test_any_bytes_end(data: bytes) -> None:
    for whole in (data, HEADER + data):
        found = walk_records(whole)
        assert 0 <= found.end <= len(whole)
        assert all(0 <= span.start <= span.end <= len(whole) for span in (*found.strings, *found.arrays))


@given(st.dictionaries(st.text(max_size=20), st.one_of(st.text(max_size=50), st.binary(max_size=50)), max_size=9))
def test_any_object_is_walked_over(members: dict[str, str | bytes]) -> None:
    data = object_of("A.B", members)
    found = walk_records(data)
    assert (found.complete, found.end, found.members) == (True, len(data), tuple(members))
    assert [data[each.start : each.end].decode() for each in found.strings] == [
        each for each in members.values() if isinstance(each, str)
    ]


def test_mutants_stay_inside() -> None:
    whole = HEADER + b"".join(RECORDS.values()) + object_of(CHAIN, {"a": "b", "c": bytes(40)})[len(HEADER) :]
    for mutant in mutants(whole, 2_000):
        found = walk_records(mutant)
        assert found.end <= len(mutant)
        assert all(span.end <= len(mutant) for span in (*found.strings, *found.arrays))


@pytest.mark.parametrize(("kind", "size"), SIZES.items())
def test_a_value_of_fixed_size(kind: int, size: int) -> None:
    walker = RecordWalker(bytes(20))
    walker.primitive(kind)
    assert walker.at == size


@pytest.mark.parametrize(
    ("kind", "data"),
    [(3, b"a"), (3, "é".encode()), (3, "€".encode()), (3, "𝄞".encode()), (5, text("1.5")), (18, text("abc"))],
)
def test_a_value_of_any_size(kind: int, data: bytes) -> None:
    walker = RecordWalker(data + b"rest")
    walker.primitive(kind)
    assert walker.at == len(data)


@pytest.mark.parametrize("kind", [0, 4, 19, 255])
def test_no_such_type(kind: int) -> None:
    with pytest.raises(DamageError):
        RecordWalker(bytes(20)).primitive(kind)


def test_numbers_have_a_sign_and_counts_none() -> None:
    assert RecordWalker(int32(-7)).number() == -7
    assert RecordWalker(int32(7)).count(7) == 7
    for value in (-1, 8):
        with pytest.raises(DamageError):
            RecordWalker(int32(value)).count(7)


def test_names_and_ranges_are_bounded() -> None:
    walker = RecordWalker(b"".join(text(f"n{at}") for at in range(1_000)))
    for _ in range(1_000):
        walker.name("class")
        walker.keep(Span(0, 1))
        walker.keep_array(Span(0, 1))
    assert len(walker.names["class"]) == 400
    assert len(walker.strings) == len(walker.arrays) == 200


def test_depth_is_bounded() -> None:
    walker = RecordWalker(b"")
    for _ in range(MOST_OPEN):
        walker.enter(Open(()))
    with pytest.raises(DamageError):
        walker.enter(Open(()))
