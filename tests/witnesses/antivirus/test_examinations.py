"""Examinations by the records: traces, findings about files that remain, bounds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.builders.quarantine import (
    DETECTED,
    FOLDER,
    REMOVED,
    backup,
    content_name,
    detection_lines,
    entry,
    log,
    quarantined,
)
from webshellhunt.antivirus.obfuscation import restore
from webshellhunt.detectors.antivirus.page_removed_by_antivirus import RULE
from webshellhunt.detectors.contract import claim
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind
from webshellhunt.sources import MemorySource
from webshellhunt.witnesses.antivirus import examinations
from webshellhunt.witnesses.antivirus.collected import collect_records
from webshellhunt.witnesses.antivirus.examinations import iter_examinations
from webshellhunt.witnesses.antivirus.places import PlaceFinder

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
