"""The folder of compiled pages is told with the place that it was moved to."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("compiled_pages_moved/program_data", "WSH4014")
    assert found.facts == {"folder": "C:\\ProgramData\\asp"}
    assert [evidence.line for evidence in found.evidence] == [4]
    assert found.evidence[0].excerpt.strip().startswith('<compilation tempDirectory="C:')


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("compiled_pages_moved/program_data-twin", "WSH4014") == []
