"""A type that is registered under the name of a stock entry."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("type_under_borrowed_name/module", "WSH4009")
    assert found.facts["type"] == "System.Web.Extensions.Resource.ExtenderDesigner"
    assert found.facts["assembly"] == "ExtenderDesigner"
    assert [evidence.line for evidence in found.evidence] == [5]
    assert found.evidence[0].excerpt.strip().startswith('<add name="ExtenderDesigner" t')


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("type_under_borrowed_name/module-twin", "WSH4009") == []
