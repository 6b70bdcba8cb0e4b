"""Operators of PHP, with the examples of its manual."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.core.php_operators import PHP, equal, number, text, truth
from webshellhunt.core.values import EMPTY, Label, Some, labels_of

VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8))
ASKED = Some("text", frozenset({Label("visitor", "_GET", "k")}))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("1", "01", True), ("10", "1e1", True), (100, "1e2", True), ("abc", 0, False), (None, False, True),
        ("", None, True), ("0", False, True), ("a", True, True), ("abc", "ABC", False), (EMPTY, None, True),
    ],
)  # fmt: skip
def test_equality_of_different_types(a: object, b: object, expected: bool) -> None:
    assert equal(a, b) is expected


@pytest.mark.parametrize(
    ("name", "a", "b", "expected"),
    [
        ("add-php", "1.5", 1, 2.5), ("add-php", "3 apples", 4, 7), ("div-php", 6, 3, 2), ("div-php", 7, 2, 3.5),
        ("mod-php", -7, 3, -1), ("concat-php", 1, True, "11"), ("concat-php", None, 1.5, "1.5"),
        ("xor-php", "a", "\x01", "`"), ("or-php", "a", "\x02", "c"), ("and-php", "c", "a", "a"), ("xor-php", 6, 3, 5),
        ("shl-php", 1, 3, 8), ("sign-php", "a", "b", -1), ("lt-php", "10", "9", False), ("pow-php", 2, 10, 1024),
    ],
)  # fmt: skip
def test_known_operands(name: str, a: object, b: object, expected: object) -> None:
    assert PHP[name].known(a, b) == expected


def test_bits_of_a_text_are_inverted() -> None:
    assert PHP["inv-php"].known("\x9e") == "a"


def test_a_visitors_text_stays_his_in_bits() -> None:
    assert labels_of(PHP["xor-php"].unknown(ASKED, "abc")) == ASKED.labels


@given(VALUES, VALUES)
def test_operators_never_fail(a: object, b: object) -> None:
    for name, operator in PHP.items():
        operator.known(*((a,) if name.split("-")[0] in ("not", "truth", "inv", "neg", "num", "text") else (a, b)))


@given(VALUES)
def test_conversions_never_fail(value: object) -> None:
    assert isinstance(text(value), str)
    assert isinstance(number(value), (int, float))
    assert truth(value) in (True, False)
