"""Paths of command lines, and the pages that a command writes."""

import pytest

from webshellhunt.knowledge.written_pages import iter_paths

WEB = "C:\\inetpub\\wwwroot"


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        (r"cmd /c copy D:\a b\c.txt D:\d\e.txt", [r"D:\a b\c.txt", r"D:\d\e.txt"]),
        ("x http" + r"://192.0.2.7/x -OutFile D:\a.txt", [r"D:\a.txt"]),
        (r"x -f C:\Program Files\V\a.ps1 -q", [r"C:\Program Files\V\a.ps1"]),
        (r"x \\s\d\a.exe C:/t/a.exe", [r"\\s\d\a.exe", "C:/t/a.exe"]),
        (rf"robocopy {WEB} D:\Backup", [r"D:\Backup"]),
    ],
)
def test_paths_end_where_the_next_argument_begins(command: str, paths: list[str]) -> None:
    assert [each.path for each in iter_paths(command)] == paths


@pytest.mark.parametrize(
    ("command", "is_page"),
    [
        (rf"curl -o {WEB}\a.aspx x", True),
        (rf"xcopy D:\a.aspx {WEB} /y", True),
        (rf"cmd /c echo a & copy D:\a.txt {WEB}\a.ashx", True),
        (rf"(New-Object Net.WebClient).DownloadFile('x', '{WEB}\a.aspx')", True),
        (rf"xcopy D:\a.aspx {WEB}\a.txt", False),
        (rf"xcopy {WEB}\a.aspx D:\Backup", False),
        (rf"robocopy D:\shop {WEB} /mir /xf old.aspx", False),
        (r"xcopy D:\a.aspx D:\Sites\shop", False),
        (rf"powershell -f {WEB}\a.aspx", False),
    ],
)
def test_page_is_one_that_is_written(command: str, is_page: bool) -> None:
    assert any(each.is_page for each in iter_paths(command)) is is_page
