"""A tested, measured or hashed value is no password any more."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.client_scripts.cleaning import Cleaning
from webshellhunt.client_scripts.scopes import Scopes
from webshellhunt.code.calls import Calls


@pytest.mark.parametrize(
    ("code", "is_cleaned"),
    [
        ("x = value;", False),
        ("x = f(value);", False),
        ("x = value.length;", True),
        ("x = value == y;", True),
        ("x = y != value;", True),
        ("x = !value;", True),
        ("x = md5(value);", True),
        ("x = sha256(f(value));", True),
        ("if (isValid(value)) x = 1;", True),
        ("x = encode(value);", False),
    ],
)
def test_what_is_left_of_a_value(code: str, is_cleaned: bool) -> None:
    unit = unit_of(code, "jscript")
    token = unit.tokens.values.index("value")
    assert Cleaning(unit, Calls(unit), Scopes(unit)).is_cleaned(token, 0) is is_cleaned
