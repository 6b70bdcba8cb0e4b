"""A transport agent whose assembly lies outside of the folders of Exchange."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("transport_agent_from_elsewhere/program_data", "WSH4017")
    assert found.facts == {"agent": "Security", "assembly": "C:\\ProgramData\\security.dll", "enabled": "true"}
    assert [evidence.line for evidence in found.evidence] == [5]
    assert found.evidence[0].excerpt.strip().startswith('<agent name="Security" baseTyp')


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("transport_agent_from_elsewhere/program_data-twin", "WSH4017") == []
