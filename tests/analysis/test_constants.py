"""Constants by their first tokens."""

from __future__ import annotations

from webshellhunt.analysis.constants import Constant, Constants
from webshellhunt.lang.tree import Name

FIRST, SECOND, THIRD = Constant("a", 7, 8), Constant("b", 2, 5, ("concatenate",)), Constant("c", 5, 6)


def test_a_constant_is_found_by_its_first_token() -> None:
    constants = Constants([FIRST, SECOND, THIRD])
    assert constants[2] is SECOND
    assert 3 not in constants
    assert [*constants.values()] == [FIRST, SECOND, THIRD]
    assert len(constants) == 3


def test_the_constants_of_a_node_are_in_their_order() -> None:
    constants = Constants([FIRST, SECOND, THIRD])
    assert [*constants.within(Name(2, 7, "x"))] == [SECOND, THIRD]
    assert [*constants.within(Name(3, 5, "x"))] == []
