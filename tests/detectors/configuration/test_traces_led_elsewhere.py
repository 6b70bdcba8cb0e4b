"""Traces that a setting hides."""

from __future__ import annotations

from tests.detectors.setting_cases import told


def test_it_is_told_what_the_setting_does() -> None:
    (found,) = told('<runtime><etwEnable enabled="false" /></runtime>', "WSH4028")
    assert "hides the events" in found.message


def test_an_ordinary_value_is_left_alone() -> None:
    assert told('<runtime><etwEnable enabled="true" /></runtime>', "WSH4028") == []
