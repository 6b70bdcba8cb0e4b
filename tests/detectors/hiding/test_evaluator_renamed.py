"""An evaluator by another name: one finding, at the call."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings, read
from webshellhunt.detectors.hiding.evaluator_renamed import RULE
from webshellhunt.model.rules import Confidence, Severity

CHOSEN = "evaluator_renamed/server-jscript-chosen"


def test_the_evidence_is_the_call() -> None:
    found = finding(CHOSEN, RULE.id)
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.HIGH)
    assert found.evidence[0].line == 4
    assert "eval" in found.evidence[0].excerpt


def test_other_functions_may_have_other_names() -> None:
    assert findings(read(f"{CHOSEN}-twin"), RULE.id) == []


def test_a_variable_lowers_the_confidence() -> None:
    page = b'<%@ Language="JScript" %><' + b"% var load = eval; load(parts.text); %>"
    (found,) = findings(read(CHOSEN)._replace(data=page), RULE.id)
    assert found.confidence is Confidence.MEDIUM
