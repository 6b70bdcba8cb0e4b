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


LOADED = "System.Reflection.Assembly.LoadWithPartialName(parts[0])"


@pytest.mark.parametrize(
    ("values", "is_found"),
    [
        ('new string[] { "Shop.Reports", "Shop.Pages" }', False),
        ('System.IO.Directory.GetFiles(Server.MapPath("~/plugins"), "*.dll")', False),
        ("parts", True),
        ('System.IO.File.ReadAllText("a.dat").Split(new[] { "ab" }, 0)', True),
    ],
)
def test_a_loop_over_constant_names_is_nothing(values: str, is_found: bool) -> None:
    loop = f"foreach (string each in {values}) System.Reflection.Assembly.LoadWithPartialName(each);\nobject made = 1"
    fixture = changed(SPLIT, (f"object made = {LOADED}.CreateInstance(parts[1])", loop))
    assert bool(findings(fixture, "WSH1034")) is is_found
