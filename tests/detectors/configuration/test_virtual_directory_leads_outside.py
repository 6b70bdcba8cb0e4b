"""A virtual directory that leads to a name which Windows reserves."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("virtual_directory_leads_outside/reserved_name", "WSH4007")
    assert found.facts == {"address": "/support", "site": "Default Web Site", "leads_to": "C:\\ProgramData\\COM1"}
    assert [evidence.line for evidence in found.evidence] == [8]
    assert found.evidence[0].excerpt.strip().startswith('<virtualDirectory path="/suppo')


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("virtual_directory_leads_outside/reserved_name-twin", "WSH4007") == []
