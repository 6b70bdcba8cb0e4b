"""The address of a request, whatever its escapes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.logs.exploitation import LONGEST_ADDRESS, decode, read_address, read_request


@pytest.mark.parametrize(
    "logged",
    [
        "/ecp/y.js",
        "/ECP/Y.js",
        "/ecp/./y.js",
        "/ecp//y.js",
        "//ecp/y.js",
        "/owa/../ecp/y.js",
        "/ecp/%79.js",
        "/ecp/%2579.js",
        "/ecp%2fy.js",
        "/ecp%5cy.js",
        "/%2e/ecp/y%2ejs",
        "/ecp;x=1/y.js",
        "/ecp/y.js;x",
        "/(S(abc123))/ecp/y.js",
        "/ecp/(A(x)F(y))/y.js",
    ],
)
def test_escapes_hide_no_address(logged: str) -> None:
    assert "/ecp/y.js" in read_address(logged)


def test_other_escapes_are_kept() -> None:
    assert read_address("/ecp/%c0%af/y.js") == ("/ecp/%c0%af/y.js",)
    assert read_address("/ecp/%zz%") == ("/ecp/%zz%",)


def test_parameters_are_read_both_ways() -> None:
    assert read_address("/a;b/c") == ("/a;b/c", "/a/c")


def test_a_request_has_its_query_decoded() -> None:
    assert read_request("/A", "X-Rps-CAT%3D1%2540") == "/a?x-rps-cat=1@"
    assert read_request("/A", "?b=1") == "/a?b=1"
    assert read_request("/A", "") == "/a"


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert all(isinstance(each, str) for each in read_address(text))
    decode(text)


@given(st.text(alphabet="/.;%25aA\\", max_size=200))
def test_reading_twice_changes_no_plain_address(text: str) -> None:
    first = read_address(text)[0]
    if "%" not in first and ";" not in first:
        assert read_address(first)[0] == first


@pytest.mark.parametrize("piece", ["/..", "/./", "%25", ";", "%2e%2e/"])
def test_long_addresses_take_little_time(piece: str) -> None:
    start = time.perf_counter()
    assert all(len(each) <= LONGEST_ADDRESS + 1 for each in read_address(piece * 20_000))
    assert time.perf_counter() - start < 1
