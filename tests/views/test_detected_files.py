"""A detected file: what its records say together."""

from __future__ import annotations

from tests.builders.quarantine import DETECTED, REMOVED
from webshellhunt.antivirus.records import Detection, FileFacts, Outcome
from webshellhunt.model.places import Role
from webshellhunt.views.detected_files import DetectedFile

PAGE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
SEEN = Detection("Backdoor:ASP/Chopper", "file", PAGE, Outcome.DETECTED, detected_utc=DETECTED)
TAKEN = SEEN._replace(outcome=Outcome.QUARANTINED, detected_utc=None, acted_utc=REMOVED)
FAILED = TAKEN._replace(outcome=Outcome.FAILED)


def _file(*detections: Detection) -> DetectedFile:
    return DetectedFile(PAGE, Role.ASPNET_CLIENT, detections)


def test_a_removal_is_the_last_one() -> None:
    file = _file(SEEN, TAKEN, TAKEN._replace(outcome=Outcome.REMOVED))
    assert file.removal is not None
    assert file.removal.outcome is Outcome.REMOVED
    assert (file.detected_utc, file.is_removed, file.failure) == (DETECTED, True, None)
    assert file.threats == ("Backdoor:ASP/Chopper",)


def test_a_failure_counts_unless_a_removal_follows() -> None:
    assert _file(SEEN, FAILED).failure == FAILED
    assert _file(SEEN, TAKEN, FAILED).failure == FAILED
    assert _file(SEEN, FAILED, TAKEN).failure is None


def test_a_file_that_was_gone_is_removed() -> None:
    assert _file(SEEN._replace(outcome=Outcome.GONE)).is_removed
    assert not _file(SEEN, FAILED).is_removed
    assert _file(SEEN).removal is None


def test_a_file_is_cleaned_by_its_last_action() -> None:
    cleaned = TAKEN._replace(outcome=Outcome.CLEANED)
    assert _file(SEEN, cleaned).is_cleaned
    assert not _file(cleaned, TAKEN).is_cleaned
    assert not _file(SEEN).is_cleaned


def test_facts_come_from_all_records() -> None:
    file = _file(
        SEEN._replace(facts=FileFacts(sha256="ab")), TAKEN._replace(facts=FileFacts(sha256="cd", size_bytes=9))
    )
    assert (file.facts.sha256, file.facts.size_bytes) == ("ab", 9)
    assert file.digests == {"ab", "cd"}
    assert not file.is_same_content
    assert file._replace(present_sha256="cd").is_same_content


def test_another_content_is_known_by_all_digests_that_may_have_stayed() -> None:
    file = _file(SEEN._replace(facts=FileFacts(sha256="ab")), TAKEN)._replace(present_sha256="cd")
    assert file.is_other_content
    assert not file._replace(present_sha256="ab").is_other_content
    assert not file._replace(present_sha256=None).is_other_content
    assert not file._replace(detections=(SEEN, TAKEN)).is_other_content
    assert file._replace(detections=(SEEN, TAKEN), quarantined_sha256="ab").is_other_content
    assert not file._replace(detections=(*file.detections, FAILED)).is_other_content  # this one may be the present file
    part = SEEN._replace(resource=f"{PAGE}->(SCRIPT0001)", facts=FileFacts(sha256="ab"))
    assert not file._replace(detections=(part, TAKEN)).is_other_content
