"""The grades of verdicts and hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.cases import EVAL, KEY_RULE, PLACE, PUBLIC, finding, verdict
from webshellhunt.model.report import AssessmentState
from webshellhunt.model.rules import Rule, Severity
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.events.grading import is_alert, is_suppressed, severity_of, severity_of_state


@pytest.mark.parametrize(
    ("disposition", "rule", "severity"),
    [
        (Disposition.MALICIOUS, EVAL, Severity.CRITICAL),
        (Disposition.MALICIOUS, KEY_RULE, Severity.HIGH),
        (Disposition.SUSPICIOUS, EVAL, Severity.HIGH),
        (Disposition.SUSPICIOUS, PLACE, Severity.HIGH),
        (Disposition.SUSPICIOUS, PUBLIC, Severity.MEDIUM),
        (Disposition.SUSPICIOUS, KEY_RULE, Severity.MEDIUM),
        (Disposition.UNEXPLAINED, EVAL, Severity.LOW),
        (Disposition.BENIGN, KEY_RULE, Severity.INFO),
        (Disposition.KNOWN_GOOD, EVAL, Severity.INFO),
    ],
)
def test_the_disposition_bounds_the_severity(disposition: Disposition, rule: Rule, severity: Severity) -> None:
    made = verdict("x.aspx", disposition, finding(rule))
    assert severity_of(made) is severity
    assert is_alert(made) == (disposition >= Disposition.SUSPICIOUS)


def test_a_verdict_without_findings_has_a_severity() -> None:
    assert severity_of(verdict("x.aspx", Disposition.MALICIOUS)) is Severity.HIGH


def test_an_accusation_that_the_user_overrides_is_suppressed() -> None:
    made = verdict("x.aspx", Disposition.KNOWN_GOOD, finding())
    assert not is_suppressed(made)
    assert is_suppressed(replace(made, otherwise=Disposition.MALICIOUS))
    assert not is_suppressed(replace(made, disposition=Disposition.MALICIOUS, otherwise=Disposition.SUSPICIOUS))


def test_each_state_has_a_severity() -> None:
    assert severity_of_state(AssessmentState.BACKDOORED_DESPITE_PATCH) is Severity.CRITICAL
    assert severity_of_state(AssessmentState.NOTHING_FOUND) is Severity.INFO
    assert all(isinstance(severity_of_state(state), Severity) for state in AssessmentState)
