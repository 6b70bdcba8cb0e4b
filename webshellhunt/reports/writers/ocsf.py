"""The OCSF format: events of class Detection Finding (2004) of the Open Cybersecurity Schema Framework 1.8.

One JSON object a line: an event for each listed verdict, and last one for the assessment of the location, which has the
gaps. The identifier of a finding is that of its subject, so that the next hunt updates it.

Source:
    The schema of OCSF 1.8.0, class ``detection_finding`` with the profile ``host``.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from webshellhunt.knowledge.attack_techniques import ATTACK_VERSION
from webshellhunt.model.patches import FixState
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Disposition, Presence, Subject, SubjectKind
from webshellhunt.reports import platforms
from webshellhunt.reports.content.subjects import ShownVerdict, shown_verdicts
from webshellhunt.reports.identity import finding_id, stable_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.records.plain import Record
from webshellhunt.reports.records.report_records import verdict_record
from webshellhunt.reports.times import server_times, utc

ABOUT = "detection findings of OCSF 1.8, one a line"
EXTENSIONS = ("ocsf.jsonl", "ocsf.json")

SCHEMA: Final = "1.8.0"
MOST_GAPS: Final = 500
"""The most gaps of one event, those that matter first; it has the number of all."""

Object = dict[str, Any]

SHA256: Final = 3
_SERVER: Final = 1
_UNKNOWN, _REGULAR_FILE = (0, "Unknown"), (1, "Regular File")
_RULE: Final = 1
_NEW, _SUPPRESSED = (1, "New"), (3, "Suppressed")
_WEB_SHELL_CLASS: Final = 20

HOST_NAME, IP, FILE_NAME, HASH, URL, AGENT, FILE_PATH = 1, 2, 7, 8, 6, 16, 45
"""Types of observables."""

_OBSERVABLES: Final = {
    HOST_NAME: "Hostname",
    IP: "IP Address",
    URL: "URL String",
    FILE_NAME: "File Name",
    HASH: "Hash",
    AGENT: "HTTP User-Agent",
    FILE_PATH: "File Path",
}
_SEVERITIES: Final = {
    Severity.INFO: "Informational",
    Severity.LOW: "Low",
    Severity.MEDIUM: "Medium",
    Severity.HIGH: "High",
    Severity.CRITICAL: "Critical",
}
_CONFIDENCES: Final = {Confidence.LOW: "Low", Confidence.MEDIUM: "Medium", Confidence.HIGH: "High"}
_UNMAPPED: Final = (
    "location", "source_path", "entry_path", "subject_kind", "disposition", "otherwise", "presence", "role",
    "executable", "times", "planting", "use", "secrets_hidden", "urls",
)  # fmt: skip
"""The properties of a verdict's record that have no place in the schema, or only in part."""


def _events(report: Report, options: Options) -> Iterator[Object]:
    steps = platforms.steps_by_path(report)
    for shown in shown_verdicts(report, options):
        yield verdict_event(shown, report, steps)
    yield assessment_event(report)


lines: partial[Iterator[str]] = partial(platforms.object_lines, objects=_events)


def verdict_event(shown: ShownVerdict, report: Report, steps: platforms.Steps) -> Object:
    """Return the event of a verdict."""
    verdict, leading = shown.verdict, shown.leading
    record = verdict_record(verdict, shown.whole.options, location=report.location, host=report.host.name)
    advice, clients = (
        platforms.steps_of(verdict, steps),
        platforms.ip_addresses((record["use"] or {}).get("clients", ())),
    )
    claimed = platforms.ip_addresses((record["use"] or {}).get("claimed", ()))
    names = dict.fromkeys(claimed, "client claimed by a header")
    event = base_event(report, platforms.severity_of(verdict), record["id"])
    event["metadata"]["event_code"] = leading.rule_id if leading is not None else None
    status_id, status = _SUPPRESSED if platforms.is_suppressed(verdict) else _NEW
    return event | {
        "message": platforms.message_of(shown),
        "confidence_id": int(leading.finding.confidence) if leading is not None else 0,
        "confidence": _CONFIDENCES[leading.finding.confidence] if leading is not None else "Unknown",
        "is_alert": platforms.is_alert(verdict),
        "status_id": status_id,
        "status": status,
        "status_detail": record["disposition"],
        "finding_info": _finding_info(shown, record, event["time"]),
        "evidences": [
            _subject_evidence(shown, record),
            *_located(shown, record),
            *({"name": names.get(each, "client"), "src_endpoint": {"ip": each}} for each in clients),
        ],
        "malware": _malware(shown),
        "observables": list(_observables(shown, report, record, clients)),
        "remediation": {"desc": "\n".join(advice), "references": []} if advice else None,
        "unmapped": {name: record[name] for name in _UNMAPPED},
    }


def _finding_info(shown: ShownVerdict, record: Record, time: int) -> Object:
    leading, (first_seen, last_seen) = shown.leading, platforms.period_of(shown.verdict)
    rules = {(each["rule"], each["slug"], each["title"], each["origin"]): None for each in record["findings"]}
    first = None
    if leading is not None:
        rule = leading.finding.rule
        first = (leading.rule_id, decodable(rule.slug), decodable(rule.title))
    analytics = [analytic(*rule) for rule in sorted(rules, key=lambda rule: rule[:3] != first)]
    return {
        "uid": record["id"],
        "title": (first[2] if first is not None else "") or record["path"] or "verdict",
        "desc": "\n".join(record["reasons"]),
        "types": [record["disposition"]],
        "created_time": time,
        "first_seen_time": platforms.milliseconds(first_seen),
        "last_seen_time": platforms.milliseconds(last_seen),
        "analytic": analytics[0] if analytics else None,
        "related_analytics": analytics[1:],
        "attacks": [each for technique in platforms.techniques_of(shown.verdict) for each in attacks(technique)],
    }


def _subject_evidence(shown: ShownVerdict, record: Record) -> Object:
    path, subject = platforms.path_of_file(shown.verdict), shown.subject
    key = platforms.registry_key(shown.verdict)
    of_subject = subject if subject.kind is SubjectKind.FILE or path == shown.path else None
    return {
        "name": "subject",
        "uid": record["id"],
        "file": file_object(path, of_subject) if path else None,
        "reg_key": None if key is None else {"path": key.full},
        "url": next(map(url, platforms.page_addresses(subject)), None),
        "data": {"path": record["path"], "subject_kind": record["subject_kind"]},
    }


def _located(shown: ShownVerdict, record: Record) -> Iterator[Object]:
    """Yield the evidence of the findings; the message and the facts of a finding stand with its first evidence."""
    is_key = platforms.registry_key(shown.verdict) is not None
    for finding, written in zip(shown.verdict.findings, record["findings"], strict=True):
        names = ("rule", "message", "severity", "confidence", "dormant", "facts", "acceptance", "references")
        data = {name: written[name] for name in names}
        if not finding.evidence:
            yield {"name": written["rule"], "data": data}
        for evidence, place in zip(finding.evidence, written["evidence"], strict=True):
            yield {
                "name": written["rule"],
                "uid": finding_id(finding, evidence, shown.subject, shown.whole.host, shown.whole.location),
                "file": file_object(place["path"]) if place["path"] and not is_key else None,
                "data": data | {name: value for name, value in place.items() if name != "path"},
            }
            data = {"rule": written["rule"]}


def _malware(shown: ShownVerdict) -> list[Object]:
    """Return the object of a web shell; a configuration element or a trace is none."""
    is_file = shown.subject.kind is SubjectKind.FILE
    if (
        shown.verdict.disposition is not Disposition.MALICIOUS
        or not is_file
        or platforms.WEB_SHELL not in shown.techniques
    ):
        return []
    return [
        {
            "name": "Web shell",
            "uid": shown.id,
            "classification_ids": [_WEB_SHELL_CLASS],
            "classifications": ["Webshell"],
            "provider": "webshellhunt",
            "files": [file_object(shown.path, shown.subject)],
        }
    ]


def _observables(shown: ShownVerdict, report: Report, record: Record, clients: list[str]) -> Iterator[Object]:
    """Yield the values to search for on other machines."""
    path, use = platforms.path_of_file(shown.verdict), record["use"] or {}
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
    users = clients[: use.get("operator_count") or None]
    for address in () if use.get("visited") else users:  # those of a page of everyone are the victim's users
        yield observable(IP, "evidences.src_endpoint.ip", address)
    for agent in use.get("agents", ()):
        yield observable(AGENT, "unmapped.use.agents", agent)


def assessment_event(report: Report) -> Object:
    """Return the event of a location; it is no alert, since each verdict is one."""
    state, sentence = report.assessment.state, decodable(report.assessment.sentence)
    host, uid, steps = decodable(report.host.name or ""), platforms.assessment_id(report), platforms.step_lines(report)
    event = base_event(report, platforms.severity_of_state(state), uid)
    event["metadata"] |= {"event_code": "assessment", "is_truncated": len(report.gaps) > MOST_GAPS or None}
    status_id, status = _NEW
    return event | {
        "message": sentence or state.value,
        "is_alert": False,
        "status_id": status_id,
        "status": status,
        "status_detail": state.value,
        "finding_info": {
            "uid": uid,
            "title": f"Assessment of {host or decodable(report.location) or 'a location'}",
            "desc": sentence,
            "types": ["assessment"],
            "created_time": event["time"],
        },
        "evidences": list(_gaps(report)),
        "observables": [observable(HOST_NAME, "device.hostname", host)] if host else [],
        "remediation": {"desc": "\n".join(steps)} if steps else None,
        "vulnerabilities": list(_vulnerabilities(report)),
        "unmapped": platforms.host_facts(report),
    }


def _gaps(report: Report) -> Iterator[Object]:
    ordered = sorted(report.gaps, key=lambda gap: not gap.matters)
    for gap in ordered[:MOST_GAPS]:
        yield {
            "name": "gap",
            "uid": platforms.gap_id(gap, report),
            "file": file_object(gap.path, is_file=False) if gap.path else None,
            "data": {
                "code": gap.code,
                "stage": gap.stage,
                "reason": decodable(gap.reason),
                "matters": gap.matters,
                "path": decodable(gap.path),
            },
        }


def _vulnerabilities(report: Report) -> Iterator[Object]:
    """Yield the open vulnerabilities of the installed build."""
    for each in report.patch_state.cves_in(FixState.OPEN) if report.patch_state is not None else ():
        fix, cve = decodable(each.fixed_by or ""), decodable(each.cve) or "unknown"
        yield {
            "cve": {"uid": cve},
            "title": cve,
            "is_fix_available": True if fix else None,
            "remediation": {"desc": f"Install {fix}"} if fix else None,
            "vendor_name": "Microsoft",
        }


def base_event(report: Report, severity: Severity, uid: str) -> Object:
    """Return the fields that each event has; ``uid`` is the identifier of its finding."""
    when, version = platforms.milliseconds(platforms.hunt_time(report)), decodable(report.run.version)
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200401,
        "type_name": "Detection Finding: Create",
        "time": when,
        "severity_id": severity + 1,
        "severity": _SEVERITIES[severity],
        "device": _device(report.host.name),
        "metadata": {
            "version": SCHEMA,
            "uid": stable_id("event", uid, str(when)),
            "product": {"name": "webshellhunt", "vendor_name": "webshellhunt", "version": version},
            "profiles": ["host"],
            "original_time": utc(report.run.started_utc),
            "log_name": "webshellhunt",
        },
    }


def _device(host: str | None) -> Object | None:
    """Return the server, or ``None`` if the source doesn't have its name."""
    if not host:
        return None
    name, uid = decodable(host), stable_id("host", host.casefold())
    return {"type_id": _SERVER, "type": "Server", "hostname": name, "name": name, "uid": uid}


def file_object(path: str, subject: Subject | None = None, *, is_file: bool = True) -> Object:
    """Return a file; with a subject, its digest, size, and the times that are no times of a copy.

    With ``is_file`` false, the path may also be that of a folder.
    """
    parts = platforms.file_name(decodable(path))
    kind, caption = _REGULAR_FILE if is_file else _UNKNOWN
    made: Object = {"name": parts.name or "unknown", "path": parts.path, "type_id": kind}
    if subject is None:
        return made
    times = server_times(subject.times)
    return made | {
        "type": caption,
        "parent_folder": parts.directory,
        "ext": parts.extension,
        "size": subject.size_bytes,
        "hashes": [fingerprint(subject.sha256)] if subject.sha256 else [],
        "created_time": platforms.milliseconds(times.created_utc),
        "modified_time": platforms.milliseconds(times.modified_utc),
        "accessed_time": platforms.milliseconds(times.accessed_utc),
        "is_deleted": True if subject.presence is Presence.DELETED else None,
    }


def fingerprint(sha256: str) -> Object:
    """Return a digest."""
    return {"algorithm_id": SHA256, "algorithm": "SHA-256", "value": sha256}


def url(address: platforms.PageAddress) -> Object:
    """Return the address of a page."""
    known = {"scheme": address.scheme, "hostname": address.host, "port": address.port, "path": address.path}
    return {"url_string": address.text or "unknown", **known}


def analytic(rule: str, slug: str, title: str, origin: str) -> Object:
    """Return a rule."""
    name = slug or title or "unknown"
    return {"uid": rule, "name": name, "desc": title, "category": origin, "type_id": _RULE, "type": "Rule"}


def attacks(technique: platforms.Technique) -> list[Object]:
    """Return a technique of ATT&CK, once for each of its tactics, since an object has room for one."""
    tactics: list[Object | None] = [
        {"uid": each.id, "name": each.name, "src_url": platforms.tactic_page(each)} for each in technique.tactics
    ]
    sub = {"uid": technique.sub_id, "name": technique.sub_name, "src_url": technique.sub_page}
    return [
        {
            "version": ATTACK_VERSION,
            "tactic": tactic,
            "technique": {"uid": technique.id, "name": technique.name, "src_url": technique.page},
            "sub_technique": sub if technique.sub_id else None,
        }
        for tactic in tactics or [None]
    ]


def observable(kind: int, name: str, value: str) -> Object:
    """Return a value to search for; ``name`` is its place in the event."""
    return {"type_id": kind, "type": _OBSERVABLES[kind], "name": name, "value": value}
