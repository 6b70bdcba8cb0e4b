"""Stylesheets with script: findings by the sinks of the script."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings, read
from webshellhunt.detectors.data_flow.stylesheet_runs_script import RULE
from webshellhunt.model.rules import Confidence, Severity


def test_the_message_names_the_calls_of_the_script() -> None:
    found = finding("stylesheet_runs_script/vbscript", RULE.id)
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert found.message.endswith("activexobject.exec")
    assert found.evidence[0].line == 5


def test_script_without_capabilities_is_no_finding() -> None:
    assert findings(read("stylesheet_runs_script/csharp-twin"), RULE.id) == []
