"""Lines that a pass takes over from the one before are what it would make of them itself."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webshellhunt.code.constants import iter_constants
from webshellhunt.code.constants.again import UNTOLD, Differing, Folded
from webshellhunt.code.constants.quiet import lines_of
from webshellhunt.code.constants.reader import ConstantPass
from webshellhunt.code.constants.terms import Term
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import PageEvaluator

LINES = (
    'x = "a"', 'y = x & "b"', 'Response.Write x & "c"', 'k = "v"', "z = Chr(65) & k", 'x = x & "q"', "y = x", "x = y",
    "For i = 1 To 3", "x = x & k", "Next", "w = f(x)", "w = f(k)", "Function f(p)", "f = p & k", "End Function",
    "k = f(z)", 'If x = "a" Then y = "3"', "Execute y", "Execute f(y)", "z = UCase(w) & z", "k = 5", "x = k & k",
    "y = -x", "Dim x, k",
)  # fmt: skip


def constants(code: str) -> list[str]:
    unit = build_unit(code, "vbscript", [(0, len(code))])
    return [constant.value for constant in iter_constants(unit.tokens, own=PageEvaluator(unit))]


@given(st.lists(st.sampled_from(LINES), max_size=14).map("\n".join))
@example('x = "a"\nz = Chr(65) & k\nk = 5\nx = "a"\nz = UCase(w) & z')
def test_what_is_taken_over_is_what_would_be_folded(code: str) -> None:
    unit = build_unit(code, "vbscript", [(0, len(code))])
    own = PageEvaluator(unit)
    lines = list(lines_of(unit.tokens, own))
    first = ConstantPass(unit.tokens, {}, own=own)
    before = first.run_lines(lines)
    anew, again = (ConstantPass(unit.tokens, first.names.once, own=own) for _ in range(2))
    anew.run_lines(lines)
    again.run_lines(lines, before)
    assert list(map(repr, again.found)) == list(map(repr, anew.found))
    assert again.names.once.keys() == anew.names.once.keys()


@pytest.mark.parametrize(
    "code",
    [
        'y = "a" & k\nk = "b"',
        'y = f("a")\nFunction f(p)\nf = p & k\nEnd Function\nk = "b"',
        'x = k\ny = "a" & x\nk = "b"',
        'For i = 1 To 2\nx = x & k\nNext\ny = "a" & x\nk = "b"',
    ],
)
def test_a_line_is_folded_again_for_each_name_that_it_asks_for(code: str) -> None:
    assert any(each.startswith("ab") for each in constants(code))


def test_a_name_differs_until_it_is_given_the_same_again() -> None:
    differing = Differing({"x"})
    asks, other = (Folded({name}, {}, settled=True) for name in "xy")
    assert [differing.changes(asks), differing.changes(other)] == [True, False]
    differing.pass_over(Folded(set(), {"x": None}), Folded(set(), {"x": None, "y": None}))
    assert [differing.changes(asks), differing.changes(other)] == [False, True]
    differing.pass_over(Folded(set(), {"x": None}), Folded(set(), {"x": Term(0, 1, "a")}))
    assert differing.changes(asks)
    assert differing.changes(UNTOLD)


def test_a_pass_that_is_spent_takes_nothing_over() -> None:
    unit = build_unit('y = Chr(65) & "b"\n', "vbscript", [(0, 18)])
    lines = list(lines_of(unit.tokens, None))
    before = ConstantPass(unit.tokens, {}).run_lines(lines)
    spent = ConstantPass(unit.tokens, {})
    spent._budget.steps = 0
    spent.run_lines(lines, before)
    assert "Ab" not in [term.value for term in spent.found]
