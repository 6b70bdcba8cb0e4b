"""Pages by their place: where none belongs, and what the sign-in directories hold."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

PAGE = "code_out_of_place/harmless-page"
FRONT = "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("inetpub/wwwroot/aspnet_client/a/b/x.aspx", "for browser scripts"),
        ("inetpub/wwwroot/aspnet_client/x.asmx", "for browser scripts"),
        (f"{FRONT}/owa/auth/Current/x.aspx", "pictures and styles"),
        (f"{FRONT}/owa/auth/15.1.2106/scripts/x.ashx", "pictures and styles"),
        (f"{FRONT}/ecp/auth/fonts/x.asp", "pictures and styles"),
        ("Windows/Temp/x.aspx", "temporary"),
        ("Users/Public/x.aspx", "temporary"),
        ("ProgramData/x/y.cshtml", "temporary"),
    ],
)
def test_it_is_said_why_no_code_belongs_there(path: str, words: str) -> None:
    assert words in finding(changed(PAGE, path=path), "WSH6001").message


@pytest.mark.parametrize(
    "path",
    [
        "inetpub/wwwroot/x.aspx",
        f"{FRONT}/owa/auth/x.aspx",
        f"{FRONT}/owa/x.aspx",
        "inetpub/wwwroot/aspnet_client/x.js",
        "inetpub/wwwroot/aspnet_client/web.config",
        "inetpub/wwwroot/scripts/x.aspx",
    ],
)
def test_code_elsewhere_and_files_for_browsers_are_in_place(path: str) -> None:
    assert findings(changed(PAGE, path=path), "WSH6001") == []


def test_an_empty_file_is_no_code() -> None:
    empty = changed(PAGE)._replace(data=b" \r\n")
    assert findings(empty, "WSH6001") == []


@pytest.mark.parametrize(
    ("path", "severity", "words"),
    [
        (f"{FRONT}/owa/auth/x.aspx", Severity.LOW, "no page of this name"),
        (f"{FRONT}/owa/auth/OutlookEN.aspx", Severity.MEDIUM, "imitates outlookcn.aspx"),
        (f"{FRONT}/owa/auth/logof.aspx", Severity.MEDIUM, "imitates logoff.aspx"),
        (f"{FRONT}/ecp/auth/TimeOutLogin.aspx", Severity.LOW, "no page of this name"),
        (f"{FRONT}/ecp/auth/TimeoutLog0ut.aspx", Severity.MEDIUM, "imitates timeoutlogout.aspx"),
        (f"{FRONT}/oab/logon.aspx", Severity.MEDIUM, "another directory"),
        ("inetpub/wwwroot/aspnet_client/frowny.aspx", Severity.MEDIUM, "another directory"),
    ],
)
def test_a_name_weighs_by_what_it_pretends(path: str, severity: Severity, words: str) -> None:
    found = finding(changed(PAGE, path=path), "WSH6002")
    assert found.severity is severity
    assert words in found.message


@pytest.mark.parametrize(
    "path",
    [
        f"{FRONT}/owa/auth/LOGON.aspx",
        f"{FRONT}/ecp/auth/TimeoutLogout.aspx",
        f"{FRONT}/owa/auth/logom.js",
        f"{FRONT}/owa/auth/web.config",
        "inetpub/wwwroot/aspnet_client/error.aspx",
        "app/logon.aspx",
    ],
)
def test_a_name_that_is_expected_or_not_of_these_directories_is_left_alone(path: str) -> None:
    assert findings(changed(PAGE, path=path), "WSH6002") == []


@pytest.mark.parametrize(
    "path",
    [
        f"{FRONT}/owa/auth/15.2.858/themes/resources/logon.aspx",
        f"{FRONT}/ecp/auth/fonts/TimeoutLogout.aspx",
        f"{FRONT}/oab/logon.aspx",
        "inetpub/wwwroot/aspnet_client/system_web/logoff.aspx",
    ],
)
def test_a_sign_in_page_among_static_files_is_suspicious_by_itself(path: str) -> None:
    fixture = changed(PAGE, path=path)
    assert finding(fixture, "WSH6002").confidence is Confidence.HIGH
    assert examine(fixture.data, path=path).disposition is Disposition.SUSPICIOUS


def test_a_copy_of_a_sign_in_page_in_another_folder_is_a_hint() -> None:
    fixture = changed(PAGE, path=f"{FRONT}/owa/auth/old/logon.aspx")
    assert examine(fixture.data, path=fixture.path).disposition is Disposition.UNEXPLAINED


@pytest.mark.parametrize("name", ["status.aspx", "logon.aspx"])
def test_a_writer_of_uploads_weighs_more_where_exchange_ships_no_such_page(name: str) -> None:
    data = read("unexpected_sign_in_page/writer").data
    expected = Disposition.SUSPICIOUS if name == "logon.aspx" else Disposition.MALICIOUS
    assert examine(data, path=f"{FRONT}/owa/auth/{name}").disposition is expected
