"""Shown verdicts: the listed verdicts of a report with the texts that a file for other tools may contain.

Secrets of the victim are fingerprints, excerpts are defanged, and identifiers are the same in a saved report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence, FactValue, Finding
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Rule
from webshellhunt.model.verdict import Subject, Verdict
from webshellhunt.reports.identity import finding_id, subject_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.overview import what_it_is
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.records.report_records import defanged, is_listed
from webshellhunt.reports.redaction import Redaction

_TECHNIQUE = lazy_pattern(r"T\d{4}(?:\.\d{3})?", re.ASCII)


class ShownFinding(NamedTuple):
    """A finding as it is shown: its identifier, its message, and an excerpt for each piece of evidence."""

    finding: Finding
    id: str
    message: str
    excerpts: tuple[str, ...]
    facts: dict[str, FactValue]

    @property
    def rule_id(self) -> str:
        """The id of its rule."""
        return decodable(self.finding.rule.id)

    @property
    def techniques(self) -> tuple[str, ...]:
        """The ATT&CK ids of its rule, each once."""
        return technique_ids(self.finding.rule)

    @property
    def places(self) -> Iterator[tuple[Evidence, str]]:
        """The pieces of evidence, each with its excerpt."""
        return zip(self.finding.evidence, self.excerpts, strict=True)


class ShownVerdict(NamedTuple):
    """A verdict as it is shown: its identifier, its path, a few words about it, its reasons and findings.

    ``planting`` is the sentence about the time of planting; empty if there is none.
    """

    verdict: Verdict
    id: str
    path: str
    what: str
    planting: str
    reasons: tuple[str, ...]
    findings: tuple[ShownFinding, ...]

    @property
    def subject(self) -> Subject:
        """The subject of the verdict."""
        return self.verdict.subject

    @property
    def techniques(self) -> tuple[str, ...]:
        """The ATT&CK ids of the findings that count, each once, sorted."""
        found = {each for shown in self.findings if not shown.finding.accepted for each in shown.techniques}
        return tuple(sorted(found))


def technique_ids(rule: Rule) -> tuple[str, ...]:
    """Return the ATT&CK ids of a rule, each once; a text that is no id is left out."""
    return tuple(dict.fromkeys(each for each in rule.techniques if _TECHNIQUE.fullmatch(each)))


def shown_verdicts(report: Report, options: Options) -> Iterator[ShownVerdict]:
    """Yield the listed verdicts of a report in its order: worst first."""
    for verdict in report.verdicts:
        if is_listed(verdict, options):
            yield _shown(verdict, report, options)


def _shown(verdict: Verdict, report: Report, options: Options) -> ShownVerdict:
    redaction = Redaction(verdict, show_secrets=options.show_secrets)
    subject = verdict.subject
    return ShownVerdict(
        verdict,
        subject_id(subject, report.host.name, report.location),
        decodable(subject.path),
        decodable(redaction.text(what_it_is(verdict))),
        "" if verdict.planting is None else decodable(redaction.text(verdict.planting.sentence)),
        tuple(decodable(redaction.text(reason)) for reason in verdict.reasons),
        tuple(_shown_finding(each, subject, report, redaction, options) for each in verdict.findings),
    )


def _shown_finding(
    finding: Finding, subject: Subject, report: Report, redaction: Redaction, options: Options
) -> ShownFinding:
    place = finding.evidence[0] if finding.evidence else None
    excerpts = map(redaction.excerpt, finding.evidence)
    return ShownFinding(
        finding,
        finding_id(finding, place, subject, report.host.name, report.location),
        decodable(redaction.text(finding.message)),
        tuple(decodable(each) if options.raw_excerpts else defanged(each) for each in excerpts),
        redaction.facts(finding.facts),
    )
