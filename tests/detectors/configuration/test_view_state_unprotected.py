"""A view state that a configuration leaves without its check."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("view_state_unprotected/mac_off", "WSH4006")
    assert found.facts == {}
    assert [evidence.line for evidence in found.evidence] == [4]
    assert found.evidence[0].excerpt.strip().startswith('<pages enableViewStateMac="fal')


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("view_state_unprotected/mac_off-twin", "WSH4006") == []
