"""Plantings compared with the installation of a fix, in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.builders.exploit_rows import exploitation, iis
from webshellhunt.detectors.access_log import exploitation_succeeded
from webshellhunt.knowledge.exploitation_patterns import load_patterns
from webshellhunt.knowledge.fix_times import against_build, against_fix, days_to_the_fix, find_exposure, in_windows
from webshellhunt.knowledge.waves import EXCHANGE, iter_waves_at, load_waves
from webshellhunt.model.exploitation import Exposure, Grade
from webshellhunt.model.patches import CveState, FixState, PatchState, WaveState, WitnessKind
from webshellhunt.model.rules import Confidence, Severity

DAY = date(2021, 3, 1)
(WAVE, *_) = iter_waves_at(DAY, (EXCHANGE,))
EXPLOITS = {exploit.slug: exploit for exploit in load_patterns().exploits}
WAVE = next(wave for wave in load_waves() if wave.slug == "proxylogon")
WHEN = datetime(2021, 3, 9, 12, tzinfo=UTC)


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


def host(
    state: FixState, closed_on: date | None = None, open_on: date | None = None, *, closed_exactly: bool = False
) -> PatchState:
    wave = WaveState(WAVE, state, closed_on=closed_on, closed_exactly=closed_exactly, open_on=open_on)
    return PatchState("C:\\Exchange", "15.2.792.10", WitnessKind.SETUP_PROGRAM, exact=True, known=True, waves=(wave,))


@pytest.mark.parametrize(
    ("patch_state", "exposure"),
    [
        (None, Exposure.UNKNOWN),
        (host(FixState.OPEN), Exposure.OPEN),
        (host(FixState.UNSETTLED), Exposure.UNKNOWN),
        (host(FixState.CLOSED), Exposure.UNKNOWN),
        (host(FixState.CLOSED, closed_on=date(2021, 3, 8)), Exposure.CLOSED),
        (host(FixState.CLOSED, closed_on=date(2021, 3, 9)), Exposure.UNKNOWN),
        (host(FixState.CLOSED, closed_on=date(2021, 3, 20), closed_exactly=True), Exposure.OPEN),
        (host(FixState.CLOSED, closed_on=date(2021, 3, 20), open_on=date(2021, 3, 10)), Exposure.OPEN),
        (host(FixState.CLOSED, closed_on=date(2021, 3, 20)), Exposure.UNKNOWN),
    ],
)
def test_exposure_to_a_wave(patch_state: PatchState | None, exposure: Exposure) -> None:
    found, words = find_exposure(EXPLOITS["proxylogon"], WHEN, patch_state)
    assert found is exposure
    assert bool(words) is (exposure is not Exposure.UNKNOWN)


def test_before_the_first_fix_each_build_was_open() -> None:
    early = datetime(2021, 1, 6, tzinfo=UTC)
    assert find_exposure(EXPLOITS["proxylogon"], early, host(FixState.CLOSED))[0] is Exposure.OPEN
    assert find_exposure(EXPLOITS["proxylogon"], None, host(FixState.CLOSED))[0] is Exposure.UNKNOWN


def test_other_products_have_other_builds() -> None:
    assert find_exposure(EXPLOITS["toolshell"], WHEN, host(FixState.OPEN)) == (Exposure.UNKNOWN, "")


def test_exposure_to_a_exploit_without_a_wave() -> None:
    exploit = EXPLOITS["exchange-2021-28480"]
    fixed = tuple(CveState(cve, FixState.CLOSED) for cve in exploit.cves)
    closed = host(FixState.CLOSED)._replace(cves=fixed, installed=date(2021, 3, 1))
    assert find_exposure(exploit, WHEN, closed)[0] is Exposure.CLOSED
    assert find_exposure(exploit, WHEN, closed._replace(installed=date(2021, 4, 1)))[0] is Exposure.UNKNOWN
    opened = closed._replace(cves=(CveState(exploit.cves[0], FixState.OPEN),))
    assert find_exposure(exploit, WHEN, opened)[0] is Exposure.OPEN


@pytest.mark.parametrize(
    ("patch_state", "severity", "confidence"),
    [
        (None, Severity.HIGH, Confidence.MEDIUM),
        (host(FixState.OPEN), Severity.HIGH, Confidence.HIGH),
    ],
)
def test_the_installed_build_weighs(patch_state: PatchState | None, severity: Severity, confidence: Confidence) -> None:
    found = exploitation([iis("POST", "/ecp/y.js", 241)], patch_state=patch_state)["proxylogon"]
    (finding,) = exploitation_succeeded.find(found)
    assert (finding.severity, finding.confidence) == (severity, confidence)
    assert found.exposure_words in finding.message


def test_an_answer_after_the_fix_is_an_attempt() -> None:
    fixed = host(FixState.CLOSED, closed_on=date(2021, 3, 2))
    found = exploitation([iis("POST", "/ecp/y.js", 241)], patch_state=fixed)["proxylogon"]
    assert (found.best.grade, found.counts) == (Grade.ATTEMPTED, {Grade.ATTEMPTED: 1})
    assert "but the update that closes this vulnerability was installed by 2021-03-02" in found.best.because
    assert list(exploitation_succeeded.find(found)) == []


def test_an_answer_before_the_fix_stays_a_success_though_one_came_after_it() -> None:
    rows = [iis("POST", "/ecp/y.js", 241), iis("POST", "/ecp/y.js", 241, at="2021-03-20 04:00:00")]
    found = exploitation(rows, patch_state=host(FixState.CLOSED, closed_on=date(2021, 3, 5)))["proxylogon"]
    assert found.counts == {Grade.ATTEMPTED: 1, Grade.SUCCEEDED: 1}
    assert found.last == found.first == found.best
