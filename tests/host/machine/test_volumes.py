from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.hive import software_hive
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.volumes import HostPaths, find_volumes, is_whole_system
from webshellhunt.model.places import Volume
from webshellhunt.sources import MemorySource

SYSTEM = {"Windows/System32/ntdll.dll": b"MZ"}


def volumes(files: dict[str, bytes], **options: object) -> list[tuple[str, str, bool]]:
    found, _ = find_volumes(MemorySource(files, **options))  # type: ignore[arg-type]
    return [(volume.letter, volume.top, volume.assumed) for volume in found]


def test_a_tree_with_system32_is_the_system_drive_and_c_is_said_to_be_assumed() -> None:
    [volume], gaps = find_volumes(MemorySource(SYSTEM))
    assert volume.letter == "C"
    assert volume.top == ""
    assert volume.assumed
    assert "System32" in volume.reason
    assert gaps == []


def test_the_hive_names_the_letter() -> None:
    hive = software_hive(system_root="E:\\Windows")
    [volume], _ = find_volumes(MemorySource({**SYSTEM, "Windows/System32/config/SOFTWARE": hive}))
    assert (volume.letter, volume.assumed) == ("E", False)
    assert "E:\\Windows" in volume.reason


def test_case_does_not_matter() -> None:
    assert volumes({"WINDOWS/system32/x": b""}) == [("C", "", True)]


@pytest.mark.parametrize(
    "file", ["inetpub/wwwroot/x.aspx", "Program Files/Microsoft/Exchange Server/V15/x", "INETPUB/x"]
)
def test_server_folders_at_the_top_make_it_c(file: str) -> None:
    assert volumes({file: b""}) == [("C", "", True)]


@pytest.mark.parametrize(
    ("location", "letter"),
    [
        ("/case/uploads/auto/D%3A", "D"),
        ("/case/e:", "E"),
        ("/mnt/d", "C"),
        ("case/EXCH01/D", "D"),
        ("case/D_drive", "D"),
        ("case/x-D", "C"),
        ("/case/D%3A/x/", "C"),
    ],
)
def test_a_marked_name_of_the_location_gives_the_letter(location: str, letter: str) -> None:
    assert volumes({"inetpub/x": b""}, location=location) == [(letter, "", True)]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["C/Windows/System32/x", "D/sites/x.aspx"], ["C", "D"]),
        (["C/sites/x.aspx"], ["C"]),
        (["C%3A/x", "d%3a/y"], ["C%3A", "d%3a"]),
        (["C:/x"], ["C:"]),
        (
            ["uploads/auto/C%3A/Windows/x", "uploads/ntfs/%5C%5C.%5CD%3A/x"],
            ["uploads/auto/C%3A", "uploads/ntfs/%5C%5C.%5CD%3A"],
        ),
        (["host/C/inetpub/x", "host/log.txt"], ["host/C"]),
        (["terminfo/a/x", "terminfo/b/y", "z/x", "readme/x"], []),
        (["src/C/main.c", "src/D/main.d"], []),
        (["C/samples/x.c", "docs/x"], []),
        (["a/x", "b/x"], []),
        (["x.aspx"], []),
        ([], []),
    ],
)
def test_folders_named_by_a_letter_are_volumes_where_they_look_like_one(files: list[str], expected: list[str]) -> None:
    assert [top for _, top, _ in volumes(dict.fromkeys(files, b""))] == expected


def test_letters_are_upper_case_and_from_the_name() -> None:
    assert volumes({"d%3a/x": b"", "%5C%5C.%5CE%3A/y": b""}) == [("E", "%5C%5C.%5CE%3A", False), ("D", "d%3a", False)]


def test_a_hive_inside_a_volume_beats_its_folders_name() -> None:
    hive = software_hive(system_root="D:\\Windows")
    assert volumes({"C/Windows/System32/config/SOFTWARE": hive}) == [("D", "C", False)]


def test_named_drives_win_and_the_loser_is_told() -> None:
    source = MemorySource({"C/Windows/x": b"", "D:/y": b"", "D/Windows/z": b""}, drives={"D": "D:"})
    found, gaps = find_volumes(source)
    assert [(v.letter, v.top) for v in found] == [("D", "D:"), ("C", "C")]
    assert {(gap.code, gap.path) for gap in gaps} == {("drive-named-twice", "D")}


def test_the_look_for_nested_volumes_is_bounded() -> None:
    deep = "/".join(["x"] * 12) + "/C%3A/f"
    wide = {f"{number:04}/f": b"" for number in range(1000)}
    assert volumes({deep: b"", **wide, "zz/C%3A/f": b""}) == []


def test_a_whole_system_holds_more_than_its_configuration() -> None:
    assert is_whole_system(Lookup(MemorySource(SYSTEM)), "")
    assert not is_whole_system(Lookup(MemorySource({"Windows/System32/config/SOFTWARE": b""})), "")
    assert not is_whole_system(Lookup(MemorySource({"x": b""})), "")


def paths(files: dict[str, bytes], *found: Volume, **environment: str) -> HostPaths:
    return HostPaths(MemorySource(files), found, environment)


def test_paths_are_found_and_named_on_their_drive() -> None:
    host = paths({"C/Inetpub/wwwroot/x.aspx": b"", "D/y": b""}, Volume("C", "C"), Volume("D", "D"))
    entry = host.find(r"c:\INETPUB\wwwroot\X.ASPX")
    assert entry is not None
    assert entry.path == "C/Inetpub/wwwroot/x.aspx"
    assert host.server_path(entry.path) == r"C:\Inetpub\wwwroot\x.aspx"
    assert host.server_path("C") == "C:\\"
    assert host.server_path("other/y") is None
    assert host.server_path("CC/y") is None
    assert host.display_path("other/y") == "other/y"
    assert host.display_path("") == "memory"
    assert host.find(r"D:\y") is not None
    assert host.find(r"E:\y") is None
    assert host.find("y") is None
    assert host.has_drive_of(r"D:\nothing")
    assert not host.has_drive_of(r"E:\y")
    assert not host.has_drive_of(r"\\server\share")


def test_the_innermost_volume_names_a_path() -> None:
    host = paths({"D:/x": b""}, Volume("C", ""), Volume("D", "D:"))
    assert host.server_path("D:/x") == r"D:\x"
    assert host.server_path("x") == r"C:\x"


def test_two_copies_of_a_drive_are_both_found() -> None:
    host = paths({"a/C%3A/x": b"", "b/C%3A/X": b""}, Volume("C", "a/C%3A"), Volume("C", "b/C%3A"))
    assert [e.path for e in host.find_all(r"C:\x")] == ["a/C%3A/x", "b/C%3A/X"]


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        (r"%SystemDrive%\inetpub\wwwroot", r"E:\inetpub\wwwroot"),
        (r"%windir%\system32", r"E:\Windows\system32"),
        (r"%SYSTEMROOT%\x", r"E:\Windows\x"),
        (r"%ProgramFiles(x86)%\x", r"E:\Program Files (x86)\x"),
        (r"%CommonProgramFiles%", r"E:\Program Files\Common Files"),
        (r"%ALLUSERSPROFILE%\COM1", r"E:\ProgramData\COM1"),
        (r"%ExchangeInstallPath%FrontEnd", r"D:\Ex\V15\FrontEnd"),
        (r"%nested%\x", r"E:\Windows\Temp\x"),
        (r"%unknown%\x", r"%unknown%\x"),
        (r"100%", r"100%"),
        (r"%%", r"%%"),
    ],
)
def test_variables_of_the_host_are_filled_in(text: str, expanded: str) -> None:
    files = {"E/Windows/System32/x": b"", "C/x": b""}
    environment = {"EXCHANGEINSTALLPATH": "D:\\Ex\\V15\\", "nested": "%temp%"}
    host = paths(files, Volume("C", "C"), Volume("E", "E"), **environment)
    assert host.expand(text) == expanded


def test_variables_that_lead_to_themselves_end() -> None:
    host = paths({}, Volume("C", ""), a="%a%%a%", b="%c%", c="%b%")
    assert len(host.expand("%a%")) < 200_000
    assert host.expand("%b%") in ("%b%", "%c%")


_NAMES = st.text(
    st.characters(exclude_characters='\\/:*?"<>|\0%', exclude_categories=("Cs", "Cc")), min_size=1, max_size=8
)


@given(
    st.lists(_NAMES.map(lambda n: n.strip(". \xa0") or "x"), min_size=1, max_size=4),
    st.sampled_from(["", "C", "uploads/C%3A"]),
)
def test_every_path_of_a_volume_is_found_by_its_server_path(names: list[str], top: str) -> None:
    path = "/".join((*([top] if top else []), *names))
    host = paths({path: b"x"}, Volume("C", top))
    server_path = host.server_path(path)
    assert server_path is not None
    assert path in [entry.path for entry in host.find_all(server_path)]


@given(st.text())
def test_no_text_of_a_configuration_breaks_the_search(text: str) -> None:
    host = paths({"a/b": b""}, Volume("C", ""))
    host.find(text)
    host.has_drive_of(text)
