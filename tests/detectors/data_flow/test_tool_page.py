"""The number of capabilities that make a tool."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

VBSCRIPT = "tool_page/vbscript"


def test_the_facts_list_the_capabilities() -> None:
    assert finding("tool_page/jscript-net", "WSH1007").facts == {
        "powers": ("list drives and folders", "read the registry", "run programs")
    }


def test_two_capabilities_are_no_tool() -> None:
    without = ("Microsoft.Win32.Registry.LocalMachine.OpenSubKey", "Lookup")
    assert findings(changed("tool_page/jscript-net", without), "WSH1007") == []


def test_six_capabilities_with_started_programs_are_critical() -> None:
    found = finding(VBSCRIPT, "WSH1007")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    more = changed(VBSCRIPT, ("%>", 'Response.Write "net user"\n%>'))
    surer = finding(more, "WSH1007")
    assert (surer.severity, surer.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert len(surer.evidence) == 4


def test_words_in_comments_are_no_capabilities() -> None:
    commented = changed("tool_page/jscript-net", ("var start", "// var start"))
    assert findings(commented, "WSH1007") == []
