"""Places of detected files on a server that is known in part."""

from __future__ import annotations

import pytest

from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role
from webshellhunt.sources import MemorySource
from webshellhunt.witnesses.antivirus.examinations import PlaceFinder

OWA = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth"
CONFIG = b"""<configuration><system.applicationHost><sites><site name="S" id="1"><application path="/">
<virtualDirectory path="/" physicalPath="D:\\shop" /></application></site></sites></system.applicationHost>
</configuration>"""
FILES = {
    "C/Windows/System32/inetsrv/config/applicationHost.config": CONFIG,
    "C/inetpub/wwwroot/web.config": (
        b'<configuration><system.webServer><handlers><add name="a" path="*.j\x70g" verb="*" '
        b'type="System.Web.UI.PageHandlerFactory" /></handlers></system.webServer></configuration>'
    ),
    "C/inetpub/wwwroot/iisstart.htm": b"<html>",
    "D/shop/default.aspx": b"<html>",
}


@pytest.fixture(scope="module")
def places() -> PlaceFinder:
    return PlaceFinder(survey(MemorySource(FILES), Limits()))


@pytest.mark.parametrize(
    ("path", "role", "is_page"),
    [
        (OWA + r"\x.aspx", Role.OWA_AUTH, True),
        (OWA + r"\x.txt", Role.OWA_AUTH, False),
        (r"C:\inetpub\wwwroot\aspnet_client\x.ashx", Role.ASPNET_CLIENT, True),
        (r"C:\INETPUB\WWWROOT\X.ASPX", Role.WWWROOT, True),
        (r"C:\inetpub\wwwroot\x.jpg", Role.WWWROOT, True),  # by the mapping of its folder
        (r"C:\inetpub\wwwroot\invoice.pdf", Role.WWWROOT, False),
        (r"D:\shop\upload\x.aspx", Role.SITE, True),
        (r"D:\shop\bin\x.dll", Role.BIN, False),
        (
            r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files\root\1\2\App_Web_x.dll",
            Role.TEMP_ASPNET,
            True,
        ),
    ],
)
def test_a_directory_of_a_web_server(places: PlaceFinder, path: str, role: Role, *, is_page: bool) -> None:
    place = places.find(path)
    assert (place.is_of_web, place.role, place.is_page) == (True, role, is_page)


@pytest.mark.parametrize(
    "path",
    [
        r"C:\Users\a\Downloads\setup.exe",
        r"C:\Users\a\Downloads\owa\auth\x.aspx",  # a copy of an analyst
        r"C:\Windows\Temp\x.aspx",
        r"C:\Program Files\Tool\bin\x.dll",
        r"D:\other\x.aspx",
        r"\\DC01\ADMIN$\x.exe",
        "pid:12,ProcessStart:13",
        "C:\\inetpub\\wwwroot\\" + "a" * 3_000,
        "",
    ],
)
def test_any_other_path(places: PlaceFinder, path: str) -> None:
    assert not places.find(path).is_of_web


def test_the_presence_of_a_file(places: PlaceFinder) -> None:
    assert places.find(r"d:\SHOP\default.aspx").is_present
    missing = places.find(r"D:\shop\x.aspx")
    assert not missing.is_present
    assert not missing.is_listed  # a collection has some files of the drive only


def test_a_whole_system_would_have_the_file() -> None:
    files = {f"C/{path[2:]}": data for path, data in FILES.items()} | {"C/Windows/System32/ntdll.dll": b"MZ"}
    assert PlaceFinder(survey(MemorySource(files), Limits())).find(r"C:\inetpub\wwwroot\x.aspx").is_listed
