"""Functions of today's JavaScript for known arguments."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.library.modern_functions import MODERN, atob, btoa


@given(st.binary(max_size=64))
def test_base64_is_read_as_it_was_written(content: bytes) -> None:
    text = content.decode("latin-1")
    assert atob(btoa(text)) == text
    assert btoa(text) == base64.b64encode(content).decode()


def test_a_text_that_is_no_base64_is_not_known() -> None:
    with pytest.raises(ValueError, match=r"^$"):
        atob("*")


@pytest.mark.parametrize(
    ("name", "values", "result"),
    [
        ("js-pad-start", ("7", 3, "0"), "007"),
        ("js-pad-end", ("7", 3), "7  "),
        ("js-repeat", ("ab", 2), "abab"),
        ("js-substr-of-browser", ("abcdef", -2), "ef"),
        ("js-includes", ("abc", "b"), True),
        ("js-starts", ("abc", "b", 1), True),
        ("js-ends", ("abc", "b", 2), True),
        ("js-from-points", (0x1F600,), "\U0001f600"),
        ("js-trunc", (-1.5,), -1),
        ("js-sign", (-3,), -1),
        ("js-is-whole", (2.0,), True),
    ],
)
def test_results(name: str, values: tuple[object, ...], result: object) -> None:
    assert MODERN[name](*values) == result


@pytest.mark.parametrize(("name", "values"), [("js-repeat", ("a", 1 << 30)), ("js-pad-start", ("a", 1 << 30))])
def test_a_bomb_is_not_made(name: str, values: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        MODERN[name](*values)
