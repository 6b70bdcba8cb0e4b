"""Server code in a folder that holds none."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("code_out_of_place/program-data", "WSH6001")
    assert found.facts == {}
    assert [evidence.line for evidence in found.evidence] == [1]
