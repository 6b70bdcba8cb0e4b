"""A page that is requested at each start."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_it_is_told_what_the_setting_does() -> None:
    assert "is requested at each start" in finding("page_called_at_start/hidden_page", "WSH4030").message


def test_an_ordinary_value_is_left_alone() -> None:
    assert findings("page_called_at_start/hidden_page-twin", "WSH4030") == []
