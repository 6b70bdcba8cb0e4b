"""Requests that a rule leads elsewhere."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_it_is_told_what_the_setting_does() -> None:
    assert "leads requests elsewhere" in finding("requests_led_elsewhere/loopback", "WSH4026").message


def test_an_ordinary_value_is_left_alone() -> None:
    assert findings("requests_led_elsewhere/loopback-twin", "WSH4026") == []
