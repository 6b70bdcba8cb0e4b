"""Our own rules, found and compiled by group."""

from __future__ import annotations

from pathlib import Path

from webshellhunt.signatures.groups import GROUPS
from webshellhunt.signatures.own import SUFFIXES, own_groups, own_rules_folder, own_sources, rule_files, text_of


def test_each_rule_file_is_of_one_group() -> None:
    sources = own_sources()
    groups = own_groups(sources, "auto")
    assert {group.group for group in groups} <= set(GROUPS)
    for source in sources:
        assert sum(group.holds(source.namespace) for group in groups) == 1


def test_nothing_is_told_before_the_rules_are_asked() -> None:
    (group, *_) = own_groups(own_sources(), "auto")
    assert group.problems == ()
    assert group.rules


def test_rule_files_are_found_in_folders_below(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("a/x.yar", "b.YARA", "c.txt"):
        (tmp_path / name).write_text("")
    found = {file.name for file in rule_files(tmp_path)}
    assert "x.yar" in found
    assert "c.txt" not in found
    assert all(suffix.startswith(".yar") for suffix in SUFFIXES)
    assert own_rules_folder() is not None
    assert text_of(b"\xef\xbb\xbfrule") == "rule"
