"""Logging that a configuration switches off for one path."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("logging_switched_off/one_path", "WSH4011")
    assert found.facts == {"location": "Default Web Site/owa/auth"}
    assert [evidence.line for evidence in found.evidence] == [5]
    assert found.evidence[0].excerpt.strip().startswith('<httpLogging dontLog="true" />')


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("logging_switched_off/one_path-twin", "WSH4011") == []


def test_settings_of_a_development_environment_are_left_alone() -> None:
    name = "logging_switched_off/one_path"
    assert findings(changed(name, path="src/shop/.vs/shop/config/applicationHost.config"), "WSH4011") == []
    assert findings(changed(name, path="src/shop/vs/shop/config/applicationHost.config"), "WSH4011") != []
