"""Responses that a setting changes."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_it_is_told_what_the_setting_does() -> None:
    assert "changes responses" in finding("response_changed_by_setting/outbound", "WSH4025").message


def test_an_ordinary_value_is_left_alone() -> None:
    assert findings("response_changed_by_setting/outbound-twin", "WSH4025") == []
