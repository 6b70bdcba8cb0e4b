"""The structure of a view state, by its bytes alone."""

from __future__ import annotations

import hashlib
import os
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.view_states import CHAIN, PLAIN, forged, object_of, state_of
from webshellhunt.decoding.view_state.encoded_text import decode_base64, plain_base64
from webshellhunt.decoding.view_state.structure import DIGEST_SIZES, Protection, read_view_state

RANDOM = hashlib.sha512(b"1").digest() + hashlib.sha512(b"2").digest()


def test_a_plain_one() -> None:
    found = read_view_state(PLAIN)
    assert (found.protection, found.end, found.algorithms) == (Protection.NONE, len(PLAIN), ())
    assert not found.has_object


@pytest.mark.parametrize(("name", "size"), DIGEST_SIZES.items())
def test_the_length_after_the_value_names_the_algorithm(name: str, size: int) -> None:
    found = read_view_state(PLAIN + bytes(size))
    assert (found.protection, found.algorithms, found.end) == (Protection.SIGNED, (name,), len(PLAIN))


def test_another_length_is_unknown() -> None:
    found = read_view_state(PLAIN + bytes(11))
    assert (found.protection, found.algorithms, found.end) == (Protection.UNKNOWN, (), len(PLAIN))


def test_a_signed_object() -> None:
    found = read_view_state(forged())
    assert (found.protection, found.algorithms) == (Protection.SIGNED, ("SHA1",))
    assert found.has_object
    assert found.contents.classes == (CHAIN,)


def test_an_object_that_was_cut_off_has_its_names() -> None:
    found = read_view_state(forged()[:-40])
    assert (found.protection, found.end) == (Protection.UNKNOWN, None)
    assert found.contents.classes == (CHAIN,)
    assert not found.contents.whole


def test_types_of_tokens_are_among_the_classes() -> None:
    found = read_view_state(b"\xff\x01\x28\x29\x03A.B\x01x")
    assert found.contents.classes == ("A.B",)


@pytest.mark.parametrize("size", [48, 52, 64, 80, 112])
def test_an_encrypted_one(size: int) -> None:
    assert read_view_state(RANDOM[:size]).protection is Protection.ENCRYPTED


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (RANDOM[:31], "not a view state"),
        (RANDOM[:61], "not a view state"),
        (b"A" * 64, "not a view state"),
        (b"", "not a view state"),
        (b"t<1;>" + RANDOM[:59], "LosFormatter of ASP.NET 1.x"),
        (object_of(CHAIN), "BinaryFormatter"),
    ],
)
def test_other_formats(data: bytes, words: str) -> None:
    found = read_view_state(data)
    assert (found.protection, found.format) == (Protection.UNKNOWN, words)


def test_an_object_alone_is_read() -> None:
    assert read_view_state(object_of(CHAIN)).contents.classes == (CHAIN,)


def test_a_compressed_state_of_another_vendor_is_honest() -> None:
    """The beginning of a state that a public test has as one that is hard to read."""
    start = (
        "/wEPMrJFAAEAAAD/////AQAAAAAAAAAMAgAAAFhUZWxlcmlrLldlYi5VSSwgVmVyc2lvbj0yMDIyLjMuMTEwOS40MCwgQ3VsdHVyZT1uZXV0"
    )
    found = read_view_state(b64decode(start))
    assert found.end is None
    assert found.has_object
    assert found.contents.classes == ()


@given(st.binary(max_size=400))
def test_any_bytes_are_read(data: bytes) -> None:
    for whole in (data, b"\xff\x01" + data, PLAIN + data):
        found = read_view_state(whole)
        assert found.end is None or found.end <= len(whole)


def test_mutants_are_read() -> None:
    for mutant in mutants(state_of(object_of(CHAIN)) + bytes(20), 2_000):
        read_view_state(mutant)


def test_real_ones() -> None:
    """Files of base64 lines, each a real view state or object."""
    top = os.environ.get("WEBSHELLHUNT_SPECIMENS")
    files = sorted(Path(top, "view_states").glob("*.txt")) if top else []
    if not files:
        pytest.skip("no real view states at hand: WEBSHELLHUNT_SPECIMENS names no folder with view_states/*.txt")
    for file in files:
        for line in file.read_text(encoding="ascii").split():
            found = read_view_state(decode_base64(plain_base64(line)))
            assert found.contents.whole, (file.name, line[:60])
            for mutant in mutants(found.data, 50):
                read_view_state(mutant)


@pytest.mark.parametrize("start", [b"\0\2\0\0\0", b"\0\xff\xff\xff\x7f", b"\x07\1\0\0\0"])
def test_the_numbers_in_the_header_of_an_object_hide_nothing(start: bytes) -> None:
    usual = object_of(CHAIN)
    found = read_view_state(state_of(start + usual[5:]))
    assert found.has_object
    assert CHAIN in found.contents.classes
