"""The exit status of the process."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webshellhunt.model.report import Report

FAIL_ON = {
    "malicious": "malicious",
    "suspicious": "suspicious",
    "unexplained": "unexplained",
    "vulnerable": "suspicious",
}
"""The lowest disposition for each level of ``--fail-on``; ``vulnerable`` also depends on the patch state."""


class Status(IntEnum):
    """Exit status of a command.

    After SIGTERM it is 143, after SIGHUP 129 (``signals.STATUSES``). ``UNEXPECTED`` is an error of webshellhunt itself,
    so that no script mistakes it for a finding.
    """

    NOTHING = 0
    FOUND = 1
    WRONG_USE = 2
    INCOMPLETE = 3
    UNEXPECTED = 70
    INTERRUPTED = 130


class Outcome:
    """The results of the locations so far; the gravest decides the status."""

    def __init__(self, fail_on: str = "suspicious") -> None:
        self.fail_on: str = fail_on
        self.found: bool = False
        self.incomplete: bool = False
        self.failed: bool = False
        self.crashed: bool = False
        self.interrupted: bool = False
        self.reports: int = 0

    def add(self, report: Report) -> None:
        """Add a report."""
        from webshellhunt.model.verdict import Disposition  # here, as --version starts with this module

        self.reports += 1
        least = Disposition[FAIL_ON[self.fail_on].upper()]
        self.found |= any(verdict.disposition >= least for verdict in report.verdicts)
        self.found |= self.fail_on == "vulnerable" and _is_vulnerable(report)
        self.incomplete |= any(gap.matters for gap in report.gaps)
        self.interrupted |= report.interrupted

    @property
    def status(self) -> Status:
        """Return the exit status."""
        if self.interrupted:
            return Status.INTERRUPTED
        if self.crashed:
            return Status.UNEXPECTED
        if self.failed:
            return Status.WRONG_USE
        if self.found:
            return Status.FOUND
        return Status.INCOMPLETE if self.incomplete else Status.NOTHING


def _is_vulnerable(report: Report) -> bool:
    """Return whether a wave is open, also if the assessment names another state first (incomplete, suspicion)."""
    from webshellhunt.model.report import AssessmentState

    vulnerable = (AssessmentState.BACKDOORED_AND_VULNERABLE, AssessmentState.VULNERABLE_NOTHING_FOUND)
    open_to_a_wave = report.patch_state is not None and report.patch_state.vulnerable
    return open_to_a_wave or report.assessment.state in vulnerable
