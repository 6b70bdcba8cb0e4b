"""A check of requests that a configuration switches off."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("request_check_switched_off/hidden_segment", "WSH4012")
    assert found.facts == {}
    assert [evidence.line for evidence in found.evidence] == [7]
    assert found.evidence[0].excerpt.strip().startswith('<remove segment="web.config" /')


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("request_check_switched_off/hidden_segment-twin", "WSH4012") == []
