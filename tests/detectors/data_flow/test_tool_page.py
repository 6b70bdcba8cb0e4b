"""The number of capabilities that make a tool."""

from __future__ import annotations

import pytest

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


def test_no_number_of_capabilities_is_critical() -> None:
    found = finding(VBSCRIPT, "WSH1007")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    more = changed(
        VBSCRIPT, ("%>", 'Set net = CreateObject("WScript.Network")\nfiles.CreateTextFile "C:\\three.txt"\n%>')
    )
    fuller = finding(more, "WSH1007")
    assert (fuller.severity, fuller.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    assert len(fuller.evidence) == 4


@pytest.mark.parametrize(
    ("used", "named"),
    [
        ('Set shell = Server.CreateObject("WScript.Shell")', 'installed = Array("WScript.Shell", "Shell.Application")'),
        ("files.DeleteFile", "DeleteFile"),
        ("shell.RegRead(", "RegRead("),
    ],
)
def test_words_that_nothing_uses_are_no_capabilities(used: str, named: str) -> None:
    before = finding(VBSCRIPT, "WSH1007").facts["powers"]
    own = "Sub DeleteFile(x)\nEnd Sub\nFunction RegRead(x)\nEnd Function\n"
    after = findings(changed(VBSCRIPT, (used, named), ("Set files", own + "Set files")), "WSH1007")
    assert isinstance(before, tuple)
    assert all(len(tuple(each.facts["powers"])) < len(before) for each in after)  # type: ignore[arg-type]


def test_a_date_that_is_read_is_no_capability() -> None:
    code = 'Response.Write files.GetFile("a").DateLastModified\nshell.NameSpace(1).ModifyDate'
    read = changed(VBSCRIPT, ("files.DeleteFile", code + "\nfiles.DeleteFile"))
    assert "forge file times and attributes" not in str(finding(read, "WSH1007").facts)
    forged = changed(VBSCRIPT, ("files.DeleteFile", "shell.ParseName(1).ModifyDate = Date\nfiles.DeleteFile"))
    assert "forge file times and attributes" in str(finding(forged, "WSH1007").facts)


def test_drives_are_counted_once() -> None:
    tool, survey = finding("tool_page/csharp", "WSH1007"), finding("tool_page/csharp", "WSH1039")
    assert tool.shares_act(survey)


def test_words_in_comments_are_no_capabilities() -> None:
    commented = changed("tool_page/jscript-net", ("var start", "// var start"))
    assert findings(commented, "WSH1007") == []
