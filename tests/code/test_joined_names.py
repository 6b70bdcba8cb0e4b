"""What counts as putting a name together from pieces."""

from __future__ import annotations

import pytest

from webshellhunt.code.constants import iter_constants
from webshellhunt.code.joined_names import is_put_together, pieces_of, plain_name
from webshellhunt.lang.tokens import tokenize


def put_together(expression: str) -> bool:
    tokens = tokenize(f"x = {expression}", "vbscript")
    (constant,) = iter_constants(tokens)
    return is_put_together(tokens, constant)


@pytest.mark.parametrize("expression", ['"Some.Na" & "me"', 'StrReverse("emaN.emoS")', 'Chr(83) & "ome.Name"'])
def test_pieces(expression: str) -> None:
    assert put_together(expression)


@pytest.mark.parametrize("expression", ['"Some.Name"', 'LCase("Some.Name")', '"Some." & "Name"', '"Some" & ".Name"'])
def test_what_hides_nothing(expression: str) -> None:
    assert not put_together(expression)


def test_the_literals_of_an_expression() -> None:
    tokens = tokenize('x = "Some.Na" & "me"', "vbscript")
    (constant,) = iter_constants(tokens)
    assert pieces_of(tokens, constant) == ["Some.Na", "me"]


@pytest.mark.parametrize("written", ["some.name", "new:some.name", " {some.name}", "some.name, version=1"])
def test_the_name_alone(written: str) -> None:
    assert plain_name(written) == "some.name"
