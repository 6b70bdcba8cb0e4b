"""A renaming that makes a page of a text or a picture; installers, transfers and editors do otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webshellhunt.detectors.placement.renamed_into_place import RULE, find
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.recorded_file import Move, RecordedFile

WHEN = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)


def page(old: str, new: str = "x.aspx", role: Role = Role.ASPNET_CLIENT, *, shipped: bool = False) -> RecordedFile:
    move = Move(WHEN, f"C:\\www\\{old}", f"C:\\www\\{new}")
    return RecordedFile(f"C:\\www\\{new}", role, is_shipped=shipped, moves=(move,))


def test_a_text_becomes_a_page() -> None:
    (claim,) = find(page("x.txt"))
    assert (claim.rule, claim.severity, claim.confidence) == (RULE, Severity.MEDIUM, Confidence.HIGH)
    assert claim.message == "the file was renamed from x.txt to a page 2021-03-03T04:05:06Z, says the change journal"


def test_a_page_from_another_directory() -> None:
    (claim,) = find(page("..\\upload\\x.jpg"))
    assert "from C:\\www\\..\\upload\\x.jpg to a page" in claim.message


def test_a_shipped_page_and_an_ordinary_site() -> None:
    (shipped,) = find(page("logon.txt", "logon.aspx", shipped=True))
    (ordinary,) = find(page("index.html", role=Role.SITE))
    assert (shipped.severity, shipped.confidence) == (Severity.MEDIUM, Confidence.LOW)
    assert ordinary.severity is Severity.INFO


@pytest.mark.parametrize("old", ["x.tmp", "x.aspx.txt", "X.ASPX~RF1.TMP", "x.aspx.filepart", "a.rbf", "y.aspx", "x"])
def test_names_of_programs(old: str) -> None:
    assert list(find(page(old))) == []


def test_a_page_that_becomes_a_text() -> None:
    assert list(find(page("x.aspx", "x.txt"))) == []
