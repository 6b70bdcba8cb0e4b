"""What the file of a module says, where the source holds it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.libraries import library
from webshellhunt.host.iis import registrations as programs
from webshellhunt.host.iis.registrations import AbsentPrograms, Program, find_absent_programs, read_program
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.limits import Limits
from webshellhunt.sources.memory import MemorySource

TARGET = r"C:\Program Files\Vendor\m.dll"
PLACE = "C/Program Files/Vendor"
OLD = datetime(2024, 1, 1, tzinfo=UTC)


def program(files: dict[str, bytes], ages: dict[str, int] | None = None, *, original: bool = True) -> Program | None:
    ages = ages or {}
    times = {path: Timestamps(OLD + timedelta(days=ages.get(path, 0)), original=original) for path in files}
    paths = survey(MemorySource({"C/Windows/System32/x": b"", **files}, times=times), Limits()).paths
    return read_program(paths, TARGET)


def test_a_file_says_who_made_it() -> None:
    found = program({f"{PLACE}/M.DLL": library("CLRCreateInstance", company="Vendor", signed=True)})
    assert found is not None
    assert (found.origin.company, found.signer.state.value) == ("Vendor", "unverified")
    assert found.kinship == ("it loads .NET code into the worker process",)


def test_what_is_not_held_or_no_program_says_nothing() -> None:
    assert program({}) is None
    assert program({f"{PLACE}/m.dll": b"text"}) is None
    assert program({f"{PLACE}/m.dll/x": b""}) is None


def test_a_large_file_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "LARGEST_BYTES", 100)
    assert program({f"{PLACE}/m.dll": library()}) is None


@pytest.mark.parametrize(
    ("days", "others", "original", "later"),
    [
        (40, 3, True, 40),
        (29, 3, True, None),
        (40, 2, True, None),
        (40, 3, False, None),
    ],
)
def test_a_file_that_is_younger_than_its_neighbours(days: int, others: int, original: bool, later: int | None) -> None:
    files = {f"{PLACE}/m.dll": library(), **{f"{PLACE}/{number}.dll": b"" for number in range(others)}}
    found = program(
        {**files, f"{PLACE}/late.log": b""}, {f"{PLACE}/m.dll": days, f"{PLACE}/late.log": 99}, original=original
    )
    assert found is not None
    assert found.days_later == later


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
