"""What a server configuration may register, and from where: modules, filters, handlers, virtual directories."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Finding
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageSettings
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine
from webshellhunt.scan.scanner import examine_bytes

DIRECTORY = "virtual_directory_leads_outside/reserved_name"
MODULE = "program_loaded_from_odd_place/native_module"
BORROWED = "type_under_borrowed_name/module"
FOREIGN = "foreign_type_in_exchange/module"
ECP = "Program Files/Microsoft/Exchange Server/V15/ClientAccess/ecp/web.config"
SITE = "inetpub/wwwroot/shop/web.config"


def told(body: str, path: str, rule: str) -> list[Finding]:
    data = f"<configuration>{body}</configuration>".encode()
    return [found for found in examine(data, path=path).findings if found.rule.id == rule]


def test_a_virtual_directory_is_told_with_its_address() -> None:
    found = finding(DIRECTORY, "WSH4007")
    assert found.facts == {"address": "/support", "site": "Default Web Site", "leads_to": "C:\\ProgramData\\COM1"}
    assert found.confidence is Confidence.HIGH
    (evidence,) = found.evidence
    assert evidence.excerpt.startswith("<virtualDirectory") or "physicalPath" in evidence.excerpt
    assert evidence.line == 8


@pytest.mark.parametrize(
    ("path", "confidence"),
    [
        (r"C:\Users\Public\x", Confidence.HIGH),
        (r"C:\ProgramData\Vendor\site", Confidence.MEDIUM),
        (r"\\files\sites\x", Confidence.MEDIUM),
    ],
)
def test_how_sure_depends_on_the_place(path: str, confidence: Confidence) -> None:
    assert finding(changed(DIRECTORY, ("C:\\ProgramData\\COM1", path)), "WSH4007").confidence is confidence


def test_a_share_is_a_question_only() -> None:
    found = finding(changed(DIRECTORY, ("C:\\ProgramData\\COM1", r"\\files\sites\x")), "WSH4007")
    assert found.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "path", [r"C:\Program Files\x", r"D:\Exchange\V15\ClientAccess\Owa", r"%SystemDrive%\inetpub\custerr"]
)
def test_an_ordinary_folder_is_not_told(path: str) -> None:
    assert findings(changed(DIRECTORY, ("C:\\ProgramData\\COM1", path)), "WSH4007") == []


@pytest.mark.parametrize(
    "body",
    [
        r'<handlers><add name="x" scriptProcessor="C:\Windows\Temp\php-cgi.exe|-b" path="*.x" /></handlers>',
        r'<fastCgi><application fullPath="C:\Users\Public\php-cgi.exe" /></fastCgi>',
        r'<isapiFilters><filter name="x" path="C:\PerfLogs\x.dll" /></isapiFilters>',
    ],
)
def test_each_way_to_load_a_program_counts(body: str) -> None:
    (found,) = told(f"<system.webServer>{body}</system.webServer>", "config/applicationHost.config", "WSH4008")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.HIGH)
    assert "|" not in str(found.facts["program"])


def test_in_a_section_that_is_locked_it_is_an_attempt() -> None:
    body = r'<system.webServer><handlers><add name="x" path="*.x" scriptProcessor="C:\PerfLogs\x.dll" /></handlers>'
    data = f"<configuration>{body}</system.webServer></configuration>".encode()
    settings = PageSettings(locked_sections=frozenset({"system.webserver/handlers"}))
    artifact = Artifact("x/web.config", "x/web.config", Role.WWWROOT, len(data), settings=settings)
    (found,) = [f for f in examine_bytes(data, artifact, Job()).findings if f.rule.id == "WSH4008"]
    assert found.severity is Severity.LOW
    assert "has no effect" in found.message


def test_a_type_of_another_signer_is_borrowed() -> None:
    same_name = changed(BORROWED, (" ExtenderDesigner,", " System.Web.Extensions,"))
    assert "has a foreign signature" in finding(same_name, "WSH4009").message
    own = changed(BORROWED, (" ExtenderDesigner,", " System.Web.Extensions,"), ("0123456789abcdef", "31bf3856ad364e35"))
    assert findings(own, "WSH4009") == []


@pytest.mark.parametrize(
    "body",
    [
        '<system.web><httpModules><add name="x" type="{}" /></httpModules></system.web>',
        '<system.web><httpHandlers><add path="*.x" verb="*" type="{}" /></httpHandlers></system.web>',
        '<system.web><compilation><buildProviders><add extension=".x" type="{}" /></buildProviders></compilation>'
        "</system.web>",
        '<system.webServer><handlers><add name="x" path="*.x" type="{}" /></handlers></system.webServer>',
    ],
)
def test_each_way_to_load_a_type_counts(body: str) -> None:
    assert told(body.format("System.X, Y"), SITE, "WSH4009")
    assert told(body.format("Vendor.X, Vendor"), ECP, "WSH4010")
    assert told(body.format("Vendor.X, Vendor"), SITE, "WSH4010") == []


def test_a_foreign_type_is_a_question_only_with_a_strong_name() -> None:
    fixture = changed(FOREIGN, path=ECP)
    assert findings(fixture, "WSH4010")
    assert examine(fixture.data, path=fixture.path).disposition is Disposition.UNEXPLAINED
    unsigned = changed(FOREIGN, (", PublicKeyToken=0123456789abcdef", ""), path=ECP)
    assert examine(unsigned.data, path=unsigned.path).disposition is Disposition.SUSPICIOUS


def test_of_the_server_only_what_holds_for_all_sites() -> None:
    modules = '<system.webServer><modules><add name="x" type="Vendor.X, Vendor" /></modules></system.webServer>'
    host = "Windows/System32/inetsrv/config/applicationHost.config"
    assert told(modules, host, "WSH4010")
    assert told(f'<location path="">{modules}</location>', host, "WSH4010")
    assert told(f'<location path="Shop">{modules}</location>', host, "WSH4010") == []


def test_a_preloaded_type_counts() -> None:
    body = (
        '<system.applicationHost><serviceAutoStartProviders><add name="x" type="Warm.Up, Warm" />'
        "</serviceAutoStartProviders></system.applicationHost>"
    )
    (found,) = told(body, "Windows/System32/inetsrv/config/applicationHost.config", "WSH4010")
    assert found.message.startswith("the type Warm.Up runs at each start of a pool")
