"""The ECS format: documents of the Elastic Common Schema 9.4, one a line (NDJSON).

A document for each listed verdict, each gap, each client of accused pages, and last one for the assessment of the
location. Values for which the schema has no field are below ``webshellhunt``.

Source:
    The field list of the Elastic Common Schema 9.4.0.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from webshellhunt.model.findings import Gap
from webshellhunt.model.log_results import Client
from webshellhunt.model.patches import FixState
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Subject, SubjectKind, Verdict
from webshellhunt.reports import platforms
from webshellhunt.reports.content.subjects import ShownVerdict, shown_verdicts
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.records.plain import Record
from webshellhunt.reports.records.report_records import verdict_record
from webshellhunt.reports.times import server_times, utc

ABOUT = "documents of the Elastic Common Schema, one a line"
EXTENSIONS = ("ecs.ndjson", "ecs.jsonl", "ecs.json")

VERSION: Final = "9.4.0"
Fields = dict[str, Any]

RISK: Final = {Severity.INFO: 0, Severity.LOW: 21, Severity.MEDIUM: 47, Severity.HIGH: 73, Severity.CRITICAL: 99}
"""The numbers that Elastic's detection rules use for these words."""

_CATEGORIES: Final = {SubjectKind.FILE: "file", SubjectKind.TRACE: "web", SubjectKind.REGISTRATION: "configuration"}
_OF_VERDICT: Final = (
    "disposition", "otherwise", "presence", "role", "subject_kind", "path", "source_path", "executable", "reasons",
    "planting", "times",
)  # fmt: skip
_OF_FINDING: Final = (
    "rule", "slug", "message", "severity", "confidence", "dormant", "techniques", "evidence",
)  # fmt: skip
"""The properties of the records of a verdict and a finding that are taken as they are."""


class Kind(NamedTuple):
    """The kind of a document: the allowed values of ``event.kind`` and ``event.category``, and its data set."""

    kind: str
    categories: tuple[str, ...]
    dataset: str
    type: str = "info"


def _documents(report: Report, options: Options) -> Iterator[Fields]:
    steps = platforms.steps_by_path(report)
    for shown in shown_verdicts(report, options):
        yield verdict_document(shown, report, steps)
    for gap in report.gaps:
        yield gap_document(gap, report)
    for client in report.traffic.clients if report.traffic is not None else ():
        yield client_document(client, report)
    yield assessment_document(report)


lines: partial[Iterator[str]] = partial(platforms.object_lines, objects=_documents)


def verdict_document(shown: ShownVerdict, report: Report, steps: platforms.Steps) -> Fields:
    """Return the document of a verdict."""
    verdict, subject = shown.verdict, shown.subject
    record = verdict_record(verdict, shown.whole.options, location=report.location, host=report.host.name)
    document = base_document(report, _kind(shown), platforms.severity_of(verdict), record["id"])
    path, (start, end) = platforms.path_of_file(verdict), platforms.period_of(verdict)
    document["message"] = platforms.message_of(shown)
    reason = "; ".join(record["reasons"])
    document["event"] |= {"action": "web-shell-hunt", "reason": reason, "start": utc(start), "end": utc(end)}
    document["tags"].append(record["disposition"])
    clients = platforms.ip_addresses((record["use"] or {}).get("clients", ()))
    document["related"] |= {"hash": [record["sha256"]] if record["sha256"] else [], "ip": clients}
    document["webshellhunt"] |= _own_fields(shown, record) | {"steps": list(platforms.steps_of(verdict, steps))}
    return document | {
        "file": file_fields(path, subject if path == shown.path else None) if path else {},
        "registry": registry_fields(verdict),
        "rule": _rule(shown),
        "threat": threat_fields(platforms.techniques_of(verdict)),
        "url": url_fields(subject),
    }


def _kind(shown: ShownVerdict) -> Kind:
    """Return an alert for an accusation, with the categories of its subject; else a plain event."""
    category = _CATEGORIES[shown.subject.kind]
    if not platforms.is_alert(shown.verdict):
        return Kind("event", (category,), "verdict")
    about = "malware" if shown.subject.kind is SubjectKind.FILE else "intrusion_detection"
    return Kind("alert", (about, category), "verdict")


def _rule(shown: ShownVerdict) -> Fields:
    """Return the rule of the leading finding; all rules are in ``webshellhunt.rules``."""
    if shown.leading is None:
        return {}
    rule = shown.leading.finding.rule
    return {
        "id": decodable(rule.id),
        "name": decodable(rule.slug),
        "description": decodable(rule.title),
        "category": rule.origin.value,
        "reference": decodable(rule.references[0]) if rule.references else None,
        "ruleset": "webshellhunt",
    }


def _own_fields(shown: ShownVerdict, record: Record) -> Fields:
    """Return the values for which ECS has no field.

    Names that come from evidence are values, so that no index grows by them.
    """
    use: Mapping[str, Any] | None = record["use"]
    if use is not None:
        use = {**use, "methods": _pairs(use["methods"]), "statuses": _pairs(use["statuses"])}
    return {name: record[name] for name in _OF_VERDICT} | {
        "suppressed": platforms.is_suppressed(shown.verdict),
        "rules": list(dict.fromkeys(finding["rule"] for finding in record["findings"])),
        "urls": [each["url"] for each in record["urls"]],
        "use": use,
        "findings": [_finding(finding) for finding in record["findings"]],
    }


def _finding(finding: Record) -> Fields:
    own = {"accepted": finding["acceptance"] is not None, "facts": _pairs(finding["facts"])}
    return {name: finding[name] for name in _OF_FINDING} | own


def _pairs(values: Mapping[str, Any]) -> list[str]:
    """Return names and values as texts ``name=value``."""
    pairs = ((name, value if isinstance(value, list) else [value]) for name, value in sorted(values.items()))
    return [f"{name}={'' if each is None else each}" for name, several in pairs for each in several]


def gap_document(gap: Gap, report: Report) -> Fields:
    """Return the document of a gap: an event that failed."""
    severity = Severity.LOW if gap.matters else Severity.INFO
    document = base_document(report, Kind("event", ("file",), "gap"), severity, platforms.gap_id(gap, report))
    reason = decodable(gap.reason)
    document["message"] = f"not examined: {decodable(gap.path)}: {reason}"
    document["event"] |= {"action": "examination", "outcome": "failure", "reason": reason}
    document["error"] = {"code": gap.code, "message": reason}
    document["webshellhunt"]["gap"] = {"code": gap.code, "stage": gap.stage, "matters": gap.matters}
    return document | {"file": file_fields(gap.path) if gap.path else {}}


def client_document(client: Client, report: Report) -> Fields:
    """Return the document of a client that used an accused page or an exploit."""
    kind = Kind("event", ("web",), "client", type="access")
    document = base_document(report, kind, Severity.INFO, platforms.client_id(client, report))
    known = platforms.ip_addresses([client.address])
    document["message"] = f"client {decodable(client.address)}: {platforms.client_line(client)}"
    document["event"] |= {"start": utc(client.first_utc), "end": utc(client.last_utc)}
    document["source"] = {"address": decodable(client.address), "ip": known[0] if known else None}
    document["related"]["ip"] = known
    document["webshellhunt"]["client"] = {
        "requests": client.requests,
        "pages": list(map(decodable, client.pages)),
        "is_proxy": client.is_proxy,
        "is_claimed": client.is_claimed,
        "exploits": list(map(decodable, client.exploits)),
    }
    return document


def assessment_document(report: Report) -> Fields:
    """Return the document of a location: the state of its host."""
    state, patch, as_of = report.assessment.state, report.patch_state, report.run.data_as_of
    kind = Kind("state", ("host",), "assessment")
    document = base_document(report, kind, platforms.severity_of_state(state), platforms.assessment_id(report))
    document["message"] = decodable(report.assessment.sentence)
    document["webshellhunt"] = platforms.host_facts(report) | {
        "steps": platforms.step_lines(report),
        "data_as_of": as_of.isoformat() if as_of is not None else None,
        "open_vulnerabilities": [decodable(each.cve) for each in patch.cves_in(FixState.OPEN)] if patch else [],
    }
    return document


def base_document(report: Report, kind: Kind, severity: Severity, uid: str) -> Fields:
    """Return the fields that each document has; ``uid`` is its identifier."""
    when, host = utc(platforms.hunt_time(report)), report.host.name
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


def registry_fields(verdict: Verdict) -> Fields:
    """Return the fields of the registry key that a verdict is about; none for other subjects."""
    key = platforms.registry_key(verdict)
    if key is None:
        return {}
    path = f"{key.path}\\{key.value}" if key.value else key.path
    fields: Fields = {"hive": key.root, "key": key.key, "path": path}
    if key.value:
        fields["value"] = key.value
    return fields | {"data": {"strings": [key.data]}} if key.data else fields


def file_fields(path: str, subject: Subject | None = None) -> Fields:
    """Return the fields of a file; with a subject, its digest, size, and the times that are no times of a copy."""
    parts = platforms.file_name(decodable(path))
    made: Fields = {**parts._asdict(), "drive_letter": parts.drive}
    del made["drive"]
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


def url_fields(subject: Subject) -> Fields:
    """Return the fields of the likeliest address; ``full`` only if its host is known."""
    for each in platforms.page_addresses(subject)[:1]:
        full = each.text if each.host else None
        known = {"scheme": each.scheme, "domain": each.host, "port": each.port, "path": each.path}
        return {"original": each.text, "full": full, **known}
    return {}


def threat_fields(techniques: Iterable[platforms.Technique]) -> Fields:
    """Return the tactics, techniques and sub-techniques as parallel lists; a name that the table lacks is the id."""
    found = list(techniques)
    parents = list({each.id: each for each in found}.values())
    subs = [each for each in found if each.sub_id]
    tactics = list({tactic.id: tactic for each in found for tactic in each.tactics}.values())
    return {
        "framework": platforms.FRAMEWORK if found else None,
        "tactic": {
            "id": [each.id for each in tactics],
            "name": [each.name for each in tactics],
            "reference": list(map(platforms.tactic_page, tactics)),
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
