"""What an expression is as a text: the constant, or what it is for each call of the function around it."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import iter_constants
from webshellhunt.code.constants.placed import PlacedConstants
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.functions import owners_of
from webshellhunt.code.scopes import Scopes
from webshellhunt.code.texts import Texts


def texts(code: str) -> tuple[str, ...]:
    """Return the texts that the only argument of the call of ``seen`` may be."""
    unit = unit_of(code, "c#")
    calls, own = Calls(unit), PageEvaluator(unit)
    constants = PlacedConstants({each.start: each for each in iter_constants(unit.tokens, own=own)})
    opener = unit.tokens.values.index("seen") + 1
    found = Texts(calls, Scopes(unit, calls, constants), constants, own)
    return found.of(opener + 1, unit.match[opener], owners_of(unit)[opener])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('seen("a" + "b");', ("ab",)),
        ('void F(string s) { seen(s); } void G() { F("a"); F("b"); F("a"); F(asked); }', ("a", "b")),
        ('void F(int n, string s) { seen(s.Substring(1)); } void G() { F(1, "ab"); this.F(2, "cd"); }', ("b", "d")),
        ('string D(string s) { return s + "!"; } void F(string s) { seen(D(s)); } void G() { F("a"); }', ("a!",)),
        ('void F(string s) { seen(other); } void G() { F("a"); }', ()),
        ('void F(string s) { seen(asked(s)); } void G() { F("a"); }', ()),
        ('void F(string s) { seen(s); }', ()),
    ],
)  # fmt: skip
def test_what_an_expression_may_be(code: str, expected: tuple[str, ...]) -> None:
    assert texts(code) == expected


def test_a_function_that_is_called_often_costs_a_bounded_time() -> None:
    calls = " ".join(f'F("{number}");' for number in range(500))
    assert 0 < len(texts(f"void F(string s) {{ seen(s); }} void G() {{ {calls} }}")) < 100
