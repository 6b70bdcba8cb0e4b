"""The objects of OCSF that several events have.

Source:
    The schema of OCSF 1.8.0, class ``detection_finding`` with the profile ``host``.
"""

from __future__ import annotations

from typing import Any, Final

from webshellhunt.knowledge.attack_techniques import ATTACK_VERSION
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Presence, Subject
from webshellhunt.reports.events.attack_names import Technique, tactic_page
from webshellhunt.reports.events.event_times import hunt_time, milliseconds
from webshellhunt.reports.events.file_names import file_name
from webshellhunt.reports.events.net_addresses import page_address
from webshellhunt.reports.identity import stable_id
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import utc

SCHEMA: Final = "1.8.0"
Object = dict[str, Any]

SHA256: Final = 3
_SERVER: Final = 1
_UNKNOWN, _REGULAR_FILE = (0, "Unknown"), (1, "Regular File")
_RULE: Final = 1

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


def base_event(report: Report, severity: Severity, uid: str) -> Object:
    """Return the fields that each event has; ``uid`` is the identifier of its finding."""
    when, version = milliseconds(hunt_time(report)), decodable(report.run.version)
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
    parts = file_name(decodable(path))
    kind, caption = _REGULAR_FILE if is_file else _UNKNOWN
    made: Object = {"name": parts.name or "unknown", "path": parts.path, "type_id": kind}
    if subject is None:
        return made
    times = subject.times
    original = times.original
    return made | {
        "type": caption,
        "parent_folder": parts.directory,
        "ext": parts.extension,
        "size": subject.size_bytes,
        "hashes": [fingerprint(subject.sha256)] if subject.sha256 else [],
        "created_time": milliseconds(times.created_utc) if original else None,
        "modified_time": milliseconds(times.modified_utc) if original else None,
        "accessed_time": milliseconds(times.accessed_utc) if original else None,
        "is_deleted": True if subject.presence is Presence.DELETED else None,
    }


def fingerprint(sha256: str) -> Object:
    """Return a digest."""
    return {"algorithm_id": SHA256, "algorithm": "SHA-256", "value": sha256}


def url(address: str) -> Object:
    """Return the address of a page."""
    parts = page_address(decodable(address))
    return {
        "url_string": parts.text or "unknown",
        "scheme": parts.scheme,
        "hostname": parts.host,
        "port": parts.port,
        "path": parts.path,
    }


def analytic(rule: str, slug: str, title: str, origin: str) -> Object:
    """Return a rule."""
    name, uid = slug or title or "unknown", rule
    return {"uid": uid, "name": name, "desc": title, "category": origin, "type_id": _RULE, "type": "Rule"}


def attacks(technique: Technique) -> list[Object]:
    """Return a technique of ATT&CK, once for each of its tactics, since an object has room for one."""
    tactics: list[Object | None] = [
        {"uid": each.id, "name": each.name, "src_url": tactic_page(each)} for each in technique.tactics
    ]
    return [_attack(technique, tactic) for tactic in tactics or [None]]


def _attack(technique: Technique, tactic: Object | None) -> Object:
    sub = {"uid": technique.sub_id, "name": technique.sub_name, "src_url": technique.sub_page}
    return {
        "version": ATTACK_VERSION,
        "tactic": tactic,
        "technique": {"uid": technique.id, "name": technique.name, "src_url": technique.page},
        "sub_technique": sub if technique.sub_id else None,
    }


def observable(kind: int, name: str, value: str) -> Object:
    """Return a value to search for; ``name`` is its place in the event."""
    return {"type_id": kind, "type": _OBSERVABLES[kind], "name": name, "value": value}
