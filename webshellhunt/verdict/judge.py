"""Judge: a decision table, read from the top; the first row that applies decides, and adds its reason.

==========================================================================================  =============
Findings                                                                                    Disposition
==========================================================================================  =============
the digest of the file is a known indicator, with high confidence                           malicious
a critical finding with high confidence, in a file that the server executes                 malicious
a critical finding with high confidence about a visitor's browser, in any file              malicious
a grave finding and a different one of medium severity, executed, in a directory of setup   malicious
a grave finding, executed, in a page that Exchange does not ship there                      malicious
a grave finding and a different one of medium severity and confidence, in an executed file  malicious
a grave finding of a tool rule, after an access check of the application                    suspicious
a critical finding with high confidence, in code that the server does not execute           suspicious
a grave finding (for a rule of a public rule set, no higher row applies)                    suspicious
a finding of medium severity, executed, in a page that Exchange does not ship there         suspicious
two different findings of medium severity and confidence                                    suspicious
one finding of medium severity with high confidence                                         suspicious
any other finding above information                                                         unexplained
none                                                                                        benign
==========================================================================================  =============

Severity and confidence are combined here and nowhere else. Of each rule only one finding counts, the gravest. *Grave*
is a severity of high or critical with a confidence of medium or high. Two findings are *different* if they are of two
rules of two ideas and have no act in common. Rules that report the same call or the same write to a file, a signature
included, have one idea there (``Finding.acts``); some rules have one idea always (``Rule.idea``), and so has a
signature with the detector that settles it. The absence of a page is one act for all of its witnesses, and so is its
detection by antivirus software. A *directory of setup* is one that only the setup of Exchange, ASP.NET or SharePoint
writes to. A page that *Exchange does not ship there* has a finding of a rule of placement (``Rule.is_of_place``) of any
severity, in a directory of setup; such findings alone make no page malicious. A *tool rule* (``Rule.is_tool``)
describes the work of honest administration pages as well: access to files, folders, databases and addresses that the
visitor names, or many capabilities in one page. After an access check of the application, such a finding makes a file
malicious only in a directory of setup. A data flow from the request to execution makes it malicious after any check. A
dormant finding, in code that the server does not run from this file, makes no file malicious; correlation finds the
pages that run such a file. A *frequent rule*, which accused more than one in a thousand of the measured honest pages
(`rule_rates`), decides nothing alone: its findings are second ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from webshellhunt.model.acceptance import Acceptance
from webshellhunt.model.findings import Finding
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.rules import Confidence, Rule, RuleOrigin, Severity
from webshellhunt.model.verdict import Disposition, Examination, Subject, Verdict
from webshellhunt.verdict.rule_rates import frequent_rules

_OF_LOG = "it is a log, and the code in its rows is what clients sent: IIS does not execute it here"
_DORMANT = (
    "it does not run as it lies: IIS does not execute this code at this path; under the name of a page it would be "
    "malicious, so check whether a page includes, runs or copies it, or a mapping runs it"
)
_MOST_COMPARED = 60  # findings on each side of the search for two different ones


class Case(NamedTuple):
    """The findings that count for one subject, the gravest first.

    ``gravest`` is the gravest finding of each rule, ``alone`` those of them that may decide without another one.
    """

    subject: Subject
    findings: Sequence[Finding]
    gravest: Sequence[Finding]
    alone: Sequence[Finding]


class TableRow(NamedTuple):
    """One row of the table.

    ``fits`` returns the findings by which the row applies, none if it does not; ``because`` is the reason that it adds.
    """

    disposition: Disposition
    fits: Callable[[Case], Sequence[Finding]]
    because: str


def _strong(found: Sequence[Finding]) -> list[Finding]:
    return [f for f in found if _own(f) and f.severity == Severity.CRITICAL and f.confidence == Confidence.HIGH]


def _grave(found: Sequence[Finding]) -> list[Finding]:
    return [f for f in found if f.severity >= Severity.HIGH and f.confidence >= Confidence.MEDIUM]


def _own(finding: Finding) -> bool:
    return finding.rule.origin != RuleOrigin.PUBLIC_SIGNATURE


def _gravest_of_each_rule(found: Sequence[Finding]) -> list[Finding]:
    """Return the gravest finding of each rule."""
    best: dict[str, Finding] = {}
    for finding in found:
        known = best.get(finding.rule.slug)
        if known is None or _weight(finding) > _weight(known):
            best[finding.rule.slug] = finding
    return list(best.values())


def _weight(finding: Finding) -> tuple[int, int, bool, bool]:
    return finding.severity, finding.confidence, not finding.dormant, not _is_checked_tool(finding)


def _known(case: Case) -> Sequence[Finding]:
    return [f for f in case.gravest if _is_known_indicator(f)]


def _is_known_indicator(finding: Finding) -> bool:
    return finding.rule.is_known_content and finding.confidence == Confidence.HIGH


def _executed(case: Case) -> Sequence[Finding]:
    executable, owned = case.subject.executable, case.subject.role in SETUP_ROLES
    strong = [f for f in _strong(case.alone) if owned or not _is_checked_tool(f)]
    return [f for f in strong if not f.dormant and (executable or f.rule.acts_in_browser)]


def _grave_in_owned_place(case: Case) -> Sequence[Finding]:
    if case.subject.role not in SETUP_ROLES or not case.subject.executable:
        return ()
    grave = [f for f in _grave(case.findings) if _own(f) and not f.dormant]
    second = [f for f in case.findings if f.severity >= Severity.MEDIUM]
    return _different(grave, second) if _say_more_than_place(grave, second) else ()


def _grave_in_foreign_page(case: Case) -> Sequence[Finding]:
    return _in_foreign_page(case, _grave(case.findings))


def _medium_in_foreign_page(case: Case) -> Sequence[Finding]:
    return _in_foreign_page(case, [f for f in case.findings if f.severity >= Severity.MEDIUM])


def _in_foreign_page(case: Case, found: Sequence[Finding]) -> Sequence[Finding]:
    """Return a finding about an act of a page and different ones about its place, if setup did not put it there."""
    if case.subject.role not in SETUP_ROLES or not case.subject.executable:
        return ()
    done = [f for f in found if _own(f) and not f.dormant and not f.rule.is_of_place]
    placed = [f for f in case.gravest if f.rule.is_of_place]
    return _different(done, placed)


def _grave_and_second(case: Case) -> Sequence[Finding]:
    if not case.subject.executable:
        return ()
    own = [f for f in case.findings if _own(f) and not f.dormant and not _is_checked_tool(f)]
    grave, second = _grave(own), _medium(own)
    return _different(grave, second) if _say_more_than_place(grave, second) else ()


def _say_more_than_place(*found: Sequence[Finding]) -> bool:
    """Return True unless all findings are about the place of a page, which alone makes no page malicious."""
    return any(not f.rule.is_of_place for each in found for f in each)


def _different(some: Sequence[Finding], others: Sequence[Finding]) -> Sequence[Finding]:
    """Return the first of some findings that has a different one among others, with the gravest of these by rule."""
    for one in some[:_MOST_COMPARED]:
        apart = [f for f in others[:_MOST_COMPARED] if not _is_one_idea(one.rule, f.rule) and not one.shares_act(f)]
        if apart:
            return [one, *_gravest_of_each_rule(apart)]
    return ()


def _is_one_idea(one: Rule, other: Rule) -> bool:
    """Return True for one rule, two that always have one idea, and a signature with the detector that settles it."""
    if one.slug == other.slug or one.idea == other.idea != "":
        return True
    return one.settled_by == other.id or other.settled_by == one.id


def _after_check(case: Case) -> Sequence[Finding]:
    return [f for f in _grave(case.alone) if _is_checked_tool(f)]


def _is_checked_tool(finding: Finding) -> bool:
    """Return True if a finding is of a tool rule, and its code runs only after an access check of the application."""
    return finding.rule.is_tool and "access_check" in finding.facts


def _medium(found: Sequence[Finding]) -> list[Finding]:
    return [f for f in found if f.severity >= Severity.MEDIUM and f.confidence >= Confidence.MEDIUM]


def _two_medium(case: Case) -> Sequence[Finding]:
    medium = _medium(case.findings)
    return _different(medium, medium)


def _one_sure(case: Case) -> Sequence[Finding]:
    return [f for f in case.alone if f.severity >= Severity.MEDIUM and f.confidence == Confidence.HIGH]


TABLE: tuple[TableRow, ...] = (
    TableRow(Disposition.MALICIOUS, _known, "the content of this file is known from an intrusion"),
    TableRow(Disposition.MALICIOUS, _executed, ""),
    TableRow(Disposition.MALICIOUS, _grave_in_owned_place, "in a directory that only setup should write to"),
    TableRow(Disposition.MALICIOUS, _grave_in_foreign_page, "Exchange ships no such page in this directory"),
    TableRow(Disposition.MALICIOUS, _grave_and_second, "independent findings support each other"),
    TableRow(Disposition.SUSPICIOUS, _after_check, "the application checks access before this code runs"),
    TableRow(
        Disposition.SUSPICIOUS,
        lambda case: _strong(case.alone),
        _DORMANT,
    ),
    TableRow(Disposition.SUSPICIOUS, lambda case: _grave(case.alone), ""),
    TableRow(Disposition.SUSPICIOUS, _medium_in_foreign_page, "Exchange ships no such page in this directory"),
    TableRow(Disposition.SUSPICIOUS, _two_medium, "several independent findings of medium severity"),
    TableRow(Disposition.SUSPICIOUS, _one_sure, ""),
    TableRow(Disposition.UNEXPLAINED, lambda case: [f for f in case.gravest if f.severity > Severity.INFO], ""),
)


def judge(examination: Examination, frequent: frozenset[str] | None = None) -> Verdict:
    """Return the verdict of one examination by the table above; the findings that count first, each part gravest first.

    Findings that the user accepts don't count. If a baseline has the content at this path, only findings of rules that
    survive a baseline count. ``otherwise`` and the reasons then have the result of the table for all findings.
    ``frequent`` are the ids of the rules that decide nothing alone, if not those of the measured rates.
    """
    frequent = frequent_rules() if frequent is None else frequent
    plain, known = _decide(examination, examination.findings, frequent), examination.known_good is not None
    if not known and not examination.findings:
        return plain
    counted = [f for f in plain.findings if not f.accepted and (not known or f.rule.survives_baseline)]
    verdict = plain if len(counted) == len(plain.findings) else _decide(examination, counted, frequent)
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
    """Return why the content is known good, and the result of the table without the baseline."""
    if plain.disposition <= Disposition.BENIGN:
        return (f"a baseline has this content at this path ({baseline})",)
    return (f"your baseline has this content ({baseline}); without it: {plain.disposition}", *plain.reasons)


def _note(entry: Acceptance) -> str:
    if entry.expired:
        return f"accepted until {entry.until} by {entry.by}: expired"
    return f"accepted until {entry.until} by {entry.by}: {entry.reason}"


def _decide(examination: Examination, findings: Sequence[Finding], frequent: frozenset[str]) -> Verdict:
    """Return the verdict of the first row that applies."""
    if not findings:
        why = (_OF_LOG,) if examination.quoted else ()
        return Verdict(examination.subject, Disposition.BENIGN, why, gaps=examination.gaps)
    ordered = tuple(sorted(findings, key=_gravity))
    case = _case(examination.subject, ordered, frequent)
    for row in TABLE:
        deciding = row.fits(case)
        if deciding:
            reasons = [finding.message for finding in sorted(deciding, key=_gravity)[:4]]
            because = row.because or (
                _DORMANT if row.disposition < Disposition.MALICIOUS and _would_act(case, frequent) else ""
            )
            return Verdict(
                examination.subject,
                row.disposition,
                tuple([*reasons, because] if because else reasons),
                ordered,
                examination.gaps,
            )
    return Verdict(examination.subject, Disposition.BENIGN, (), ordered, examination.gaps)


def _case(subject: Subject, findings: Sequence[Finding], frequent: frozenset[str]) -> Case:
    gravest = _gravest_of_each_rule(findings)
    return Case(subject, findings, gravest, [f for f in gravest if f.rule.id not in frequent])


def _would_act(case: Case, frequent: frozenset[str]) -> bool:
    """Return True if code that the server does not run as it lies would be malicious if it did."""
    if case.subject.executable and not any(each.dormant for each in case.findings):
        return False
    awake = [replace(each, dormant=False) for each in case.findings]
    run = _case(replace(case.subject, executable=True), awake, frequent)
    return any(row.fits(run) for row in TABLE if row.disposition is Disposition.MALICIOUS)


def _gravity(finding: Finding) -> tuple[int, int, str, int, str]:
    start = finding.evidence[0].span.start if finding.evidence else 0
    return (-finding.severity, -finding.confidence, finding.rule.id, start, finding.message)
