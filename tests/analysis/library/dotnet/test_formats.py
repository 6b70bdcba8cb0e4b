"""Formats of .NET: numbers as text, and texts with holes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, function
from webshellhunt.analysis.library.dotnet.formats import format_number, in_radix


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        (["a{0}b{1}", 1, "x"], "a1bx"),
        (["{0:X2}{1:d3}", 10, 5], "0A005"),
        (["{{{0}}}", 1], "{1}"),
        (["{0,4}|{0,-4}|", "ab"], "  ab|ab  |"),
        (["{0}{1}", ["a", "b"]], "ab"),
        (["{1}", 1], "<unsolved>"),
        (["a{0}b", TAINTED], ["a", "<tainted>", "b"]),
        (["{0}", TAINTED], "<tainted>"),
    ],
)
def test_holes_are_filled(arguments: list[Any], result: Any) -> None:
    assert function("string.format", *arguments) == result


@given(st.integers(0, 1 << 40), st.integers(2, 36))
def test_a_number_in_a_radix_reads_as_the_number(number: int, radix: int) -> None:
    assert int(in_radix(number, radix), radix) == number


def test_a_negative_number_has_its_bits_in_hexadecimal() -> None:
    assert format_number(-1, "x") == "ffffffff"
