"""Carriers inside of carriers, and the marks by which any is known."""

from __future__ import annotations

import random

import pytest

from tests.builders import der
from tests.builders.carried_code import BLOCK, SCRIPT
from tests.builders.pst import Mail, build_pst
from tests.builders.steps import at_most
from tests.decoding.carriers.test_archive import zip_of
from tests.decoding.carriers.test_mime import message
from webshellhunt.decoding.carriers import MAX_DEPTH, MAX_NESTED, iter_carried_parts, iter_nested_parts, may_carry
from webshellhunt.decoding.pst.permutation import decode_permuted

_CARRIERS = (
    build_pst("owner", [Mail(attachments={"a.txt": SCRIPT})]),
    der.request([der.name(der.COMMON_NAME, SCRIPT.decode(), der.UTF8)]),
    der.pem(der.request([der.name(der.COMMON_NAME, SCRIPT.decode(), der.BMP)])),
    message(SCRIPT),
    message(decode_permuted(SCRIPT), "7bit") if decode_permuted(SCRIPT).isascii() else decode_permuted(SCRIPT),
    zip_of({"a.aspx": SCRIPT}),
)


@pytest.mark.parametrize("data", _CARRIERS)
def test_each_format_is_known_by_its_mark(data: bytes) -> None:
    assert may_carry(data)
    assert any(SCRIPT in carried.data for carried in iter_carried_parts(data))


@pytest.mark.parametrize("data", [b"", SCRIPT, BLOCK, b"GIF89a" + BLOCK, b"a { color: red }", b"Name : value\r\n"])
def test_pages_and_pictures_have_no_mark(data: bytes) -> None:
    assert not may_carry(data)


def test_what_lies_deeper_is_named_by_the_way_to_it() -> None:
    data = message(zip_of({"a.txt": BLOCK, "x.aspx": SCRIPT}), name="invoice.zip")
    found = {carried.name: carried for carried in iter_nested_parts(data)}
    assert list(found) == ["invoice.zip", "invoice.zip, a.txt", "invoice.zip, x.aspx"]
    deep = found["invoice.zip, x.aspx"]
    assert (deep.carrier, deep.data, deep.executes) == ("mail message, ZIP archive", SCRIPT, False)
    assert (deep.start, deep.end) == (found["invoice.zip"].start, found["invoice.zip"].end)
    assert deep.facts["from"] == "sender@example.org"


def test_depth_is_bounded() -> None:
    data = zip_of({"x.aspx": SCRIPT})
    for depth in range(MAX_DEPTH + 2):
        data = zip_of({f"{depth}.zip": data})
    assert [carried.name.count(", ") for carried in iter_nested_parts(data)] == list(range(MAX_DEPTH))


def test_the_number_of_parts_is_bounded() -> None:
    data = zip_of({f"{number}.aspx": SCRIPT for number in range(MAX_NESTED * 2)})
    with at_most(500_000):
        assert len(list(iter_nested_parts(data))) == MAX_NESTED


def test_two_bytes_that_mean_an_opening_in_a_mailbox_are_no_mark_by_chance() -> None:
    noise = random.Random(3).randbytes(400_000)
    opening = decode_permuted(b"<%")
    assert opening in noise
    assert not may_carry(noise)
    assert may_carry(noise + decode_permuted(BLOCK) + noise)
