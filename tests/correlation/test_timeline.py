from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.reports.cases import verdict
from webshellhunt.correlation.timeline import MOST, timeline
from webshellhunt.model.patches import FixState, PatchState, Wave, WaveState, WitnessKind
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting

PLANTED = datetime(2021, 3, 3, 4, tzinfo=UTC)
USE = Use(
    9,
    9,
    9,
    PLANTED + timedelta(hours=1),
    PLANTED + timedelta(days=9),
    logs=("u_ex210303.log", "u_ex210312.log"),
    line=7,
)


def _fixed() -> PatchState:
    day = date(2021, 3, 2)
    wave = Wave("proxylogon", "ProxyLogon", ("CVE-2021-26855",), day, day, day, day, True, "exchange")
    closed = WaveState(wave, FixState.CLOSED, (), date(2021, 3, 5), WitnessKind.SETUP_LOG, closed_exactly=True)
    return PatchState("C:\\", "15.2.792.10", WitnessKind.SETUP_PROGRAM, exact=True, known=True, waves=(closed,))


def test_planting_use_and_fix_are_in_the_order_of_time() -> None:
    planting = Planting(PLANTED, "ExternalUrl", "planted")
    accused = replace(verdict(), disposition=Disposition.MALICIOUS, planting=planting, use=USE)
    path = accused.subject.path
    assert [(each.event, each.witness) for each in timeline([accused], _fixed())] == [
        (f"planted: {path}", "ExternalUrl"),
        (f"first used: {path}", "u_ex210303.log, line 7"),
        ("fix for ProxyLogon installed", "setup log"),
        (f"last used: {path}", "u_ex210312.log"),
    ]


def test_a_subject_below_suspicion_has_no_line() -> None:
    unexplained = replace(verdict(), disposition=Disposition.UNEXPLAINED, planting=Planting(PLANTED, "", ""), use=USE)
    assert timeline([unexplained], None) == ()


def test_a_timeline_is_limited() -> None:
    several = [
        replace(verdict(), disposition=Disposition.MALICIOUS, planting=Planting(PLANTED + timedelta(days=n), "", ""))
        for n in range(2 * MOST)
    ]
    assert len(timeline(several, None)) == MOST
