from __future__ import annotations

import pytest

from webshellhunt.host.iis.stock_modules import is_stock_folder, is_stock_program


@pytest.mark.parametrize(
    "path",
    [
        r"%windir%\System32\inetsrv\cachuri.dll",
        r"%SystemRoot%\system32\inetsrv\rewrite.dll",
        r"C:\Windows\SysWOW64\inetsrv\STATIC.dll",
        r"%windir%\Microsoft.NET\Framework64\v4.0.30319\webengine4.dll",
        r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\kerbauth.dll",
        r"%windir%\Microsoft.NET\Framework\v2.0.50727\aspnet_isapi.dll",
    ],
)
def test_programs_of_each_server(path: str) -> None:
    assert is_stock_program(path)


@pytest.mark.parametrize(
    "path",
    [
        r"%windir%\System32\inetsrv\hhealth.dll",
        r"%windir%\System32\inetsrv\sub\static.dll",
        r"%windir%\Temp\static.dll",
        r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\other.dll",
        r"C:\ProgramData\System32\inetsrv\static.dll",
        "",
    ],
)
def test_programs_of_others(path: str) -> None:
    assert not is_stock_program(path)


@pytest.mark.parametrize(
    ("path", "stock"),
    [
        (r"%SystemDrive%\inetpub\wwwroot", True),
        (r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa", True),
        (r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\..\..\x", False),
        (r"C:\inetpub\wwwroot\shop", False),
        (r"C:\ProgramData\COM1", False),
    ],
)
def test_folders(path: str, stock: bool) -> None:
    assert is_stock_folder(path) is stock
