"""What holds of each carrier: no bytes make it raise, spans lie inside the file, and time is bounded."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import der
from tests.builders.carried_code import BLOCK, SCRIPT
from tests.builders.pst import Mail, build_pst
from tests.builders.steps import at_most
from tests.decoding.carriers.test_archive import zip_of
from tests.decoding.carriers.test_mime import message
from webshellhunt.decoding.carriers import iter_carried_parts

_WHOLE = (
    build_pst("owner", [Mail(attachments={"a.txt": SCRIPT})], crypt=0),
    build_pst("owner", [Mail(attachments={"a.txt": SCRIPT})], crypt=1, ansi=True),
    der.request([der.name(der.COMMON_NAME, SCRIPT.decode(), der.UTF8)]),
    der.pem(der.request([der.name(der.COMMON_NAME, SCRIPT.decode(), der.BMP)])),
    message(SCRIPT),
    zip_of({"a.aspx": SCRIPT, "b.txt": b"text"}),
    b"GIF89a" + BLOCK + bytes(64) + SCRIPT,
)


def _check(data: bytes) -> None:
    for carried in iter_carried_parts(data):
        assert 0 <= carried.start <= carried.end <= len(data)
        assert len(carried.data) <= 16 * 1024 * 1024
        if carried.executes:
            assert carried.data == data[carried.start : carried.end]


@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"!BDN", b"0\x82\x01\x00", b"PK\3\4", b"MIME-Version: 1.0\n", b"GIF89a"]),
)
def test_any_bytes(data: bytes, magic: bytes) -> None:
    _check(magic + data)


@given(st.sampled_from(_WHOLE), st.integers(0, 2**32), st.integers(1, 12))
def test_a_damaged_carrier(whole: bytes, seed: int, changes: int) -> None:
    chance, data = random.Random(seed), bytearray(whole)
    for _ in range(changes):
        data[chance.randrange(len(data))] = chance.choice((0, 1, 2, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    _check(bytes(data[: chance.randrange(len(data)) + 1] if chance.random() < 0.3 else data))


@pytest.mark.parametrize("number", range(len(_WHOLE)))
def test_a_whole_carrier_is_opened(number: int) -> None:
    assert any(SCRIPT in carried.data for carried in iter_carried_parts(_WHOLE[number]))


@pytest.mark.parametrize(
    "unit", [b"<%", b"%>", b'<script "', b"<%aaa%>", b"\x95", b"0\x80", b"\n--b", b"-----BEGIN CERTIFICATE-----"]
)
@pytest.mark.parametrize(
    "magic", [b"", b"GIF89a", b"!BDN", b"0\x83\xff\xff\xff0\x82\xff\xff", b"Content-Type: x; boundary=b\n\n"]
)
def test_repetition_is_linear(unit: bytes, magic: bytes) -> None:
    data = magic + unit * (500_000 // len(unit))
    with at_most(1_500_000):
        assert sum(1 for _ in iter_carried_parts(data)) <= 3000


def test_a_plain_page_costs_next_to_nothing() -> None:
    page = SCRIPT + b"\r\n<p>text</p>" * 1000
    with at_most(500_000):
        for _ in range(200):
            assert not list(iter_carried_parts(page))
