"""Code in each process."""

from __future__ import annotations

from tests.detectors.setting_cases import told


def test_it_is_told_what_the_setting_does() -> None:
    (found,) = told(
        '<runtime><appDomainManagerAssembly value="Cache" /><appDomainManagerType value="X" /></runtime>', "WSH4023"
    )
    assert "at the start of each process" in found.message


def test_an_ordinary_value_is_left_alone() -> None:
    assert told('<runtime><gcServer enabled="true" /></runtime>', "WSH4023") == []
