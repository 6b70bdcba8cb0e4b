"""A program that a setting starts."""

from __future__ import annotations

from tests.detectors.setting_cases import told


def test_it_is_told_what_the_setting_does() -> None:
    (found,) = told(
        '<system.webServer><aspNetCore processPath="cmd.exe" arguments="/c x" /></system.webServer>', "WSH4024"
    )
    assert "is started by the server" in found.message


def test_an_ordinary_value_is_left_alone() -> None:
    assert (
        told('<system.webServer><aspNetCore processPath="dotnet" arguments="Shop.dll" /></system.webServer>', "WSH4024")
        == []
    )
