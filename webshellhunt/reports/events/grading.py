"""The grades of verdicts and hosts: one severity for platforms that sort their alerts by it."""

from __future__ import annotations

from typing import Final

from webshellhunt.model.report import AssessmentState
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.reports.content.subjects import leading_finding

_SEVERITIES: Final = {
    AssessmentState.BACKDOORED_DESPITE_PATCH: Severity.CRITICAL,
    AssessmentState.BACKDOORED_AND_VULNERABLE: Severity.CRITICAL,
    AssessmentState.BACKDOORED: Severity.CRITICAL,
    AssessmentState.SUSPICIOUS_ONLY: Severity.MEDIUM,
    AssessmentState.EXPLOITATION_TRACES_ONLY: Severity.HIGH,
    AssessmentState.KEYS_OR_CREDENTIALS_EXPOSED: Severity.HIGH,
    AssessmentState.VULNERABLE_NOTHING_FOUND: Severity.HIGH,
    AssessmentState.NOTHING_FOUND: Severity.INFO,
    AssessmentState.INCOMPLETE: Severity.LOW,
}


def severity_of(verdict: Verdict) -> Severity:
    """Return the severity of a verdict: its disposition decides, and its leading finding within the bounds of it.

    Malicious is high or critical, suspicious is medium or high, unexplained is low, and all else is information. A
    severe rule with a weak claim doesn't wake anyone.
    """
    disposition, leading = verdict.disposition, leading_finding(verdict)
    severity = leading.severity if leading is not None else Severity.INFO
    if disposition is Disposition.MALICIOUS:
        return max(severity, Severity.HIGH)
    if disposition is Disposition.SUSPICIOUS:
        return min(max(severity, Severity.MEDIUM), Severity.HIGH)
    return Severity.LOW if disposition is Disposition.UNEXPLAINED else Severity.INFO


def is_alert(verdict: Verdict) -> bool:
    """Return True if somebody should look at a verdict: it is suspicious or malicious."""
    return verdict.disposition >= Disposition.SUSPICIOUS


def is_suppressed(verdict: Verdict) -> bool:
    """Return True if the user overrides an accusation: by an accepted finding, or by a baseline."""
    return verdict.otherwise is not None and verdict.otherwise > verdict.disposition


def severity_of_state(state: AssessmentState) -> Severity:
    """Return the severity of the state of a host."""
    return _SEVERITIES[state]
