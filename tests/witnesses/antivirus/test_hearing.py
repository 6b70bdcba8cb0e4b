"""What Defender recorded is part of the report: a removed shell convicts, a stock server is accused of nothing."""

from __future__ import annotations

import pytest

from tests.builders.mutants import mutants
from tests.builders.quarantine import DETECTED, FOLDER, REMOVED, detection_lines, history, log, quarantined
from tests.builders.specimens import specimen
from tests.reports.cases import SHELL
from webshellhunt.correlation.joined_traces import join_traces
from webshellhunt.detectors.antivirus import page_detected_in_event_log
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.report import AssessmentState, Report
from webshellhunt.model.verdict import Disposition, Examination, Presence, SubjectKind, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.reports import render
from webshellhunt.sources import MemorySource
from webshellhunt.verdict.judge import judge
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct, LoggedActs
from webshellhunt.witnesses.antivirus.hearing import hear_antivirus

PAGE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
HERE = "C/inetpub/wwwroot/aspnet_client/x.aspx"
CONTENTS = r"C:\ProgramData\Microsoft\Windows Defender\Quarantine\ResourceData" + "\\"
THREAT = "Backdoor:ASP/Chopper.F!dha"
LOG = f"{FOLDER}/Support/MPLog-20210301-010101.log"
SITE = {
    "C/inetpub/wwwroot/iisstart.htm": b"<html></html>",
    "C/inetpub/wwwroot/aspnet_client/system_web/4_0_30319/WebForms.js": b"function a(){}",
}
TAKEN = {**quarantined(PAGE, SHELL.encode(), THREAT), LOG: log(*detection_lines(THREAT, PAGE))}


def _hunt(**files: bytes) -> Report:
    return hunt(MemorySource({**SITE, **files}))


def _verdicts(report: Report) -> dict[tuple[SubjectKind, str], Verdict]:
    return {(each.subject.kind, each.subject.path): each for each in report.verdicts}


def test_a_removed_shell_convicts_by_its_content() -> None:
    report = _hunt(**TAKEN)
    trace = _verdicts(report)[SubjectKind.TRACE, PAGE]
    assert (trace.disposition, trace.subject.presence) == (Disposition.MALICIOUS, Presence.DELETED)
    assert {"WSH1001", "WSH6041"} <= {each.rule.id for each in trace.findings}
    assert any(
        str(each.facts.get("quarantined_as")).startswith(CONTENTS) and each.facts.get("md5") for each in trace.findings
    )
    assert trace.planting is not None
    assert trace.planting.when_utc == DETECTED
    assert report.assessment.state is AssessmentState.EXPLOITATION_TRACES_ONLY
    assert any("quarantine of Defender" in step.text for step in report.assessment.next_steps)


def test_the_timeline_has_the_detection_and_the_removal() -> None:
    events = {(each.when_utc, each.event) for each in _hunt(**TAKEN).timeline}
    assert {(DETECTED, f"antivirus detected {PAGE}"), (REMOVED, f"antivirus removed {PAGE}")} <= events


def test_another_page_at_the_place_of_a_removed_shell_is_not_the_shell() -> None:
    report = _hunt(**{HERE: b"<html></html>", **TAKEN})
    found = _verdicts(report)
    there, removed = found[SubjectKind.FILE, PAGE], found[SubjectKind.TRACE, PAGE]
    assert there.disposition is Disposition.UNEXPLAINED
    assert any("is there again, with other content" in each.message for each in there.findings)
    assert (removed.disposition, removed.subject.presence) == (Disposition.MALICIOUS, Presence.PRESENT)


def test_a_page_at_the_place_of_a_removed_shell_may_be_the_shell_if_no_digest_is_known() -> None:
    page = b"<html></html>"
    there = _verdicts(_hunt(**{HERE: page, LOG: TAKEN[LOG]}))[SubjectKind.FILE, PAGE]
    assert there.disposition is Disposition.MALICIOUS
    assert any("is there again" in each.message for each in there.findings)


def test_a_shell_that_came_back_is_one_verdict() -> None:
    report = _hunt(**{HERE: SHELL.encode(), **TAKEN})
    (there,) = (each for each in report.verdicts if each.subject.path == PAGE)
    assert (there.subject.kind, there.disposition) == (SubjectKind.FILE, Disposition.MALICIOUS)
    message = next(each.message for each in there.findings if each.rule.id == "WSH6042")
    assert message.endswith("a file is there again, with the same content")


def test_a_removed_page_whose_content_no_rule_knows_has_the_step_to_copy_it() -> None:
    page = r"C:\inetpub\wwwroot\shop\x.aspx"
    report = _hunt(**quarantined(page, b"<html></html>", THREAT))
    trace = _verdicts(report)[SubjectKind.TRACE, page]
    assert {each.rule.id for each in trace.findings} == {"WSH6041"}
    assert str(trace.findings[0].facts["quarantined_as"]).startswith(CONTENTS)
    assert any("quarantine of Defender" in step.text for step in report.assessment.next_steps)


def test_records_and_events_of_one_detection_are_one_idea() -> None:
    page = r"C:\inetpub\wwwroot\shop\x.aspx"
    threat = "Trojan:Win32/Wacatac.B!ml"
    trace = _verdicts(_hunt(**{LOG: log(*detection_lines(threat, page))}))[SubjectKind.TRACE, page]
    act = LoggedAct(Idea.PAGE_DETECTED, Gravity.GRAVE, "Defender.evtx", 1, DETECTED, "", "", page, "malware in a page")
    (event,) = page_detected_in_event_log.find(LoggedActs(Idea.PAGE_DETECTED, [act], 1))
    logged = Examination(trace.subject, (event,))
    (joined,) = join_traces([Examination(trace.subject, trace.findings), logged])
    assert {each.rule.id for each in joined.findings} == {"WSH6041", "WSH6046"}
    assert joined.subject.executable
    assert judge(joined).disposition is Disposition.SUSPICIOUS


def test_a_removed_page_is_no_act_in_a_log() -> None:
    steps = [step.text for step in _hunt(**{HERE: b"<html></html>", **TAKEN}).assessment.next_steps]
    assert any(text.startswith("Search backups") for text in steps)
    assert not any("traces in the logs" in text for text in steps)


def test_the_same_content_at_the_place_is_known_by_its_digest() -> None:
    page = b"<html></html>"
    (examination,) = [each for each in hunt(MemorySource({HERE: page})).verdicts if each.subject.path == PAGE]
    sha256 = examination.subject.sha256
    allowed = history(THREAT, [("file", PAGE)], status=5, sha256=sha256)
    name = f"{FOLDER}/Scans/History/Service/DetectionHistory/01/513F108E-C674-4D19-AE23-79C9AD68A0E6"
    there = _verdicts(_hunt(**{HERE: page, name: allowed}))[SubjectKind.FILE, PAGE]
    assert there.disposition is Disposition.MALICIOUS
    assert "with the same content" in " ".join(there.reasons)


def test_a_copy_of_the_removed_shell_elsewhere_is_named() -> None:
    report = _hunt(**{"C/inetpub/wwwroot/y.aspx": SHELL.encode(), **TAKEN})
    trace = _verdicts(report)[SubjectKind.TRACE, PAGE]
    assert trace.findings[0].facts["same_content_at"] == (r"C:\inetpub\wwwroot\y.aspx",)


@pytest.mark.parametrize(
    ("threat", "path"),
    [
        ("PUA:Win32/Presenoker", r"C:\Users\admin\Downloads\setup.exe"),
        ("Virus:DOS/EICAR_Test_File", r"C:\Users\admin\Desktop\eicar.com"),
        ("Virus:DOS/EICAR_Test_File", r"C:\inetpub\wwwroot\eicar.com"),
        ("PUA:Win32/Presenoker", r"C:\inetpub\wwwroot\download\setup.exe"),
    ],
)
def test_the_history_of_a_stock_server_accuses_nobody(threat: str, path: str) -> None:
    exclusions = ("Process Exclusions:", r"  C:\Windows\System32\inetsrv\w3wp.exe", "Path Exclusions:", r"  C:\inetpub")
    files = {**quarantined(path, b"MZ", threat), LOG: log(*detection_lines(threat, path), *exclusions)}
    report = _hunt(**files)
    assert [each for each in report.verdicts if each.disposition > Disposition.BENIGN] == []


@pytest.mark.parametrize(
    ("threat", "path", "most"),
    [
        ("Trojan:PDF/Phish.A", r"C:\inetpub\wwwroot\upload\invoice.pdf", Disposition.UNEXPLAINED),
        ("HackTool:Win32/Mimikatz", r"C:\Users\admin\Downloads\m.exe", Disposition.UNEXPLAINED),
    ],
)
def test_malware_of_others_is_unexplained_at_most(threat: str, path: str, most: Disposition) -> None:
    report = _hunt(**{LOG: log(*detection_lines(threat, path))})
    assert max(each.disposition for each in report.verdicts) == most


def test_damaged_records_end_no_hunt() -> None:
    broken = {path: data[: len(data) // 2] for path, data in TAKEN.items()}
    report = _hunt(**broken)
    assert any(gap.code == "antivirus-record-broken" for gap in report.gaps)


def test_control_characters_of_a_record_reach_no_terminal() -> None:
    path = "C:\\inetpub\\wwwroot\\\x1b[31mx.aspx"
    assert "\x1b" not in str(render(_hunt(**quarantined(path, b"<html/>", THREAT)), "text"))


def test_a_host_without_records_has_no_testimony() -> None:
    source, job = MemorySource(SITE), Job()
    assert list(hear_antivirus(ExaminedHost(source, survey(source, job.limits), [], job))) == []


REAL = (
    ("AndrewRathbun+DFIRArtifactMuseum/Windows/WindowsDefender/APTSimulatorVM/unpacked", FOLDER),
    ("AndrewRathbun+DFIRArtifactMuseum/Windows/WindowsDefender/Server2022/APTSimulatorVM", f"{FOLDER}/Support"),
    ("fox-it+dissect.target/defender-quarantine", f"{FOLDER}/Quarantine"),
)


def test_real_records_accuse_nobody_and_none_is_broken() -> None:
    files = {}
    for name, place in REAL:
        top = specimen(name)
        for path in top.rglob("*"):
            if path.is_file():
                files[f"{place}/{path.relative_to(top).as_posix()}"] = path.read_bytes()
    report = _hunt(**files)
    told = {each.subject.path: each for each in report.verdicts if each.disposition > Disposition.BENIGN}
    (others,) = told.values()
    assert others.disposition is Disposition.UNEXPLAINED
    assert others.subject.path == "(other detections of Microsoft Defender)"
    threats = others.findings[0].facts["threats"]
    assert isinstance(threats, tuple)
    assert threats[:2] == ("HackTool:JS/Jsprat", "Backdoor:PHP/Remoteshell.V")
    assert [gap for gap in report.gaps if gap.code.startswith(("antivirus", "quarantined"))] == []


@pytest.mark.parametrize("kind", ["Entries", "ResourceData", "MPLog"])
def test_mutants_of_records_end_no_hunt(kind: str) -> None:
    name = next(path for path in TAKEN if kind in path)
    for data in mutants(TAKEN[name], 25):
        source = MemorySource({**SITE, **TAKEN, name: data})
        surveyed = survey(source, Limits())
        list(hear_antivirus(ExaminedHost(source, surveyed, [], Job())))
