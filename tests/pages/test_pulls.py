"""What a page names that the server takes in."""

from __future__ import annotations

from webshellhunt.pages.page import PullKind
from webshellhunt.pages.pulls import find_directive_pulls, include_pull

OPEN, CLOSE = "<" + "%", "%" + ">"


def test_a_file_or_a_virtual_path_is_included() -> None:
    file, virtual = include_pull("file", "a.inc", 0, 5), include_pull("virtual", "/a.inc", 0, 6)
    assert (file.target, virtual.target) == ("a.inc", "/a.inc")
    assert file.kind is not virtual.kind
    assert include_pull("odd", "a.inc", 0, 5).kind is file.kind


def test_the_source_of_a_directive_is_a_pull() -> None:
    found = find_directive_pulls(f'{OPEN}@ Page Src="a.cs" Inherits="B" {CLOSE}')
    assert found is not None
    assert "a.cs" in [pull.target for pull in found]
    assert all(isinstance(pull.kind, PullKind) for pull in found)


def test_a_text_without_directives_names_nothing() -> None:
    assert find_directive_pulls("<p>text</p>") == []
