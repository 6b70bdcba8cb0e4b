"""The exit status of the process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from webshellhunt.model.report import AssessmentState, Report
from webshellhunt.model.verdict import Disposition

_VULNERABLE = frozenset({AssessmentState.BACKDOORED_AND_VULNERABLE, AssessmentState.VULNERABLE_NOTHING_FOUND})

FAIL_ON = {
    "malicious": Disposition.MALICIOUS,
    "suspicious": Disposition.SUSPICIOUS,
    "unexplained": Disposition.UNEXPLAINED,
    "vulnerable": Disposition.SUSPICIOUS,
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


@dataclass(slots=True)
class Outcome:
    """The results of the locations so far; the gravest decides the status."""

    fail_on: str = "suspicious"
    found: bool = False
    incomplete: bool = False
    failed: bool = False
    crashed: bool = False
    interrupted: bool = False
    reports: int = 0

    def add(self, report: Report) -> None:
        """Add a report."""
        self.reports += 1
        least = FAIL_ON[self.fail_on]
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
    open_to_a_wave = report.patch_state is not None and report.patch_state.vulnerable
    return open_to_a_wave or report.assessment.state in _VULNERABLE
