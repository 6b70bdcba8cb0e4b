"""The Navigator format: a layer of the ATT&CK Navigator for each report, in its layer format 4.5.

The document is a list of layers for any number of reports; the Navigator opens each as a tab. A technique's score is
the severity of its worst finding, and its comment names the subjects.

Source: MITRE, attack-navigator, layers/spec/v4.5/layerformat.md.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from webshellhunt.knowledge.attack_techniques import ATTACK_VERSION
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Severity
from webshellhunt.reports.content.subjects import ShownFinding, ShownVerdict, shown_verdicts
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.options import Options
from webshellhunt.reports.platforms import list_pieces
from webshellhunt.reports.printable import decodable, printable, verbatim
from webshellhunt.reports.times import utc

ABOUT = "a layer of the ATT&CK Navigator"
EXTENSIONS = ("navigator.json",)

_LAYER: Final = "4.5"
_NAVIGATOR: Final = "5.2.0"
_SCORES: Final = {Severity.CRITICAL: 100, Severity.HIGH: 75, Severity.MEDIUM: 50, Severity.LOW: 25, Severity.INFO: 5}
_COLORS: Final = ("#ffe5b4", "#f4a259", "#b3001b")
_MOST_NAMED: Final = 20

Record = dict[str, Any]
Claims = dict[str, list[tuple[ShownVerdict, ShownFinding]]]


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the layers in pieces, each as soon as its hunt ends."""
    part = FleetPart(options)
    layers = (json.dumps(_layer(report, options), indent=1) for report in part.through(reports))
    yield from list_pieces(layers, "[\n", "\n]\n")
    part.fleet()


def _layer(report: Report, options: Options) -> Record:
    claims: Claims = defaultdict(list)
    unmapped: list[ShownVerdict] = []
    for shown in shown_verdicts(report, options):
        if not shown.techniques:
            unmapped.append(shown)
        for each in shown.findings:
            for technique in () if each.finding.accepted else each.techniques:
                claims[technique].append((shown, each))
    where = printable(decodable(report.host.name or report.location))
    return {
        "name": f"webshellhunt: {where}" if where else "webshellhunt",
        "versions": {"attack": ATTACK_VERSION, "navigator": _NAVIGATOR, "layer": _LAYER},
        "domain": "enterprise-attack",
        "description": printable(decodable(report.assessment.sentence)),
        "sorting": 3,
        "layout": {"layout": "side", "showID": True, "showName": True, "expandedSubtechniques": "annotated"},
        "hideDisabled": False,
        "techniques": [_technique(technique, claims[technique]) for technique in sorted(claims)],
        "gradient": {"colors": list(_COLORS), "minValue": 0, "maxValue": 100},
        "legendItems": [],
        "selectSubtechniquesWithParent": False,
        "metadata": list(_metadata(report, unmapped)),
    }


def _technique(technique: str, claims: list[tuple[ShownVerdict, ShownFinding]]) -> Record:
    worst = max(each.finding.severity for _, each in claims)
    subjects = dict.fromkeys(shown.path for shown, _ in claims)
    rules = dict.fromkeys(each.rule_id for _, each in claims)
    kept = list(dict.fromkeys(f"{verbatim(shown.path)}: {printable(each.message)}" for shown, each in claims))
    excerpt = next((text for _, each in claims if each.finding.severity is worst for text in each.excerpts if text), "")
    more = [f"and {len(kept) - _MOST_NAMED:,} more findings"] if len(kept) > _MOST_NAMED else []
    return {
        "techniqueID": technique,
        "score": _SCORES[worst],
        "comment": "\n".join([*kept[:_MOST_NAMED], *more]),
        "enabled": True,
        "metadata": [
            {"name": "severity", "value": worst.label},
            {"name": "subjects", "value": str(len(subjects))},
            {"name": "rules", "value": printable(", ".join(list(rules)[:_MOST_NAMED])) or "-"},
            *([{"name": "excerpt", "value": excerpt}] if excerpt else []),
        ],
    }


def _metadata(report: Report, unmapped: list[ShownVerdict]) -> Iterator[Record]:
    """Yield the facts of the hunt, and the subjects without a technique: a matrix has no place for them."""
    values = {
        "location": printable(decodable(report.location)),
        "hunted": utc(report.run.started_utc) or "",
        "webshellhunt": printable(decodable(report.run.version)),
        "state": report.assessment.state.value,
        "gaps that matter": str(sum(gap.matters for gap in report.gaps)),
    }
    yield from ({"name": name, "value": value} for name, value in values.items() if value)
    for shown in unmapped[:_MOST_NAMED]:
        words = f"{shown.verdict.disposition.label}: {verbatim(shown.path)}"
        yield {"name": "without a technique", "value": words}
    if len(unmapped) > _MOST_NAMED:
        yield {"name": "without a technique", "value": f"{len(unmapped) - _MOST_NAMED:,} more subjects"}
