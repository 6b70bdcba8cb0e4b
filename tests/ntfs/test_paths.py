"""References to directories become paths; those that are reused, unknown or circular have none."""

from __future__ import annotations

from webshellhunt.ntfs.paths import DirectoryTree
from webshellhunt.ntfs.records import ROOT, Reference

TOP = Reference(ROOT, 5)
INETPUB, WWWROOT = Reference(64, 1), Reference(65, 3)


def tree() -> DirectoryTree:
    made = DirectoryTree()
    made.add(WWWROOT, "wwwroot", INETPUB)
    made.add(INETPUB, "inetpub", TOP)
    return made


def test_a_path() -> None:
    assert tree().path_of(WWWROOT) == ("inetpub", "wwwroot")
    assert tree().path_of(TOP) == ()


def test_a_record_that_another_directory_uses_now_has_no_path() -> None:
    assert tree().path_of(Reference(65, 2)) is None


def test_the_journal_knows_a_directory_that_is_gone() -> None:
    made = tree()
    made.add_gone(Reference(65, 2), "old", INETPUB)
    made.add_gone(WWWROOT, "wrong", TOP)
    assert made.path_of(Reference(65, 2)) == ("inetpub", "old")
    assert made.path_of(WWWROOT) == ("inetpub", "wwwroot")


def test_an_unknown_directory_may_become_known() -> None:
    made = DirectoryTree()
    made.add(WWWROOT, "wwwroot", INETPUB)
    assert made.path_of(WWWROOT) is None
    made.add(INETPUB, "inetpub", TOP)
    assert made.path_of(WWWROOT) == ("inetpub", "wwwroot")


def test_a_circle_ends() -> None:
    made = DirectoryTree()
    made.add(INETPUB, "a", WWWROOT)
    made.add(WWWROOT, "b", INETPUB)
    assert made.path_of(INETPUB) is None


def test_too_many_directories_are_told() -> None:
    made = DirectoryTree(most=1)
    made.add(INETPUB, "inetpub", TOP)
    made.add(WWWROOT, "wwwroot", INETPUB)
    assert made.is_cut
    assert made.path_of(WWWROOT) is None
