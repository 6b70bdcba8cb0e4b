from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.sources.windows import drive_root_letter, extended_path, is_running_system, machine_drives


@pytest.mark.parametrize(
    ("path", "extended"),
    [
        (r"C:\ProgramData\COM1\x.aspx", r"\\?\C:\ProgramData\COM1\x.aspx"),
        ("C:/inetpub/aux.aspx", r"\\?\C:\inetpub\aux.aspx"),
        (r"C:\dir\trailing. ", r"\\?\C:\dir\trailing. "),
        ("C:\\", "\\\\?\\C:\\"),
        (r"\\server\share\x", r"\\?\UNC\server\share\x"),
        (r"\\?\C:\x", r"\\?\C:\x"),
        (r"\\.\C:\x", r"\\.\C:\x"),
    ],
)
def test_every_path_goes_through_the_extended_form(path: str, extended: str) -> None:
    assert extended_path(path) == extended


@given(st.text(st.characters(exclude_characters="\\/"), min_size=1).map("C:\\".__add__))
def test_extending_twice_changes_nothing_and_keeps_the_name(path: str) -> None:
    once = extended_path(path)
    assert extended_path(once) == once
    assert once.endswith(path)


@pytest.mark.parametrize(
    ("location", "letter"),
    [
        ("C:", "C"),
        ("c:\\", "C"),
        ("D:/", "D"),
        ("\\\\?\\E:\\", "E"),
        ("C:\\x", None),
        ("CC:\\", None),
        ("", None),
        ("/", None),
    ],
)
def test_a_drive_as_a_whole_is_known(location: str, letter: str | None) -> None:
    assert drive_root_letter(location) == letter


@pytest.mark.parametrize(
    ("location", "os_name", "environment", "running"),
    [
        ("C:\\", "nt", {"SystemDrive": "C:"}, True),
        ("c:", "nt", {}, True),
        ("D:\\", "nt", {"SystemDrive": "D:"}, True),
        ("D:\\", "nt", {"SystemDrive": "C:"}, False),
        ("C:\\evidence", "nt", {"SystemDrive": "C:"}, False),
        ("C:\\", "posix", {"SystemDrive": "C:"}, False),
    ],
)
def test_only_the_system_drive_of_a_running_windows_is_live(
    location: str, os_name: str, environment: dict[str, str], running: bool
) -> None:
    assert is_running_system(location, os_name, environment) is running


def test_fixed_drives_alone_are_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {"A:\\": 2, "C:\\": 3, "D:\\": 5, "E:\\": 3, "Z:\\": 4}
    present = sum(1 << (ord(name[0]) - ord("A")) for name in kinds)
    kernel32 = SimpleNamespace(GetLogicalDrives=lambda: present, GetDriveTypeW=kinds.__getitem__)
    monkeypatch.setattr(ctypes, "WinDLL", lambda _: kernel32, raising=False)
    assert machine_drives() == ("C", "E")


def test_a_machine_without_windows_has_no_drives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(ctypes, "WinDLL", raising=False)
    assert machine_drives() == ()
