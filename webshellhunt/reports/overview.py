"""Overview: one row for each accused subject, with what a responder asks first. Each format for people shows it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from webshellhunt.model.findings import Finding
from webshellhunt.model.log_results import MomentKind
from webshellhunt.model.report import Report
from webshellhunt.model.rules import RuleOrigin
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Presence, Verdict
from webshellhunt.reports.redaction import Redaction

UNKNOWN = "unknown"


class Row(NamedTuple):
    """One accused subject: its best reason, since when it is there, by which hole, its use and its presence.

    ``since_utc`` is the planting time, with ``until_utc`` as the latest one if witnesses disagree. ``route`` names the
    waves whose window has that time; ``is_route_proven`` is true if the logs prove the exploit that planted it. All
    texts come from evidence: a format escapes them.
    """

    verdict: Verdict
    what: str
    since_utc: datetime | None
    until_utc: datetime | None
    route: str
    is_route_proven: bool
    used: str
    presence: str


def overview(report: Report, *, show_secrets: bool = False) -> tuple[Row, ...]:
    """Return the rows of the accused subjects, worst first."""
    return tuple(_row(verdict, report, show_secrets=show_secrets) for verdict in report.accused)


def leading_finding(verdict: Verdict) -> Finding | None:
    """Return the finding that explains a verdict best: the one that decided it, of a detector before a signature.

    A detector says what the code does; a signature mostly matches the same line without an explanation.
    """
    decided = {reason: number for number, reason in enumerate(verdict.reasons)}

    def rank(finding: Finding) -> tuple[object, ...]:
        is_signature = finding.rule.origin is not RuleOrigin.DETECTOR
        position = decided.get(finding.message, len(decided))
        return (-finding.severity, is_signature, position, -finding.confidence, finding.rule.id)

    return min(verdict.counted or verdict.findings, key=rank, default=None)


def _row(verdict: Verdict, report: Report, *, show_secrets: bool) -> Row:
    planting, leading = verdict.planting, leading_finding(verdict)
    since = None if planting is None else planting.when_utc
    moments = [m for m in report.timeline if m.kind is MomentKind.PLANTED and m.path == verdict.subject.path]
    text = leading.message if leading is not None else next(iter(verdict.reasons), "")
    waves = () if planting is None else planting.waves
    return Row(
        verdict=verdict,
        what=Redaction(verdict, show_secrets=show_secrets).text(text),
        since_utc=since,
        until_utc=moments[0].until_utc if since is not None and moments else None,
        route=" or ".join(waves) or UNKNOWN,
        is_route_proven=False,
        used=_used(verdict.use),
        presence=_PRESENCE[verdict.subject.presence],
    )


_PRESENCE = {
    Presence.PRESENT: "still there",
    Presence.DELETED: "deleted",
    Presence.NOT_COLLECTED: "not collected",
    Presence.NOT_READABLE: "not readable",
}


def _used(use: Use | None) -> str:
    """Return the use of a subject in a few words."""
    if use is None:
        return UNKNOWN
    if not use.requests:
        return "not requested"
    if not use.answered:
        return "never answered"
    last = f", last {use.last_utc:%Y-%m-%d}" if use.last_utc is not None else ""
    return f"{use.answered:,} time{'s' if use.answered > 1 else ''}{last}"
