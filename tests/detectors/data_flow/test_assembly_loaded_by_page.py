"""Assemblies that a page loads by no constant name."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

SPLIT = "assembly_loaded_by_page/csharp-split"


def test_an_element_of_a_text_is_suspicious() -> None:
    found = finding(SPLIT, "WSH1034")
    assert found.severity is Severity.HIGH
    assert "LoadWithPartialName" in found.evidence[0].excerpt


@pytest.mark.parametrize(
    "name",
    ['"Shop.Reports"', '"Shop, Version=1.0.0.0"', 'Server.MapPath("~/bin/a.dll")', 'folder + "\\\\a.dll"'],
)
def test_a_constant_name_or_file_is_nothing(name: str) -> None:
    assert findings(changed(SPLIT, ("(parts[0])", f"({name})")), "WSH1034") == []


def test_a_name_by_way_of_a_variable_is_nothing() -> None:
    fixture = changed(
        SPLIT, ("(parts[0])", "(name)"), ("string[] parts", 'string name = "Shop.Reports";\nstring[] parts')
    )
    assert findings(fixture, "WSH1034") == []


def test_request_data_is_another_rule() -> None:
    fixture = changed(SPLIT, ("LoadWithPartialName(parts[0])", "Load(Request.BinaryRead(9))"))
    assert findings(fixture, "WSH1034") == []
