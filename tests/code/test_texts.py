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
from webshellhunt.code.texts import UNKNOWN, Texts


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
        ('void F(string s) { seen(s); } void G() { F("a"); F("b"); F("a"); }', ("a", "b")),
        ('void F(string s) { seen(s); } void G() { F("a"); F(asked); }', ("a", UNKNOWN)),
        ('void F(int n, string s) { seen(s + 1); } void G() { F(1, "a"); this.F(2, "b"); }', ("a1", UNKNOWN, "b1")),
        ('string D(string s) { return s + 1; } void F(string s) { seen(D(s)); } void G() { F("a"); }', ("a1", UNKNOWN)),
        ('string D(string s) { return s + "!"; } void G() { seen(D("a")); }', ("a!", UNKNOWN)),
        ('void F(string s) { seen(other); } void G() { F("a"); }', ()),
        ('void F(string s) { seen(asked(s)); } void G() { F("a"); }', (UNKNOWN,)),
        ('void F(string s) { seen(s); }', ()),
    ],
)  # fmt: skip
def test_what_an_expression_may_be(code: str, expected: tuple[str, ...]) -> None:
    assert texts(code) == expected


def test_a_function_that_is_called_often_costs_a_bounded_time() -> None:
    calls = " ".join(f'F("{number}");' for number in range(500))
    found = texts(f"void F(string s) {{ seen(s); }} void G() {{ {calls} }}")
    assert 1 < len(found) < 100
    assert found[-1] == UNKNOWN  # what is left out may be anything


def test_an_expression_is_compiled_once_for_all_calls() -> None:
    code = "void F(string s) {{ seen({}); }} void G() {{ {} }}"
    unit = unit_of(code.format("s + 'ab'", 'F("a"); ' * 30), "c#")
    own = PageEvaluator(unit)
    opener = unit.tokens.values.index("seen") + 1
    steps = own.budget.steps
    text_with = own.expression(opener + 1, unit.match[opener])
    assert [text_with({"s": each}.get) for each in ("x", "y")] == ["xab", "yab"]
    assert own.budget.steps == steps - 9  # its three tokens: read once, and gone through twice
    own.budget.steps = 8
    assert text_with({"s": "x"}.get) == "xab"
    assert own.expression(opener + 1, unit.match[opener])({"s": "x"}.get) is None
