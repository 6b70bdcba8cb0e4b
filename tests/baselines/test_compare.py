"""What differs from a list, and which lines of which block."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.baselines import lay_baseline, sha256
from webshellhunt.baselines.compare import ContentChange, changed_lines, compare
from webshellhunt.baselines.known_contents import Baselines
from webshellhunt.baselines.store import read_baseline
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role
from webshellhunt.sources.memory import MemorySource
from webshellhunt.views.sample import Sample

CLEAN = '<%@ Page Language="C#" %>\n<html>\n<script runat="server">\nint a;\n</script>\n<p>text</p>\n</html>\n'
SAMPLE = Sample(Artifact("x.aspx", "x.aspx", Role.GIVEN, 0), b"")
OWA = "C/Program Files/Microsoft/Exchange Server/V15/ClientAccess/owa"


def changes(found: str, clean: str = CLEAN) -> list[ContentChange]:
    compared = changed_lines(clean, found, SAMPLE)
    assert compared is not None
    return list(compared)


def test_a_line_added_to_a_block_is_told_with_its_block() -> None:
    assert changes(CLEAN.replace("int a;\n", "int a;\nint b;\n")) == [ContentChange("script (c#)", 5, (), ("int b;",))]


def test_a_changed_directive_and_removed_markup() -> None:
    found = CLEAN.replace('"C#"', '"VB"').replace("<p>text</p>\n", "")
    first, second = changes(found)
    assert (first.block, first.line, first.added) == ("directive page", 1, ('<%@ Page Language="VB" %>',))
    assert second == ContentChange("markup", 6, ("<p>text</p>",), ())


def test_what_reaches_over_blocks_is_told_by_block() -> None:
    found = CLEAN.replace("<p>text</p>", "<b>\n<% int c; %>\n</b>")
    blocks = [(change.block, change.line, change.removed, change.added) for change in changes(found)]
    assert blocks == [
        ("markup", 6, ("<p>text</p>",), ("<b>",)),
        ("code (c#)", 7, (), ("<% int c; %>",)),
        ("markup", 8, (), ("</b>",)),
    ]


def test_line_ends_alone_are_no_change_and_long_pages_are_not_compared() -> None:
    assert changes(CLEAN.replace("\n", "\r\n")) == []
    assert changed_lines(CLEAN, CLEAN + "\n" * 5_000, SAMPLE) is None


@given(st.lists(st.sampled_from([*CLEAN.splitlines(), "<% x", "%>", "<!--", ""]), max_size=30))
def test_changes_hold_every_added_line_once(lines: list[str]) -> None:
    found = "\n".join(lines)
    told = changes(found)
    new, old = found.split("\n"), CLEAN.split("\n")
    for change in told:
        assert tuple(new[change.line - 1 : change.line - 1 + len(change.added)]) == change.added
    added = sum(len(change.added) for change in told)
    removed = sum(len(change.removed) for change in told)
    assert len(new) - added == len(old) - removed


def test_a_server_is_compared_with_a_list(tmp_path: Path) -> None:
    files = {f"{OWA}/a.aspx": b"a", f"{OWA}/b.js": b"b", f"{OWA}/c.aspx": b"c", f"{OWA}/web.config": b"<a />"}
    path = lay_baseline(tmp_path / "x", {f"C:/{name[2:]}": content for name, content in files.items()})
    found = {
        **files,
        f"{OWA}/b.js": b"B",
        f"{OWA}/c.aspx": b"C",
        f"{OWA}/d.aspx": b"",
        f"{OWA}/e.txt": b"",
        f"{OWA}/web.config": b"<b />",
    }
    result = compare(MemorySource(found), Baselines((read_baseline(path),)), Limits())
    assert (result.known, result.apart, result.covered) == (1, 2, True)
    assert [(d.artifact.name, d.page) for d in result.changed] == [("b.js", False), ("c.aspx", True)]
    assert [d.artifact.name for d in result.unlisted] == ["d.aspx"]


def test_a_page_in_a_folder_that_no_list_has_is_named(tmp_path: Path) -> None:
    path = lay_baseline(tmp_path / "x", {f"C:/{OWA[2:]}/a.aspx": b"a"})
    found = {f"{OWA}/a.aspx": b"a", "C/inetpub/wwwroot/new/y.aspx": b"", "C/inetpub/wwwroot/new/web.config": b"<a />"}
    result = compare(MemorySource(found), Baselines((read_baseline(path),)), Limits())
    assert [d.artifact.name for d in result.outside] == ["y.aspx"]
    assert (result.known, result.apart, result.is_empty) == (1, 1, False)


def test_two_folders_that_look_like_no_server_are_compared_from_the_top(tmp_path: Path) -> None:
    listed = read_baseline(lay_baseline(tmp_path / "x", {"x.aspx": b"a", "a/y.aspx": b"b", "web.config": b"<a />"}))
    found = {"x.aspx": b"A", "a/y.aspx": b"b", "n.aspx": b"", "web.config": b"<b />"}
    result = compare(MemorySource(found), Baselines((listed,)), Limits(), same_top=listed)
    assert [(d.artifact.name, d.standing.expected) for d in result.changed] == [("x.aspx", (sha256(b"a")[:32],))]
    assert [d.artifact.name for d in result.outside] == ["n.aspx"]
    assert (result.known, result.apart) == (1, 1)
