"""Access that a setting opens."""

from __future__ import annotations

from tests.detectors.setting_cases import told


def test_it_is_told_what_the_setting_does() -> None:
    (found,) = told('<system.webServer><serverSideInclude ssiExecDisable="false" /></system.webServer>', "WSH4027")
    assert "start programs" in found.message


def test_an_ordinary_value_is_left_alone() -> None:
    assert told('<system.webServer><serverSideInclude ssiExecDisable="true" /></system.webServer>', "WSH4027") == []
