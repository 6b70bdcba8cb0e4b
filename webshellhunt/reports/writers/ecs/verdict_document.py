"""The ECS document of a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from webshellhunt.model.report import Report
from webshellhunt.model.verdict import SubjectKind, Verdict
from webshellhunt.reports.content.subjects import leading_finding
from webshellhunt.reports.events.attack_names import techniques_of
from webshellhunt.reports.events.event_times import period_of
from webshellhunt.reports.events.file_names import path_of_file
from webshellhunt.reports.events.grading import is_alert, is_suppressed, severity_of
from webshellhunt.reports.events.messages import message_of
from webshellhunt.reports.events.net_addresses import ip_addresses
from webshellhunt.reports.events.steps_of_subjects import Steps, steps_of
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.records.plain import Record
from webshellhunt.reports.records.report_records import verdict_record
from webshellhunt.reports.times import utc
from webshellhunt.reports.writers.ecs.field_sets import (
    Fields,
    Kind,
    base_document,
    file_fields,
    threat_fields,
    url_fields,
)

_CATEGORIES: Final = {
    SubjectKind.FILE: "file",
    SubjectKind.TRACE: "web",
    SubjectKind.REGISTRATION: "configuration",
}
_OF_VERDICT: Final = (
    "disposition", "otherwise", "presence", "role", "subject_kind", "path", "source_path", "executable", "reasons",
    "planting", "times",
)  # fmt: skip
_OF_FINDING: Final = (
    "rule", "slug", "message", "severity", "confidence", "dormant", "techniques", "evidence",
)  # fmt: skip
"""The properties of the records of a verdict and a finding that are taken as they are."""


def verdict_document(verdict: Verdict, report: Report, options: Options, steps: Steps) -> Fields:
    """Return the document of a verdict."""
    record = verdict_record(verdict, options, location=report.location, host=report.host.name)
    document = base_document(report, _kind(verdict), severity_of(verdict), record["id"])
    reasons: list[str] = record["reasons"]
    path, (start, end) = path_of_file(verdict), period_of(verdict)
    clients = ip_addresses((record["use"] or {}).get("clients", ()))
    document["message"] = message_of(verdict, options)
    document["event"] |= {
        "action": "web-shell-hunt",
        "reason": "; ".join(reasons),
        "start": utc(start),
        "end": utc(end),
    }
    document["tags"].append(record["disposition"])
    document["related"] |= {"hash": [record["sha256"]] if record["sha256"] else [], "ip": clients}
    document["webshellhunt"] |= _own_fields(verdict, record) | {"steps": list(map(decodable, steps_of(verdict, steps)))}
    of_subject = verdict.subject if path == verdict.subject.path else None
    return document | {
        "file": file_fields(path, of_subject) if path else {},
        "rule": _rule(verdict),
        "threat": threat_fields(techniques_of(verdict)),
        "url": url_fields(verdict.subject.urls),
    }


def _kind(verdict: Verdict) -> Kind:
    """Return an alert for an accusation, with the categories of its subject; else a plain event."""
    category = _CATEGORIES[verdict.subject.kind]
    if not is_alert(verdict):
        return Kind("event", (category,), "verdict")
    about = "malware" if verdict.subject.kind is SubjectKind.FILE else "intrusion_detection"
    return Kind("alert", (about, category), "verdict")


def _rule(verdict: Verdict) -> Fields:
    """Return the rule of the leading finding; all rules are in ``webshellhunt.rules``."""
    leading = leading_finding(verdict)
    if leading is None:
        return {}
    rule = leading.rule
    return {
        "id": decodable(rule.id),
        "name": decodable(rule.slug),
        "description": decodable(rule.title),
        "category": rule.origin.value,
        "reference": decodable(rule.references[0]) if rule.references else None,
        "ruleset": "webshellhunt",
    }


def _own_fields(verdict: Verdict, record: Record) -> Fields:
    """Return the values for which ECS has no field.

    Names that come from evidence are values, so that no index grows by them.
    """
    use: Mapping[str, Any] | None = record["use"]
    if use is not None:
        use = {**use, "methods": _pairs(use["methods"]), "statuses": _pairs(use["statuses"])}
    return {name: record[name] for name in _OF_VERDICT} | {
        "suppressed": is_suppressed(verdict),
        "rules": list(dict.fromkeys(finding["rule"] for finding in record["findings"])),
        "urls": [each["url"] for each in record["urls"]],
        "use": use,
        "findings": [_finding(finding) for finding in record["findings"]],
    }


def _finding(finding: Record) -> Fields:
    return {name: finding[name] for name in _OF_FINDING} | {
        "accepted": finding["acceptance"] is not None,
        "facts": _pairs(finding["facts"]),
    }


def _pairs(values: Mapping[str, Any]) -> list[str]:
    """Return names and values as texts ``name=value``."""
    pairs = ((name, value if isinstance(value, list) else [value]) for name, value in sorted(values.items()))
    return [f"{name}={'' if each is None else each}" for name, several in pairs for each in several]
