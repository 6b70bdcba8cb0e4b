"""A rewrite rule that leads to a page in a hidden place."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("rewritten_to_hidden_page/rewrite", "WSH4013")
    assert found.facts == {"target": "/aspnet_client/system_web/logo.aspx"}
    assert [evidence.line for evidence in found.evidence] == [8]
    assert found.evidence[0].excerpt.strip().startswith('<action type="Rewrite" url="/a')


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("rewritten_to_hidden_page/rewrite-twin", "WSH4013") == []
