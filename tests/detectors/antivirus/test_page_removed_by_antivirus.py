"""A file that antivirus software removed from a web directory."""

from __future__ import annotations

from tests.builders.quarantine import DETECTED, REMOVED
from webshellhunt.antivirus.records import Detection, Outcome
from webshellhunt.detectors.antivirus.page_removed_by_antivirus import find
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.detected_files import DetectedFile

PAGE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
SEEN = Detection("Backdoor:ASP/Chopper", "file", PAGE, Outcome.DETECTED, "MPLog", 7, DETECTED)
TAKEN = SEEN._replace(outcome=Outcome.QUARANTINED, detected_utc=None, acted_utc=REMOVED)
FILE = DetectedFile(PAGE, Role.ASPNET_CLIENT, (SEEN, TAKEN), is_page=True)


def test_a_removed_page_with_its_time() -> None:
    (found,) = find(FILE)
    assert found.message == "Defender quarantined it on 2021-03-04T05:26:00Z as Backdoor:ASP/Chopper"
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert [(each.path, each.line) for each in found.evidence] == [("MPLog", 7)]
    assert found.facts["removed_at"] == "2021-03-04T05:26:00Z"


def test_a_page_that_was_detected_and_is_gone() -> None:
    (found,) = find(FILE._replace(detections=(SEEN,)))
    assert found.message == (
        "Defender detected Backdoor:ASP/Chopper in it on 2021-03-04T05:06:07Z; the records name no removal"
    )
    (found,) = find(FILE._replace(detections=(SEEN._replace(outcome=Outcome.GONE),)))
    assert found.message.endswith("and it was gone afterwards")


def test_a_file_that_is_there_is_no_removed_one() -> None:
    assert list(find(FILE._replace(is_present=True))) == []


def test_a_test_file_accuses_nobody() -> None:
    (found,) = find(FILE._replace(detections=(TAKEN._replace(threat="Virus:DOS/EICAR_Test_File"),)))
    assert found.severity is Severity.INFO


def test_a_record_without_a_time() -> None:
    (found,) = find(FILE._replace(detections=(TAKEN._replace(acted_utc=None),)))
    assert found.message == "Defender quarantined it as Backdoor:ASP/Chopper"
