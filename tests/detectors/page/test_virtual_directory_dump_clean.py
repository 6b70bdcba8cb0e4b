"""A dump of a virtual directory without code."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("virtual_directory_dump_clean/oab-page", "WSH2002")
    assert found.facts == {"written_at": "2021-03-03T09:15:22Z", "server": "EXCH01"}
    assert [evidence.line for evidence in found.evidence] == [11]
    assert found.evidence[0].excerpt.strip().startswith("ExternalUrl                   ")
