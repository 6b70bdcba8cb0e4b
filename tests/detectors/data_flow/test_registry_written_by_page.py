"""Writing counts, reading does not."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

STEM = "registry_written_by_page"


@pytest.mark.parametrize("name", ["vbscript", "csharp"])
def test_the_call_that_writes_is_the_evidence(name: str) -> None:
    found = finding(f"{STEM}/{name}", "WSH1040")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    assert len(found.evidence) == 1


def test_an_own_function_of_that_name_is_nothing() -> None:
    own = ("shell.RegWrite", "RegWrite")
    assert findings(changed(f"{STEM}/vbscript", own), "WSH1040") == []
