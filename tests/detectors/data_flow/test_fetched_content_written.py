"""What is fetched becomes code by its name, whoever chose it."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.rules import Severity

PAGE = "fetched_content_written/csharp-page"
FILE = "fetched_content_written/csharp-download-file"


@pytest.mark.parametrize("name", ["news.aspx", "news.asp", "news.exe", "news.DLL", "news.ps1"])
def test_a_name_that_is_executed_counts(name: str) -> None:
    assert "executable file" in finding(changed(PAGE, ("news.aspx", name)), "WSH1005").message


def test_a_name_that_the_visitor_chooses_counts() -> None:
    assert "a visitor chooses" in finding("fetched_content_written/csharp-visitor-names", "WSH1005").message


@pytest.mark.parametrize(("kept", "severity"), [("jpg,gif,png", Severity.MEDIUM), ("jpg,gif,asp", Severity.HIGH)])
def test_a_page_that_lists_harmless_kinds_of_files_is_less_sure(kept: str, severity: Severity) -> None:
    call = "System.IO.File.WriteAllBytes("
    asked = f'if ("{kept}".IndexOf(Request["path"]) >= 0) {call}'
    found = finding(changed("fetched_content_written/csharp-visitor-names", (call, asked)), "WSH1005")
    assert found.severity is severity
    assert ("lists the kinds" in found.message) == (severity is Severity.MEDIUM)


def test_the_name_on_the_other_server_is_none_on_this_one() -> None:
    assert findings(changed(FILE, ("news.aspx", "news.xml"), ("/news", "/news.aspx")), "WSH1005") == []


def test_the_evidence_is_the_name_then_the_writing() -> None:
    fixture = read(PAGE)
    name, writing = finding(fixture, "WSH1005").evidence
    assert name.span.start == fixture.data.index(b'"news.aspx"')
    assert writing.span.start == fixture.data.index(b"WriteAllBytes")
