from __future__ import annotations

import ast
import ctypes
import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.sources import windows
from webshellhunt.sources.windows import (
    drive_root_letter,
    extended_path,
    file_streams,
    is_running_system,
    machine_drives,
)

_TOP = Path(__file__).resolve().parents[2]


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


class Streams:
    """A kernel32 that knows the streams of one file, or fails with an error."""

    def __init__(self, streams: Sequence[tuple[str, int]], error: int = 0) -> None:
        self._waiting = list(streams)
        self.error = error
        self.path = ""
        self.closed = 0
        self.FindFirstStreamW = Call(self._first)
        self.FindNextStreamW = Call(self._next)
        self.FindClose = Call(self._close)

    def _first(self, path: Any, level: int, data: Any, flags: int) -> int | None:
        self.path = path.value
        assert (level, flags) == (0, 0)
        return 77 if self._next(None, data) else ctypes.c_void_p(-1).value

    def _next(self, _: Any, data: Any) -> bool:
        if not self._waiting:
            return False
        data._obj.name, data._obj.size = self._waiting.pop(0)
        return True

    def _close(self, handle: Any) -> None:
        assert handle.value == 77
        self.closed += 1


class Call:
    """A foreign function: it is called, and has a type of result that can be set."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.restype: Any = None

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)


def _with(monkeypatch: pytest.MonkeyPatch, streams: Streams) -> Streams:
    monkeypatch.setattr(ctypes, "WinDLL", lambda _, use_last_error: streams, raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: streams.error, raising=False)
    return streams


def test_streams_are_listed_without_the_file_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [("::$DATA", 5), (":y.aspx:$DATA", 70), (":Zone.Identifier:$DATA", 26)]
    kernel32 = _with(monkeypatch, Streams(listed))
    assert file_streams("\\\\?\\C:\\x.aspx") == [("y.aspx", 70), ("Zone.Identifier", 26)]
    assert kernel32.path == "\\\\?\\C:\\x.aspx"
    assert kernel32.closed == 1


def test_a_listing_of_streams_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel32 = _with(monkeypatch, Streams([(f":{number}:$DATA", 1) for number in range(5000)]))
    assert len(file_streams("x")) == 256
    assert kernel32.closed == 1


@pytest.mark.parametrize("error", [1, 38, 50, 87])
def test_a_folder_or_file_system_without_streams_has_none(monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    kernel32 = _with(monkeypatch, Streams([], error))
    assert file_streams("x") == []
    assert kernel32.closed == 0


def test_streams_that_cannot_be_listed_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    _with(monkeypatch, Streams([], 5))
    with pytest.raises(OSError, match="error 5"):
        file_streams("x")


def test_no_system_but_windows_tells_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(ctypes, "WinDLL", raising=False)
    assert file_streams("x") == []


def test_each_function_is_in_the_table_of_platforms() -> None:
    page = (_TOP / "docs" / "reference" / "platforms.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if "| `sources/windows.py` |" in line]
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    tree = ast.parse(Path(windows.__file__).read_text(encoding="utf-8"))
    assert listed == {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


def test_no_other_module_calls_windows() -> None:
    package = _TOP / "webshellhunt"
    calls = re.compile(r"\bwindll\b|WinDLL|import msvcrt|\bimport winreg\b")
    found = {path for path in package.rglob("*.py") if calls.search(path.read_text(encoding="utf-8"))}
    assert found == {package / "sources" / "windows.py"}
