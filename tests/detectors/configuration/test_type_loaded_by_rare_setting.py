"""A type that a rarely used setting loads."""

from __future__ import annotations

from tests.detectors.setting_cases import told


def test_it_is_told_what_the_setting_does() -> None:
    (found,) = told('<system.web><compilation assemblyPostProcessorType="Web.Cache, Web" /></system.web>', "WSH4022")
    assert "changes each compiled page" in found.message


def test_an_ordinary_value_is_left_alone() -> None:
    assert (
        told('<system.web><compilation assemblyPostProcessorType="System.Web.X, System.Web" /></system.web>', "WSH4022")
        == []
    )
