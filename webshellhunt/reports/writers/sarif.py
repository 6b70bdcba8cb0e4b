"""The SARIF format, version 2.1.0: one log, with a run for each report, and a result for each finding.

Severities and pages of rules are those of this installation, so that a saved report has the same; for a rule that it
lacks, the worst finding decides.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0 with Errata 01, sections 3.4 (artifactLocation), 3.10
(URIs), 3.19 (toolComponent), 3.27 (result), 3.30 (region), 3.35 (suppression), 3.36 (codeFlow), 3.49
(reportingDescriptor); RFC 8089 (file URIs); GitHub, SARIF support for code scanning and its limits (25,000 results a
run, of which the 5,000 most severe are shown; 1,000 locations a result; at most 20 tags a rule of which 10 are kept).
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final
from urllib.parse import quote

from webshellhunt.knowledge.attack_techniques import ATTACK_VERSION, load_techniques, tactics_of
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence, Finding, Gap
from webshellhunt.model.patches import FixState
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import SubjectKind, Verdict
from webshellhunt.reports.content.subjects import ShownFinding, ShownVerdict, shown_verdicts, technique_ids
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.identity import report_key, stable_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.platforms import FRAMEWORK, host_facts, path_of_file, step_lines
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.records.fleet_records import fleet_record
from webshellhunt.reports.roads import Road, roads
from webshellhunt.reports.rule_list import rules_by_id
from webshellhunt.reports.times import day, server_times, utc

ABOUT = "SARIF 2.1.0, for code scanning and viewers of results"
EXTENSIONS = ("sarif", "sarif.json")

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
BASE: Final = "%SRCROOT%"
"""The base of relative paths: the location of the hunt; code scanning takes it for the top of the repository."""

MOST_RESULTS: Final = 25_000
MOST_PLACES: Final = 100
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
_TOO_MANY: Final = "too-many-results"
_UNNAMED: Final = "unnamed"
_SAFE: Final = "-._~"

_DRIVE = lazy_pattern(r"[A-Za-z]:[\\/]")
_SHARE = lazy_pattern(r"[\\/]{2}([A-Za-z0-9.-]+)[\\/](.*)")
_OWN_TEXT = lazy_pattern(r"raw|log|text(?: as [\w.-]+)?")
_ADDRESS = lazy_pattern(r"https?://[\w.~:/?#@!$&'()*+,;=%-]+", re.ASCII)

Object = dict[str, Any]


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the log in pieces, each run as soon as its hunt ends; the comparison of hosts is in its property bag."""
    before = f'{{\n"$schema": "{SCHEMA}",\n"version": "2.1.0",\n"runs": ['
    part = FleetPart(options)
    for report in part.through(reports):
        yield f"{before}\n{json.dumps(_run(report, options), indent=1)}"
        before = ","
    if before != ",":
        yield before
    fleet = part.fleet()
    compared = "" if fleet is None else f',\n"properties": {json.dumps({"fleet": fleet_record(fleet)}, indent=1)}'
    yield f"\n]{compared}\n}}\n"


def _run(report: Report, options: Options) -> Object:
    verdicts = list(shown_verdicts(report, options))
    worst = worst_by_rule(each for shown in verdicts for each in shown.findings)
    techniques = sorted({each for finding in worst.values() for each in technique_ids(finding.rule)})
    names = filter(None, (report.host.name, report.location))
    version = {"version": decodable(report.run.version)} if report.run.version else {}
    driver = {
        "name": "webshellhunt",
        "supportedTaxonomies": [{"name": FRAMEWORK, "index": 0}],
        **version,
        "rules": [rule_descriptor(finding, techniques) for finding in worst.values()],
        "notifications": [{"id": code} for code in dict.fromkeys([*(gap.code for gap in report.gaps), _TOO_MANY])],
    }
    return {
        "tool": {"driver": driver},
        "automationDetails": {
            "id": f"webshellhunt/{quote(decodable(' in '.join(names)), safe='') or 'unnamed'}/",
            "correlationGuid": stable_id("sarif", *report_key(report)),
        },
        "invocations": [_invocation(report, sum(len(shown.findings) for shown in verdicts))],
        "columnKind": "unicodeCodePoints",
        "defaultEncoding": "utf-8",
        "originalUriBaseIds": {BASE: {"description": {"text": message_text(decodable(report.location)) or "unnamed"}}},
        "artifacts": _artifacts(verdicts),
        "logicalLocations": _logical_locations(verdicts),
        "results": list(iter_results(verdicts, {rule_id: number for number, rule_id in enumerate(worst)})),
        "taxonomies": [taxonomy(techniques)],
        "properties": _properties(report),
    }


def _artifacts(verdicts: Sequence[ShownVerdict]) -> list[Object]:
    """Return the subjects that are files or were, each place once."""
    made: dict[str, Object] = {}
    for shown in filter(_is_file, verdicts):
        location, subject = artifact_location(shown.path), shown.subject
        artifact: Object = {"location": location, "roles": ["analysisTarget"]}
        if subject.size_bytes is not None:
            artifact["length"] = subject.size_bytes
        if subject.sha256 is not None:
            artifact["hashes"] = {"sha-256": subject.sha256}
        modified = server_times(subject.times).modified_utc
        if modified is not None:
            artifact["lastModifiedTimeUtc"] = utc(modified)
        made.setdefault(location["uri"], artifact | {"properties": _subject(shown)})
    return list(made.values())


def _logical_locations(verdicts: Sequence[ShownVerdict]) -> list[Object]:
    """Return the subjects that are no files: elements of configuration, and traces in logs."""
    made: dict[tuple[str, str], Object] = {}
    for shown in verdicts:
        if not _is_file(shown):
            place = logical_location(shown)
            made.setdefault((place["kind"], shown.path), place | {"properties": _subject(shown)})
    return list(made.values())


def _is_file(shown: ShownVerdict) -> bool:
    return shown.subject.kind is not SubjectKind.REGISTRATION and path_of_file(shown.verdict) != ""


def _subject(shown: ShownVerdict) -> Object:
    disposition = shown.verdict.disposition.label
    return {"id": shown.id, "path": shown.path, "disposition": disposition, "reasons": list(shown.reasons)}


def _invocation(report: Report, results: int) -> Object:
    notices = [_notice(gap) for gap in report.gaps]
    if results > MOST_RESULTS:
        words = f"{results - MOST_RESULTS:,} results of {results:,} are left out; the JSON report has all"
        notices.append({"level": "error", "message": {"text": words}, "descriptor": {"id": _TOO_MANY}})
    made: Object = {"executionSuccessful": not report.interrupted, "toolExecutionNotifications": notices}
    started = utc(report.run.started_utc)
    return made if started is None else made | {"startTimeUtc": started}


def _notice(gap: Gap) -> Object:
    """Return the notification of a gap; one of the whole location has no place."""
    words = f"not examined: {gap}" if gap.path else f"not examined: {gap.reason}"
    made: Object = {
        "level": "error" if gap.matters else "warning",
        "message": {"text": message_text(decodable(words))},
        "descriptor": {"id": gap.code},
        "properties": {"stage": gap.stage},
    }
    place = {"physicalLocation": {"artifactLocation": artifact_location(gap.path)}}
    return made | {"locations": [place]} if gap.path else made


def _properties(report: Report) -> Object:
    """Return the parts of a report that SARIF has no place for."""
    patched, facts = report.patch_state, host_facts(report)
    waves = patched.waves_in(FixState.OPEN) if patched is not None else ()
    return {
        "assessment": {
            "state": facts["state"],
            "sentence": decodable(report.assessment.sentence),
            "nextSteps": step_lines(report),
        },
        "host": None if report.host.name is None else decodable(report.host.name),
        "location": facts["location"],
        "exchange": [decodable(each.build or each.path) for each in report.host.exchange],
        "openCves": sorted({decodable(cve) for wave in waves for cve in wave.cves}),
        "coverage": facts["coverage"],
        "counts": facts["counts"],
        "dataAsOf": day(report.run.data_as_of),
    }


# results


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
        "properties": {
            "severity": each.finding.severity.label,
            "confidence": each.finding.confidence.label,
            "dormant": each.finding.dormant,
            "subject": shown.id,
            "path": shown.path,
            "disposition": shown.verdict.disposition.label,
            "presence": shown.subject.presence.value,
            "facts": {decodable(name): _plain(value) for name, value in each.facts.items()},
        },
    }
    if others:
        made["relatedLocations"] = [{"id": number, **place} for number, place in enumerate(others, 1)]
    stated = roads(each.finding, each.message)
    return made | {"codeFlows": [_code_flow(road, first) for road in stated]} if stated else made


def _locations(shown: ShownVerdict, each: ShownFinding) -> list[Object]:
    """Return the places of the evidence; a finding about the whole subject has the first line of its file."""
    places: list[Object] = [
        {"physicalLocation": {"artifactLocation": artifact_location(evidence.path), "region": region(evidence, text)}}
        for evidence, text in islice(each.places, MOST_PLACES)
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
    return {"threadFlows": [{"locations": [*locations, {"location": end, "importance": "essential"}]}]}


def _suppressions(verdict: Verdict, each: ShownFinding) -> Iterator[Object]:
    """Yield why a finding does not count: the user accepts it, or a baseline of the user has the content."""
    acceptance = each.finding.acceptance
    accepted = {"kind": "external", "status": "accepted"}
    if acceptance is not None and not acceptance.expired:
        by = {"by": decodable(acceptance.by), "until": day(acceptance.until)}
        yield accepted | {"justification": decodable(acceptance.reason), "properties": by}
    if verdict.is_known_and_accused:
        yield accepted | {"justification": "a baseline of the user has this content"}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [decodable(item) for item in value]
    return decodable(value) if isinstance(value, str) else value


# locations


def artifact_location(path: str) -> Object:
    r"""Return the location of a file: ``file:///C:/x.aspx`` on a drive, else a path below the location of the hunt."""
    path = decodable(path)
    if _DRIVE.match(path):
        return {"uri": f"file:///{path[:2]}/{_encoded(path[2:], windows=True)}"}
    share = _SHARE.fullmatch(path)
    if share is not None:
        return {"uri": f"file://{share[1]}/{_encoded(share[2], windows=True)}"}
    if path.startswith("/"):
        return {"uri": f"file:///{_encoded(path)}"}
    if path.startswith(("HKLM\\", "HKU\\")):
        return {"uri": _encoded(path, windows=True), "uriBaseId": BASE}
    return {"uri": _encoded(path) or _UNNAMED, "uriBaseId": BASE}


def _encoded(path: str, *, windows: bool = False) -> str:
    """Return the names of a path as a URI without empty and dotted ones, which would lead out of the base."""
    names = path.replace("\\", "/").split("/") if windows else path.split("/")
    return "/".join(_UNNAMED if name in (".", "..") else quote(name, safe=_SAFE) for name in names if name)


def region(evidence: Evidence, excerpt: str) -> Object:
    """Return the region of a piece of evidence, with its bytes in the file and its line.

    The line of a decoded text is no line of the file: the region then starts at line 1, and the property bag has the
    layer and its line. Columns count characters.
    """
    is_own = _OWN_TEXT.fullmatch(evidence.layer) is not None
    made: Object = {"startLine": max(evidence.line, 1) if is_own else 1}
    if is_own:
        made["startColumn"] = max(evidence.column, 1)
    if evidence.span.end > evidence.span.start >= 0:
        made |= {"byteOffset": evidence.span.start, "byteLength": evidence.span.end - evidence.span.start}
    if excerpt:
        made["snippet"] = {"text": excerpt}
    if not is_own:
        place = {"layer": decodable(evidence.layer), "line": evidence.line, "column": evidence.column}
        made["properties"] = {"inLayer": place}
    return made


def logical_location(shown: ShownVerdict) -> Object:
    """Return the place of a subject by its name and kind: of an element of configuration, or of a trace."""
    return {"fullyQualifiedName": shown.path, "kind": shown.subject.kind.value}


# rules and techniques


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
    rule, named = finding.rule, technique_ids(finding.rule)
    own = rules_by_id().get(rule.id)
    severity, confidence = (own.severity, own.confidence) if own is not None else (finding.severity, finding.confidence)
    title, page = decodable(own.title if own is not None else rule.title), own.page if own is not None else ""
    tags = ["security", *(f"attack.{each.lower()}" for each in named)]
    score = {"security-severity": _SCORES[severity]} if severity in _SCORES else {}
    made: Object = {
        "id": decodable(rule.id),
        "name": _pascal_case(decodable(rule.slug)) or decodable(rule.id),
        "shortDescription": {"text": message_text(title)},
        "fullDescription": {"text": message_text(_first_section(page) or title)},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {"tags": tags[:MOST_TAGS], "precision": _PRECISIONS[confidence], **score},
        "relationships": [_relationship(each, techniques.index(each)) for each in named],
    }
    if page:
        made["help"] = {"text": message_text(page)}
    addresses = [each for each in map(decodable, rule.references) if _ADDRESS.fullmatch(each) is not None]
    return made | {"helpUri": addresses[0]} if addresses else made


def _relationship(technique: str, index: int) -> Object:
    target = {"id": technique, "index": index, "toolComponent": {"name": FRAMEWORK, "index": 0}}
    return {"target": target, "kinds": ["relevant"]}


def _pascal_case(slug: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in slug.replace("_", "-").split("-"))


def _first_section(page: str) -> str:
    """Return the first section of a rule's page as one paragraph."""
    _, _, rest = page.partition("What it finds:")
    return " ".join(rest.partition("\n\n")[0].split())


def taxonomy(techniques: Sequence[str]) -> Object:
    """Return the taxonomy with the techniques of a run."""
    return {
        "name": FRAMEWORK,
        "version": ATTACK_VERSION,
        "organization": "MITRE",
        "informationUri": "https://attack.mitre.org/",
        "isComprehensive": False,
        "taxa": list(map(_taxon, techniques)),
    }


def _taxon(technique: str) -> Object:
    name = load_techniques().get(technique)
    if name is None:
        return {"id": technique}
    page = f"https://attack.mitre.org/techniques/{technique.replace('.', '/')}"
    tactics = [tactic.name for tactic in tactics_of(technique)]
    return {"id": technique, "name": name, "helpUri": page, "properties": {"tactics": tactics}}


def message_text(text: str) -> str:
    """Return a text as a message: a reader takes braces for placeholders, and brackets before a parenthesis for links.

    Source: SARIF 2.1.0, sections 3.11.5 and 3.11.6.
    """
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")
