"""Server code in pictures, databases and other binary files."""

from __future__ import annotations

import random

import pytest

from tests.builders.carried_code import BLOCK, DIRECTIVE, SCRIPT
from tests.builders.inert import live
from tests.builders.steps import at_most
from webshellhunt.decoding.carriers.binary import open_carrier

_NOISE = random.Random(1).randbytes(208_000)


@pytest.mark.parametrize(
    "magic",
    [b"GIF89a", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"\0\1\0\0Standard Jet DB\0", b"%PDF-1.4", bytes(64)],
)
@pytest.mark.parametrize("code", [BLOCK, SCRIPT, DIRECTIVE + b"\r\n" + BLOCK])
def test_code_at_byte_208000_is_found_with_its_range(magic: bytes, code: bytes) -> None:
    data = magic + _NOISE + code + _NOISE
    carried = list(open_carrier(data))
    assert [c.data for c in carried] == [code]
    assert (carried[0].start, carried[0].end) == (len(magic + _NOISE), len(magic + _NOISE + code))
    assert carried[0].executes


def test_a_handler_reaches_to_the_end() -> None:
    code = live('<·%@ WebHandler Language="C#" Class="A" %·> class A {}').encode("ascii")
    carried = list(open_carrier(b"GIF89a" + bytes(20) + code))
    assert [c.data for c in carried] == [code]


def test_noise_holds_no_code() -> None:
    noise = random.Random(7).randbytes(4_000_000)
    assert noise.count(b"<%") > 20
    assert not list(open_carrier(b"GIF89a" + noise))


@pytest.mark.parametrize(
    "data", [SCRIPT, b"\xff\xfe" + SCRIPT.decode().encode("utf-16-le"), b"!BDN" + bytes(600) + SCRIPT, b""]
)
def test_text_and_what_others_open_is_left(data: bytes) -> None:
    assert not list(open_carrier(data))


def test_thirty_megabytes_take_a_bounded_time() -> None:
    data = b"GIF89a" + bytes(15_000_000) + _NOISE * 72 + BLOCK
    with at_most(500_000):
        assert [c.data for c in open_carrier(data)] == [BLOCK]


def test_a_range_longer_than_the_bound_is_given_in_parts() -> None:
    data = b"GIF89a" + BLOCK + bytes(17 * 1024 * 1024) + SCRIPT
    assert [c.data for c in open_carrier(data)] == [BLOCK, SCRIPT]
