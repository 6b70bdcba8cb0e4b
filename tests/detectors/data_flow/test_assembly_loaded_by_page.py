"""Assemblies that a page loads by no constant name."""

from __future__ import annotations

import base64
import gzip

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt import examine
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


BASE64 = "assembly_loaded_by_page/csharp-base64"
PROGRAM = b"MZ" + bytes(range(256)) * 3


def test_encoded_bytes_and_numbers_are_critical() -> None:
    assert finding(BASE64, "WSH1034").severity is Severity.CRITICAL
    assert finding("assembly_loaded_by_page/csharp-numbers", "WSH1034").severity is Severity.CRITICAL


def test_a_short_constant_counts_where_it_is_given_to_the_load() -> None:
    assert finding("hidden_constant_executed/csharp-assembly-base64", "WSH1034")


@pytest.mark.parametrize("raw", [PROGRAM, gzip.compress(PROGRAM + bytes(i * i % 251 for i in range(2000)))])
def test_a_program_that_is_not_seen_to_be_loaded_is_suspicious(raw: bytes) -> None:
    held = read(f"{BASE64}-twin").data.decode().partition('Held = "')[2].partition('"')[0]
    fixture = changed(f"{BASE64}-twin", (held, base64.b64encode(raw).decode()))
    assert finding(fixture, "WSH1034").severity is Severity.HIGH


def test_data_in_a_page_that_loads_a_library_by_name_is_nothing() -> None:
    assert findings(f"{BASE64}-twin", "WSH1034") == []


@pytest.mark.parametrize(("given", "is_own"), [("$", True), ("$.Trim('a')", False), ('"C:\\\\" + $', False)])
@pytest.mark.parametrize(("language", "key"), [("C#", '["plugin"]'), ("VB", '("plugin")')])
def test_an_assembly_that_a_setting_names_is_one_of_the_application(
    language: str, key: str, given: str, is_own: bool
) -> None:
    given = given.replace("$", f"ConfigurationManager.AppSettings{key}").replace("'", '"')
    given = given.replace(" + ", " & ").replace("\\\\", "\\") if language == "VB" else given
    end = ";" if language == "C#" else ""
    page = live(f'<·%@ Page Language="{language}" %·><·% System.Reflection.Assem·bly.LoadFrom({given}){end} %·>')
    verdict = examine(page.encode(), path=r"C:\inetpub\wwwroot\a.aspx")
    assert ("WSH1034" in {each.rule.id for each in verdict.findings}) is not is_own
