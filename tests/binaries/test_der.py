"""The reader of DER, against encodings by hand and hostile ones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.der import element
from tests.builders.signed import object_id
from webshellhunt.binaries.der import read_der
from webshellhunt.errors import BinaryError


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_a_sequence_is_read_as_it_was_written(parts: list[bytes]) -> None:
    data = element(0x30, b"".join(element(0x04, each) for each in parts))
    assert [each.content for each in read_der(data).items(0x30)] == parts
    assert read_der(data).whole == data


@given(st.integers(-(2**70), 2**70))
def test_numbers(number: int) -> None:
    raw = number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)
    assert read_der(element(0x02, raw)).number() == number


@pytest.mark.parametrize("name", ["1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1", "2.999.3", "1.3.6.1.4.1.311.2.1.4"])
def test_object_identifiers(name: str) -> None:
    if name.startswith("2.999"):
        assert read_der(b"\x06\x03\x88\x37\x03").identifier() == name
    else:
        assert read_der(object_id(name)).identifier() == name


@pytest.mark.parametrize(
    ("tag", "text", "time"),
    [
        (0x17, b"210302120000Z", datetime(2021, 3, 2, 12, tzinfo=UTC)),
        (0x17, b"990302120000Z", datetime(1999, 3, 2, 12, tzinfo=UTC)),
        (0x18, b"20500302120000.123Z", datetime(2050, 3, 2, 12, tzinfo=UTC)),
    ],
)
def test_times(tag: int, text: bytes, time: datetime) -> None:
    assert read_der(element(tag, text)).time() == time


@pytest.mark.parametrize("text", [b"", b"2103021200", b"999999999999Z", b"\xff\xff"])
def test_a_broken_time_is_an_error(text: bytes) -> None:
    with pytest.raises(BinaryError):
        read_der(element(0x17, text)).time()


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x80\0\0", b"\x30\x05\0", b"\x1f\x81\0", b"\x30\x85\0\0\0\0\1\0"])
def test_what_is_no_der_is_an_error(data: bytes) -> None:
    with pytest.raises(BinaryError):
        read_der(data)


def test_the_number_of_items_is_bounded() -> None:
    with pytest.raises(BinaryError, match="too many"):
        read_der(element(0x30, b"\5\0" * 5_000)).items()


@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        item = read_der(data)
        for method in (item.items, item.identifier, item.number, item.bits, item.time, item.text):
            try:
                method()
            except BinaryError:
                continue
    except BinaryError:
        return
    assert item.end <= len(data)
