"""Downloaded content becomes code by the name of its file."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.rules import Severity

PAGE = "fetched_content_written/csharp-page"
FILE = "fetched_content_written/csharp-download-file"


@pytest.mark.parametrize("name", ["news.aspx", "news.asp", "news.exe", "news.DLL", "news.ps1"])
def test_an_executable_name_is_enough(name: str) -> None:
    assert "executable file" in finding(changed(PAGE, ("news.aspx", name)), "WSH1005").message


def test_a_name_from_the_request_is_enough() -> None:
    assert "under a name from the request" in finding("fetched_content_written/csharp-visitor-names", "WSH1005").message


@pytest.mark.parametrize(("kept", "severity"), [("jpg,gif,png", Severity.MEDIUM), ("jpg,gif,asp", Severity.HIGH)])
def test_an_allow_list_of_harmless_types_lowers_the_severity(kept: str, severity: Severity) -> None:
    call = "System.IO.File.WriteAllBytes("
    ending = 'System.IO.Path.GetExtension(Request["path"])'
    asked = f'if ("{kept}".IndexOf({ending}) >= 0) {call}'
    found = finding(changed("fetched_content_written/csharp-visitor-names", (call, asked)), "WSH1005")
    assert found.severity is severity
    assert ("allow-list" in found.message) == (severity is Severity.MEDIUM)


def test_the_name_on_the_other_server_is_not_the_name_of_the_file() -> None:
    assert findings(changed(FILE, ("news.aspx", "news.xml"), ("/news", "/news.aspx")), "WSH1005") == []


def test_the_evidence_is_the_name_then_the_write() -> None:
    fixture = read(PAGE)
    name, writing = finding(fixture, "WSH1005").evidence
    assert name.span.start == fixture.data.index(b'"news.aspx"')
    assert writing.span.start == fixture.data.index(b"WriteAllBytes")
