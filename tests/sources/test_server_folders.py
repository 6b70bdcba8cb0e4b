"""Folders at the top of a server's drive."""

from __future__ import annotations

from webshellhunt.sources.server_folders import has_server_folder


def test_names_at_the_top_of_a_drive() -> None:
    assert has_server_folder(["data", "INETPUB"])
    assert has_server_folder(["Program Files"])
    assert not has_server_folder(["C", "results"])
    assert not has_server_folder([])
