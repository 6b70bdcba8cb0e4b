from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from tests.builders.servers import EXCHANGE, FRONT, HOST_CONFIG, application_host, empty_files, exchange_server
from webshellhunt.errors import SeveralHostsError, UnreadableError
from webshellhunt.host.walk.survey import survey
from webshellhunt.host.walk.walk import walk
from webshellhunt.model.artifact import Artifact, Entry, Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role
from webshellhunt.sources import DirectorySource, MemorySource, Source

posix = pytest.mark.skipif(os.name == "nt", reason="needs links of a POSIX system")


def walked(source: Source, limits: Limits | None = None) -> tuple[list[Artifact], list[Gap]]:
    limits = limits or Limits()
    items = list(walk(source, survey(source, limits), limits))
    return [item for item in items if isinstance(item, Artifact)], [item for item in items if isinstance(item, Gap)]


def paths(source: Source) -> list[str]:
    return [artifact.entry_path for artifact in walked(source)[0]]


def test_every_file_of_a_plain_folder_in_a_fixed_order() -> None:
    files = empty_files(["b/y", "b/a/x", "a", "B", "é", "b/z"])
    assert paths(MemorySource(files)) == ["B", "a", "é", "b/y", "b/z", "b/a/x"]
    artifacts, gaps = walked(MemorySource(files))
    assert {a.role for a in artifacts} == {Role.GIVEN}
    assert [a.path for a in artifacts] == [a.entry_path for a in artifacts]
    assert gaps == []


def test_an_empty_folder_is_fine() -> None:
    assert walked(MemorySource({})) == ([], [])


def test_artifacts_carry_size_times_and_where_to_open_them(tmp_path: Path) -> None:
    (tmp_path / "x.aspx").write_bytes(b"12345")
    [artifact], _ = walked(DirectorySource(tmp_path))
    assert (artifact.size_bytes, artifact.source_path) == (5, str(tmp_path / "x.aspx"))
    assert artifact.times.modified_utc is not None
    times = Timestamps(modified_utc=datetime(2021, 3, 3, tzinfo=UTC), original=True)
    [artifact], _ = walked(MemorySource({"x": b""}, times={"x": times}))
    assert (artifact.times, artifact.source_path) == (times, None)


def test_a_single_file_is_the_one_artifact(tmp_path: Path) -> None:
    (tmp_path / "aspnet_client").mkdir()
    (tmp_path / "aspnet_client" / "x.aspx").write_bytes(b"x")
    (tmp_path / "aspnet_client" / "y.aspx").write_bytes(b"y")
    [artifact], gaps = walked(DirectorySource(tmp_path / "aspnet_client" / "x.aspx"))
    assert (artifact.path, artifact.role, gaps) == ("x.aspx", Role.ASPNET_CLIENT, [])


def test_on_a_whole_system_only_the_roots_are_walked() -> None:
    artifacts, gaps = walked(MemorySource(exchange_server(whole=True)))
    found = {artifact.path: artifact.role for artifact in artifacts}
    front = "C:\\" + FRONT.replace("/", "\\")
    assert found[f"{front}\\owa\\auth\\logon.aspx"] is Role.OWA_AUTH
    assert found[f"{front}\\owa\\web.config"] is Role.OWA
    assert found[f"{front}\\ecp\\auth\\TimeoutLogout.aspx"] is Role.ECP_AUTH
    assert found[f"{front}\\OAB\\global.asax"] is Role.OAB
    assert found["C:\\inetpub\\wwwroot\\iisstart.htm"] is Role.WWWROOT
    assert found["C:\\inetpub\\wwwroot\\aspnet_client\\system_web\\x.aspx"] is Role.ASPNET_CLIENT
    assert found["C:\\ProgramData\\COM1\\shell.aspx"] is Role.DROP
    assert found["C:\\Windows\\Temp\\x.bat"] is Role.DROP
    assert found["C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config"] is Role.IIS_CONFIG
    assert any(path.endswith(".compiled") and role is Role.TEMP_ASPNET for path, role in found.items())
    for absent in ("Users\\bob", "explorer.exe", "big.dat", "ntdll.dll", "ExSetup.exe", "a.log"):
        assert not any(absent in path for path in found), absent
    assert gaps == []


def test_a_collected_part_of_a_system_is_walked_as_a_whole() -> None:
    files = exchange_server("C")
    artifacts, _ = walked(MemorySource(files))
    assert sorted(a.entry_path for a in artifacts) == sorted(files)
    found = {a.entry_path: a.role for a in artifacts}
    assert found[f"C/{FRONT}/owa/auth/logon.aspx"] is Role.OWA_AUTH
    assert found["C/ProgramData/Vendor/big.dat"] is Role.DROP
    assert found["C/Users/bob/Desktop/notes.txt"] is Role.GIVEN
    assert found[f"C/{EXCHANGE}/Logging/HttpProxy/Owa/a.log"] is Role.GIVEN


def test_beside_a_whole_system_the_rest_of_the_location_is_walked() -> None:
    files = {**exchange_server("C", whole=True), "D/sites/y.aspx": b"", "notes.txt": b""}
    found = paths(MemorySource(files))
    assert "D/sites/y.aspx" in found
    assert "notes.txt" in found
    assert f"C/{FRONT}/owa/auth/logon.aspx" in found
    assert "C/Users/bob/Desktop/notes.txt" not in found
    assert len(found) == len(set(found))


def test_a_served_directory_in_a_fixed_place_is_walked_in_full() -> None:
    config = application_host(("/x", "C:\\ProgramData\\COM1"))
    files = empty_files(["ProgramData/COM1/pic.bin", "ProgramData/other/pic.bin", "Windows/System32/ntdll.dll"])
    artifacts, _ = walked(MemorySource({**files, HOST_CONFIG: config}))
    found = {a.entry_path: a.role for a in artifacts}
    assert found["ProgramData/COM1/pic.bin"] is Role.SITE
    assert "ProgramData/other/pic.bin" not in found


def test_fixed_places_give_pages_and_small_scripts_only() -> None:
    names = ["a.aspx", "B.ASHX", "web.config", "s.ps1", "t.txt", "u.dll", "v.png", "w"]
    files = empty_files([f"ProgramData/x/{name}" for name in names] + ["Windows/System32/ntdll.dll"])
    files["ProgramData/x/huge.ps1"] = bytes(2 * 1024 * 1024)
    files["ProgramData/x/web.config"] = b"<configuration />"
    found = [path.rpartition("/")[2] for path in paths(MemorySource(files))]
    assert found == ["B.ASHX", "a.aspx", "s.ps1", "t.txt", "web.config"]


def test_settings_follow_the_configuration_on_the_way_down() -> None:
    mapping = (
        b'<configuration><system.webServer><handlers><add name="p" path="*.p'
        b'ng" verb="*" '
        b'type="System.Web.UI.PageHandlerFactory" /></handlers></system.webServer></configuration>'
    )
    files = {"a/web.config": mapping, "a/b/x.png": b"", "a/c/y.png": b"", "d/z.png": b""}
    found = {a.entry_path: a.settings for a in walked(MemorySource(files))[0]}
    assert found["a/b/x.png"].mapping_for("x.png") is not None
    assert found["a/b/x.png"] is found["a/c/y.png"]
    assert found["d/z.png"].mapping_for("z.png") is None


def test_a_broken_configuration_is_a_gap_and_the_files_are_there() -> None:
    artifacts, gaps = walked(MemorySource({"a/web.config": b"<configuration", "a/x.aspx": b""}))
    assert [a.entry_path for a in artifacts] == ["a/web.config", "a/x.aspx"]
    assert [(gap.code, gap.path) for gap in gaps] == [("broken-config", "a/web.config")]


def test_what_can_not_be_listed_is_a_gap_and_the_rest_goes_on() -> None:
    artifacts, gaps = walked(MemorySource(empty_files(["a/x", "b/y"]), unreadable=["a"]))
    assert [a.entry_path for a in artifacts] == ["b/y"]
    assert [(gap.code, gap.stage, gap.path, gap.matters) for gap in gaps] == [("unreadable", "walk", "a", True)]


def test_a_gap_that_the_survey_told_is_not_told_again() -> None:
    source = MemorySource(empty_files(["inetpub/x", "b/y", "Windows/Temp/x"]), unreadable=["inetpub"])
    assert [(gap.code, gap.path) for gap in survey(source, Limits()).gaps] == [("unreadable", "C:\\inetpub")]
    artifacts, gaps = walked(source)
    assert [a.entry_path for a in artifacts] == ["Windows/Temp/x", "b/y"]
    assert gaps == []


def test_depth_and_number_are_bounded_and_said_once() -> None:
    files = empty_files(["a/b/c/d/x", "a/b/e/f/y", "a/z"])
    artifacts, gaps = walked(MemorySource(files), Limits(walk_depth=2))
    assert [a.entry_path for a in artifacts] == ["a/z"]
    assert [(gap.code, gap.path, gap.matters) for gap in gaps] == [("too-deep", "a/b", True)]
    artifacts, gaps = walked(MemorySource(empty_files([f"{n:03}/x" for n in range(100)])), Limits(entries=110))
    assert len(artifacts) == 11
    assert [(gap.code, gap.matters) for gap in gaps] == [("too-many-entries", True)]


def test_links_inside_are_walked_once_and_links_out_are_gaps() -> None:
    files = empty_files(["data/x.aspx", "data/in/y.aspx", "z.txt"])
    links = {"to-data": "data", "again": "data/in", "z2.txt": "z.txt", "z.aspx": "z.txt", "out": None, "out.png": None}
    artifacts, gaps = walked(MemorySource(files, links=links))
    assert [a.entry_path for a in artifacts] == ["z.aspx", "z.txt", "data/x.aspx", "data/in/y.aspx"]
    assert [(gap.code, gap.path, gap.matters) for gap in gaps] == [
        ("link-outside", "out", True),
        ("link-outside", "out.png", False),
    ]


@pytest.mark.parametrize(
    ("files", "links", "matter"),
    [
        (["bin/x", "lib/y.so"], ["bin/sh", "lib/cert", "lib/z.php"], []),  # of a system that has no web server
        (["bin/x"], ["srv/page.aspx", "bin/sh"], ["srv/page.aspx"]),
        (["a/page.aspx", "a/b/x.txt"], ["a/app", "a/b/app", "a/a.txt", "out"], ["a/app", "a/b/app"]),
        (["a/web.config"], ["a/app"], ["a/app"]),
        (["srv/wwwroot/x.txt"], ["srv/wwwroot/app"], ["srv/wwwroot/app"]),
        (
            ["inetpub/wwwroot/x", "Windows/System32/ntdll.dll", "Users/Public/y"],
            ["Users/Public/app"],
            ["C:\\Users\\Public\\app"],
        ),
    ],
)
def test_a_link_out_matters_where_a_web_site_is_or_by_its_own_name(
    files: list[str], links: list[str], matter: list[str]
) -> None:
    found = walked(MemorySource(empty_files(files), links=dict.fromkeys(links)))[1]
    gaps = [gap for gap in found if gap.code == "link-outside"]
    assert len(gaps) == len(links)
    assert sorted(gap.path for gap in gaps if gap.matters) == matter


def test_a_link_from_a_root_to_the_rest_of_the_system_is_walked_with_the_roots_role() -> None:
    files = empty_files(
        ["inetpub/wwwroot/x", "Users/bob/web/y.aspx", "Users/bob/web/sub/z.png", "Windows/System32/ntdll.dll"]
    )
    links = {"inetpub/wwwroot/app": "Users/bob/web"}
    found = {a.path: a.role for a in walked(MemorySource(files, links=links))[0]}
    assert found["C:\\Users\\bob\\web\\y.aspx"] is Role.WWWROOT
    assert found["C:\\Users\\bob\\web\\sub\\z.png"] is Role.WWWROOT


def test_a_link_into_a_fixed_place_is_walked_in_full_and_once() -> None:
    files = empty_files(
        ["inetpub/wwwroot/x", "ProgramData/COM1/y.aspx", "ProgramData/COM1/z.bin", "Windows/System32/ntdll.dll"]
    )
    links = {"inetpub/wwwroot/app": "ProgramData/COM1"}
    found = [a.entry_path for a in walked(MemorySource(files, links=links))[0]]
    assert sorted(found) == ["ProgramData/COM1/y.aspx", "ProgramData/COM1/z.bin", "inetpub/wwwroot/x"]


@posix
def test_circles_of_links_on_disk_end(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x").write_bytes(b"x")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "self").symlink_to(".")
    (tmp_path / "a" / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "a" / "pipe.aspx")
    os.mkfifo(tmp_path / "a" / "pipe.txt")
    artifacts, gaps = walked(DirectorySource(tmp_path))
    assert [a.entry_path for a in artifacts] == ["a/b/x"]
    assert [(gap.code, gap.path) for gap in gaps] == [
        ("link-outside", "a/loop"),
        ("special-file", "a/pipe.aspx"),
        ("special-file", "a/pipe.txt"),
    ]
    assert [gap.matters for gap in gaps[1:]] == [True, False]


@posix
def test_hostile_names_come_through(tmp_path: Path) -> None:
    for name in (b"new\nline.aspx", b"esc\x1b[2J.aspx", b"\xff.aspx"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    artifacts, gaps = walked(DirectorySource(tmp_path))
    assert {os.fsencode(a.entry_path) for a in artifacts} == {b"new\nline.aspx", b"esc\x1b[2J.aspx", b"\xff.aspx"}
    assert gaps == []


def two_drives(tmp_path: Path, **more: bytes) -> Source:
    files = {"c/Windows/explorer.exe": b"", "d/shop/x.aspx": b"", "d/private/y.txt": b""}
    for path, data in (files | more).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    return DirectorySource(tmp_path / "c", drives={"D": str(tmp_path / "d")})


def test_a_drive_named_by_the_user_is_followed(tmp_path: Path) -> None:
    config = application_host(("/shop", "D:\\shop"))
    source = two_drives(tmp_path, **{f"c/{HOST_CONFIG}": config, "c/Windows/System32/ntdll.dll": b""})
    artifacts, gaps = walked(source)
    assert [(a.path, a.role) for a in artifacts if a.path.startswith("D:")] == [("D:\\shop\\x.aspx", Role.SITE)]
    assert gaps == []


def test_a_drive_is_walked_as_a_whole_beside_a_collected_system(tmp_path: Path) -> None:
    config = application_host(("/shop", "D:\\shop"))
    artifacts, _ = walked(two_drives(tmp_path, **{f"c/{HOST_CONFIG}": config}))
    found = {a.path: a.role for a in artifacts if a.path.startswith("D:")}
    assert found == {"D:\\private\\y.txt": Role.GIVEN, "D:\\shop\\x.aspx": Role.SITE}
    without = walked(two_drives(tmp_path / "2", **{"c/Windows/System32/ntdll.dll": b""}))[0]
    assert [a.path for a in without] == ["D:\\private\\y.txt", "D:\\shop\\x.aspx"]


_NAMES = st.sampled_from(
    ["a", "owa", "auth", "bin", "Windows", "inetpub", "wwwroot", "ProgramData", "C", "x.aspx", "web"]
)


@given(st.sets(st.lists(_NAMES, min_size=1, max_size=5).map(tuple), max_size=12))
def test_every_file_comes_once_whatever_the_tree(tree: set[tuple[str, ...]]) -> None:
    leaves = {path for path in tree if not any(other[: len(path)] == path and other != path for other in tree)}
    files = {"/".join(path): b"" for path in leaves}
    try:
        found = paths(MemorySource(files))
    except SeveralHostsError:
        reject()  # a tree with two servers is walked once for each
    assert sorted(found) == sorted(files)
    assert paths(MemorySource(files)) == found


def test_streams_of_files_and_folders_are_files_of_their_own() -> None:
    times = Timestamps(modified_utc=datetime(2021, 3, 3, tzinfo=UTC))
    files = dict.fromkeys(
        ["C/inetpub/wwwroot/a.png", "C/inetpub/wwwroot/a.png:x.aspx", "C/inetpub/wwwroot:y.asp"], b"12"
    )
    source = MemorySource(files, times={"C/inetpub/wwwroot/a.png": times})
    artifacts, gaps = walked(source)
    found = {artifact.path: artifact for artifact in artifacts}
    site = "C:\\inetpub\\wwwroot"
    assert set(found) == {f"{site}\\a.png", f"{site}\\a.png:x.aspx", f"{site}:y.asp"}
    stream = found[f"{site}\\a.png:x.aspx"]
    assert (stream.size_bytes, stream.times, stream.role) == (2, times, Role.WWWROOT)
    assert gaps == []


def test_streams_of_a_plain_folder_are_named_as_found() -> None:
    assert paths(MemorySource({"d/a": b"", "d/a:b": b"", "d:c": b""})) == ["d:c", "d/a", "d/a:b"]


def test_streams_that_cannot_be_told_are_a_gap() -> None:
    class Shut(MemorySource):
        def streams(self, path: str) -> tuple[Entry, ...]:
            raise UnreadableError("denied", path=path)

    artifacts, gaps = walked(Shut({"x.aspx": b"", "y.txt": b""}))
    assert len(artifacts) == 2
    assert [(gap.path, gap.matters) for gap in gaps] == [("x.aspx", True), ("y.txt", False)]


def test_the_top_of_a_walk_has_streams_and_names_that_may_be_missing() -> None:
    class Damaged(MemorySource):
        def streams(self, path: str) -> tuple[Entry, ...]:
            if path == "C/inetpub/wwwroot":
                raise UnreadableError("names in this directory may be missing", path=path)
            return super().streams(path)

    files = dict.fromkeys(["C/Windows/System32/ntdll.dll", f"C/{HOST_CONFIG}", "C/inetpub/wwwroot/a.htm"], b"")
    _, gaps = walked(Damaged(files))
    assert ("C:\\inetpub\\wwwroot", True) in [(gap.path, gap.matters) for gap in gaps if gap.code == "unreadable"]
    artifacts, _ = walked(MemorySource({**files, "C/inetpub/wwwroot:s.asp": b""}))
    assert "C:\\inetpub\\wwwroot:s.asp" in [artifact.path for artifact in artifacts]


def test_attributes_are_those_of_the_entry() -> None:
    [artifact], _ = walked(MemorySource({"x": b""}, attributes={"x": ("hidden",)}))
    assert artifact.attributes == ("hidden",)


def test_a_file_knows_its_drives_and_the_directories_of_its_site() -> None:
    files = {
        HOST_CONFIG: application_host(("/", "C:\\inetpub\\wwwroot"), ("/App", "C:\\apps\\one")),
        "inetpub/wwwroot/x.aspx": b"",
        "apps/one/deep/y.aspx": b"",
    }
    artifacts, _ = walked(MemorySource(files))
    places = {artifact.entry_path: artifact.places for artifact in artifacts}
    inner = places["apps/one/deep/y.aspx"]
    assert dict(inner.virtual) == {"": "inetpub/wwwroot", "app": "apps/one"}
    assert inner.tops == ("apps/one",)
    assert places["inetpub/wwwroot/x.aspx"].tops == ("inetpub/wwwroot",)
    assert [volume.letter for volume in inner.volumes] == ["C"]


class Hostile(MemorySource):
    """A source in which asking where ``b/bad.aspx`` is, or what ``shut`` holds, crashes what asks."""

    def locate(self, path: str) -> str | None:
        if path.endswith("bad.aspx"):
            raise RecursionError("too deep")
        return super().locate(path)

    def list(self, path: str) -> list[Entry]:
        if path.endswith("shut"):
            raise RuntimeError("broken")
        return super().list(path)


def test_an_entry_that_crashes_the_walk_costs_itself_alone() -> None:
    artifacts, gaps = walked(
        Hostile(empty_files(["a.aspx", "b/bad.aspx", "b/good.aspx", "b/d/e.aspx", "e/1/2/3/4/5/6/shut/x.aspx", "d/y"]))
    )
    assert [a.entry_path for a in artifacts] == ["a.aspx", "b/good.aspx", "b/d/e.aspx", "d/y"]
    assert [(gap.code, gap.stage, gap.path, gap.matters) for gap in gaps] == [
        ("examination-failed", "walk", "b/bad.aspx", True),
        ("examination-failed", "walk", "e/1/2/3/4/5/6/shut", True),
    ]


def test_a_configuration_that_crashes_the_walk_leaves_its_files_there(monkeypatch: pytest.MonkeyPatch) -> None:
    source = MemorySource(empty_files(["a.aspx", "b/c.aspx", "b/d/e.aspx", "f/g.aspx"]))
    surveyed = survey(source, Limits())
    extend = type(surveyed.configuration).extend

    def broken(configuration: object, chain: object, path: str, entries: object) -> object:
        if path == "b":
            raise RuntimeError("broken")
        return extend(configuration, chain, path, entries)  # type: ignore[arg-type]

    monkeypatch.setattr(type(surveyed.configuration), "extend", broken)
    items = list(walk(source, surveyed, Limits()))
    assert [i.entry_path for i in items if isinstance(i, Artifact)] == ["a.aspx", "b/c.aspx", "b/d/e.aspx", "f/g.aspx"]
    reason = "its configuration could not be examined (RuntimeError: broken)"
    assert [i for i in items if isinstance(i, Gap)] == [Gap("examination-failed", "walk", "b", reason, matters=True)]
