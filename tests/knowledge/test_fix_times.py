"""Plantings compared with the installation of a fix, in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from webshellhunt.knowledge.fix_times import against_build, against_fix, days_to_the_fix, in_windows
from webshellhunt.knowledge.waves import EXCHANGE, iter_waves_at
from webshellhunt.model.patches import FixState, PatchState, WaveState, WitnessKind

DAY = date(2021, 3, 1)
(WAVE, *_) = iter_waves_at(DAY, (EXCHANGE,))


def _state(state: FixState, closed_on: date | None = None, *, exactly: bool = True) -> PatchState:
    by = None if closed_on is None else WitnessKind.SETUP_PROGRAM
    of_wave = WaveState(WAVE, state, closed_on=closed_on, closed_by=by, closed_exactly=exactly)
    return PatchState("C:\\", "15.2.792.10", WitnessKind.SETUP_PROGRAM, exact=True, known=True, waves=(of_wave,))


@pytest.mark.parametrize(("days", "before"), [(3, True), (0, None), (-3, False)])
def test_a_planting_is_before_the_fix_on_the_day_or_after_it(days: int, before: bool | None) -> None:
    found, words = against_fix(DAY, WAVE, _state(FixState.CLOSED, DAY + timedelta(days=days)))
    assert found is before
    assert "the fixed build was installed on" in words


def test_an_open_or_unknown_fix_is_said() -> None:
    assert against_fix(DAY, WAVE, _state(FixState.OPEN)) == (None, "the vulnerability is still open")
    assert against_fix(DAY, WAVE, None) == (None, "")
    assert against_build(DAY, None) == (None, "in the window of no known wave")


def test_the_days_and_the_windows_in_words() -> None:
    assert days_to_the_fix(0) == "on the day on which the fix was public"
    assert days_to_the_fix(2) == "two days before the fix was public"
    assert in_windows([WAVE]) == f"in the window of {WAVE.name}"
