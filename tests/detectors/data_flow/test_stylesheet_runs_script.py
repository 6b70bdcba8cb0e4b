"""Stylesheets with script of their own: told by what the script may do."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings, read
from webshellhunt.detectors.data_flow.stylesheet_runs_script import RULE
from webshellhunt.model.rules import Confidence, Severity


def test_what_the_script_calls_is_told() -> None:
    found = finding("stylesheet_runs_script/vbscript", RULE.id)
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert found.message.endswith("activexobject.exec")
    assert found.evidence[0].line == 5


def test_script_without_powers_is_nothing() -> None:
    assert findings(read("stylesheet_runs_script/csharp-twin"), RULE.id) == []
