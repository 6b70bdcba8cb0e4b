"""Statement, account and unknown columns convict together."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

STEM = "console_of_one_database"


@pytest.mark.parametrize("name", ["csharp", "vbscript"])
def test_all_three_convict(name: str) -> None:
    found = finding(f"{STEM}/{name}", "WSH1044")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert found.facts["request_key"] == "q"
    assert len(found.evidence) == 2


@pytest.mark.parametrize(
    ("old", "new", "severity", "confidence"),
    [
        (";Password=two", "", Severity.HIGH, Confidence.MEDIUM),
        ("rows.GetName(i)", "rows[i]", Severity.HIGH, Confidence.MEDIUM),
    ],
)
def test_without_an_account_or_columns_it_is_less(
    old: str, new: str, severity: Severity, confidence: Confidence
) -> None:
    found = finding(changed(f"{STEM}/csharp", (old, new)), "WSH1044")
    assert (found.severity, found.confidence) == (severity, confidence)


def test_a_part_of_a_statement_is_nothing() -> None:
    part = changed(f"{STEM}/csharp", ('Request.Form["q"]', '"select * from orders where id = " + Request.Form["q"]'))
    assert findings(part, "WSH1044") == []
