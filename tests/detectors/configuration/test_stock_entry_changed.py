"""An entry under a stock name: what it runs is compared, and who else may differ is left alone."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Finding
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.settings import PageSettings
from webshellhunt.pipeline import examine
from webshellhunt.scan.scanner import examine_bytes

RULE = "WSH4021"
PAGES = "stock_entry_changed/page_handler"
MODULE = "stock_entry_changed/module"
DIRECTORY = "stock_entry_changed/virtual_directory"
HOST = "Windows/System32/inetsrv/config/applicationHost.config"
OWA = "Program Files/Microsoft/Exchange Server/V15/ClientAccess/owa/web.config"


def told(section: str, element: str, path: str = HOST) -> list[Finding]:
    names = section.split("/")
    opened = "".join(f"<{name}>" for name in names)
    closed = "".join(f"</{name}>" for name in reversed(names))
    data = f"<configuration>{opened}{element}{closed}</configuration>".encode()
    return [found for found in examine(data, path=path).findings if found.rule.id == RULE]


def test_what_runs_and_what_should_is_told() -> None:
    found = finding(PAGES, RULE)
    assert found.severity is Severity.HIGH
    assert found.facts["name"] == "PageHandlerFactory-ISAPI-4.0_64bit"
    assert found.facts["runs"] == r"%windir%\System32\aspnet_isapi.dll"
    assert str(found.facts["stock"]).endswith(r"\v4.0.30319\aspnet_isapi.dll")


@pytest.mark.parametrize("path", ["inetpub/wwwroot/web.config", "inetpub/wwwroot/shop/web.config"])
def test_other_sites_are_not_looked_at(path: str) -> None:
    assert findings(changed(PAGES, path=path), RULE) == []


@pytest.mark.parametrize(
    ("element", "count"),
    [
        ('<add name="ISAPI-dll" path="*.dll" verb="*" modules="IsapiModule" />', 0),
        ('<add name="ISAPI-dll" path="*.dll" verb="*" modules="IsapiModule" scriptProcessor="C:\\x.dll" />', 1),
        ('<add name="ASPClassic" path="*.asp" modules="IsapiModule" scriptProcessor="%IIS_BIN%\\asp.dll" />', 0),
        ('<add name="ASPClassic" path="*.asp" modules="IsapiModule" scriptProcessor="%IIS_BIN%\\asp2.dll" />', 1),
        ('<add name="StaticFile" path="*" verb="*" modules="StaticFileModule" />', 0),
        ('<add name="StaticFile" path="*" verb="*" modules="StaticFileModule,Web" />', 1),
        ('<add name="PageHandlerFactory-Integrated-4.0" path="*.aspx" type="System.Web.UI.PageHandlerFactory" />', 0),
        (
            '<add name="PageHandlerFactory-Integrated-4.0" path="*.aspx" type="System.Web.UI.PageHandlerFactory" '
            'modules="IsapiModule" scriptProcessor="C:\\x.dll" />',
            1,
        ),
        (
            '<add name="PageHandlerFactory-Integrated-4.0" type="System.Web.UI.PageHandlerFactory, Web" />',
            1,
        ),
        ('<add name="Web.Pages" path="*.aspx" type="Web.Pages" />', 0),
        ('<remove name="PageHandlerFactory-Integrated-4.0" />', 0),
    ],
)
def test_the_handlers_of_the_server(element: str, count: int) -> None:
    assert len(told("system.webServer/handlers", element)) == count


def test_the_windows_folder_of_another_drive_is_not_that_of_the_server() -> None:
    entry = '<add name="ASPClassic" path="*.asp" modules="IsapiModule" scriptProcessor="{}:\\Windows\\{}\\asp.dll" />'
    for drive, count in (("C", 0), ("c", 0), ("D", 1)):
        text = entry.format(drive, "system32\\inetsrv")
        assert len(told("system.webServer/handlers", text, "C:\\" + HOST.replace("/", "\\"))) == count
        assert len(told("system.webServer/handlers", text)) == 0  # the drive of the configuration isn't known


@pytest.mark.parametrize(
    ("element", "count"),
    [
        ('<add name="HttpLoggingModule" lockItem="true" />', 0),
        ('<add name="HttpLoggingModule" type="Web.Log, Web" />', 1),
        ('<add name="Session" type="System.Web.SessionState.SessionStateModule" />', 0),
        ('<add name="session" type="Web.State" />', 1),
    ],
)
def test_the_modules_of_the_server(element: str, count: int) -> None:
    assert len(told("system.webServer/modules", element)) == count
    assert len(told("system.webServer/modules", element, "inetpub/wwwroot/web.config")) == 0


@pytest.mark.parametrize(
    ("folder", "count"),
    [
        (r"C:\WINDOWS\Microsoft.NET\Framework\v4.0.30319", 0),
        (r"%SystemRoot%\Microsoft.NET\Framework64\v2.0.50727", 0),
        (r"%windir%\Microsoft.NET\Framework64\v4.0.30319\Temporary", 1),
        (r"C:\Users\Microsoft.NET\Framework64\v4.0.30319", 1),
    ],
)
def test_the_framework_may_be_of_another_version_or_width(folder: str, count: int) -> None:
    assert len(findings(changed(PAGES, (r"%windir%\System32", folder)), RULE)) == count


def test_another_type_of_microsoft_is_a_question() -> None:
    found = finding(changed(MODULE, ("Mail.Health.Module, Mail.Health", "Microsoft.Exchange.Clients.Other")), RULE)
    assert found.severity is Severity.LOW
    assert found.message.endswith("both have names of Microsoft's")


def test_another_version_or_assembly_of_microsoft_is_none() -> None:
    other = "Microsoft.Exchange.Clients.Owa.Core.OwaModule, Microsoft.Exchange.Clients, Version=15.9.0.0"
    assert findings(changed(MODULE, ("Mail.Health.Module, Mail.Health", other)), RULE) == []


def test_a_provider_of_pages_in_exchange() -> None:
    section, element = "system.web/compilation/buildProviders", '<add extension=".aspx" type="Web.Builder" />'
    assert len(told(section, element, OWA)) == 1
    assert told(section, element.replace(".aspx", ".page"), OWA) == []


def test_a_locked_section_is_an_attempt() -> None:
    data = b'<configuration><system.webServer><modules><add name="OwaModule" type="Web" /></modules></system.webServer>'
    settings = PageSettings(locked_sections=frozenset({"system.webserver/modules"}))
    artifact = Artifact(OWA, OWA, Role.OWA, len(data), settings=settings)
    told = [f for f in examine_bytes(data + b"</configuration>", artifact, Job()).findings if f.rule.id == RULE]
    assert [found.severity for found in told] == [Severity.LOW]


def test_a_virtual_directory_of_exchange_is_told_with_its_own_folder() -> None:
    found = finding(DIRECTORY, RULE)
    leads = r"/owa of Default Web Site leads to D:\Exchange\Mail\owa"
    assert found.message == rf"{leads}; the stock folder is Exchange's frontend\httpproxy\owa"


def test_where_no_exchange_is_its_addresses_are_free() -> None:
    assert findings(changed(DIRECTORY, (r"FrontEnd\HttpProxy\ecp", "ecp")), RULE) == []


def test_an_address_of_the_back_end_that_setup_does_not_make_is_a_question() -> None:
    found = findings(changed(DIRECTORY, ("Default Web Site", "Exchange Back End"), ('"/owa"', '"/health"')), RULE)
    assert [(each.severity, each.facts["address"]) for each in found] == [
        (Severity.HIGH, "/ecp"),
        (Severity.LOW, "/health"),
    ]
