"""The budget: counted steps, shares of loops, and the thresholds at which a run becomes coarse."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.machine.budget import SHARE, Budget, ExhaustedError
from webshellhunt.analysis.machine.endings import Ending


def test_a_budget_ends() -> None:
    budget = Budget(3)
    budget.spend(3)
    with pytest.raises(ExhaustedError):
        budget.spend(1)


def test_a_run_becomes_coarse_then_late_then_last() -> None:
    budget = Budget(80)
    states = {}
    for left in (40, 39, 20, 19, 10, 9):
        budget.left = left
        states[left] = budget.is_coarse + budget.is_late + budget.is_last
    assert states == {40: 0, 39: 1, 20: 1, 19: 2, 10: 2, 9: 3}


def test_a_loop_in_a_loop_has_half_of_the_rest_of_its_share() -> None:
    budget = Budget(10_000)
    shares: list[int] = []

    def inner(share: int) -> Ending:
        shares.append(share)
        return None

    def outer(share: int) -> Ending:
        shares.append(share)
        return budget.within_share(inner)

    assert budget.within_share(outer) is None
    assert shares == [10_000 - 2_500, 10_000 - 1_250]
    budget.left = 5_050
    assert budget.within_share(inner) is None
    assert shares[-1] == 5_050 - SHARE


def test_a_further_round_has_half_of_the_steps_and_another_run_its_own() -> None:
    budget = Budget(100)
    budget.spend(90)
    budget.refill()
    assert budget.left == 50
    budget.restart(20)
    assert (budget.left, budget.is_coarse, budget.loops) == (20, False, 0)
