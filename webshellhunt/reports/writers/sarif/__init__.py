"""The SARIF format, version 2.1.0: one log, with a run for each report.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0 with Errata 01.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from webshellhunt.model.findings import Gap
from webshellhunt.model.patches import FixState, PatchState
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import SubjectKind
from webshellhunt.reports.content.subjects import ShownVerdict, shown_verdicts, technique_ids
from webshellhunt.reports.events.file_names import path_of_file
from webshellhunt.reports.events.steps_of_subjects import step_line
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.identity import report_key, stable_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.records.fleet_records import fleet_record
from webshellhunt.reports.times import day, server_times, utc
from webshellhunt.reports.writers.sarif.locations import BASE, artifact_location, logical_location
from webshellhunt.reports.writers.sarif.results import MOST_RESULTS, iter_results
from webshellhunt.reports.writers.sarif.rules import TAXONOMY, message_text, rule_descriptor, taxonomy, worst_by_rule

ABOUT = "SARIF 2.1.0, for code scanning and viewers of results"
EXTENSIONS = ("sarif", "sarif.json")

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_TOO_MANY: Final = "too-many-results"

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
    rules = [rule_descriptor(finding, techniques) for finding in worst.values()]
    driver = {**_driver(report), "rules": rules, "notifications": _notification_descriptors(report)}
    names = filter(None, (report.host.name, report.location))
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
        "logicalLocations": list(_logical_locations(verdicts)),
        "results": list(iter_results(verdicts, {rule_id: number for number, rule_id in enumerate(worst)})),
        "taxonomies": [taxonomy(techniques)],
        "properties": _properties(report),
    }


def _driver(report: Report) -> Object:
    made: Object = {"name": "webshellhunt", "supportedTaxonomies": [{"name": TAXONOMY, "index": 0}]}
    if report.run.version:
        made["version"] = decodable(report.run.version)
    return made


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
        artifact["properties"] = _subject(shown)
        made.setdefault(location["uri"], artifact)
    return list(made.values())


def _logical_locations(verdicts: Iterable[ShownVerdict]) -> Iterator[Object]:
    """Yield the subjects that are no files: elements of configuration, and traces in logs."""
    made: dict[tuple[str, str], Object] = {}
    for shown in verdicts:
        if not _is_file(shown):
            place = logical_location(shown)
            made.setdefault((place["kind"], shown.path), place | {"properties": _subject(shown)})
    yield from made.values()


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
    if report.run.started_utc is not None:
        made["startTimeUtc"] = utc(report.run.started_utc)
    return made


def _notice(gap: Gap) -> Object:
    """Return the notification of a gap; one of the whole location has no place."""
    words = f"not examined: {gap}" if gap.path else f"not examined: {gap.reason}"
    made: Object = {
        "level": "error" if gap.matters else "warning",
        "message": {"text": message_text(decodable(words))},
        "descriptor": {"id": gap.code},
        "properties": {"stage": gap.stage},
    }
    if gap.path:
        made["locations"] = [{"physicalLocation": {"artifactLocation": artifact_location(gap.path)}}]
    return made


def _notification_descriptors(report: Report) -> list[Object]:
    return [{"id": code} for code in dict.fromkeys([*(gap.code for gap in report.gaps), _TOO_MANY])]


def _properties(report: Report) -> Object:
    """Return the parts of a report that SARIF has no place for."""
    assessment, patched = report.assessment, report.patch_state
    return {
        "assessment": {
            "state": assessment.state.value,
            "sentence": decodable(assessment.sentence),
            "nextSteps": [decodable(step_line(step)) for step in assessment.next_steps],
        },
        "host": None if report.host.name is None else decodable(report.host.name),
        "location": decodable(report.location),
        "exchange": [decodable(each.build or each.path) for each in report.host.exchange],
        "openCves": [] if patched is None else _open_cves(patched),
        "coverage": {name: held.value for name, held in report.coverage._asdict().items()},
        "counts": {name: report.counts[name] for name in sorted(report.counts)},
        "dataAsOf": day(report.run.data_as_of),
    }


def _open_cves(patched: PatchState) -> list[str]:
    return sorted({decodable(cve) for wave in patched.waves_in(FixState.OPEN) for cve in wave.cves})
