from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.reports.cases import finding, verdict
from webshellhunt.correlation.timeline import MOST, timeline
from webshellhunt.model.findings import Evidence, FactValue, Span
from webshellhunt.model.patches import FixState, PatchState, Wave, WaveState, WitnessKind
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting, Verdict

PLANTED = datetime(2021, 3, 3, 4, tzinfo=UTC)
USE = Use(
    9,
    9,
    9,
    PLANTED + timedelta(hours=1),
    PLANTED + timedelta(days=9),
    logs=("u_ex210303.log", "u_ex210312.log"),
    line=7,
    last_log="u_ex210312.log",
    last_line=99,
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
        (f"last used: {path}", "u_ex210312.log, line 99"),
    ]


def test_a_subject_below_suspicion_has_no_line() -> None:
    unexplained = replace(verdict(), disposition=Disposition.UNEXPLAINED, planting=Planting(PLANTED, "", ""), use=USE)
    assert timeline([unexplained], None) == ()


def _accused(facts: dict[str, FactValue], evidence: Evidence, message: str = "") -> Verdict:
    found = replace(finding(), facts=facts, evidence=(evidence,), message=message)
    return replace(verdict(), disposition=Disposition.MALICIOUS, findings=(found,), use=None)


def test_an_act_is_told_once_with_its_record() -> None:
    acts = (
        "2021-03-03T04:00:01Z w3wp.exe started cmd /c whoami (SYSTEM)",
        "2021-03-03T04:00:09Z w3wp.exe wrote a.aspx",
    )
    evidence = Evidence("Security.evtx", "log", Span(0, 0), 4050, 1, "w3wp.exe started cmd /c whoami")
    accused = _accused({"acts": acts, "done_at": "2021-03-03T04:00:01Z"}, evidence)
    assert [(each.event, each.witness) for each in timeline([accused, accused], None)] == [
        ("w3wp.exe started cmd /c whoami (SYSTEM)", "Security.evtx, record 4050"),
        ("w3wp.exe wrote a.aspx", "Security.evtx"),
    ]


def test_an_exploit_and_a_cleared_log_are_told_by_name() -> None:
    evidence = Evidence("System.evtx", "log", Span(0, 0), 7, 1, "")
    for fact, words in (("first_success", "exploited: "), ("cleared_at", "log cleared: ")):
        accused = _accused({fact: "2021-03-03T04:00:01Z"}, evidence)
        (moment,) = timeline([accused], None)
        assert (moment.event, moment.witness) == (f"{words}{accused.subject.path}", "System.evtx, record 7")
    (moment,) = timeline([_accused({"done_at": "2021-03-03T04:00:01Z"}, evidence, "a page failed")], None)
    assert moment.event == "a page failed"


def test_the_last_lines_of_a_long_timeline_are_kept() -> None:
    several = [
        replace(verdict(), disposition=Disposition.MALICIOUS, planting=Planting(PLANTED + timedelta(days=n), "", ""))
        for n in range(2 * MOST)
    ]
    assert timeline(several, None)[-1].when_utc == PLANTED + timedelta(days=2 * MOST - 1)


def test_a_timeline_is_limited() -> None:
    several = [
        replace(verdict(), disposition=Disposition.MALICIOUS, planting=Planting(PLANTED + timedelta(days=n), "", ""))
        for n in range(2 * MOST)
    ]
    assert len(timeline(several, None)) == MOST


def test_creation_renaming_and_deletion_are_told_with_their_records() -> None:
    facts: dict[str, FactValue] = {
        "recorded_created": "2021-03-03T04:05:06Z",
        "recorded_renamed": "2021-03-03T04:06:06Z",
        "recorded_deleted": "2021-03-03T04:25:06Z",
    }
    record = Evidence("C:\\$Extend\\$UsnJrnl:$J", "log", Span(0, 0), 8408, 1, "")
    accused = _accused(facts, record)
    path, witness = accused.subject.path, "C:\\$Extend\\$UsnJrnl:$J, record 8408"
    assert [(each.event, each.witness) for each in timeline([accused], None)] == [
        (f"created, says the change journal: {path}", witness),
        (f"renamed: {path}", witness),
        (f"deleted: {path}", witness),
    ]
