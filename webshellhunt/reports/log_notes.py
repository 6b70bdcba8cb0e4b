"""Notes about the logs: traces that accuse nobody, such as attempts that failed, or a site without a log.

Without ``--all`` a saved report has no benign subjects; it keeps these sentences with its logs.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from webshellhunt.model.report import Report
from webshellhunt.model.traffic import RECORD_FILES
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.redaction import Redaction

MOST_NOTES: Final = 10
"""The most notes of one report."""


class LogNotes(NamedTuple):
    """The first notes, and the number of the others."""

    sentences: tuple[str, ...] = ()
    more: int = 0


def log_notes(report: Report, *, show_secrets: bool = False) -> LogNotes:
    """Return the notes of the subjects of a report, or those that a saved report has kept."""
    noted = [each for each in report.verdicts if _is_note(each)]
    if not noted and report.traffic is not None:
        return LogNotes(report.traffic.notes, report.traffic.more_notes)
    sentences = tuple(_sentence(each, show_secrets=show_secrets) for each in noted[:MOST_NOTES])
    return LogNotes(sentences, len(noted) - len(sentences))


def log_place(path: str, line: int) -> str:
    """Return a line of a log with its name, such as ``u_ex210303.log, line 13``, or the number of a record."""
    name = path.replace("/", "\\").rpartition("\\")[2]
    word = "record" if name.lower().endswith(RECORD_FILES) else "line"
    return f"{one_line(name)}, {word} {line}"


def _sentence(verdict: Verdict, *, show_secrets: bool) -> str:
    finding = verdict.findings[0]
    place = f" ({log_place(finding.evidence[0].path, finding.evidence[0].line)})" if finding.evidence else ""
    return one_line(Redaction(verdict, show_secrets=show_secrets).text(finding.message)) + place


def _is_note(verdict: Verdict) -> bool:
    """Return True for a trace that accuses nobody."""
    is_benign = verdict.disposition is Disposition.BENIGN
    return verdict.subject.kind is SubjectKind.TRACE and is_benign and bool(verdict.findings)
