"""What counts as putting a name together from pieces."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.engine import run_page
from webshellhunt.analysis.folding import constants_of
from webshellhunt.analysis.structure.joined_names import is_put_together, pieces_of
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.unit import Unit, build_unit


def read(code: str) -> tuple[Unit, Constant]:
    unit = build_unit(code, "vbscript", [(0, len(code))])
    run = run_page(unit.tokens, Surroundings(), parsed=unit.parsed)
    (constant,) = constants_of(unit.index, run.texts).values()
    return unit, constant


def put_together(expression: str) -> bool:
    unit, constant = read(f"x = {expression}")
    return is_put_together(unit.index, constant)


@pytest.mark.parametrize("expression", ['"Some.Na" & "me"', 'StrReverse("emaN.emoS")', 'Chr(83) & "ome.Name"'])
def test_pieces(expression: str) -> None:
    assert put_together(expression)


@pytest.mark.parametrize("expression", ['"Some.Name"', 'LCase("Some.Name")', '"Some." & "Name"', '"Some" & ".Name"'])
def test_what_hides_nothing(expression: str) -> None:
    assert not put_together(expression)


def test_the_literals_of_an_expression() -> None:
    unit, constant = read('x = "Some.Na" & "me"')
    assert pieces_of(unit.index, constant) == ["Some.Na", "me"]
