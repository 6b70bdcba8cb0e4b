from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.knowledge.programs import Oddity, is_interpreter, judge_command, program_of

ODD = [
    (r"C:\Users\Public\u.exe -k", Oddity.PLACE, True),
    (r'"C:\ProgramData\x\u.exe"', Oddity.PLACE, False),
    (r"\\10.0.0.5\share\u.exe", Oddity.SHARE, False),
    (r"%SystemRoot%\Temp\u.exe", Oddity.PLACE, True),
    (r"\SystemRoot\Temp\x.sys", Oddity.PLACE, True),
    (r"\??\C:\PerfLogs\x.sys", Oddity.PLACE, True),
    (r"C:\inetpub\wwwroot\aspnet_client\u.exe", Oddity.PLACE, True),
    (r"C:\inetpub\wwwroot\site\u.exe", Oddity.WEB_FOLDER, True),
    (r"D:\Exchange\V15\FrontEnd\HttpProxy\owa\auth\u.exe", Oddity.WEB_FOLDER, True),
    (r"C:\Windows\System32\inetsrv\svc.exe", Oddity.WEB_FOLDER, True),
    (r"C:\Users\jo\AppData\Roaming\u.exe", Oddity.PROFILE, False),
    (r"C:\Windows\System32\cmd.exe /c start u", Oddity.INTERPRETER, False),
    ("powershell -File C:\\Scripts\\a.ps1", Oddity.INTERPRETER, False),
    (r"powershell.exe -File C:\Windows\Temp\a.ps1", Oddity.PLACE, True),
    (r"rundll32.exe C:\PerfLogs\a.dll,Run", Oddity.PLACE, True),
    (r"C:\Windows\System32\rundll32.exe x.dll,Run", Oddity.PROXY, False),
    ("powershell -enc " + "QQBB" * 12, Oddity.COMMAND, True),
    (r"C:\tools\code.exe tunnel --accept-server-license-terms", Oddity.TUNNEL, True),
    (r"wscript //e:jscript C:\Users\Public\x.txt", Oddity.PLACE, True),
    (r"java -jar C:\PerfLogs\x.jar", Oddity.PLACE, True),
    (r"C:\x\frpc.exe", Oddity.TUNNEL, True),
]
ORDINARY = [
    "",
    r'"C:\Program Files\Vendor\Agent 5\agent.exe" -service',
    r"C:\Program Files\Vendor\agent.exe -service",
    r"%SystemRoot%\System32\svchost.exe -k netsvcs -p",
    r"System32\drivers\tcpip.sys",
    r"C:\Windows\System32\inetsrv\inetinfo.exe",
    r"%windir%\system32\inetsrv\iisw3adm.dll",
    r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18\MsMpEng.exe",
    r'"C:\Program Files\MySQL\bin\mysqld.exe" --defaults-file="C:\ProgramData\MySQL\my.ini" MySQL',
    r'"C:\Program Files\Vendor\a.exe" -log C:\Windows\Temp\a.log',
    r"D:\Exchange\V15\Bin\MSExchangeHMHost.exe",
]


@pytest.mark.parametrize(("command", "kind", "sure"), ODD)
def test_an_odd_command(command: str, kind: Oddity, sure: bool) -> None:
    claim = judge_command(command)
    assert claim is not None
    assert (claim.kind, claim.sure) == (kind, sure)
    assert claim.words


@pytest.mark.parametrize("program", [r"C:\Windows\svchost.exe", r"C:\Tools\lsass.exe", r"D:\System32\spoolsv.exe"])
def test_the_name_of_a_program_of_windows_in_another_folder(program: str) -> None:
    claim = judge_command(program)
    assert claim is not None
    assert claim.sure


@pytest.mark.parametrize(
    "command",
    [
        r"C:\Windows\SysWOW64\dllhost.exe",
        "svchost.exe -k netsvcs",
        r"forfiles /p C:\inetpub\logs\LogFiles /s /m *.log /c cmd",
        r"powershell -c Remove-Item C:\Windows\Temp -Recurse",
    ],
)
def test_a_program_at_home_and_a_folder_to_clean(command: str) -> None:
    claim = judge_command(command)
    assert claim is None or not claim.sure


@pytest.mark.parametrize("command", ORDINARY)
def test_an_ordinary_command(command: str) -> None:
    assert judge_command(command) is None


@pytest.mark.parametrize(
    ("command", "program"),
    [
        (r'"C:\Program Files\A\b.exe" -k "c d"', r"C:\Program Files\A\b.exe"),
        (r"C:\Program Files\A\b.exe -k", r"C:\Program Files\A\b.exe"),
        ("dotnet site.dll", "dotnet"),
        (r".\site.exe", r".\site.exe"),
        ("cmd /c dir", "cmd"),
        (r"C:\Windows\System32\a.exe -k", r"C:\Windows\System32\a.exe"),
        (r"\SystemRoot\System32\x.sys", r"%SystemRoot%\System32\x.sys"),
        (r"%windir%\a.dll,Run", r"%windir%\a.dll"),
        ("", ""),
    ],
)
def test_the_program_of_a_command(command: str, program: str) -> None:
    assert program_of(command) == program


def test_an_interpreter() -> None:
    assert is_interpreter(r"C:\Windows\System32\CMD.EXE")
    assert is_interpreter("pwsh")
    assert not is_interpreter(r"C:\cmd\agent.exe")


@given(st.text(max_size=300))
def test_any_text_is_a_command(text: str) -> None:
    claim = judge_command(text)
    assert claim is None or claim.words
    assert program_of(text) in text or "%SystemRoot%" in program_of(text)
