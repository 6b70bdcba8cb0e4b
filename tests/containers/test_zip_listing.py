"""The names in a ZIP archive."""

from __future__ import annotations

from tests.builders.containers import zipped
from webshellhunt.containers.window import window_of
from webshellhunt.containers.zip_listing import list_zip


def test_the_names_are_those_of_the_directory() -> None:
    names = list_zip(window_of(zipped({"a/x.aspx": b"1", "b.png": b"2"}))).first_names
    assert set(names) == {"a/x.aspx", "b.png"}


def test_a_directory_that_is_cut_off_lists_nothing() -> None:
    assert not list_zip(window_of(zipped({"a.aspx": b"1"})[:-30])).first_names
