"""A machine key that a configuration sets itself."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("explicit_machine_key/public_key", "WSH4005")
    assert found.facts.keys() == {"validation_key"}  # its decryption key is generated
    assert str(found.facts["validation_key"]).startswith("CB2")
    assert [evidence.line for evidence in found.evidence] == [4]
    assert found.evidence[0].excerpt.strip().startswith('<machineKey validationKey="CB2')


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("explicit_machine_key/public_key-twin", "WSH4005") == []
