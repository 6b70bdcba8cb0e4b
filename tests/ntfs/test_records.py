"""Records of the file table: attributes, fixups, and damage, which is an error of the source."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ntfs_parts as parts
from tests.builders.mutants import mutants
from webshellhunt.errors import UnreadableError
from webshellhunt.ntfs.records import (
    DATA,
    STANDARD_INFORMATION,
    Record,
    Reference,
    head_of,
    iter_attributes,
    parse_record,
    text_of,
)
from webshellhunt.ntfs.sectors import restored

WHOLE = parts.record(
    parts.resident(0x10, parts.standard()),
    parts.resident(DATA, b"content"),
    parts.resident(DATA, b"hidden", "evil.aspx"),
    parts.streamed(DATA, parts.runs((3, 100)), 9000, name="big", valid=8000, unit=4, flags=1),
    sequence=7,
)


def test_the_attributes_of_a_record() -> None:
    record = parse_record(WHOLE, 42)
    assert (record.number, record.sequence, record.base) == (42, 7, 0)
    _, content, hidden, big = record.attributes
    assert (content.name, content.content) == ("", b"content")
    assert (hidden.name, hidden.content) == ("evil.aspx", b"hidden")
    assert (big.name, big.content, big.size_bytes, big.valid_bytes, big.unit) == ("big", None, 9000, 8000, 4)


def test_bytes_at_the_end_of_sectors_are_restored() -> None:
    record = parts.record(parts.resident(DATA, bytes(range(256)) * 3))
    assert parse_record(record, 1).attributes[0].content == bytes(range(256)) * 3


@pytest.mark.parametrize("data", [b"", b"FILE", b"BAAD" + WHOLE[4:], WHOLE[:600], WHOLE[:510] + b"??" + WHOLE[512:]])
def test_a_damaged_record_is_an_error(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"damaged|cut"):
        parse_record(data, 1)


def test_the_attributes_before_a_damaged_one_are_known() -> None:
    data = bytearray(restored(WHOLE))
    head = head_of(bytes(data))
    second = head.first + len(next(iter_attributes(bytes(data), head))[1])
    data[second + 4 : second + 8] = bytes(4)
    found = iter_attributes(bytes(data), head_of(bytes(data)))
    assert next(found)[0] == STANDARD_INFORMATION
    with pytest.raises(UnreadableError):
        next(found)


def test_a_reference() -> None:
    assert Reference.of(7 << 48 | 42) == Reference(42, 7)


def test_a_lone_surrogate_stays_in_a_name() -> None:
    assert text_of("a\ud800b".encode("utf-16-le", "surrogatepass")) == "a\ud800b"
    assert text_of(b"odd") == ""


@given(st.binary(max_size=1200))
def test_any_bytes(data: bytes) -> None:
    for block in (data, WHOLE[:60] + data):
        with suppress(UnreadableError):
            assert isinstance(parse_record(block, 0), Record)


def test_mutants() -> None:
    for data in mutants(WHOLE, 300):
        with suppress(UnreadableError):
            parse_record(data, 0)
