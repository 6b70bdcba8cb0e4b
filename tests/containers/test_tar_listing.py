"""The names in a tar archive."""

from __future__ import annotations

from tests.builders.containers import tarred
from webshellhunt.containers.tar_listing import list_tar
from webshellhunt.containers.window import window_of


def test_the_contents_are_passed_over() -> None:
    files = {"a/x.aspx": bytes(5000), "b.png": b"2"}
    assert set(list_tar(window_of(tarred(files))).first_names) == set(files)


def test_text_lists_nothing() -> None:
    assert not list_tar(window_of(b"text" * 500)).first_names
