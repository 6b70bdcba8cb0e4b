"""Claims about detected files: the weight, the evidence and the facts that the rules about them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from webshellhunt.antivirus.records import Detection
from webshellhunt.detectors.contract import log_evidence
from webshellhunt.knowledge.threat_names import ThreatKind, threat_kind
from webshellhunt.model.findings import Evidence, FactValue
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.views.detected_files import DetectedFile

_MOST_EVIDENCE = 5


class Weight(NamedTuple):
    """The severity and confidence of a claim."""

    severity: Severity
    confidence: Confidence


def weigh(file: DetectedFile) -> Weight:
    """Return the weight of the detections of a file, by the kind of the threat and the place.

    A page that Exchange ships there is not convicted: antivirus software is sometimes wrong about stock pages. If its
    content is known, and no rule reports it, it is not accused by antivirus software alone.
    """
    kind = max((threat_kind(each) for each in file.threats), default=ThreatKind.TEST)
    if kind is ThreatKind.TEST:
        return Weight(Severity.INFO, Confidence.HIGH)
    if kind is ThreatKind.UNWANTED:
        return Weight(Severity.LOW if file.is_page else Severity.INFO, Confidence.MEDIUM)
    if file.is_like_stock:
        return Weight(Severity.LOW, Confidence.MEDIUM)
    if kind is ThreatKind.WEB_SHELL and not file.is_page and file.role not in SETUP_ROLES:
        return Weight(Severity.MEDIUM, Confidence.MEDIUM)  # perhaps an upload, which the server does not run
    if kind is ThreatKind.WEB_SHELL:
        convicts = file.is_page and file.role in SETUP_ROLES and not file.is_shipped
        return Weight(Severity.CRITICAL if convicts else Severity.HIGH, Confidence.HIGH)
    if file.is_page:
        return Weight(Severity.HIGH, Confidence.HIGH if file.role in SETUP_ROLES else Confidence.MEDIUM)
    return (
        Weight(Severity.MEDIUM, Confidence.HIGH)
        if file.role in SETUP_ROLES
        else Weight(Severity.LOW, Confidence.MEDIUM)
    )


def evidence_of(detections: Sequence[Detection]) -> list[Evidence]:
    """Return the records of detections, the last ones first, each once."""
    places = dict.fromkeys((each.record, each.line) for each in reversed(detections) if each.record)
    return [log_evidence(record, line) for record, line in list(places)[:_MOST_EVIDENCE]]


def facts_of(file: DetectedFile) -> Mapping[str, FactValue]:
    """Return the facts that both rules about a detected file have."""
    removal, known = file.removal, file.facts
    named = [each for each in file.detections if each.user or each.process]
    return {
        "detected_path": file.path,
        "threats": file.threats,
        "detected_at": second_in_utc(file.detected_utc),
        "removed_at": second_in_utc(removal.done_utc) if removal is not None else None,
        "count": len({each.when_utc for each in file.detections if each.when_utc is not None}) or None,
        "by": next((each.user for each in named if each.user), None),
        "process": next((each.process for each in named if each.process), None),
        "detected_sha256": known.sha256,
        "detected_sha1": known.sha1,
        "detected_md5": known.md5,
        "quarantined_as": file.quarantined_as,
    }
