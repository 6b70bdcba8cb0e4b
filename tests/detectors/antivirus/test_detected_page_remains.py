"""A file that was detected and is there now."""

from __future__ import annotations

from tests.builders.quarantine import DETECTED, REMOVED
from webshellhunt.antivirus.records import Detection, FileFacts, Outcome
from webshellhunt.detectors.antivirus.detected_page_remains import find
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.detected_files import DetectedFile

PAGE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
SEEN = Detection("Backdoor:ASP/Chopper", "file", PAGE, Outcome.DETECTED, "MPLog", 7, DETECTED)
TAKEN = SEEN._replace(outcome=Outcome.REMOVED, detected_utc=None, acted_utc=REMOVED)
FILE = DetectedFile(PAGE, Role.ASPNET_CLIENT, (SEEN, TAKEN), is_page=True, is_present=True)


def test_a_page_that_came_back() -> None:
    (found,) = find(FILE)
    assert found.message == (
        "Defender removed it on 2021-03-04T05:26:00Z as Backdoor:ASP/Chopper, and a file is there again"
    )
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)


def test_the_same_content_is_the_same_page() -> None:
    same = SEEN._replace(facts=FileFacts(sha256="ab" * 32))
    (found,) = find(FILE._replace(detections=(same, TAKEN), present_sha256="ab" * 32))
    assert found.message.endswith("again, with the same content")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert found.facts["same_content"] is True


def test_an_allowed_or_failed_detection() -> None:
    for outcome, words in ((Outcome.ALLOWED, "it was allowed"), (Outcome.FAILED, "the action failed")):
        (found,) = find(FILE._replace(detections=(SEEN, TAKEN._replace(outcome=outcome))))
        assert found.message == (
            f"Defender detected Backdoor:ASP/Chopper in it on 2021-03-04T05:26:00Z, {words}, and it is there"
        )


def test_a_cleaned_file_is_low() -> None:
    cleaned = FILE._replace(detections=(SEEN, TAKEN._replace(outcome=Outcome.CLEANED)))
    (found,) = find(cleaned)
    assert found.severity is Severity.LOW
    assert found.message.endswith("05:06:07Z, cleaned it, and it is there")


def test_a_detection_without_an_action() -> None:
    (found,) = find(FILE._replace(detections=(SEEN,)))
    assert found.message == "Defender detected Backdoor:ASP/Chopper in it on 2021-03-04T05:06:07Z, and it is there"


def test_a_missing_file_does_not_remain() -> None:
    assert list(find(FILE._replace(is_present=False))) == []


def test_an_unwanted_program_is_a_note() -> None:
    unwanted = SEEN._replace(threat="PUA:Win32/Presenoker")
    (found,) = find(FILE._replace(detections=(unwanted,), is_page=False))
    assert found.severity is Severity.INFO


def test_another_content_at_the_place_is_low() -> None:
    known = SEEN._replace(facts=FileFacts(sha256="ab" * 32))
    (found,) = find(FILE._replace(detections=(known, TAKEN), present_sha256="cd" * 32))
    assert (found.severity, found.confidence) == (Severity.LOW, Confidence.MEDIUM)
    assert found.message.endswith("and a file is there again, with other content")
    assert "same_content" not in found.facts
