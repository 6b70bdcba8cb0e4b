"""Settings by which a server sees, keeps and checks less: view state, logs, filters, compiled pages, addresses."""

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

MAC = "view_state_unprotected/mac_off"
ONE_PATH = "logging_switched_off/one_path"
ANTIVIRUS = "request_check_switched_off/antivirus_module"
SEGMENT = "request_check_switched_off/hidden_segment"
REWRITE = "rewritten_to_hidden_page/rewrite"
MOVED = "compiled_pages_moved/program_data"
SITE = "inetpub/wwwroot/shop/web.config"
HOST = "Windows/System32/inetsrv/config/applicationHost.config"


def told(body: str, path: str, rule: str) -> list[Finding]:
    data = f"<configuration>{body}</configuration>".encode()
    return [found for found in examine(data, path=path).findings if found.rule.id == rule]


def test_outside_of_exchange_unsigned_view_state_is_only_said() -> None:
    assert finding(MAC, "WSH4006").severity is Severity.MEDIUM
    assert finding(changed(MAC, path=SITE), "WSH4006").severity is Severity.LOW


@pytest.mark.parametrize(("value", "count"), [("true", 1), ("false", 0)])
def test_unsigned_data_by_a_setting(value: str, count: int) -> None:
    body = f'<appSettings><add key="aspnet:AllowInsecureDeserialization" value="{value}" /></appSettings>'
    assert len(told(body, SITE, "WSH4006")) == count


def test_one_path_without_a_log_is_sure() -> None:
    found = finding(ONE_PATH, "WSH4011")
    assert found.confidence is Confidence.HIGH
    assert found.facts == {"location": "Default Web Site/owa/auth"}


def test_a_whole_site_without_a_log_is_less_so() -> None:
    assert finding(changed(ONE_PATH, ("/owa/auth", "")), "WSH4011").confidence is Confidence.MEDIUM
    body = '<system.webServer><httpLogging dontLog="true" /></system.webServer>'
    (found,) = told(body, SITE, "WSH4011")
    assert found.confidence is Confidence.MEDIUM


def test_a_switch_in_a_locked_section_is_an_attempt() -> None:
    data = b'<configuration><system.webServer><httpLogging dontLog="true" /></system.webServer></configuration>'
    settings = PageSettings(locked_sections=frozenset({"system.webserver/httplogging"}))
    artifact = Artifact("web.config", "web.config", Role.OWA, len(data), settings=settings)
    (found,) = examine_bytes(data, artifact, Job()).findings
    assert found.severity is Severity.LOW
    assert found.message.startswith("it switches off the log of requests")


@pytest.mark.parametrize(
    ("log", "count"),
    [
        ('enabled="false"', 1),
        (r'directory="C:\ProgramData\logs"', 1),
        (r'directory="D:\logs" enabled="true"', 0),
        (r'directory="%SystemDrive%\inetpub\logs\LogFiles"', 0),
    ],
)
def test_the_log_of_a_site(log: str, count: int) -> None:
    body = f'<system.applicationHost><sites><site name="S"><logFile {log} /></site></sites></system.applicationHost>'
    assert len(told(body, HOST, "WSH4011")) == count


def test_antivirus_is_watched_in_exchange_and_in_the_server() -> None:
    assert finding(ANTIVIRUS, "WSH4012").confidence is Confidence.HIGH
    assert finding(changed(ANTIVIRUS, path=SITE), "WSH4012").confidence is Confidence.MEDIUM
    assert findings(changed(ANTIVIRUS, ("<remove", "<add")), "WSH4012") == []


FRONT_END = "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/web.config"
BACK_END = "Program Files/Microsoft/Exchange Server/V15/ClientAccess/owa/web.config"
FILTER = '<remove name="RequestFilteringModule" />'


def modules(elements: str) -> str:
    return f"<system.webServer><modules>{elements}</modules></system.webServer>"


@pytest.mark.parametrize(
    ("elements", "path", "count"),
    [
        (FILTER, FRONT_END, 1),
        (FILTER, BACK_END, 1),
        (FILTER, SITE, 1),
        ('<remove name="HttpLoggingModule" />', SITE, 1),
        ('<remove name="UrlAuthorization" />', FRONT_END, 0),
        ('<remove name="UrlAuthorization" />', BACK_END, 1),
        ('<remove name="UrlAuthorization" />', SITE, 0),
        ('<remove name="WindowsAuthenticationModule" />', FRONT_END, 1),
        ("<clear />", SITE, 1),
        ('<clear /><add name="RequestFilteringModule" />', SITE, 0),
        ('<clear /><add name="RequestFilteringModule" />', FRONT_END, 1),
        ('<add name="RequestFilteringModule" /><clear />', SITE, 1),
        ('<remove name="Other" />', BACK_END, 0),
    ],
)
def test_a_module_that_is_taken_away(elements: str, path: str, count: int) -> None:
    assert len(told(modules(elements), path, "WSH4012")) == count


def test_what_setup_removes_needs_what_setup_adds() -> None:
    block = "request_check_switched_off/front_end_block-twin"
    assert findings(block, "WSH4012") == []
    assert len(findings(changed(block, ("HttpUtilities.Host", "HttpUtilities.Guest")), "WSH4012")) == 1
    (found,) = findings(changed(block, ('"HttpRequestFilteringModule"', '"Other"')), "WSH4012")
    assert found.confidence is Confidence.MEDIUM
    assert "adds no module that shows requests to antivirus" in found.message


def test_what_the_server_leaves_out_is_told_only_where_it_is_installed() -> None:
    left_out = "request_check_switched_off/left_out"
    assert finding(left_out, "WSH4012").message.startswith("it switches off request filtering for the whole server")
    assert findings(changed(left_out, ("RequestFilteringModule", "OtherModule")), "WSH4012") == []
    second = '<location path=""><system.webServer><modules><add name="RequestFilteringModule" /></modules>'
    end = "</system.webServer></location></configuration>"
    assert findings(changed(left_out, ("</configuration>", second + end)), "WSH4012") == []


@pytest.mark.parametrize(
    ("element", "count"),
    [
        ("<clear />", 1),
        ('<clear /><add segment="web.config" />', 0),
        ('<remove segment="bin" />', 0),
        ('<remove segment="Web.Config" />', 1),
    ],
)
def test_what_hides_the_configuration(element: str, count: int) -> None:
    assert len(findings(changed(SEGMENT, ('<remove segment="web.config" />', element)), "WSH4012")) == count


def test_an_extension_that_is_allowed_again_is_no_longer_hidden() -> None:
    body = (
        "<system.webServer><security><requestFiltering><fileExtensions>"
        '<add fileExtension=".config" allowed="true" /></fileExtensions></requestFiltering></security>'
        "</system.webServer>"
    )
    assert len(told(body, SITE, "WSH4012")) == 1


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("/App_Data/x.ashx?a=1", 1),
        ("bin/x.asp", 1),
        ("/COM1/x.aspx", 1),
        ("/aspnet_client/system_web/4_0_30319/x.js", 0),
        ("/cabin/x.aspx", 0),
        ("/console/x.aspx", 0),
    ],
)
def test_where_a_rule_leads(target: str, count: int) -> None:
    assert len(findings(changed(REWRITE, ("/aspnet_client/system_web/logo.aspx", target)), "WSH4013")) == count


def test_who_is_only_sent_on_sees_the_address() -> None:
    assert findings(changed(REWRITE, ('"Rewrite"', '"Redirect"')), "WSH4013") == []


def test_an_error_page_may_be_the_way() -> None:
    error = '<error statusCode="404" path="/aspnet_client/x.aspx" responseMode="ExecuteURL" />'
    body = f"<system.webServer><httpErrors>{error}</httpErrors></system.webServer>"
    assert len(told(body, SITE, "WSH4013")) == 1
    assert told(body.replace("ExecuteURL", "Redirect"), SITE, "WSH4013") == []


def test_moved_compiled_pages_weigh_by_the_place() -> None:
    assert finding(MOVED, "WSH4014").confidence is Confidence.HIGH
    moved = changed(MOVED, ("C:\\ProgramData\\asp", "E:\\asp"))
    assert examine(moved.data, path=moved.path).disposition is Disposition.UNEXPLAINED


def test_a_log_of_errors_alone_hides_what_succeeds() -> None:
    found = finding(changed(ONE_PATH, ('dontLog="true"', 'selectiveLogging="LogError"')), "WSH4011")
    assert found.message.startswith("successful requests to ")
    assert findings(changed(ONE_PATH, ('dontLog="true"', 'selectiveLogging="LogAll"')), "WSH4011") == []


@pytest.mark.parametrize(("url", "count"), [("/owa/auth/x.aspx", 1), ("/web.config", 1), ("/images/", 0)])
def test_a_page_that_always_passes(url: str, count: int) -> None:
    allowed = f'<alwaysAllowedUrls><add url="{url}" /></alwaysAllowedUrls>'
    body = f"<system.webServer><security><requestFiltering>{allowed}</requestFiltering></security></system.webServer>"
    assert len(told(body, SITE, "WSH4012")) == count
