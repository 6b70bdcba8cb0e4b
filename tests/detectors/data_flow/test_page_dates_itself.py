"""Only the own file counts, and only where its time is set."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

STEM = "page_dates_itself"


@pytest.mark.parametrize("name", ["csharp", "vbscript"])
def test_its_own_file(name: str) -> None:
    found = finding(f"{STEM}/{name}", "WSH1042")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)


def test_another_file_is_nothing() -> None:
    other = ("string own = Request.PhysicalPath;", 'string own = Server.MapPath("copy.txt");')
    assert findings(changed(f"{STEM}/csharp", other), "WSH1042") == []


def test_a_name_that_may_be_another_file_is_nothing() -> None:
    either = ("string own = Request.PhysicalPath;", 'string own = Request.PhysicalPath; own = Request["file"];')
    assert findings(changed(f"{STEM}/csharp", either), "WSH1042") == []


def test_file_and_time_of_the_request_are_suspicious() -> None:
    found = finding(f"{STEM}/csharp-chosen", "WSH1042")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    now = ('DateTime.Parse(Request["time"])', "DateTime.Now")
    assert findings(changed(f"{STEM}/csharp-chosen", now), "WSH1042") == []
