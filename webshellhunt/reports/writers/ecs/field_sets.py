"""The field sets of ECS that several documents have.

Source:
    The field list of the Elastic Common Schema 9.4.0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from webshellhunt.model.places import Url
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Subject
from webshellhunt.reports.events.attack_names import FRAMEWORK, Technique, tactic_page
from webshellhunt.reports.events.event_times import hunt_time
from webshellhunt.reports.events.file_names import file_name
from webshellhunt.reports.events.net_addresses import page_address
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import server_times, utc

VERSION: Final = "9.4.0"
Fields = dict[str, Any]

RISK: Final = {
    Severity.INFO: 0,
    Severity.LOW: 21,
    Severity.MEDIUM: 47,
    Severity.HIGH: 73,
    Severity.CRITICAL: 99,
}
"""The numbers that Elastic's detection rules use for these words."""


class Kind(NamedTuple):
    """The kind of a document: the allowed values of ``event.kind`` and ``event.category``, and its data set."""

    kind: str
    categories: tuple[str, ...]
    dataset: str
    type: str = "info"


def base_document(report: Report, kind: Kind, severity: Severity, uid: str) -> Fields:
    """Return the fields that each document has; ``uid`` is its identifier."""
    when, host = utc(hunt_time(report)), report.host.name
    name = decodable(host) if host else None
    return {
        "@timestamp": when,
        "ecs": {"version": VERSION},
        "event": {
            "id": uid,
            "kind": kind.kind,
            "category": list(kind.categories),
            "type": [kind.type],
            "module": "webshellhunt",
            "provider": "webshellhunt",
            "dataset": f"webshellhunt.{kind.dataset}",
            "severity": RISK[severity],
            "risk_score": float(RISK[severity]),
            "created": when,
        },
        "host": {"name": name, "hostname": name},
        "observer": {
            "product": "webshellhunt",
            "vendor": "webshellhunt",
            "type": "scanner",
            "version": decodable(report.run.version),
        },
        "related": {"hosts": [name] if name else []},
        "tags": ["webshellhunt"],
        "webshellhunt": {"location": decodable(report.location)},
    }


def file_fields(path: str, subject: Subject | None = None) -> Fields:
    """Return the fields of a file; with a subject, its digest, size, and the times that are no times of a copy."""
    parts = file_name(decodable(path))
    made: Fields = {
        "path": parts.path,
        "name": parts.name,
        "directory": parts.directory,
        "extension": parts.extension,
        "drive_letter": parts.drive,
    }
    if subject is None:
        return made
    times = server_times(subject.times)
    return made | {
        "type": "file",
        "size": subject.size_bytes,
        "hash": {"sha256": subject.sha256},
        "created": utc(times.created_utc),
        "mtime": utc(times.modified_utc),
        "ctime": utc(times.changed_utc),
        "accessed": utc(times.accessed_utc),
    }


def url_fields(urls: Iterable[Url]) -> Fields:
    """Return the fields of the likeliest address; ``full`` only if its host is known."""
    first = next(iter(urls), None)
    if first is None:
        return {}
    parts = page_address(decodable(first.address))
    return {
        "original": parts.text,
        "full": parts.text if parts.host else None,
        "scheme": parts.scheme,
        "domain": parts.host,
        "port": parts.port,
        "path": parts.path,
    }


def threat_fields(techniques: Iterable[Technique]) -> Fields:
    """Return the tactics, techniques and sub-techniques as parallel lists; a name that the table lacks is the id."""
    found = list(techniques)
    parents = list({each.id: each for each in found}.values())
    subs = [each for each in found if each.sub_id]
    tactics = list({tactic.id: tactic for each in found for tactic in each.tactics}.values())
    return {
        "framework": FRAMEWORK if found else None,
        "tactic": {
            "id": [each.id for each in tactics],
            "name": [each.name for each in tactics],
            "reference": [tactic_page(each) for each in tactics],
        },
        "technique": {
            "id": [each.id for each in parents],
            "name": [each.name or each.id for each in parents],
            "reference": [each.page for each in parents],
            "subtechnique": {
                "id": [each.sub_id for each in subs],
                "name": [each.sub_name or each.sub_id for each in subs],
                "reference": [each.sub_page for each in subs],
            },
        },
    }
