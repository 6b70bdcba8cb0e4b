"""A page in the sign-in folder that Exchange does not ship."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("unexpected_sign_in_page/imitated", "WSH6002")
    assert found.facts == {}
    assert [evidence.line for evidence in found.evidence] == [1]


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("unexpected_sign_in_page/imitated-twin", "WSH6002") == []
