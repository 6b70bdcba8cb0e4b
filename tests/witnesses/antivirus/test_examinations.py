"""Examinations by the records: traces, findings about files that remain, bounds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.builders.mutants import mutants
from tests.builders.quarantine import (
    DETECTED,
    FOLDER,
    REMOVED,
    backup,
    content_name,
    detection_lines,
    entry,
    history,
    log,
    quarantined,
)
from tests.builders.specimens import specimen
from tests.reports.cases import SHELL
from webshellhunt.antivirus.obfuscation import restore
from webshellhunt.correlation.joined_traces import join_traces
from webshellhunt.detectors.antivirus import page_detected_in_event_log
from webshellhunt.detectors.antivirus.page_removed_by_antivirus import RULE
from webshellhunt.detectors.contract import claim
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.places import Role
from webshellhunt.model.report import AssessmentState, Report
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition, Examination, Presence, Subject, SubjectKind, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.reports import render
from webshellhunt.sources import MemorySource
from webshellhunt.verdict.judge import judge
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct, LoggedActs
from webshellhunt.witnesses.antivirus import examinations
from webshellhunt.witnesses.antivirus.collected import collect_records
from webshellhunt.witnesses.antivirus.examinations import PlaceFinder, hear_antivirus, iter_examinations

PAGE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
HERE = "C/inetpub/wwwroot/aspnet_client/x.aspx"
THREAT = "Backdoor:ASP/Chopper"
LOG = f"{FOLDER}/Support/MPLog-20210301-010101.log"
SITE = {"C/inetpub/wwwroot/iisstart.htm": b"<html>"}


def _examine(data: bytes, artifact: Artifact) -> Examination:
    """Return an examination without a finding, as of a page that no rule knows."""
    subject = Subject.of(artifact, sha256=f"{len(data):064x}", executable=True)
    return Examination(subject)


def _examined(
    files: Mapping[str, bytes], known: tuple[Examination, ...] = (), site: Mapping[str, bytes] = SITE
) -> list[Examination | Gap]:
    source = MemorySource({**site, **files})
    surveyed = survey(source, Limits())
    records = collect_records(source, surveyed)
    return list(iter_examinations(source, records, PlaceFinder(surveyed), known, _examine))


def _only(found: list[Examination | Gap]) -> Examination:
    (one,) = found
    assert isinstance(one, Examination)
    return one


def _rules(examination: Examination) -> list[str]:
    return [each.rule.id for each in examination.findings]


def test_a_removed_page_is_a_trace_with_its_content() -> None:
    trace = _only(_examined({**quarantined(PAGE, b"<html/>", THREAT), LOG: log(*detection_lines(THREAT, PAGE))}))
    subject = trace.subject
    assert (subject.kind, subject.path, subject.presence) == (SubjectKind.TRACE, PAGE, Presence.DELETED)
    assert (subject.role, subject.size_bytes, subject.executable) == (Role.ASPNET_CLIENT, 7, True)
    assert (subject.times.created_utc, subject.times.original) == (DETECTED, True)
    assert subject.sha256 == f"{7:064x}"
    assert _rules(trace) == ["WSH6041"]


def test_a_removed_page_without_its_content() -> None:
    trace = _only(_examined({LOG: log(*detection_lines(THREAT, PAGE))}))
    assert (trace.subject.executable, trace.subject.presence) == (True, Presence.DELETED)
    assert _rules(trace) == ["WSH6041"]


@pytest.mark.parametrize(
    ("site", "presence"),
    [
        ({"C/inetpub/wwwroot/web.config": b"<configuration/>"}, Presence.NOT_COLLECTED),
        ({"C/inetpub/wwwroot/aspnet_client/web.config": b"<configuration/>"}, Presence.NOT_COLLECTED),
        (SITE, Presence.DELETED),
        ({"C/inetpub/wwwroot/aspnet_client/system_web/a.js": b""}, Presence.DELETED),
    ],
)
def test_a_page_that_was_only_detected_may_be_there(site: Mapping[str, bytes], presence: Presence) -> None:
    """Only a directory that was copied with its files shows that the page is gone."""
    trace = _only(_examined({LOG: log(detection_lines(THREAT, PAGE)[0])}, site=site))
    assert trace.subject.presence is presence


def test_a_page_that_remains_has_one_finding_more() -> None:
    known = Examination(Subject(SubjectKind.FILE, PAGE.upper(), sha256="ab" * 32))
    files = {HERE: b"x", LOG: log(*detection_lines(THREAT, PAGE, action="ALLOW"))}
    examination = _only(_examined(files, (known,)))
    assert examination.subject == known.subject
    assert _rules(examination) == ["WSH6042"]


def test_a_page_that_came_back_and_the_one_that_was_removed() -> None:
    known = Examination(Subject(SubjectKind.FILE, PAGE, sha256="ab" * 32))
    found = _examined({HERE: b"x", **quarantined(PAGE, b"<html/>", THREAT)}, (known,))
    there, removed = (each for each in found if isinstance(each, Examination))
    assert (_rules(there), _rules(removed)) == (["WSH6042"], ["WSH6041"])
    assert (removed.subject.kind, removed.subject.presence) == (SubjectKind.TRACE, Presence.PRESENT)


def test_a_present_file_that_was_not_examined_is_a_trace() -> None:
    trace = _only(_examined({HERE: b"x", LOG: log(*detection_lines(THREAT, PAGE))}))
    assert (trace.subject.kind, trace.subject.presence) == (SubjectKind.TRACE, Presence.PRESENT)
    assert _rules(trace) == ["WSH6042"]


def test_other_detections_and_settings_are_one_trace_each() -> None:
    elsewhere = detection_lines("HackTool:Win32/Mimikatz", r"C:\m.exe")
    rows = ("Ext Exclusions:", "  .edb")
    others, settings = (
        each for each in _examined({LOG: log(*elsewhere, *elsewhere, *rows)}) if isinstance(each, Examination)
    )
    assert (_rules(others), _rules(settings)) == (["WSH6043"], ["WSH6044"])
    detections = others.findings[0].facts["detections"]
    assert detections == (r"2021-03-04T05:06:07Z HackTool:Win32/Mimikatz: file C:\m.exe (quarantined)",)


def test_a_content_that_can_not_be_read_is_a_gap_of_the_page() -> None:
    kept = quarantined(PAGE, b"<html/>", THREAT)
    kept[next(path for path in kept if "ResourceData" in path)] = b"damaged"
    gap, trace = _examined(kept)
    assert isinstance(gap, Gap)
    assert (gap.code, gap.path, gap.matters) == ("quarantined-content", PAGE, True)
    assert isinstance(trace, Examination)
    assert _rules(trace) == ["WSH6041"]


def test_a_content_that_the_evidence_lacks_is_a_gap() -> None:
    kept = {path: data for path, data in quarantined(PAGE, b"<html/>", THREAT).items() if "ResourceData" not in path}
    gap, trace = _examined(kept)
    assert isinstance(gap, Gap)
    assert (gap.reason, gap.matters) == ("the evidence does not have its quarantined content", False)
    assert isinstance(trace, Examination)
    assert _rules(trace) == ["WSH6041"]


def _twice(first: bytes, second: bytes, path: str = PAGE) -> dict[str, bytes]:
    """Return a quarantine with two contents of one path, the second a day later."""
    files: dict[str, bytes] = {}
    for number, content in enumerate((first, second)):
        name = content_name(f"{path} {number}")
        when = REMOVED + timedelta(days=number)
        files[f"{FOLDER}/Quarantine/Entries/{number}"] = entry(THREAT, [("file", path, name, len(content))], when)
        files[f"{FOLDER}/Quarantine/ResourceData/{name[:2]}/{name}"] = restore(backup(content))
    return files


def test_two_contents_of_one_path_are_two_traces() -> None:
    found = _examined(_twice(b"<html/>", b"<html></html>"))
    traces = [each for each in found if isinstance(each, Examination)]
    assert len(traces) == len(found) == 2
    assert [each.subject.size_bytes for each in traces] == [7, 13]
    assert [each.findings[0].facts["removed_at"] for each in traces] == ["2021-03-04T05:26:00Z", "2021-03-05T05:26:00Z"]
    _only(_examined(_twice(b"<html/>", b"<html/>")))


def test_one_of_two_contents_is_there_again() -> None:
    known = Examination(Subject(SubjectKind.FILE, PAGE, sha256=hashlib.sha256(b"<html/>").hexdigest()))
    found = _examined({HERE: b"<html/>", **_twice(b"<html/>", b"<html></html>")}, (known,))
    there, removed = (each for each in found if isinstance(each, Examination))
    assert there.findings[0].facts["same_content"] is True
    assert (_rules(removed), removed.subject.size_bytes) == (["WSH6041"], 13)


STOCK = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\logon.aspx"


@pytest.mark.parametrize(("reported", "severity"), [(False, Severity.LOW), (True, Severity.HIGH)])
@pytest.mark.parametrize("spelling", [STOCK, STOCK.upper()])
def test_a_stock_page_that_was_restored_is_low_unless_its_content_is_reported(
    reported: bool, severity: Severity, spelling: str
) -> None:
    here = STOCK.replace("\\", "/").replace("C:", "C", 1)
    findings = (claim(RULE, "x", severity=Severity.HIGH),) if reported else ()
    subject = Subject(SubjectKind.FILE, STOCK, sha256=hashlib.sha256(b"<html/>").hexdigest())
    files = {here: b"<html/>", **quarantined(spelling, b"<html/>", THREAT)}
    examination = _only(_examined(files, (Examination(subject, findings),)))
    assert (examination.findings[-1].rule.id, examination.findings[-1].severity) == ("WSH6042", severity)
    assert ("restored" in examination.findings[-1].message) is not reported


def test_a_stock_page_whose_quarantined_content_is_plain_is_low() -> None:
    (finding,) = _only(_examined(quarantined(STOCK, b"<html/>", THREAT))).findings
    assert finding.severity is Severity.LOW
    (finding,) = _only(_examined({LOG: log(*detection_lines(THREAT, STOCK))})).findings
    assert finding.severity is Severity.HIGH
    (finding,) = _only(_examined(quarantined(STOCK.replace("logon", "x"), b"<html/>", THREAT))).findings
    assert finding.severity is Severity.CRITICAL


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examinations, "MOST_FILES", 1)
    monkeypatch.setattr(examinations, "MOST_CONTENTS", 0)
    other = PAGE.replace("x.aspx", "y.aspx")
    late = quarantined(other, b"<html/>", THREAT, when=REMOVED + timedelta(days=1), guid="2")
    found = _examined({**quarantined(PAGE, b"<html/>", THREAT), **late})
    gaps = [each.code for each in found if isinstance(each, Gap)]
    assert gaps == ["quarantined-content", "antivirus-records-left-out"]
    assert len(found) == 3


def test_a_part_of_a_container_is_the_container() -> None:
    parts = [("containerfile", PAGE, None, 9), ("file", f"{PAGE}->(SCRIPT01)", content_name(PAGE), 9)]
    _, trace = _examined({f"{FOLDER}/Quarantine/Entries/1": entry(THREAT, parts)})
    assert isinstance(trace, Examination)
    assert trace.subject.path == PAGE


CONTENTS = r"C:\ProgramData\Microsoft\Windows Defender\Quarantine\ResourceData" + "\\"
NAMED_THREAT = "Backdoor:ASP/Chopper.F!dha"
STOCK_SITE = {
    "C/inetpub/wwwroot/iisstart.htm": b"<html></html>",
    "C/inetpub/wwwroot/aspnet_client/system_web/4_0_30319/WebForms.js": b"function a(){}",
}
TAKEN = {**quarantined(PAGE, SHELL.encode(), NAMED_THREAT), LOG: log(*detection_lines(NAMED_THREAT, PAGE))}


def _hunt(**files: bytes) -> Report:
    return hunt(MemorySource({**STOCK_SITE, **files}))


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
    report = _hunt(**quarantined(page, b"<html></html>", NAMED_THREAT))
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
    allowed = history(NAMED_THREAT, [("file", PAGE)], status=5, sha256=sha256)
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
    assert "\x1b" not in str(render(_hunt(**quarantined(path, b"<html/>", NAMED_THREAT)), "text"))


def test_a_host_without_records_has_no_testimony() -> None:
    source, job = MemorySource(STOCK_SITE), Job()
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
        source = MemorySource({**STOCK_SITE, **TAKEN, name: data})
        surveyed = survey(source, Limits())
        list(hear_antivirus(ExaminedHost(source, surveyed, [], Job())))
