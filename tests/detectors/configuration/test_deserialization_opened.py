"""Deserialization that a setting opens."""

from __future__ import annotations

from tests.detectors.setting_cases import told


def test_it_is_told_what_the_setting_does() -> None:
    (found,) = told(
        '<system.runtime.remoting><application><channels><channel><serverProviders><formatter ref="binary" typeFilterLevel="Full" /></serverProviders></channel></channels></application></system.runtime.remoting>',
        "WSH4029",
    )
    assert "deserializes any type" in found.message


def test_an_ordinary_value_is_left_alone() -> None:
    assert (
        told(
            '<system.runtime.remoting><application><channels><channel><serverProviders><formatter ref="binary" typeFilterLevel="Low" /></serverProviders></channel></channels></application></system.runtime.remoting>',
            "WSH4029",
        )
        == []
    )
