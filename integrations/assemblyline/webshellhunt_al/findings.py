"""The parts of a verdict that Assemblyline shows, as plain values: no part of it needs Assemblyline.

All texts are from evidence: they are cut, secrets of the victim are fingerprints, and excerpts are defanged, since a
result is stored in a database and sent to other tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

import webshellhunt as wsh
from webshellhunt.reports.printable import defanged, one_line
from webshellhunt.reports.redaction import Redaction

MOST_FINDINGS = 60
"""Sections of a result; the number of the others is stated."""
MOST_PLACES = 5
"""Excerpts of a finding."""
LONGEST_TEXT = 1000
"""Characters of one line."""

_ADDRESS = re.compile(r"https?://[\x21-\x7e]{1,2000}", re.IGNORECASE)


class Heuristic(IntEnum):
    """The heuristics of the service manifest: four for the verdict, which have the score, and one for each family."""

    BACK_DOOR = 1
    SUSPICIOUS = 2
    UNEXPLAINED = 3
    NOT_EXAMINED = 4
    DATA_FLOW = 11
    PAGE_STRUCTURE = 12
    HIDING = 13
    CONFIGURATION = 14
    BINARY = 15
    PLACEMENT = 16
    SIGNATURE = 19


OF_DISPOSITION = {
    wsh.Disposition.MALICIOUS: Heuristic.BACK_DOOR,
    wsh.Disposition.SUSPICIOUS: Heuristic.SUSPICIOUS,
    wsh.Disposition.UNEXPLAINED: Heuristic.UNEXPLAINED,
}
_FAMILIES = {
    "WSH1": Heuristic.DATA_FLOW,
    "WSH2": Heuristic.PAGE_STRUCTURE,
    "WSH3": Heuristic.HIDING,
    "WSH4": Heuristic.CONFIGURATION,
    "WSH5": Heuristic.BINARY,
    "WSH6": Heuristic.PLACEMENT,
}


class Shown(NamedTuple):
    """One finding as shown: ``tags`` are pairs of an Assemblyline tag type and a value."""

    rule: str
    title: str
    heuristic: Heuristic
    techniques: tuple[str, ...]
    lines: tuple[str, ...]
    facts: dict[str, str]
    tags: tuple[tuple[str, str], ...]


def shown_findings(verdict: wsh.Verdict) -> list[Shown]:
    """Return the findings of a verdict, the worst first, as far as the limit."""
    redaction = Redaction(verdict, show_secrets=False)
    worst_first = sorted(verdict.counted, key=lambda finding: (-finding.severity, finding.rule.id))
    return [_shown(finding, redaction) for finding in worst_first[:MOST_FINDINGS]]


def reasons(verdict: wsh.Verdict) -> list[str]:
    """Return the reasons of a verdict, each on one line."""
    redaction = Redaction(verdict, show_secrets=False)
    return [line(redaction.text(reason)) for reason in verdict.reasons[:MOST_FINDINGS]]


def line(text: str) -> str:
    """Return a text from evidence on one line of limited length."""
    return one_line(text, LONGEST_TEXT)


def _shown(finding: wsh.Finding, redaction: Redaction) -> Shown:
    facts = {name: _value(value) for name, value in redaction.facts(finding.facts).items() if value is not None}
    return Shown(
        line(finding.rule.id),
        line(f"{finding.rule.id} {finding.severity.label}: {redaction.text(finding.message)}"),
        _FAMILIES.get(finding.rule.id[:4], Heuristic.SIGNATURE),
        finding.rule.techniques,
        tuple(_lines(finding, redaction)),
        facts,
        tuple(_tags(finding)),
    )


def _lines(finding: wsh.Finding, redaction: Redaction) -> Iterator[str]:
    for evidence in finding.evidence[:MOST_PLACES]:
        excerpt = line(defanged(redaction.excerpt(evidence)))
        yield f"line {evidence.line}, column {evidence.column} of {line(evidence.layer)}: {excerpt}"
    if len(finding.evidence) > MOST_PLACES:
        yield f"and {len(finding.evidence) - MOST_PLACES:,} more places"


def _value(value: object) -> str:
    return line(", ".join(map(str, value)) if isinstance(value, tuple) else str(value))


def _tags(finding: wsh.Finding) -> Iterator[tuple[str, str]]:
    yield "file.rule.webshellhunt", line(finding.rule.id)
    for value in _texts(finding.facts.get("planted_as")):
        yield "file.path", line(value)
    for value in _texts(finding.facts.get("request_key")):
        yield "file.string.extracted", line(value)
    for fact in finding.facts.values():
        for value in _texts(fact):
            if _ADDRESS.fullmatch(value):
                yield "network.static.uri", value


def _texts(value: object) -> tuple[str, ...]:
    """Return the texts of a fact, which may be one text or several."""
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, tuple) else ()
