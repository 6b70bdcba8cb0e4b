"""Look-ups by names that are decoded."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.structure.decoded_names import find_decoded_names


def hidden(code: str) -> list[bool]:
    analysis = analyse(code, "c#")
    return [each.is_hidden for each in find_decoded_names(analysis.given_texts)]


OWN = "string D(string s) { return s; } "


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (OWN + 'Type t = Type.GetType(D("q7Xk#Z0dfg"));', [True]),
        (OWN + 'Type t = Type.GetType(D("q7Xk#" + "Z0dfg"));', [True]),
        (OWN + 'Type t = Type.GetType(D("Shop.List"));', []),
        (OWN + 'string n = D("q7Xk#Z0dfg"); Type t = Type.GetType(n);', [True]),
        ("Type t = Type.GetType(u.GetString(Convert.FromBase64String(a)));", [False]),
        ("Type t = Type.GetType(u.GetString(c.TransformFinalBlock(a, 0, 9)));", [True]),
        ('Type t = Type.GetType("Shop.List");', []),
        ("Type t = o.GetType();", []),
    ],
)
def test_how_a_name_is_decoded(code: str, expected: list[bool]) -> None:
    assert hidden(code) == expected
