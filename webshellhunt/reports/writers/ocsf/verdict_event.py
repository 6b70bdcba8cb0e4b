"""The OCSF event of a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webshellhunt.model.report import Report
from webshellhunt.model.rules import Confidence
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.reports.content.subjects import leading_finding
from webshellhunt.reports.events.attack_names import techniques_of
from webshellhunt.reports.events.event_times import milliseconds, period_of
from webshellhunt.reports.events.file_names import path_of_file
from webshellhunt.reports.events.grading import is_alert, is_suppressed, severity_of
from webshellhunt.reports.events.messages import message_of
from webshellhunt.reports.events.net_addresses import ip_addresses
from webshellhunt.reports.events.steps_of_subjects import Steps, steps_of
from webshellhunt.reports.identity import finding_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.records.plain import Record
from webshellhunt.reports.records.report_records import verdict_record
from webshellhunt.reports.writers.ocsf.objects import (
    AGENT,
    FILE_NAME,
    FILE_PATH,
    HASH,
    HOST_NAME,
    IP,
    URL,
    Object,
    analytic,
    attacks,
    base_event,
    file_object,
    observable,
    url,
)

_CONFIDENCES: Final = {Confidence.LOW: "Low", Confidence.MEDIUM: "Medium", Confidence.HIGH: "High"}
_NEW, _SUPPRESSED = 1, 3
_WEB_SHELL: Final = "T1505.003"
_WEB_SHELL_CLASS: Final = 20

_UNMAPPED: Final = (
    "location", "source_path", "entry_path", "subject_kind", "disposition", "otherwise", "presence", "role",
    "executable", "times", "planting", "use", "secrets_hidden",
)  # fmt: skip
"""The properties of a verdict's record that have no place in the schema, or only in part."""


def verdict_event(verdict: Verdict, report: Report, options: Options, steps: Steps) -> Object:
    """Return the event of a verdict."""
    record = verdict_record(verdict, options, location=report.location, host=report.host.name)
    leading = leading_finding(verdict)
    advice = steps_of(verdict, steps)
    suppressed = is_suppressed(verdict)
    event = base_event(report, severity_of(verdict), record["id"])
    event["metadata"]["event_code"] = decodable(leading.rule.id) if leading is not None else None
    return event | {
        "message": message_of(verdict, options),
        "confidence_id": int(leading.confidence) if leading is not None else 0,
        "confidence": _CONFIDENCES[leading.confidence] if leading is not None else "Unknown",
        "is_alert": is_alert(verdict),
        "status_id": _SUPPRESSED if suppressed else _NEW,
        "status": "Suppressed" if suppressed else "New",
        "status_detail": record["disposition"],
        "finding_info": _finding_info(verdict, record, event["time"]),
        "evidences": [
            *_subject_evidence(verdict, record),
            *_located(verdict, report, record),
            *_clients(record),
        ],
        "malware": _malware(verdict, record),
        "observables": list(_observables(verdict, report, record)),
        "remediation": {"desc": "\n".join(map(decodable, advice)), "references": []} if advice else None,
        "unmapped": {name: record[name] for name in _UNMAPPED} | {"urls": record["urls"]},
    }


def _finding_info(verdict: Verdict, record: Record, time: int) -> Object:
    leading, (first_seen, last_seen) = leading_finding(verdict), period_of(verdict)
    title = decodable(leading.rule.title) if leading is not None else ""
    rules = {(each["rule"], each["slug"], each["title"], each["origin"]): None for each in record["findings"]}
    first = None if leading is None else tuple(map(decodable, (leading.rule.id, leading.rule.slug, leading.rule.title)))
    ordered = sorted(rules, key=lambda rule: rule[:3] != first)
    return {
        "uid": record["id"],
        "title": title or record["path"] or "verdict",
        "desc": "\n".join(record["reasons"]),
        "types": [record["disposition"]],
        "created_time": time,
        "first_seen_time": milliseconds(first_seen),
        "last_seen_time": milliseconds(last_seen),
        "analytic": analytic(*ordered[0]) if ordered else None,
        "related_analytics": [analytic(*rule) for rule in ordered[1:]],
        "attacks": [each for technique in techniques_of(verdict) for each in attacks(technique)],
    }


def _subject_evidence(verdict: Verdict, record: Record) -> Iterator[Object]:
    """Yield the subject itself."""
    path, subject = path_of_file(verdict), verdict.subject
    is_file = subject.kind is SubjectKind.FILE
    yield {
        "name": "subject",
        "uid": record["id"],
        "file": file_object(path, subject if is_file or path == subject.path else None) if path else None,
        "url": url(subject.urls[0].address) if subject.urls else None,
        "data": {"path": record["path"], "subject_kind": record["subject_kind"]},
    }


def _located(verdict: Verdict, report: Report, record: Record) -> Iterator[Object]:
    """Yield the evidence of the findings; the message and the facts of a finding stand with its first evidence."""
    for finding, written in zip(verdict.findings, record["findings"], strict=True):
        data = {name: written[name] for name in ("rule", "message", "severity", "confidence", "dormant", "facts")}
        data |= {"acceptance": written["acceptance"], "references": written["references"]}
        if not finding.evidence:
            yield {"name": written["rule"], "data": data}
        for evidence, place in zip(finding.evidence, written["evidence"], strict=True):
            yield {
                "name": written["rule"],
                "uid": finding_id(finding, evidence, verdict.subject, report.host.name, report.location),
                "file": file_object(evidence.path) if evidence.path else None,
                "data": data | {name: value for name, value in place.items() if name != "path"},
            }
            data = {"rule": written["rule"]}


def _clients(record: Record) -> Iterator[Object]:
    for address in ip_addresses((record["use"] or {}).get("clients", ())):
        yield {"name": "client", "src_endpoint": {"ip": address}}


def _malware(verdict: Verdict, record: Record) -> list[Object]:
    """Return the object of a web shell; a configuration element or a trace is none."""
    techniques = {each for finding in verdict.counted for each in finding.rule.techniques}
    is_file = verdict.subject.kind is SubjectKind.FILE
    if verdict.disposition is not Disposition.MALICIOUS or not is_file or _WEB_SHELL not in techniques:
        return []
    return [
        {
            "name": "Web shell",
            "uid": record["id"],
            "classification_ids": [_WEB_SHELL_CLASS],
            "classifications": ["Webshell"],
            "provider": "webshellhunt",
            "files": [file_object(verdict.subject.path, verdict.subject)],
        }
    ]


def _observables(verdict: Verdict, report: Report, record: Record) -> Iterator[Object]:
    """Yield the values to search for on other machines."""
    path, use = path_of_file(verdict), record["use"] or {}
    if report.host.name:
        yield observable(HOST_NAME, "device.hostname", decodable(report.host.name))
    if path:
        made = file_object(path)
        yield observable(FILE_PATH, "evidences[0].file.path", made["path"])
        yield observable(FILE_NAME, "evidences[0].file.name", made["name"])
    if record["sha256"]:
        yield observable(HASH, "evidences[0].file.hashes[0].value", record["sha256"])
    for number, each in enumerate(record["urls"]):
        yield observable(URL, f"unmapped.urls[{number}].url", each["url"])
    for address in ip_addresses(use.get("clients", ())):
        yield observable(IP, "evidences.src_endpoint.ip", address)
    for agent in use.get("agents", ()):
        yield observable(AGENT, "unmapped.use.agents", agent)
