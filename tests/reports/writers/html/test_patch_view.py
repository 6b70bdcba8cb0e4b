"""The patch state on the page."""

from __future__ import annotations

from tests.reports.cases import patch_state
from webshellhunt.model.patches import CveState, FixState
from webshellhunt.reports.writers.html.patch_view import OTHERS, patch_values


def test_an_open_wave_has_its_fix() -> None:
    values = patch_values(patch_state(), show_all=False)
    [wave] = values["open"]
    assert (wave.name, wave.cves, wave.fix) == ("ProxyShell", "CVE-2021-34473", "Apr21SU (15.2.792.13)")
    assert values["title"] == "Exchange 2019 CU8 Mar21SU"
    assert values["came"].startswith("installed on 2021-03-05 (setup log)")
    assert values["closed"][0].startswith("ProxyLogon")


def test_a_build_without_a_date() -> None:
    state = patch_state()._replace(installed=None)
    assert patch_values(state, show_all=False)["came"] == "not installed before its release on 2021-03-02"
    assert "unknown time" in patch_values(state._replace(released=None), show_all=False)["came"]


def test_other_vulnerabilities_are_cut_the_newest_first() -> None:
    cves = tuple(CveState(f"CVE-2021-{n}", FixState.OPEN) for n in range(1, 31))
    state = patch_state()._replace(cves=cves)
    words, names, more = patch_values(state, show_all=False)["others"][0]
    assert (words[:4], names[0], len(names), more) == ("Also", "CVE-2021-30", OTHERS, 30 - OTHERS)
    assert len(patch_values(state, show_all=True)["others"][0][1]) == 30
