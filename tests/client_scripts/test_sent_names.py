"""The names under which values are sent."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.client_scripts.sent_names import iter_sent_names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ('send("Key=" + value);', ["key"]),
        ('send("a=1&key=" + f(g(value)));', ["key"]),
        ("send({ key: value });", ["key"]),
        ('form.append("key", value);', ["key"]),
        ('send("key" + value);', []),
        ("send(value);", []),
        ("f(x, y, value);", []),
        ("value", []),
    ],
)
def test_the_name_before_a_value(code: str, names: list[str]) -> None:
    unit = unit_of(code, "jscript")
    assert list(iter_sent_names(unit, [unit.tokens.values.index("value")])) == names
