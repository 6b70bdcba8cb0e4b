"""Constants of the languages and of .NET."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.builders.library_runs import plain_of
from webshellhunt.analysis import library


@pytest.mark.parametrize(
    ("names", "value"),
    [
        ("vbcrlf", "\r\n"),
        ("vbobjecterror", -2147221504),
        ("adtypetext", 2),
        ("environment.newline", "\r\n"),
        ("system.environment.newline", "\r\n"),
        ("string.empty", ""),
        ("controlchars.quote", '"'),
        ("constants.vbtab", "\t"),
        ("int.maxvalue", 2147483647),
        ("math.pi", math.pi),
        ("encoding.utf8", "<encoding.utf8>"),
        ("stringcomparison.ordinal", "<stringcomparison>"),
        ("unknown", "<unsolved>"),
        ("unknown.member", "<unsolved>"),
    ],
)
def test_a_name_means_a_constant(names: str, value: Any) -> None:
    assert plain_of(library.constant_of(tuple(names.split(".")))) == value


def test_the_path_of_an_enumeration_ends_with_its_member() -> None:
    assert library.constant_of(("system", "regexoptions", "ignorecase")).path[-1] == "ignorecase"
