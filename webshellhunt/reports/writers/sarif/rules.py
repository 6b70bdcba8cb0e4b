"""Rules and techniques of a SARIF run: those of its results.

Severities and pages are those of this installation, so that a saved report has the same; for a rule that it lacks, the
worst finding decides.

Source: SARIF 2.1.0, sections 3.19 (toolComponent), 3.49 (reportingDescriptor); GitHub, SARIF support for code scanning
(level, precision, security-severity, at most 20 tags a rule of which 10 are kept).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from webshellhunt.knowledge.attack_techniques import ATTACK_VERSION, load_techniques, tactics_of
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.reports.content.subjects import ShownFinding, technique_ids
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.rule_list import rules_by_id

TAXONOMY: Final = "MITRE ATT&CK"
MOST_TAGS: Final = 10

LEVELS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES: Final = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0"}
"""Values in GitHub's ranges of critical, high, medium and low; information has none."""

_PRECISIONS: Final = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}

_ADDRESS = lazy_pattern(r"https?://[\w.~:/?#@!$&'()*+,;=%-]+", re.ASCII)

Object = dict[str, Any]


def worst_by_rule(shown: Iterable[ShownFinding]) -> dict[str, Finding]:
    """Return the worst finding of each rule, in the order of the first ones."""
    worst: dict[str, Finding] = {}
    for each in shown:
        known = worst.get(each.rule_id)
        if known is None or (known.severity, known.confidence) < (each.finding.severity, each.finding.confidence):
            worst[each.rule_id] = each.finding
    return worst


def rule_descriptor(finding: Finding, techniques: Sequence[str]) -> Object:
    """Return the descriptor of a rule, by its worst finding; ``techniques`` are those of the run, in order."""
    rule = finding.rule
    own = rules_by_id().get(rule.id)
    severity, confidence = (own.severity, own.confidence) if own is not None else (finding.severity, finding.confidence)
    title = decodable(own.title if own is not None else rule.title)
    named = technique_ids(rule)
    made: Object = {
        "id": decodable(rule.id),
        "name": _pascal_case(decodable(rule.slug)) or decodable(rule.id),
        "shortDescription": {"text": message_text(title)},
        "fullDescription": {"text": message_text(_first_section(own.page if own is not None else "") or title)},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": _properties(severity, confidence, named),
        "relationships": [_relationship(each, techniques.index(each)) for each in named],
    }
    if own is not None and own.page:
        made["help"] = {"text": message_text(own.page)}
    addresses = [each for each in map(decodable, rule.references) if _is_address(each)]
    if addresses:
        made["helpUri"] = addresses[0]
    return made


def taxonomy(techniques: Sequence[str]) -> Object:
    """Return the taxonomy with the techniques of a run."""
    return {
        "name": TAXONOMY,
        "version": ATTACK_VERSION,
        "organization": "MITRE",
        "informationUri": "https://attack.mitre.org/",
        "isComprehensive": False,
        "taxa": [_taxon(each) for each in techniques],
    }


def message_text(text: str) -> str:
    """Return a text as a message: a reader takes braces for placeholders, and brackets before a parenthesis for links.

    Source: SARIF 2.1.0, sections 3.11.5 and 3.11.6.
    """
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _properties(severity: Severity, confidence: Confidence, techniques: Iterable[str]) -> Object:
    tags = ["security", *(f"attack.{each.lower()}" for each in techniques)]
    made: Object = {"tags": tags[:MOST_TAGS], "precision": _PRECISIONS[confidence]}
    if severity in _SCORES:
        made["security-severity"] = _SCORES[severity]
    return made


def _relationship(technique: str, index: int) -> Object:
    return {
        "target": {"id": technique, "index": index, "toolComponent": {"name": TAXONOMY, "index": 0}},
        "kinds": ["relevant"],
    }


def _taxon(technique: str) -> Object:
    made: Object = {"id": technique}
    name = load_techniques().get(technique)
    if name is not None:
        made |= {
            "name": name,
            "helpUri": f"https://attack.mitre.org/techniques/{technique.replace('.', '/')}",
            "properties": {"tactics": [tactic.name for tactic in tactics_of(technique)]},
        }
    return made


def _pascal_case(slug: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in slug.replace("_", "-").split("-"))


def _first_section(page: str) -> str:
    """Return the first section of a rule's page as one paragraph."""
    _, _, rest = page.partition("What it finds:")
    return " ".join(rest.partition("\n\n")[0].split())


def _is_address(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None
