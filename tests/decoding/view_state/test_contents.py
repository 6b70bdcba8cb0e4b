"""What is in a view state, at any depth."""

from __future__ import annotations

import gzip
from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.view_states import CHAIN, PLAIN, object_of, small_program, state_of
from webshellhunt.decoding.view_state.structure import DEEPEST, MOST_OBJECTS, read_contents

INNER = object_of(CHAIN)
PROGRAM = small_program()


def test_a_plain_object() -> None:
    found = read_contents(INNER)
    assert (found.classes, found.texts, found.objects, found.whole) == ((CHAIN,), ("nothing",), 1, True)


def test_objects_inside_of_others() -> None:
    for inside in (
        {"bytes": INNER},
        {"text": b64encode(INNER).decode()},
        {"text": f"<a>{b64encode(INNER).decode()}</a>"},
        {"state": b64encode(state_of(INNER)).decode()},
        {"state": state_of(INNER)},
        {"packed": gzip.compress(INNER)},
        {"twice": object_of("C.D", {"bytes": INNER})},
    ):
        found = read_contents(object_of("A.B", dict(inside)))
        assert found.classes[0] == "A.B"
        assert CHAIN in found.classes
        assert found.whole


def test_programs_are_kept_and_not_read() -> None:
    for inside in (
        {"bytes": PROGRAM},
        {"text": b64encode(PROGRAM).decode()},
        {"text": b64encode(gzip.compress(PROGRAM)).decode()},
        {"before": b"\0\0\0\0" + PROGRAM},
    ):
        assert read_contents(object_of("A.B", dict(inside))).programs == (PROGRAM,)
    assert read_contents(object_of("A.B", {"bytes": b"MZ" + bytes(200)})).programs == ()


def test_depth_and_number_are_bounded() -> None:
    nested = INNER
    for _ in range(DEEPEST + 2):
        nested = object_of("A.B", {"bytes": nested})
    found = read_contents(nested)
    assert CHAIN not in found.classes
    assert not found.whole
    many = object_of("A.B", {f"m{at}": INNER for at in range(MOST_OBJECTS + 9)})
    assert read_contents(many).objects <= MOST_OBJECTS
    assert not read_contents(many).whole


def test_damaged_packing_is_none() -> None:
    assert read_contents(object_of("A.B", {"packed": b"\x1f\x8b" + bytes(40)})).objects == 1
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    assert read_contents(object_of("A.B", {"packed": bomb})).programs == ()


def test_other_bytes_have_nothing() -> None:
    assert read_contents(b"", b"abc", PLAIN).objects == 0


@given(st.binary(max_size=200))
def test_any_bytes_are_read(data: bytes) -> None:
    read_contents(data)
    read_contents(object_of("A.B", {"bytes": data, "text": data.hex()}))


def test_mutants_are_read() -> None:
    whole = object_of("A.B", {"one": INNER, "two": b64encode(state_of(INNER)).decode(), "three": PROGRAM})
    for mutant in mutants(whole, 2_000):
        assert read_contents(mutant).objects <= MOST_OBJECTS
