"""The order of vulnerabilities, and the update that fixes a wave."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import patch_state, report
from tests.reports.saved import shown, shown_after_saving
from webshellhunt.model.patches import CveState, FixState
from webshellhunt.reports.patch_words import ALSO_OPEN, build_order, cve_order, cves_without_wave, last_fix


def test_a_wave_is_closed_by_its_last_open_fix_also_after_saving() -> None:
    state = patch_state()
    [wave] = state.waves_in(FixState.OPEN)
    fix = last_fix(state, wave)
    assert fix is not None
    assert fix.fixed_build == "15.2.792.13"
    partly = wave._replace(cves=("CVE-2021-26855",))  # open, but for a vulnerability that is closed
    state = state._replace(waves=(partly,))
    assert last_fix(state, partly) is None
    made = replace(report(), patch_state=state)
    assert shown_after_saving(made, "text") == shown(made, "text")


def test_vulnerabilities_without_a_wave_are_the_newest_first() -> None:
    state = patch_state()
    older = CveState("CVE-2020-99999", FixState.OPEN)
    names = [each.cve for each in cves_without_wave(state._replace(cves=(older, *state.cves)), FixState.OPEN)]
    assert names == ["CVE-2021-28480", "CVE-2020-99999"]
    assert [fix for fix, _ in ALSO_OPEN] == [FixState.OPEN, FixState.UNSETTLED]


def test_numbers_that_are_none_have_an_order() -> None:
    huge = "9" * 5_000
    assert build_order(CveState("x", FixState.OPEN, "SU", f"15.{huge}.2")) == (15, 2)
    assert cve_order(f"CVE-2021-{huge}") == ("2021", 0, "CVE")
    assert cve_order("") == ("", 0, "")
