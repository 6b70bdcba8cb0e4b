"""Results of a SARIF run: one for each finding of a listed verdict.

Source: SARIF 2.1.0, sections 3.27 (result), 3.35 (suppression), 3.36 (codeFlow); GitHub, SARIF support for code
scanning and its limits (25,000 results a run, of which the 5,000 most severe are shown; 1,000 locations a result).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from webshellhunt.model.verdict import SubjectKind, Verdict
from webshellhunt.reports.content.subjects import ShownFinding, ShownVerdict
from webshellhunt.reports.events.roads import Road, roads
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import day
from webshellhunt.reports.writers.sarif.locations import artifact_location, logical_location, physical_location
from webshellhunt.reports.writers.sarif.rules import LEVELS, message_text

MOST_RESULTS: Final = 25_000
MOST_PLACES: Final = 100

Object = dict[str, Any]


def iter_results(verdicts: Iterable[ShownVerdict], rules: Mapping[str, int]) -> Iterator[Object]:
    """Yield the results, worst first, at most as many as code scanning accepts."""
    seen: Counter[str] = Counter()
    pairs = ((shown, each) for shown in verdicts for each in shown.findings)
    for shown, each in islice(pairs, MOST_RESULTS):
        seen[each.id] += 1
        yield _result(shown, each, rules[each.rule_id], seen[each.id])


def _result(shown: ShownVerdict, each: ShownFinding, rule: int, occurrence: int) -> Object:
    first, *others = _locations(shown, each)
    made: Object = {
        "ruleId": each.rule_id,
        "ruleIndex": rule,
        "level": LEVELS[each.finding.severity],
        "message": {"text": message_text(each.message) or "no message"},
        "locations": [first],
        "correlationGuid": each.id,
        "fingerprints": {"webshellhunt/v1": f"{each.id}:{occurrence}"},
        "partialFingerprints": {"primaryLocationLineHash": f"{each.id.replace('-', '')[:16]}:{occurrence}"},
        "suppressions": list(_suppressions(shown.verdict, each)),
        "properties": _properties(shown, each),
    }
    if others:
        made["relatedLocations"] = [{"id": number, **place} for number, place in enumerate(others, 1)]
    stated = roads(each.finding, each.message)
    if stated:
        made["codeFlows"] = [_code_flow(road, first) for road in stated]
    return made


def _locations(shown: ShownVerdict, each: ShownFinding) -> list[Object]:
    """Return the places of the evidence; a finding about the whole subject has the first line of its file."""
    places: list[Object] = [
        {"physicalLocation": physical_location(*place)} for place in islice(each.places, MOST_PLACES)
    ]
    if not places:
        whole = {"artifactLocation": artifact_location(shown.path), "region": {"startLine": 1}}
        places = [{"physicalLocation": whole}]
    if shown.subject.kind is not SubjectKind.FILE:
        places[0]["logicalLocations"] = [logical_location(shown)]
    return places


def _code_flow(road: Road, place: Object) -> Object:
    """Return the road of a data flow; only its end has a place, since a report names the other steps without one."""
    *before, last = (message_text(stop.name) for stop in road.stops)
    locations: list[Object] = [{"location": {"message": {"text": step}}} for step in before]
    end = {"physicalLocation": place["physicalLocation"], "message": {"text": last}}
    locations.append({"location": end, "importance": "essential"})
    return {"threadFlows": [{"locations": locations}]}


def _suppressions(verdict: Verdict, each: ShownFinding) -> Iterator[Object]:
    """Yield why a finding does not count: the user accepts it, or a baseline of the user has the content."""
    acceptance = each.finding.acceptance
    if acceptance is not None and not acceptance.expired:
        yield {
            "kind": "external",
            "status": "accepted",
            "justification": decodable(acceptance.reason),
            "properties": {"by": decodable(acceptance.by), "until": day(acceptance.until)},
        }
    if verdict.is_known_and_accused:
        yield {"kind": "external", "status": "accepted", "justification": "a baseline of the user has this content"}


def _properties(shown: ShownVerdict, each: ShownFinding) -> Object:
    facts = {decodable(name): _plain(value) for name, value in each.facts.items()}
    return {
        "severity": each.finding.severity.label,
        "confidence": each.finding.confidence.label,
        "dormant": each.finding.dormant,
        "subject": shown.id,
        "path": shown.path,
        "disposition": shown.verdict.disposition.label,
        "presence": shown.subject.presence.value,
        "facts": facts,
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [decodable(item) for item in value]
    return decodable(value) if isinstance(value, str) else value
