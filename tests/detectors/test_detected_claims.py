"""The weight of a detection: the kind of the threat, the place, and the name of the file."""

from __future__ import annotations

import pytest

from tests.builders.quarantine import DETECTED, REMOVED
from webshellhunt.antivirus.records import Detection, FileFacts, Outcome
from webshellhunt.detectors.detected_claims import evidence_of, facts_of, weigh
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.detected_files import DetectedFile

SHELL, MALWARE, UNWANTED, TEST = (
    "Backdoor:ASP/Chopper",
    "Trojan:Win32/Wacatac",
    "PUA:Win32/Presenoker",
    "Virus:DOS/EICAR_Test_File",
)
PAGE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"


def _file(
    threat: str = SHELL, role: Role = Role.ASPNET_CLIENT, *, page: bool = True, shipped: bool = False
) -> DetectedFile:
    found = Detection(threat, "file", PAGE, Outcome.QUARANTINED, "MPLog", 7, DETECTED, REMOVED, "user", "w3wp.exe")
    return DetectedFile(PAGE, role, (found,), page, shipped)


@pytest.mark.parametrize(
    ("file", "severity", "confidence"),
    [
        (_file(), Severity.CRITICAL, Confidence.HIGH),
        (_file(shipped=True), Severity.HIGH, Confidence.HIGH),
        (_file(page=False), Severity.HIGH, Confidence.HIGH),
        (_file(role=Role.WWWROOT), Severity.HIGH, Confidence.HIGH),
        (_file(role=Role.WWWROOT, page=False), Severity.MEDIUM, Confidence.MEDIUM),
        (_file(MALWARE), Severity.HIGH, Confidence.HIGH),
        (_file(MALWARE, Role.WWWROOT), Severity.HIGH, Confidence.MEDIUM),
        (_file(MALWARE, page=False), Severity.MEDIUM, Confidence.HIGH),
        (_file(MALWARE, Role.WWWROOT, page=False), Severity.LOW, Confidence.MEDIUM),
        (_file(UNWANTED), Severity.LOW, Confidence.MEDIUM),
        (_file(UNWANTED, page=False), Severity.INFO, Confidence.MEDIUM),
        (_file(TEST), Severity.INFO, Confidence.HIGH),
    ],
)
def test_the_weight(file: DetectedFile, severity: Severity, confidence: Confidence) -> None:
    assert weigh(file) == (severity, confidence)


def test_the_records_are_the_evidence_the_last_ones_first() -> None:
    found = [_file().detections[0]._replace(line=line) for line in (1, 2, 2, 3, 4, 5, 6)]
    assert [each.line for each in evidence_of(found)] == [6, 5, 4, 3, 2]
    assert evidence_of([found[0]._replace(record="")]) == []


def test_the_facts_of_a_file() -> None:
    file = _file()
    file = file._replace(detections=(file.detections[0]._replace(facts=FileFacts(sha256="ab", md5="cd")),))
    facts = facts_of(file)
    assert (facts["detected_at"], facts["removed_at"]) == ("2021-03-04T05:06:07Z", "2021-03-04T05:26:00Z")
    assert (facts["by"], facts["process"], facts["detected_sha256"]) == ("user", "w3wp.exe", "ab")
