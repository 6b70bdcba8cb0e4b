"""Functions of Microsoft.VisualBasic by their rows, with the examples of the reference."""

from __future__ import annotations

from typing import Any

import pytest

from webshellhunt.core.conversions import FailError
from webshellhunt.library.rows import library


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("val", ("    1615 198th Street N.E.",), 1615198),
        ("val", ("&HFFFF",), -1),
        ("val", ("text",), 0),
        ("hex", (255,), "FF"),
        ("hex", (-1,), "FFFFFFFF"),
        ("str", (459,), " 459"),
        ("chr", (65,), "A"),
        ("ascw", ("A",), 65),
        ("cint", (2.5,), 2),
        ("clng", ("&H10",), 16),
        ("cchar", ("BCD",), "B"),
        ("getchar", ("ABCDE", 4), "D"),
        ("strconv", ("abc", 1), "ABC"),
        ("strdup", (3, "?"), "???"),
        ("format", (5, "000"), "005"),
    ],
)
def test_a_function_returns_what_the_reference_says(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    known = library("dotnet").rows["", name].known
    assert known is not None
    assert known(*arguments) == expected


def test_a_number_beyond_its_type_fails() -> None:
    known = library("dotnet").rows["", "cushort"].known
    assert known is not None
    with pytest.raises(FailError):
        known(70000)


def test_the_functions_are_members_of_their_modules() -> None:
    rows = library("dotnet").rows
    assert rows["strings", "mid"].known is rows["", "mid"].known
