"""Worth: what names tell of files, wherever they lie."""

from __future__ import annotations

import pytest

from webshellhunt.host.walk.file_filter import extension_of, is_archive_or_dump, is_candidate, may_be_executed
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.settings import PageSettings


def entry(name: str, size_bytes: int = 10) -> Entry:
    """Return a plain file."""
    return Entry(name, name, EntryKind.FILE, size_bytes)


@pytest.mark.parametrize(("name", "extension"), [("a.ASPX", "aspx"), ("a", ""), ("a.b.Txt", "txt"), ("a.", "")])
def test_an_extension_is_what_stands_behind_the_last_dot(name: str, extension: str) -> None:
    assert extension_of(name) == extension


@pytest.mark.parametrize(("name", "may"), [("a.aspx", True), ("folder", True), ("a.config", True), ("a.jpg", False)])
def test_a_link_may_lead_to_a_page_or_to_a_folder(name: str, may: bool) -> None:
    assert may_be_executed(name) is may


def test_archives_and_dumps_are_packed() -> None:
    assert is_archive_or_dump("mail.PST")
    assert is_archive_or_dump("x.7z")
    assert not is_archive_or_dump("x.aspx")


def test_pages_are_worth_reading_and_scripts_unless_they_are_too_large() -> None:
    settings = PageSettings()
    assert is_candidate(entry("a.aspx", 10**9), settings)
    assert is_candidate(entry("a.ps1"), settings)
    assert not is_candidate(entry("a.ps1", 2 * 1024 * 1024), settings)
    assert not is_candidate(entry("a.jpg"), settings)
