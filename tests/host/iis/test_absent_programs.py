"""A program that is missing among others is absent; most of them missing were never collected."""

from __future__ import annotations

from webshellhunt.host.iis.absent_programs import AbsentPrograms, find_absent_programs
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.sources.memory import MemorySource

INETSRV = r"%windir%\System32\inetsrv"
NAMED = [rf"{INETSRV}\{name}.dll" for name in ("a", "b", "c", "d")]


def absences(*files: str, named: list[str] = NAMED) -> AbsentPrograms:
    source = MemorySource(dict.fromkeys(("C/Windows/System32/inetsrv/config/applicationHost.config", *files), b""))
    return find_absent_programs(survey(source, Limits()).paths, named)


def inetsrv(names: str) -> list[str]:
    return [f"C/Windows/System32/inetsrv/{name}.dll" for name in names]


def test_one_of_many_is_absent() -> None:
    found = absences(*inetsrv("abc"))
    assert found == AbsentPrograms(frozenset({rf"{INETSRV}\d.dll"}), (), 4)
    assert found.gap("x") is None


def test_a_collection_without_libraries_is_one_gap() -> None:
    for files in ([], inetsrv("a")):
        found = absences(*files)
        assert found.absent == frozenset()
        gap = found.gap("x.config")
        assert gap is not None
        assert (gap.code, gap.path, gap.matters) == ("modules-not-collected", "x.config", False)
        assert f"{4 - len(files)} of the 4 native modules" in gap.reason


def test_a_folder_without_programs_says_nothing() -> None:
    named = [*NAMED[:3], r"D:\Vendor\x.dll", r"C:\Vendor\y.dll"]
    found = absences(*inetsrv("abc"), "C/Vendor/readme.txt", named=named)
    assert found == AbsentPrograms(frozenset(), (r"D:\Vendor\x.dll", r"C:\Vendor\y.dll"), 5)


def test_all_there_and_nothing_named() -> None:
    assert absences(*inetsrv("abcd")).gap("x") is None
    assert absences(named=[]) == AbsentPrograms()
