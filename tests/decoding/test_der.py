"""The strings of certificates and requests."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import der
from tests.builders.steps import at_most
from webshellhunt.decoding.der import iter_strings


def test_strings_stand_under_their_names() -> None:
    data = der.request(
        [der.name(der.COMMON_NAME, "a", der.BMP), der.name(der.ORGANIZATION, "b", der.UTF8)], b"c.example.org"
    )
    told = [(s.attribute, s.type_name, data[s.start : s.end].decode(s.codec)) for s in iter_strings(data)]
    assert told == [("CN", "BMPString", "a"), ("O", "UTF8String", "b"), ("subjectAltName", "dNSName", "c.example.org")]


@given(st.binary(max_size=400))
def test_never_raises_and_stays_inside(data: bytes) -> None:
    for string in iter_strings(data):
        assert 0 <= string.start <= string.end <= len(data)


def test_deep_nesting_is_iterative_and_bounded() -> None:
    with at_most(900_000):
        assert not list(iter_strings(b"\x30\x84\x7f\xff\xff\xff" * 200_000))
