"""Names of programs and interpreters, and what a command does."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.structure.programs import (
    is_grave_command,
    is_in_odd_place,
    is_interpreter,
    is_plain_name,
    is_program,
    reads_output,
)
from webshellhunt.lang.unit import build_unit


@pytest.mark.parametrize(
    "text",
    [
        "cmd", "CMD.EXE", r"C:\Windows\System32\cmd.exe", r"%windir%\system32\cmd.exe", "%comspec% /c dir",
        "powershell -w hidden",
        '"C:\\Program Files\\PowerShell\\7\\pwsh.exe" -c a', "mshta.exe a", "rundll32 a.dll,b", "/a/cmd.exe",
    ],
)  # fmt: skip
def test_interpreters(text: str) -> None:
    assert is_interpreter(text)


@pytest.mark.parametrize(
    "text", ["cmdlets.exe", "type cmd.exe here", "mycmd", "powershell.txt", "command", "", "x" * 9000]
)
def test_no_interpreters(text: str) -> None:
    assert not is_interpreter(text)


@pytest.mark.parametrize("text", ["a.exe", r"D:\tools\ffmpeg.exe -i a", "~/bin/a.exe", "run.bat"])
def test_programs(text: str) -> None:
    assert is_program(text)


@pytest.mark.parametrize("text", ["a.txt", "exe", "the program a", "application.executed"])
def test_no_programs(text: str) -> None:
    assert not is_program(text)


@pytest.mark.parametrize(
    "text",
    [
        "net user a b /add", "cmd /c NET localgroup administrators a /add", "x -enc QUJDREVGR0hJSktMTU5P", "iex (a)",
        "certutil -f", "schtasks /tn a /create",
    ],
)  # fmt: skip
def test_grave_commands(text: str) -> None:
    assert is_grave_command(text)


@pytest.mark.parametrize(
    "text", ["ffmpeg -i a", "network users", "-encoding utf-8", "index", "whoami /all", "net user", "ipconfig /all"]
)
def test_no_grave_commands(text: str) -> None:
    assert not is_grave_command(text)


def test_places_and_names() -> None:
    assert is_in_odd_place(r"C:\ProgramData\a.exe")
    assert not is_in_odd_place(r"C:\Tools\a.exe")
    assert is_plain_name("git")
    assert not is_plain_name("git log")


@pytest.mark.parametrize(("code", "reads"), [("Response.Write x.StdOut.ReadAll", True), ("Response.Write x", False)])
def test_the_output_of_a_program(code: str, reads: bool) -> None:
    assert reads_output(build_unit(code, "vbscript", [(0, len(code))])) is reads
