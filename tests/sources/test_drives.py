"""Drives are found by the shape of a directory, whatever its name is; the name states letter and host."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources import MemorySource, drives
from webshellhunt.sources.drives import (
    Findings,
    Named,
    folders_in,
    has_server_folder,
    has_windows,
    named_drive,
    names_in,
    search,
)

_SERVER = ("Windows/System32/config/SYSTEM", "inetpub/wwwroot/a.aspx", "Users/a/b")
_SOURCE = MemorySource({"b/x": b"", "a/windows/x": b"", "c": b""})


def _found(*paths: str) -> list[tuple[str, str | None, str]]:
    return [(each.top, each.letter, each.host) for each in search(MemorySource(dict.fromkeys(paths, b""))).drives]


def test_names_and_folders() -> None:
    assert names_in(_SOURCE, "b") == {"x": EntryKind.FILE}
    assert folders_in(_SOURCE, "") == ["a", "b"]
    assert has_windows(_SOURCE, "a")
    assert not has_windows(_SOURCE, "b")


def test_a_directory_that_can_t_be_listed_has_no_names() -> None:
    assert names_in(_SOURCE, "gone") == {}
    assert folders_in(_SOURCE, "c") == []


def test_names_at_the_top_of_a_drive() -> None:
    assert has_server_folder(["data", "INETPUB"])
    assert has_server_folder(["Program Files"])
    assert not has_server_folder(["C", "results"])
    assert not has_server_folder([])


@pytest.mark.parametrize(
    ("top", "letter", "host"),
    [
        ("EXCH01", None, "EXCH01"),
        ("EXCH01/C", "C", "EXCH01"),
        ("EXCH01/C_drive", "C", "EXCH01"),
        ("drive_c", "C", ""),
        ("C-Drive", "C", ""),
        ("Evidence/EXCH01/C$", "C", "Evidence/EXCH01"),
        ("mnt/c", "C", ""),
        ("uac-EXCH01-linux-20261120103000/[root]", None, "uac-EXCH01-linux-20261120103000"),
        ("EXCH01/uploads/auto/C%3A", "C", "EXCH01"),
        ("case/EXCH01/uploads/ntfs/%5C%5C.%5CD%3A", "D", "case/EXCH01"),
        ("EXCH01_C", "C", "EXCH01"),
        ("case/D-EXCH01", "D", "case/EXCH01"),
        ("2026-11-20T103000_EXCH01/E", "E", "2026-11-20T103000_EXCH01"),
        ("some/folder of a tool/rootfs", None, "some/folder of a tool"),
        ("EXCH01_C.zip", "C", "EXCH01"),
        ("case/C.tar.gz", "C", "case"),
    ],
)
def test_a_drive_is_found_whatever_its_folders_are_called(top: str, letter: str | None, host: str) -> None:
    files = [f"{top}/{path}" for path in _SERVER]
    assert _found(*files, "notes.txt", "tools/run.exe") == [(top, letter, host)]


@pytest.mark.parametrize(
    "paths",
    [
        ("Windows/x.txt", "docs/y"),
        ("docs/Windows/install.md", "docs/Linux/install.md"),
        ("src/C/main.c", "src/D/main.d"),
        ("app/Users/b",),
        ("site/web.config", "site/C/Windows/System32/x", "site/uploads/inetpub/x"),
        ("a/b/c/d/e/f/C/Windows/System32/x",),
    ],
)
def test_other_folders_are_no_drives(paths: tuple[str, ...]) -> None:
    assert _found(*paths) == []


@pytest.mark.parametrize(
    "inside",
    [
        "Windows.old/Windows/System32/config/SYSTEM",
        "Windows/WinSxS/amd64_x/inetpub/wwwroot/a.aspx",
        "Backup/EXCH00/C/Windows/System32/config/SYSTEM",
        "inetpub/backup/inetpub/wwwroot/a.aspx",
        "Users/admin/EXCH02/Windows/System32/config/SYSTEM",
    ],
)
def test_nothing_in_a_server_is_a_further_one(inside: str) -> None:
    for top in ("", "C/", "EXCH01/", "EXCH01/C/"):
        found = _found(*(f"{top}{path}" for path in (*_SERVER, inside)))
        assert [each[0] for each in found] == [top.rstrip("/")]


@pytest.mark.parametrize(
    "name", ["VSS1", "HarddiskVolumeShadowCopy3", "shadow copies", "Windows.old", "@GMT-2021.03.01"]
)
def test_a_snapshot_next_to_its_drive_is_no_drive(name: str) -> None:
    paths = [f"{top}/{path}" for top in ("EXCH01/C", f"EXCH01/{name}") for path in _SERVER]
    assert [each[0] for each in _found(*paths)] == ["EXCH01/C"]


def test_backups_on_a_data_drive_are_no_drives() -> None:
    backups = [f"Backup/{year}/inetpub/wwwroot/a.aspx" for year in (2020, 2021)]
    assert _found(*backups, "sites/app/a.aspx") == []
    assert _found(backups[0], "sites/app/a.aspx", "$RECYCLE.BIN/x") == []


def test_further_drives_need_no_sign() -> None:
    assert [each[:2] for each in _found("h/C_drive/Windows/System32/x", "h/D_drive/sites/a.aspx")] == [
        ("h/C_drive", "C"),
        ("h/D_drive", "D"),
    ]


def test_the_archives_of_the_drives_of_one_host_are_drives() -> None:
    found = _found("EXCH01_C.zip/Windows/System32/x", "EXCH01_D.zip/sites/a.aspx", "EXCH02_C.zip/inetpub/b", "x_y/z")
    assert found == [
        ("EXCH01_C.zip", "C", "EXCH01"),
        ("EXCH01_D.zip", "D", "EXCH01"),
        ("EXCH02_C.zip", "C", "EXCH02"),
    ]


def test_the_search_is_bounded() -> None:
    wide = {f"{number:04}/f": b"" for number in range(2000)}
    found: Findings[object] = search(MemorySource({**wide, "zz/C%3A/f": b""}))
    assert (found.drives, found.is_complete) == ((), False)
    assert search(MemorySource({"a/C%3A/f": b""})).is_complete


def test_archives_outside_of_servers_are_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = ["a.zip", "day1/EXCH01.7z", "day1/x.jpg", "EXCH02/C/Windows/System32/x", "EXCH02/C/b.zip"]
    assert search(MemorySource(dict.fromkeys(paths, b""))).archives == ("a.zip", "day1/EXCH01.7z")
    monkeypatch.setattr(drives, "_MOST_ARCHIVES", 1)
    assert search(MemorySource(dict.fromkeys(paths, b""))).archives == ("a.zip",)


def test_names_state_letters() -> None:
    assert named_drive("c$") == Named("C", is_marked=True)
    assert named_drive("EXCH01_volume_d") == Named("D", "EXCH01", is_whole=False)
    assert named_drive("inetpub") is named_drive("v15") is named_drive("") is None


@given(
    st.lists(st.lists(st.sampled_from(["C", "D$", "Windows", "inetpub", "x", "[root]", "é"]), min_size=1, max_size=7))
)
def test_any_tree_is_searched(trees: list[list[str]]) -> None:
    paths = {"/".join((*names, "file")): b"" for names in trees}
    tops = [each.top for each in search(MemorySource(paths)).drives]
    assert len(set(tops)) == len(tops)
    assert not any(
        one != other and f"{one}/".startswith(f"{other}/" if other else "") for one in tops for other in tops
    )


def test_searches_in_one_block_list_a_directory_once() -> None:
    asked: list[str] = []

    class Watched(MemorySource):
        def names(self, path: str) -> dict[str, EntryKind]:
            asked.append(path)
            return super().names(path)

    source, other = Watched({"a/b/x.txt": b""}), Watched({"c/x.txt": b""})
    with drives.listed_once():
        found: Findings[object] = search(source)
        assert search(source) == found
        assert drives.folders_in(other, "") == ["c"]
    assert sorted(asked) == ["", "", "a", "a/b"]
    search(source)
    assert set(asked[4:]) == {"", "a", "a/b"}  # what was listed is forgotten
