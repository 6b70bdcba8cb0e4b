from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given

from tests.reports.cases import patch_state, report
from tests.reports.markup import Markup
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import patch_states
from webshellhunt.model.patches import CveState, FixState, PatchState, WitnessKind
from webshellhunt.reports.content.patches import patch_lines
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text import lines

BRIEF = [
    r"Exchange 2019 CU8 Mar21SU (15.2.792.10), according to Bin\ExSetup.exe; "
    "installed on 2021-03-05 (setup log), released 2021-03-02",
    "This build is not in the table (between two others), so only its number was compared.",
    "OPEN to ProxyShell (CVE-2021-34473), used since 2021-01-03: fixed by 15.2.792.13, Apr21SU",
    "Fixed: ProxyLogon (on 2021-03-05, setup log)",
    "Also open, without a known wave: CVE-2021-28480",
    "Unknown whether fixed, since the build number alone does not show it: CVE-2021-1730",
    "End of support: 2025-10-14 (without paid extensions)",
]


def test_waves_come_first_and_the_rest_is_counted() -> None:
    assert list(patch_lines(patch_state())) == BRIEF


def _unsettled(state: PatchState) -> PatchState:
    waves = tuple(wave._replace(state=FixState.UNSETTLED) for wave in state.waves)
    return state._replace(waves=waves, cves=tuple(cve._replace(state=FixState.UNSETTLED) for cve in state.cves))


def test_all_of_it_lists_each_vulnerability_and_witness() -> None:
    whole = list(patch_lines(patch_state(), whole=True))
    assert "  CVE-2021-28480: fixed by 15.2.792.13 (Apr21SU)" in whole
    assert "  CVE-2021-1730: fixed by 15.2.721.8 (Feb21SU); more than a build" in whole
    assert whole[-1] == r"  setup log: 15.2.792.10, 2021-03-03, C:\ExchangeSetup.log"


def test_what_is_only_the_least_build_says_so() -> None:
    made = patch_state()._replace(
        exact=False, basis=WitnessKind.REGISTRY, installed=None, installed_by=None, standing=None
    )
    first, second, *_ = patch_lines(made)
    assert "(at least 15.2.792.10), according to registry; installed not before its release on 2021-03-02" in first
    assert second.startswith("At least this build")
    perhaps = _unsettled(made)
    assert any(
        line.startswith("Possibly open to: ProxyLogon (fixed by 15.2.792.10, Mar21SU), ProxyShell (")
        for line in patch_lines(perhaps)
    )


def test_a_build_newer_than_the_data_says_so_with_its_day() -> None:
    state = patch_state()._replace(standing="newer than another", newer_than_data=date(2026, 10, 8))
    unsettled = _unsettled(state)
    told = list(patch_lines(unsettled))
    assert (
        told[1] == "This build is newer than another: vulnerabilities found since then are not in this version's data."
    )
    assert told[2].startswith("Unknown whether this build fixes: ProxyLogon (fixed by 15.2.792.10, Mar21SU)")
    assert not [line for line in told if "open to" in line.lower()]


def test_a_build_that_was_only_found_came_by_that_day() -> None:
    first, *_ = patch_lines(patch_state()._replace(installed_by=WitnessKind.SETUP_LOG_FOUND))
    assert "installed by 2021-" in first
    assert "(setup log, found as installed)" in first


def test_the_text_report_shows_it() -> None:
    text = "".join(lines([replace(report(), patch_state=patch_state())], Options()))
    assert "\nPatch state:\n  " + "\n  ".join(BRIEF) in text


@given(patch_states)
def test_each_line_is_one_line(state: PatchState) -> None:
    for whole in (False, True):
        for line in patch_lines(state, whole=whole):
            assert "\n" not in line
            assert "\x1b" not in line


def test_a_wave_is_closed_by_its_last_open_fix_also_after_saving() -> None:
    state = patch_state()
    [wave] = state.waves_in(FixState.OPEN)
    partly = wave._replace(cves=("CVE-2021-26855",))  # open, but for a vulnerability that is closed
    state = state._replace(waves=(partly,))
    assert any(line.endswith(": no fixed build in the table") for line in patch_lines(state))
    made = replace(report(), patch_state=state)
    assert shown_after_saving(made, "text") == shown(made, "text")


def test_vulnerabilities_without_a_wave_are_the_newest_first() -> None:
    state = patch_state()
    huge = "9" * 5_000
    older = CveState("CVE-2020-99999", FixState.OPEN)
    odd = [CveState(name, FixState.OPEN, "SU", f"15.{huge}.2") for name in (f"CVE-2021-{huge}", "")]
    state = state._replace(cves=(older, *odd, *state.cves))
    [line] = [each for each in patch_lines(state) if each.startswith("Also open")]
    assert line.startswith("Also open, without a known wave: CVE-2021-28480, CVE-2021-9")
    assert "CVE-2020-99999" in line
    assert list(patch_lines(state, whole=True))


def test_a_build_without_a_date() -> None:
    state = patch_state()._replace(installed=None)
    assert next(patch_lines(state)).endswith("; installed not before its release on 2021-03-02")
    assert next(patch_lines(state._replace(released=None))).endswith("; installation date unknown")


def test_the_page_has_the_same_sentences() -> None:
    page = Markup(shown(replace(report(), patch_state=patch_state()), "html")).text
    for line in patch_lines(patch_state(), whole=True):
        assert line.strip() in " ".join(page.split()), line
