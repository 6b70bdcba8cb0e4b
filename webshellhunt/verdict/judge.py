"""Judge: a decision table, read from the top; the first row that fits decides, and says why in words.

========================================================================================  =============
What was found                                                                            Disposition
========================================================================================  =============
a known indicator of an intrusion: this very content                                      malicious
a critical claim held with high confidence, in a file that the server executes            malicious
such a claim of what a browser executes, in a file that the server sends to it            malicious
a grave claim and a second idea, in an executed file where only setup should write        malicious
a grave claim and a second one of medium weight, of different ideas, in an executed file  malicious
such claims of what tools do, behind an access check of the application                   suspicious
a critical claim held with high confidence of something that the server does not execute  suspicious
a grave claim held with medium confidence or more (of a public rule set: at most this)    suspicious
two different ideas of medium severity                                                    suspicious
one idea of medium severity held with high confidence                                     suspicious
anything else that is more than information                                               unexplained
nothing                                                                                   benign
========================================================================================  =============

Severity and confidence meet here and nowhere else. An idea counts once however often it was found. *Grave* is
severity high or critical. *What tools do*: files, folders, databases and addresses of a visitor's choice, and many
powers in one page. Behind an access check of the application that convicts only where nobody but setup should write; a
road from the visitor to execution convicts behind any check.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from webshellhunt.model.acceptance import Acceptance
from webshellhunt.model.findings import Finding
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Confidence, RuleOrigin, Severity
from webshellhunt.model.verdict import Disposition, Examination, Verdict

_OWNED = EXCHANGE_ROLES | {Role.ASPNET_CLIENT, Role.LAYOUTS}


class TableRow(NamedTuple):
    """One row of the table: which findings make it fit (none: it doesn't), and the words it adds to their messages."""

    disposition: Disposition
    fits: Callable[[Examination, Sequence[Finding]], Sequence[Finding]]
    because: str


def _strong(found: Sequence[Finding]) -> list[Finding]:
    return [f for f in found if _own(f) and f.severity == Severity.CRITICAL and f.confidence == Confidence.HIGH]


def _grave(found: Sequence[Finding]) -> list[Finding]:
    return [f for f in found if f.severity >= Severity.HIGH and f.confidence >= Confidence.MEDIUM]


def _own(finding: Finding) -> bool:
    return finding.rule.origin != RuleOrigin.PUBLIC_SIGNATURE


def _ideas(found: Sequence[Finding]) -> list[Finding]:
    """Return one finding an idea, the gravest."""
    best: dict[str, Finding] = {}
    for finding in found:
        known = best.get(finding.rule.slug)
        if known is None or _weight(finding) > _weight(known):
            best[finding.rule.slug] = finding
    return list(best.values())


def _weight(finding: Finding) -> tuple[int, int, bool, bool]:
    return finding.severity, finding.confidence, not finding.dormant, not _is_let_in(finding)


def _known(_: Examination, found: Sequence[Finding]) -> Sequence[Finding]:
    return [f for f in found if _is_known_indicator(f)]


def _is_known_indicator(finding: Finding) -> bool:
    return finding.rule.is_known_content and finding.confidence == Confidence.HIGH


def _executed(examination: Examination, found: Sequence[Finding]) -> Sequence[Finding]:
    executable, owned = examination.subject.executable, examination.subject.role in _OWNED
    strong = [f for f in _strong(found) if owned or not _is_let_in(f)]
    return [f for f in strong if not f.dormant and (executable or f.rule.acts_in_browser)]


def _grave_in_owned_place(examination: Examination, found: Sequence[Finding]) -> Sequence[Finding]:
    if examination.subject.role not in _OWNED or not examination.subject.executable:
        return ()
    grave = [f for f in _grave(found) if _own(f) and not f.dormant]
    others = [f for f in found if f.severity >= Severity.MEDIUM and f.rule.slug not in {g.rule.slug for g in grave[:1]}]
    return [*grave[:1], *others] if grave and others else ()


def _grave_and_second(examination: Examination, found: Sequence[Finding]) -> Sequence[Finding]:
    if not examination.subject.executable:
        return ()
    own = [f for f in found if _own(f) and not f.dormant and not _is_let_in(f)]
    grave, medium = _grave(own), _medium(own)
    return medium if grave and len(medium) > 1 else ()


def _behind_check(_: Examination, found: Sequence[Finding]) -> Sequence[Finding]:
    return [f for f in _grave(found) if _is_let_in(f)]


def _is_let_in(finding: Finding) -> bool:
    """Tell whether a finding is about what a tool does for those whom the application lets in."""
    return finding.rule.is_tool and "access_check" in finding.facts


def _medium(found: Sequence[Finding]) -> list[Finding]:
    return [f for f in found if f.severity >= Severity.MEDIUM and f.confidence >= Confidence.MEDIUM]


def _two_ideas(_: Examination, found: Sequence[Finding]) -> Sequence[Finding]:
    medium = _medium(found)
    return medium if len(medium) > 1 else ()


def _one_sure(_: Examination, found: Sequence[Finding]) -> Sequence[Finding]:
    return [f for f in found if f.severity >= Severity.MEDIUM and f.confidence == Confidence.HIGH]


TABLE: tuple[TableRow, ...] = (
    TableRow(Disposition.MALICIOUS, _known, "known content of an intrusion"),
    TableRow(Disposition.MALICIOUS, _executed, ""),
    TableRow(Disposition.MALICIOUS, _grave_in_owned_place, "in a directory that only setup should write to"),
    TableRow(Disposition.MALICIOUS, _grave_and_second, "different ideas agree"),
    TableRow(Disposition.SUSPICIOUS, _behind_check, "but only behind an access check of the application"),
    TableRow(Disposition.SUSPICIOUS, lambda _, found: _strong(found), "but the server would not execute it from here"),
    TableRow(Disposition.SUSPICIOUS, lambda _, found: _grave(found), ""),
    TableRow(Disposition.SUSPICIOUS, _two_ideas, "several ideas agree"),
    TableRow(Disposition.SUSPICIOUS, _one_sure, ""),
    TableRow(Disposition.UNEXPLAINED, lambda _, found: [f for f in found if f.severity > Severity.INFO], ""),
)


def judge(examination: Examination) -> Verdict:
    """Return the verdict of one examination by the table above; its findings gravest first, those that count before.

    Findings that the user accepts don't count, nor, where a baseline has the content at this path, any but those that a
    baseline can't answer. ``otherwise`` and the reasons then say what the table says of all.
    """
    plain, known = _decide(examination, examination.findings), examination.known_good is not None
    counted = [f for f in plain.findings if not f.accepted and (not known or f.rule.survives_baseline)]
    verdict = plain if len(counted) == len(plain.findings) else _decide(examination, counted)
    disposition, reasons = verdict.disposition, verdict.reasons
    if known and disposition <= Disposition.BENIGN:
        disposition, reasons = Disposition.KNOWN_GOOD, _known_reasons(plain, examination.known_good)
    notes = dict.fromkeys(_note(f.acceptance) for f in plain.findings if f.acceptance is not None)
    others = tuple(f for f in plain.findings if f not in counted)
    otherwise = plain.disposition if plain.disposition > max(disposition, Disposition.BENIGN) else None
    return Verdict(
        examination.subject,
        disposition,
        (*reasons, *notes),
        (*verdict.findings, *others),
        examination.gaps,
        otherwise=otherwise,
    )


def _known_reasons(plain: Verdict, baseline: str | None) -> tuple[str, ...]:
    """Return why a content that a baseline has at this path is known good, and what the table says of it."""
    if plain.disposition <= Disposition.BENIGN:
        return (f"its content is known for this path ({baseline})",)
    return (f"known by your baseline ({baseline}), and {plain.disposition} to us", *plain.reasons)


def _note(entry: Acceptance) -> str:
    if entry.expired:
        return f"accepted until {entry.until} by {entry.by}: expired"
    return f"accepted until {entry.until} by {entry.by}: {entry.reason}"


def _decide(examination: Examination, findings: Sequence[Finding]) -> Verdict:
    """Return the verdict of the first row that fits."""
    if not findings:
        return Verdict(examination.subject, Disposition.BENIGN, gaps=examination.gaps)
    ideas = _ideas(findings)
    ordered = tuple(sorted(findings, key=_gravity))
    for row in TABLE:
        deciding = row.fits(examination, ideas)
        if deciding:
            reasons = [finding.message for finding in sorted(deciding, key=_gravity)[:4]]
            return Verdict(
                examination.subject,
                row.disposition,
                tuple([*reasons, row.because] if row.because else reasons),
                ordered,
                examination.gaps,
            )
    return Verdict(examination.subject, Disposition.BENIGN, (), ordered, examination.gaps)


def _gravity(finding: Finding) -> tuple[int, int, str, int, str]:
    start = finding.evidence[0].span.start if finding.evidence else 0
    return (-finding.severity, -finding.confidence, finding.rule.id, start, finding.message)
