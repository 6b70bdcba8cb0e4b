"""A PowerShell profile that runs hidden code."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("profile_runs_hidden_code/download", "WSH4019")
    assert found.facts == {}
    assert [evidence.line for evidence in found.evidence] == [2]
    assert found.evidence[0].excerpt.strip().startswith("Invoke-Expression (New-Object ")


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("profile_runs_hidden_code/download-twin", "WSH4019") == []
