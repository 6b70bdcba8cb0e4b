from __future__ import annotations

import pytest

from webshellhunt.knowledge.antivirus_exclusions import exclusion_of, find_odd_exclusion, is_withdrawn

EXCHANGE = r"D:\Exchange Server\V15"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (rf"{EXCHANGE}\ClientAccess\OAB\a.aspx", r"the folder ClientAccess\OAB"),
        (rf"{EXCHANGE}\Logging\x\a.aspx".replace("\\", "/"), "the folder Logging"),
        (rf"{EXCHANGE}\TransportRoles\Data\Temp\a.exe", r"the folder TransportRoles\Data"),
        (rf"{EXCHANGE}\FrontEnd\HttpProxy\owa\web.config", "*.config files"),
        (r"C:\inetpub\wwwroot\aspnet_client\a.TXT", "*.txt files"),
        (
            r"C:\inetpub\temp\IIS Temporary Compressed Files\a",
            r"the folder inetpub\temp\IIS Temporary Compressed Files",
        ),
    ],
)
def test_what_a_compliant_antivirus_leaves_alone(path: str, words: str) -> None:
    assert exclusion_of(path) == words


@pytest.mark.parametrize(
    "path",
    [
        rf"{EXCHANGE}\FrontEnd\HttpProxy\OAB\a.aspx",
        rf"{EXCHANGE}\ClientAccess\OABx\a.aspx",
        r"C:\inetpub\wwwroot\aspnet_client\a.aspx",
        r"C:\Windows\Temp\a.aspx",
        r"C:\config\a.exe",
        "config",
        "",
    ],
)
def test_what_it_looks_at(path: str) -> None:
    assert exclusion_of(path) is None


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("path", "C:\\", "it is a whole drive"),
        ("path", "C:", "it is a whole drive"),
        ("path", "D:\\*.*", "it is a whole drive"),
        ("path", "*", "it is a whole drive"),
        ("path", r"C:\Users\Public", "it is in the public folder of all users"),
        ("path", r"C:\Windows\Temp\*", "it is in the folder for temporary files"),
        ("path", r"%windir%\Temp", "it is in the folder for temporary files"),
        ("process", r"C:\PerfLogs\a.exe", "it is in PerfLogs, where no program belongs"),
        ("process", r"C:\Users\Public\WindowsPowerShell\v1.0\powershell.exe", "any script runs in this program"),
        ("path", r"%SystemRoot%\Temp\OICE", "it is in the folder for temporary files"),
        ("process", "powershell.exe", "any script runs in this program"),
        ("extension", ".aspx", "the server executes .aspx files"),
        ("extension", "*.ASHX", "the server executes .ashx files"),
    ],
)
def test_an_exclusion_that_no_product_needs(kind: str, value: str, words: str) -> None:
    assert find_odd_exclusion(kind, value) == words


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("path", r"C:\inetpub\temp\IIS Temporary Compressed Files"),
        ("path", r"C:\Windows\Temp\OICE_1234"),
        ("path", r"%SystemRoot%\Temp\OICE_<GUID>"),
        ("path", r"C:\Windows\Temp\OICE_F8B1E9DA-1C4F-4F4D-9A6C-0D9A1B0B5C11\*"),
        ("process", r"%SystemRoot%\System32\WindowsPowerShell\v1.0\PowerShell.exe"),
        ("process", r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"),
        ("path", rf"{EXCHANGE}\ClientAccess\OAB\x"),
        ("path", r"C:\inetpub\wwwroot"),
        ("path", r"D:\Databases\*"),
        ("process", r"%SystemRoot%\System32\inetsrv\w3wp.exe"),
        ("process", "EdgeTransport.exe"),
        ("extension", ".edb"),
        ("extension", ".config"),
        ("extension", ""),
        ("path", ""),
        ("process", ""),
    ],
)
def test_an_exclusion_that_a_product_may_need(kind: str, value: str) -> None:
    assert find_odd_exclusion(kind, value) is None


@pytest.mark.parametrize(
    ("kind", "value", "withdrawn"),
    [
        ("path", r"%windir%\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files", True),
        ("path", r"C:\Windows\System32\Inetsrv\*", True),
        ("process", r"%SystemRoot%\System32\inetsrv\w3wp.exe", True),
        ("process", r"%SystemRoot%\System32\WindowsPowerShell\v1.0\PowerShell.exe", True),
        ("process", "powershell.exe", False),
        ("path", r"C:\Windows\Cluster", False),
        ("extension", r"C:\Windows\System32\Inetsrv", False),
    ],
)
def test_what_was_recommended_once(kind: str, value: str, *, withdrawn: bool) -> None:
    assert is_withdrawn(kind, value) is withdrawn
