"""Conversion of the model into the plain dictionaries that ``schema.json`` describes.

Records don't depend on the clock or the machine: two hunts over the same evidence produce the same records in the same
order, except ``started_utc``.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from webshellhunt.model.acceptance import Acceptance, AcceptanceUse
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Evidence, Finding, Gap
from webshellhunt.model.log_results import Moment, Traffic
from webshellhunt.model.patches import FixState, PatchState, WaveState
from webshellhunt.model.report import Host, Report, Run
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.content.logs import LogNotes, log_notes
from webshellhunt.reports.content.subjects import is_listed
from webshellhunt.reports.identity import subject_id
from webshellhunt.reports.inert_values import inert_verdict
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable, defanged
from webshellhunt.reports.records.plain import Record, plain, plain_record
from webshellhunt.reports.redaction import Redaction
from webshellhunt.reports.times import day, utc

MOST_PATHS: Final = 100
"""Largest number of paths listed in an entry of an acceptance file; each accepted verdict has its own record."""

SCHEMA_VERSION = 1
"""Increased when a field changes its meaning or is removed; a version may add fields."""


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


def verdict_record(
    verdict: Verdict, options: Options | None = None, *, location: str | None = None, host: str | None = None
) -> Record:
    """Return the record of a verdict; ``location`` is ``None`` for a blob of bytes, ``host`` if it has no name."""
    options = options or Options()
    if not options.raw_excerpts:
        verdict = inert_verdict(verdict, show_secrets=options.show_secrets)
    redaction, subject = Redaction(verdict, show_secrets=options.show_secrets), verdict.subject
    planting = verdict.planting
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
        "urls": [plain_record(each, "address", url=each.address) for each in subject.urls],
        "planting": None if planting is None else plain_record(planting, sentence=redaction.text(planting.sentence)),
        "use": use_record(verdict.use) if verdict.use is not None else None,
        "findings": [_finding_record(finding, redaction, options) for finding in verdict.findings],
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
        "facts": plain(redaction.facts(finding.facts)),
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


def gap_record(gap: Gap, location: str) -> Record:
    """Return the record of a gap of the report on a location."""
    return {"kind": "gap", "schema_version": SCHEMA_VERSION, "location": decodable(location), **plain_record(gap)}


def _summary_record(report: Report, options: Options) -> Record:
    assessment = report.assessment
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
        "times": plain(report.times),
        "roots": plain(report.roots),
        "patch_state": patch_record(report.patch_state) if report.patch_state is not None else None,
        "assessment": {
            "state": assessment.state.value,
            "sentence": decodable(assessment.sentence),
            "next_steps": [decodable(str(step)) for step in assessment.next_steps],
            "steps": plain(assessment.next_steps),
        },
        "coverage": plain(report.coverage),
        "traffic": traffic_record(report.traffic, notes) if report.traffic is not None else None,
        "timeline": [moment_record(each) for each in report.timeline],
        "acceptances": [acceptance_use_record(use) for use in report.acceptances],
        "counts": {name: report.counts[name] for name in sorted(report.counts)},
    }


def _run_record(run: Run) -> Record:
    logs, period = run.options.logs, run.options.logs.period
    of_logs = plain_record(
        logs, "period", "pattern_paths", patterns=logs.pattern_paths, since_utc=period.since, until_utc=period.until
    )
    options = plain_record(run.options, logs=of_logs)
    return {"started_utc": utc(run.started_utc), "data_as_of": day(run.data_as_of), "options": options}


def _host(host: Host) -> Record:
    return plain_record(host, exchange=[plain_record(each, "witnesses") for each in host.exchange])


def _times(times: Timestamps) -> Record:
    # Reading a file changes its access time: a copy's is the time of our own read, and differs with each hunt.
    return plain_record(times, accessed_utc=times.accessed_utc if times.original else None)


def _name(path: str | None) -> str | None:
    return None if path is None else decodable(path)


def use_record(use: Use) -> Record:
    """Return the record of the requests for one file."""
    counts = {"methods": dict(use.methods), "statuses": dict(use.statuses)}
    return plain_record(use, line=use.line or None, **counts)


def traffic_record(traffic: Traffic, notes: LogNotes) -> Record:
    """Return the record of the logs of a host."""
    coverage = [plain_record(each, "kind", log=each.kind) for each in traffic.coverage]
    return plain_record(traffic, coverage=coverage, notes=notes.sentences, more_notes=notes.more)


def moment_record(moment: Moment) -> Record:
    """Return the record of one line of a timeline."""
    return plain_record(moment)


def patch_record(state: PatchState) -> Record:
    """Return the record of an installation's patch state."""
    cves = {
        "open": [plain_record(each, "state") for each in state.cves_in(FixState.OPEN)],
        "unsettled": [plain_record(each, "state") for each in state.cves_in(FixState.UNSETTLED)],
        "closed": [each.cve for each in state.cves_in(FixState.CLOSED)],
    }
    waves = [_wave_record(each) for each in state.waves]
    return plain_record(state, "cves", vulnerable=state.vulnerable, waves=waves, **cves)


def _wave_record(state: WaveState) -> Record:
    wave = plain_record(state.wave, "fixed", "until", "leaves_pages", "product", fix_public=state.wave.fixed)
    return {**wave, **plain_record(state, "wave")}


def acceptance_record(entry: Acceptance) -> Record:
    """Return the record of an entry."""
    return plain_record(entry, "number", entry=entry.number)


def acceptance_use_record(use: AcceptanceUse) -> Record:
    """Return an entry with its state and the findings and subjects that it matched."""
    counts = plain_record(use, "acceptance", state=use.state, subjects=len(use.paths), paths=use.paths[:MOST_PATHS])
    return {**acceptance_record(use.acceptance), **counts}
