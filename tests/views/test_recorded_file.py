"""A recorded file in words: when it came and went, and by which witness."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from webshellhunt.model.places import Role
from webshellhunt.views.recorded_file import Move, RecordedFile, span_in_words

WHEN = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
PAGE = RecordedFile(r"C:\www\x.aspx", Role.SITE)
MOVE = Move(WHEN, r"C:\www\x.txt", r"C:\WWW\x.aspx")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (60, "1 minute"), (3_600, "1 hour"), (200_000, "2 days"), (-5, "0 seconds")],
)
def test_spans(seconds: int, words: str) -> None:
    assert span_in_words(timedelta(seconds=seconds)) == words


def test_moves() -> None:
    assert PAGE._replace(moves=(MOVE,)).moved_here == MOVE
    assert PAGE._replace(moves=(MOVE,)).moved_away is None
    away = MOVE._replace(old=MOVE.new, new=r"C:\x.txt")
    gone = PAGE._replace(moves=(MOVE, away), is_gone=True)
    assert (gone.moved_away, gone.gone_utc) == (away, WHEN)
    assert (gone.fate, gone.facts()["recorded_deleted"]) == ("renamed away", None)
    assert gone._replace(deleted_utc=WHEN).fate == "deleted"
    assert gone.story == "renamed to C:\\x.txt 2021-03-03T04:05:06Z, says the change journal of the drive"


def test_a_free_record() -> None:
    story = PAGE._replace(is_gone=True, name_created_utc=WHEN).story
    assert story.endswith("its file record is free, and still has its name, says the file table of the drive")
    assert (PAGE.lived, PAGE.gone_utc) == (None, None)


def test_evidence_and_facts() -> None:
    page = PAGE._replace(table=r"C:\$MFT", record=70, journal="J", change=0, moves=(MOVE,), created_utc=WHEN)
    assert [(each.path, each.line) for each in page.evidence()] == [("J", 1), (r"C:\$MFT", 70)]
    facts = page.facts()
    assert facts["recorded_created"] == facts["recorded_renamed"] == "2021-03-03T04:05:06Z"
    assert facts["recorded_deleted"] is None
    assert page._replace(deleted_utc=WHEN).facts()["recorded_deleted"] == "2021-03-03T04:05:06Z"
