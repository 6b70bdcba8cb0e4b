"""What counts as putting a name together from pieces."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.structure.joined_names import is_put_together, pieces_of
from webshellhunt.code.constants import iter_constants
from webshellhunt.lang.unit import Unit, build_unit


def unit_of(code: str) -> Unit:
    return build_unit(code, "vbscript", [(0, len(code))])


def put_together(expression: str) -> bool:
    unit = unit_of(f"x = {expression}")
    (constant,) = iter_constants(unit.tokens)
    return is_put_together(unit.index, constant)


@pytest.mark.parametrize("expression", ['"Some.Na" & "me"', 'StrReverse("emaN.emoS")', 'Chr(83) & "ome.Name"'])
def test_pieces(expression: str) -> None:
    assert put_together(expression)


@pytest.mark.parametrize("expression", ['"Some.Name"', 'LCase("Some.Name")', '"Some." & "Name"', '"Some" & ".Name"'])
def test_what_hides_nothing(expression: str) -> None:
    assert not put_together(expression)


def test_the_literals_of_an_expression() -> None:
    unit = unit_of('x = "Some.Na" & "me"')
    (constant,) = iter_constants(unit.tokens)
    assert pieces_of(unit.index, constant) == ["Some.Na", "me"]
