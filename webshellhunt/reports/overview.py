"""Overview: one row for each accused subject, with the first answers for a responder. Formats for people show it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from webshellhunt.model.findings import Finding
from webshellhunt.model.log_results import MomentKind
from webshellhunt.model.report import Report
from webshellhunt.model.rules import RuleOrigin
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.reports.first_seen import since_of
from webshellhunt.reports.redaction import Redaction
from webshellhunt.reports.routes import EXPLOITS, Certainty, proven_routes, route_of
from webshellhunt.reports.shared_words import is_logged, presence_words
from webshellhunt.reports.short_phrases import UNKNOWN, phrase, phrase_with_noun
from webshellhunt.views.use_words import use_in_brief

NOT_APPLICABLE = "-"
"""The use of a subject that is no page."""


class Row(NamedTuple):
    """One accused subject: its kind in few words, since when it is there, by which hole, its use and its presence.

    ``what`` is a short phrase. ``since_utc`` is the planting time, with ``until_utc`` as the latest one if witnesses
    disagree, or the two snapshots around it; ``since`` is the same in words, or the first day on which it was seen.
    ``route`` names the hole: ``is_route_proven`` is true if a witness proves it; otherwise ``route_words`` says that
    the time only falls into the window of a wave. All texts come from evidence: a format escapes them.
    """

    verdict: Verdict
    what: str
    since_utc: datetime | None
    until_utc: datetime | None
    route: str
    is_route_proven: bool
    used: str
    presence: str
    since: str = UNKNOWN
    route_words: str = UNKNOWN


def overview(report: Report, *, show_secrets: bool = False) -> tuple[Row, ...]:
    """Return the rows of the accused subjects, worst first."""
    proven = proven_routes(report.verdicts)
    latest = {
        moment.path: moment.until_utc
        for moment in reversed(report.timeline)
        if moment.kind is MomentKind.PLANTED and moment.until_utc is not None
    }
    return tuple(_row(verdict, proven, latest, show_secrets=show_secrets) for verdict in report.accused)


def row_of(verdict: Verdict, *, show_secrets: bool = False) -> Row:
    """Return the row of any subject by itself, without the other subjects of its report."""
    return _row(verdict, {}, {}, show_secrets=show_secrets)


def leading_finding(verdict: Verdict) -> Finding | None:
    """Return the finding that explains a verdict best: the one that decided it, of a detector before a signature.

    A detector names the act of the code; a signature mostly matches the same line without an explanation.
    """
    decided = {reason: number for number, reason in enumerate(verdict.reasons)}

    def rank(finding: Finding) -> tuple[object, ...]:
        is_signature = finding.rule.origin is not RuleOrigin.DETECTOR
        position = decided.get(finding.message, len(decided))
        return (-finding.severity, is_signature, position, -finding.confidence, finding.rule.id)

    return min(verdict.counted or verdict.findings, key=rank, default=None)


def _row(
    verdict: Verdict, proven: Mapping[str, str], latest: Mapping[str, datetime | None], *, show_secrets: bool
) -> Row:
    since, route = since_of(verdict, latest.get(verdict.subject.path)), route_of(verdict, proven)
    return Row(
        verdict=verdict,
        what=Redaction(verdict, show_secrets=show_secrets).text(what_it_is(verdict)),
        since_utc=since.when_utc,
        until_utc=since.until_utc,
        route=route.name,
        is_route_proven=route.certainty is Certainty.PROVEN,
        used=_used(verdict),
        presence=presence_words(verdict.subject),
        since=since.words,
        route_words=route.words,
    )


def what_it_is(verdict: Verdict) -> str:
    """Return the kind of a subject in few words, such as ``web shell: executes request data as code``."""
    leading = leading_finding(verdict)
    if leading is None:
        return next(iter(verdict.reasons), "no reason is known")
    exploit = leading.facts.get("exploit_name")
    if leading.rule.id in EXPLOITS and isinstance(exploit, str):
        return f"{phrase(leading.rule)}: {exploit}"
    if verdict.subject.kind is not SubjectKind.FILE or not verdict.subject.executable or _is_mere_place(leading):
        return phrase_with_noun(leading.rule, "")
    is_certain = verdict.disposition is Disposition.MALICIOUS
    return phrase_with_noun(leading.rule, "web shell", is_certain=is_certain)


def _is_mere_place(finding: Finding) -> bool:
    """Return True if a finding says nothing about the code of a page: its phrase needs no noun."""
    return not (finding.rule.id.startswith(_OF_CODE) or finding.rule.origin is not RuleOrigin.DETECTOR)


_OF_CODE = ("WSH1",)


def _used(verdict: Verdict) -> str:
    """Return the use of a subject in a few words; nobody uses a trace or a configuration by a request."""
    use, subject = verdict.use, verdict.subject
    if use is None:
        is_page = subject.kind is not SubjectKind.REGISTRATION and (subject.executable or bool(subject.urls))
        return UNKNOWN if is_page and not is_logged(subject) else NOT_APPLICABLE
    return use_in_brief(use)
