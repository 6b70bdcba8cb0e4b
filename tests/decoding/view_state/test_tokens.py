"""The walk over tokens: it ends where the value ends, and damage ends it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.view_states import PLAIN, number, object_of, state_of, text
from webshellhunt.decoding.view_state.tokens import MARK, MOST_OPEN, MOST_TOKENS, walk_tokens
from webshellhunt.model.findings import Span

TYPE = b"\x29" + text("System.Drawing.Point, System.Drawing")
VALUES = {
    "short": b"\x01\0\0",
    "number": b"\x02\x80\x01",
    "byte": b"\x03\0",
    "character of three bytes": b"\x04\xe2\x82\xac",
    "text": b"\x05" + text("abc"),
    "time": b"\x06" + bytes(8),
    "double": b"\x07" + bytes(8),
    "single": b"\x08" + bytes(4),
    "colour": b"\x09" + bytes(4),
    "known colour": b"\x0a\x05",
    "enumeration": b"\x0b" + TYPE + b"\x01",
    "no colour": b"\x0c",
    "pair": b"\x0f\x64\x65",
    "triplet": b"\x10\x64\x65\x66",
    "array": b"\x14\x2b\x01\x02\x02\x01\x66",
    "texts": b"\x15\x02" + text("a") + text(""),
    "list": b"\x16\x02\x67\x68",
    "table": b"\x17\x01\x64\x65",
    "dictionary": b"\x18\x01\x64\x65",
    "type": b"\x19" + TYPE,
    "unit": b"\x1b" + bytes(12),
    "no unit": b"\x1c",
    "digests": b"\x1d\0\x02" + bytes(32),
    "new text": b"\x1e" + text("abc"),
    "old text": b"\x1f\0",
    "converted": b"\x28" + TYPE + text("1, 2"),
    "object": b"\x32" + text(object_of("A.B")),
    "sparse": b"\x3c\x2b\x01\x09\x01\x03\x66",
    "null": b"\x64",
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_each_token_has_its_length(value: bytes) -> None:
    walk = walk_tokens(MARK + value + b"rest")
    assert walk.end == len(MARK + value)
    assert walk_tokens(MARK + value[:-1]).end is None


@pytest.mark.parametrize("values", [tuple(VALUES.values())])
def test_values_may_be_in_a_list(values: tuple[bytes, ...]) -> None:
    data = MARK + b"\x16" + number(len(values)) + b"".join(values)
    walk = walk_tokens(data + bytes(20))
    assert walk.end == len(data)
    assert walk.types == ("System.Drawing.Point, System.Drawing",)
    assert len(walk.objects) == 1


def test_an_object_is_a_range() -> None:
    item = object_of("A.B")
    data = state_of(item)
    (span,) = walk_tokens(data).objects
    assert data[span.start : span.end] == item
    assert span == Span(len(data) - len(item), len(data))


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x2e",
        b"\x16\xff\xff\xff\xff\x07",
        b"\x16\xff\xff\xff\xff\xff\x07",
        b"\x05\xff\xff\xff\xff\x0f",
        b"\x0b\x2b\x04\0",
        b"\x0b\x05\0",
        b"\x3c\x2b\x01\x01\x02\x03\x66",
        b"\x1d\x01\0",
        b"\x15\xff\xff\x7f",
    ],
)
def test_damage_has_no_end(value: bytes) -> None:
    assert walk_tokens(MARK + value).end is None


def test_depth_and_number_are_bounded() -> None:
    deep = b"\x10" * (MOST_OPEN + 9)
    assert walk_tokens(MARK + deep + b"\x64" * (3 * len(deep))).end is None
    tail = b"\x16\x01" * (2 * MOST_OPEN) + b"\x64"
    assert walk_tokens(MARK + tail).end == len(MARK + tail)
    many = MARK + b"\x16" + number(MOST_TOKENS) + b"\x64" * MOST_TOKENS
    assert walk_tokens(many).end is None


_LEAVES = st.sampled_from([each for each in VALUES.values() if TYPE not in each])
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda each: b"\x0f" + b"".join(each)),
        st.lists(inner, max_size=6).map(lambda each: b"\x16" + number(len(each)) + b"".join(each)),
    ),
    max_leaves=30,
)


@given(_VALUES, st.binary(max_size=70))
def test_any_value_ends_before_what_follows(value: bytes, tail: bytes) -> None:
    assert walk_tokens(MARK + value + tail).end == len(MARK + value)


@given(st.binary(max_size=400))
def test_any_bytes_end(data: bytes) -> None:
    walk = walk_tokens(MARK + data)
    assert walk.end is None or 2 < walk.end <= len(data) + 2
    assert all(0 <= span.start <= span.end <= len(data) + 2 for span in walk.objects)


def test_mutants_stay_inside() -> None:
    whole = MARK + b"\x16" + number(len(VALUES)) + b"".join(VALUES.values()) + PLAIN
    for mutant in mutants(whole, 2_000):
        walk = walk_tokens(mutant)
        assert walk.end is None or walk.end <= len(mutant)
        assert all(span.end <= len(mutant) for span in walk.objects)
