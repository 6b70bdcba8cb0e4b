"""The state of a walk over records."""

from __future__ import annotations

import pytest

from tests.builders.view_states import int32, text
from webshellhunt.decoding.view_state.byte_reader import DamageError
from webshellhunt.decoding.view_state.record_walker import MOST_OPEN, SIZES, Open, RecordWalker
from webshellhunt.model.findings import Span


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
