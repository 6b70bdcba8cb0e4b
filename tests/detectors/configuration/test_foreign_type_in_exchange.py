"""A type of a foreign assembly in a configuration of Exchange."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("foreign_type_in_exchange/module", "WSH4010")
    assert (found.facts["type"], found.facts["assembly"]) == ("Health.RequestModule", "Health")
    assert found.facts["setting"] == "system.webserver/modules/add/@type"
    assert [evidence.line for evidence in found.evidence] == [5]
    assert found.evidence[0].excerpt.strip().startswith('<add name="Health" type="Healt')


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("foreign_type_in_exchange/own_module", "WSH4010") == []
