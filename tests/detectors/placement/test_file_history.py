"""The history of a file, as information."""

from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.detectors.placement.file_history import find
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.views.recorded_file import Move, RecordedFile

WHEN = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
FILE = RecordedFile(r"C:\x.aspx", Role.SITE)


def test_all_acts() -> None:
    move = Move(WHEN, r"C:\y.aspx", r"C:\x.aspx")
    (claim,) = find(FILE._replace(created_utc=WHEN, written_utc=WHEN, times_set_utc=WHEN, moves=(move,)))
    assert claim.severity is Severity.INFO
    at = "2021-03-03T04:05:06Z"
    acts = f"created {at}, last written {at}, its times or attributes were set {at}, renamed to this name {at}"
    assert claim.message == f"the change journal of the drive recorded: {acts}"


def test_a_file_that_is_gone_or_was_not_collected() -> None:
    (gone,) = find(FILE._replace(is_gone=True, deleted_utc=WHEN))
    (missing,) = find(FILE._replace(is_collected=False))
    assert gone.message.startswith("the page was deleted: deleted 2021-03-03")
    assert "it was not collected" in missing.message


def test_no_record() -> None:
    assert list(find(FILE)) == []
