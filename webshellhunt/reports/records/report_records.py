"""Conversion of the model into the plain dictionaries that ``schema.json`` describes.

Records don't depend on the clock or the machine: two hunts over the same evidence produce the same records in the same
order, except ``started_utc``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from webshellhunt.defang import defang
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Evidence, FactValue, Finding, Gap
from webshellhunt.model.places import Root, Url
from webshellhunt.model.report import Host, Report, Run, Step
from webshellhunt.model.times import TimeBasis
from webshellhunt.model.verdict import Disposition, Planting, Verdict
from webshellhunt.reports.identity import subject_id
from webshellhunt.reports.log_notes import log_notes
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.records.acceptance_records import acceptance_record
from webshellhunt.reports.records.acceptance_records import use_record as acceptance_use_record
from webshellhunt.reports.records.log_records import moment_record, traffic_record, use_record
from webshellhunt.reports.records.patch_records import patch_record
from webshellhunt.reports.redaction import Redaction
from webshellhunt.reports.times import day, utc

SCHEMA_VERSION = 1
"""Increased when a field changes its meaning or is removed; a version may add fields."""

Record = dict[str, Any]


def schema() -> Record:
    """Return the published JSON Schema that every record and every JSON document satisfies.

    Examples:
        >>> import webshellhunt as wsh
        >>> wsh.schema()["$schema"]
        'https://json-schema.org/draft/2020-12/schema'
    """
    text = Path(__file__).parents[1].joinpath("schema.json").read_text(encoding="utf-8")
    loaded: Record = json.loads(text)
    return loaded


def iter_records(report: Report, options: Options) -> Iterator[Record]:
    """Yield a report's verdicts, its gaps, and last its summary."""
    for verdict in report.verdicts:
        if is_listed(verdict, options):
            yield verdict_record(verdict, options, location=report.location, host=report.host.name)
    for gap in report.gaps:
        yield gap_record(gap, report.location)
    yield _summary_record(report, options)


def is_listed(verdict: Verdict, options: Options) -> bool:
    """Return whether a verdict is listed or only counted; accusations that the user overrides are always listed."""
    vouched = verdict.is_accepted or verdict.is_known_and_accused
    return options.show_all or vouched or verdict.disposition > Disposition.BENIGN


def verdict_record(
    verdict: Verdict, options: Options | None = None, *, location: str | None = None, host: str | None = None
) -> Record:
    """Return the record of a verdict; ``location`` is ``None`` for a blob of bytes, ``host`` if it has no name."""
    options = options or Options()
    redaction, subject = Redaction(verdict, show_secrets=options.show_secrets), verdict.subject
    return {
        "kind": "verdict",
        "schema_version": SCHEMA_VERSION,
        "id": subject_id(verdict.subject, host, location),
        "location": _name(location),
        "subject_kind": subject.kind.value,
        "path": decodable(subject.path),
        "source_path": _name(subject.source_path),
        "entry_path": _name(subject.entry_path),
        "presence": subject.presence.value,
        "disposition": verdict.disposition.label,
        "otherwise": verdict.otherwise.label if verdict.otherwise is not None else None,
        "secrets_hidden": verdict.secrets_hidden or not options.show_secrets,
        "assumed": [decodable(redaction.text(each)) for each in verdict.assumed],
        "reasons": [decodable(redaction.text(reason)) for reason in verdict.reasons],
        "sha256": subject.sha256,
        "size_bytes": subject.size_bytes,
        "times": _times(subject.times),
        "role": subject.role.value,
        "executable": subject.executable,
        "urls": [_url(each) for each in subject.urls],
        "planting": _planting(verdict.planting, redaction) if verdict.planting is not None else None,
        "use": use_record(verdict.use) if verdict.use is not None else None,
        "findings": [_finding_record(finding, redaction, options) for finding in verdict.findings],
    }


def _url(url: Url) -> Record:
    return {"url": decodable(url.address), "site": _name(url.site), "assumed": url.assumed, "refused": url.refused}


def _planting(planting: Planting, redaction: Redaction) -> Record:
    return {
        "when_utc": utc(planting.when_utc),
        "witness": decodable(planting.witness),
        "sentence": decodable(redaction.text(planting.sentence)),
        "apart_s": planting.apart_s,
        "waves": [decodable(name) for name in planting.waves],
        "before_fix": planting.before_fix,
        "not_before_utc": utc(planting.not_before_utc),
        "not_before": decodable(planting.not_before),
        "not_after_utc": utc(planting.not_after_utc),
        "not_after": decodable(planting.not_after),
        "doubted": decodable(planting.doubted),
    }


def _finding_record(finding: Finding, redaction: Redaction, options: Options) -> Record:
    rule = finding.rule
    return {
        "rule": decodable(rule.id),
        "slug": decodable(rule.slug),
        "title": decodable(rule.title),
        "origin": rule.origin.value,
        "message": decodable(redaction.text(finding.message)),
        "severity": finding.severity.label,
        "confidence": finding.confidence.label,
        "dormant": finding.dormant,
        "acceptance": acceptance_record(finding.acceptance) if finding.acceptance is not None else None,
        "techniques": [decodable(technique) for technique in rule.techniques],
        "references": [decodable(reference) for reference in rule.references],
        "evidence": [_evidence_record(evidence, redaction, options) for evidence in finding.evidence],
        "facts": {decodable(name): _fact(value) for name, value in redaction.facts(finding.facts).items()},
    }


def _evidence_record(evidence: Evidence, redaction: Redaction, options: Options) -> Record:
    excerpt = redaction.excerpt(evidence)
    return {
        "path": decodable(evidence.path),
        "layer": decodable(evidence.layer),
        "byte_start": evidence.span.start,
        "byte_end": evidence.span.end,
        "line": evidence.line,
        "column": evidence.column,
        "excerpt": decodable(excerpt) if options.raw_excerpts else defanged(excerpt),
        "excerpt_form": "raw" if options.raw_excerpts else "defanged",
    }


def defanged(excerpt: str) -> str:
    """Return an excerpt as defanged text; refanging it restores its UTF-8."""
    return defang(excerpt.encode("utf-8", "surrogatepass"))


def gap_record(gap: Gap, location: str) -> Record:
    """Return the record of a gap of the report on a location."""
    return {
        "kind": "gap",
        "schema_version": SCHEMA_VERSION,
        "location": decodable(location),
        "code": gap.code,
        "stage": gap.stage,
        "path": decodable(gap.path),
        "reason": decodable(gap.reason),
        "matters": gap.matters,
    }


def _summary_record(report: Report, options: Options) -> Record:
    assessment, coverage = report.assessment, report.coverage
    notes = log_notes(report, show_secrets=options.show_secrets)
    return {
        "kind": "summary",
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "webshellhunt", "version": decodable(report.run.version)},
        "location": decodable(report.location),
        "form": decodable(report.form),
        "is_collection": report.is_collection,
        **_run_record(report.run),
        "interrupted": report.interrupted,
        "secrets_hidden": report.secrets_hidden,
        "context": _name(report.context),
        "host": _host(report.host),
        "times": [_time_basis(each) for each in report.times],
        "roots": [_root(each) for each in report.roots],
        "patch_state": patch_record(report.patch_state) if report.patch_state is not None else None,
        "assessment": {
            "state": assessment.state.value,
            "sentence": decodable(assessment.sentence),
            "next_steps": [decodable(str(step)) for step in assessment.next_steps],
            "steps": [_step(step) for step in assessment.next_steps],
        },
        "coverage": {name: held.value for name, held in coverage._asdict().items()},
        "traffic": traffic_record(report.traffic, notes) if report.traffic is not None else None,
        "timeline": [moment_record(each) for each in report.timeline],
        "acceptances": [acceptance_use_record(use) for use in report.acceptances],
        "counts": {name: report.counts[name] for name in sorted(report.counts)},
    }


def _time_basis(basis: TimeBasis) -> Record:
    return {
        "place": decodable(basis.place),
        "original": basis.original,
        "created": basis.created,
        "reason": decodable(basis.reason),
    }


def _root(root: Root) -> Record:
    return {
        "path": decodable(root.path),
        "server_path": _name(root.server_path),
        "role": root.role.value,
        "found_by": decodable(root.found_by),
    }


def _run_record(run: Run) -> Record:
    options = run.options
    return {
        "started_utc": utc(run.started_utc),
        "data_as_of": day(run.data_as_of),
        "options": {
            "signatures": [decodable(path) for path in options.signatures],
            "baselines": [decodable(path) for path in options.baselines],
            "accepted": [decodable(path) for path in options.accepted],
            "machine_keys": options.machine_keys,
            "engine": decodable(options.engine),
            "logs": {
                "read": options.logs.read,
                "alone": options.logs.alone,
                "paths": [decodable(path) for path in options.logs.paths],
                "patterns": [decodable(path) for path in options.logs.pattern_paths],
                "since_utc": utc(options.logs.period.since),
                "until_utc": utc(options.logs.period.until),
            },
        },
    }


def _step(step: Step) -> Record:
    return {"text": decodable(step.text), "items": [decodable(item) for item in step.items]}


def _host(host: Host) -> Record:
    volumes = [
        {"letter": decodable(v.letter), "top": decodable(v.top), "assumed": v.assumed, "reason": decodable(v.reason)}
        for v in host.volumes
    ]
    return {
        "name": _name(host.name),
        "volumes": volumes,
        "exchange": [
            {"path": decodable(each.path), "build": each.build and decodable(each.build)} for each in host.exchange
        ],
        "iis": host.iis,
    }


def _times(times: Timestamps) -> Record:
    # Reading a file changes its access time: a copy's is the time of our own read, and differs with each hunt.
    accessed_utc = times.accessed_utc if times.original else None
    return {
        "modified_utc": utc(times.modified_utc),
        "created_utc": utc(times.created_utc),
        "changed_utc": utc(times.changed_utc),
        "accessed_utc": utc(accessed_utc),
        "original": times.original,
        "name_created_utc": utc(times.name_created_utc),
        "name_modified_utc": utc(times.name_modified_utc),
    }


def _fact(value: FactValue) -> str | int | bool | list[str] | None:
    if isinstance(value, tuple):
        return [decodable(item) for item in value]
    return decodable(value) if isinstance(value, str) else value


def _name(path: str | None) -> str | None:
    return None if path is None else decodable(path)
