"""Code that a page compiles or writes as instructions."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

COMPILED = "code_made_at_run_time/csharp-compiled"


def test_a_result_that_is_called_is_critical() -> None:
    assert finding(COMPILED, "WSH1033").severity is Severity.CRITICAL


def test_a_result_that_is_not_called_is_high() -> None:
    fixture = changed(
        COMPILED, ('made.CompiledAssembly.CreateInstance("A").ToString();', "Response.Write(made.Errors);")
    )
    assert finding(fixture, "WSH1033").severity is Severity.HIGH


def test_request_data_is_another_rule() -> None:
    fixture = changed(COMPILED, ('System.IO.File.ReadAllText(Server.MapPath("a.dat"))', 'Request["a"]'))
    assert findings(fixture, "WSH1033") == []


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("return n % 7;", Severity.MEDIUM),
        ("System.Diagnostics.Pro·cess.Sta·rt(n.ToString()); return n;", Severity.CRITICAL),
    ],
)
def test_known_source_without_a_capability_is_below_suspicion(body: str, severity: Severity) -> None:
    source = live(f'"public class A {{ public int B(int n) {{ " + "{body}" + " }} }}"')
    fixture = changed(COMPILED, ('System.IO.File.ReadAllText(Server.MapPath("a.dat"))', source))
    assert finding(fixture, "WSH1033").severity is severity


def test_instructions_of_a_function_are_critical() -> None:
    assert finding("code_made_at_run_time/csharp-instructions", "WSH1033").severity is Severity.CRITICAL


def test_instructions_that_are_not_written_or_not_called_are_high() -> None:
    name = "code_made_at_run_time/csharp-instructions"
    for part in ('Maker.Fill(made.GetILGenerator(), Server.MapPath("a.dat"));', "made.Invoke(null, null);"):
        assert finding(changed(name, (part, "")), "WSH1033").severity is Severity.HIGH
