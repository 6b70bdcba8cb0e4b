"""Deserialization that a setting opens."""

from __future__ import annotations

from tests.detectors.setting_cases import told

CHANNEL = (
    "<system.runtime.remoting><application><channels><channel><serverProviders>"
    '<formatter ref="binary" typeFilterLevel="{}" />'
    "</serverProviders></channel></channels></application></system.runtime.remoting>"
)


def test_it_is_told_what_the_setting_does() -> None:
    (found,) = told(CHANNEL.format("Full"), "WSH4029")
    assert "deserializes any type" in found.message


def test_an_ordinary_value_is_left_alone() -> None:
    assert told(CHANNEL.format("Low"), "WSH4029") == []
