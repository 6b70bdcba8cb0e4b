from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.knowledge.odd_folders import odd_place


@pytest.mark.parametrize(
    "path",
    [
        r"C:\ProgramData\COM1",
        r"\\?\C:\ProgramData\CON\x",
        r"D:\sites\aux.d",
        r"%windir%\Temp\a.dll",
        r"C:/Windows/Temp/a.dll",
        r"%PUBLIC%\a.dll",
        r"C:\Users\Public\Opera\o.exe",
        r"C:\PerfLogs\a.dll",
        r"C:\$Recycle.Bin\S-1-5\a.dll",
        r"C:\Users\x\AppData\Local\Temp\a.dll",
        r"C:\inetpub\temp\a.dll",
        r"C:\inetpub\wwwroot\aspnet_client\a.dll",
    ],
)
def test_no_honest_program_is_there(path: str) -> None:
    place = odd_place(path)
    assert place is not None
    assert place.sure


@pytest.mark.parametrize(
    "path", [r"C:\ProgramData\Vendor\a.dll", r"%ALLUSERSPROFILE%\a", r"C:\Users\All Users\x", r"\\10.0.0.1\share\a"]
)
def test_some_honest_programs_are_there(path: str) -> None:
    place = odd_place(path)
    assert place is not None
    assert not place.sure


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a.dll",
        r"%windir%\System32\inetsrv\cachuri.dll",
        r"C:\Program Files\Vendor\a.dll",
        r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\kerbauth.dll",
        r"C:\inetpub\wwwroot",
        r"\\localhost\c$\inetpub\wwwroot",
        r"\\?\C:\inetpub\wwwroot",
        r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18\MpCmdRun.exe",
        r"C:\Contemporary\Temples\console\a.dll",
        r"%UNKNOWN%\a.dll",
    ],
)
def test_ordinary_places(path: str) -> None:
    assert odd_place(path) is None


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    place = odd_place(text)
    assert place is None or place.words
