"""Domain objects and relationships of STIX: the statements of the report about the observables.

The same shell at the same path of the same host has the same identifiers in each report; a later report is a later
version of the objects (``modified``). When an object was first made is unknown, so ``created`` is a fixed day.

Source: OASIS STIX 2.1, sections 2.9, 3.6 (versions), 4 (domain objects), 5 (relationships).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from webshellhunt.knowledge.attack_techniques import load_techniques, tactics_of
from webshellhunt.model.log_results import Client
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Presence
from webshellhunt.reports.content.subjects import ShownVerdict
from webshellhunt.reports.identity import stable_id
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.stix_values import CONFIDENCE, StixObject, content_pattern, stix_time
from webshellhunt.reports.times import aware, utc

CREATED: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""The ``created`` of each object whose identifier is stable: STIX forbids another one for the same identifier."""

MOST_CHARACTERS: Final = 6_000
"""The longest note."""

_MOST_OBSERVED: Final = 999_999_999
_WEB_SHELL: Final = "T1505.003"


class Frame(NamedTuple):
    """The common facts of all objects of one report: what stands for it in identifiers, its name, time and host."""

    key: tuple[str, str]
    where: str
    hunted: datetime
    host_id: str | None

    def made(self, kind: str, *parts: str) -> StixObject:
        """Return the common properties of an object about this host, whatever the location of its evidence."""
        return common(kind, self.hunted, self.key[0], *parts) | {"created_by_ref": TOOL["id"]}

    def told(self, kind: str, *parts: str) -> StixObject:
        """Return the common properties of a statement of this report: another location of the host has its own."""
        return common(kind, self.hunted, *self.key, *parts) | {"created_by_ref": TOOL["id"]}


def common(kind: str, modified: datetime, *parts: str) -> StixObject:
    """Return the common properties of an object."""
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{stable_id('stix', kind, *parts)}",
        "created": stix_time(CREATED),
        "modified": stix_time(max(modified, CREATED)),
    }


TOOL: Final[StixObject] = {
    **common("identity", CREATED, "webshellhunt"),
    "name": "webshellhunt",
    "identity_class": "system",
}
"""The identity that makes the objects."""


def host_identity(name: str, hunted: datetime) -> StixObject:
    """Return the identity of a host."""
    made = common("identity", hunted, "host", name.casefold()) | {"created_by_ref": TOOL["id"]}
    return {**made, "name": decodable(name) or "unnamed", "identity_class": "system"}


def attack_pattern(technique: str) -> StixObject:
    """Return a technique of ATT&CK."""
    page = f"https://attack.mitre.org/techniques/{technique.replace('.', '/')}"
    made = common("attack-pattern", CREATED, technique) | {
        "created_by_ref": TOOL["id"],
        "name": load_techniques().get(technique, technique),
        "external_references": [{"source_name": "mitre-attack", "external_id": technique, "url": page}],
    }
    phases = [{"kill_chain_name": "mitre-attack", "phase_name": each.short_name} for each in tactics_of(technique)]
    return {**made, "kill_chain_phases": phases} if phases else made


def vulnerability(cve: str, frame: Frame) -> StixObject:
    """Return an open vulnerability of a wave."""
    made = frame.made("vulnerability", cve)
    return {**made, "name": cve, "external_references": [{"source_name": "cve", "external_id": cve}]}


def observed_data(shown: ShownVerdict, references: Sequence[str], frame: Frame) -> StixObject:
    """Return the observation of a subject: from its planting or its first use until the hunt.

    That of a subject that is gone ends with its last use; if no time of it is known, it is that of the hunt, which
    STIX wants.
    """
    first, last = _period(shown, frame) or (frame.hunted, frame.hunted)
    return {
        **frame.made("observed-data", shown.id),
        "first_observed": stix_time(first),
        "last_observed": stix_time(last),
        "number_observed": 1,
        "labels": [shown.verdict.disposition.label, shown.subject.presence.value],
        "object_refs": list(references),
    }


def client_data(client: Client, reference: str, frame: Frame) -> StixObject:
    """Return the observation of a client that used accused pages or exploits."""
    first = aware(client.first_utc or frame.hunted)
    last = max(first, aware(client.last_utc or first))
    return {
        **frame.told("observed-data", "client", reference),
        "first_observed": stix_time(first),
        "last_observed": stix_time(last),
        "number_observed": min(max(client.requests, 1), _MOST_OBSERVED),
        "labels": ["client-of-exploit" if client.exploits else "client-of-accused-page"],
        "object_refs": [reference],
    }


def malware(shown: ShownVerdict, name: str, samples: Sequence[str], frame: Frame) -> StixObject:
    """Return the malware that a convicted subject is."""
    period = _period(shown, frame)
    is_shell = _WEB_SHELL in shown.techniques
    made = {
        **frame.made("malware", shown.id),
        "name": name,
        "description": shown.what,
        "malware_types": ["webshell" if is_shell else "backdoor"],
        "is_family": False,
        "confidence": _confidence(shown),
    }
    if period is not None:
        made |= {"first_seen": stix_time(period[0]), "last_seen": stix_time(period[1])}
    return {**made, "sample_refs": list(samples)} if samples else made


def indicator(shown: ShownVerdict, sha256: str, frame: Frame) -> StixObject:
    """Return the indicator of a convicted content."""
    return {
        **frame.made("indicator", shown.id),
        "name": "SHA-256 of a convicted file",
        "description": shown.what,
        "indicator_types": ["malicious-activity"],
        "pattern": content_pattern(sha256),
        "pattern_type": "stix",
        "valid_from": stix_time((_period(shown, frame) or (frame.hunted,))[0]),
        "confidence": _confidence(shown),
    }


def relationship(kind: str, source: str, target: str, frame: Frame) -> StixObject:
    """Return a relationship between two objects."""
    made = frame.made("relationship", kind, source, target)
    return {**made, "relationship_type": kind, "source_ref": source, "target_ref": target}


def sighting(of: str, observed: Sequence[str], frame: Frame) -> StixObject:
    """Return the sighting of a technique or a malware on the host."""
    made = {**frame.told("sighting", of), "sighting_of_ref": of, "count": len(observed)}
    made["observed_data_refs"] = list(observed)
    return {**made, "where_sighted_refs": [frame.host_id]} if frame.host_id is not None else made


def note(abstract: str, lines: Iterable[str], references: Sequence[str], frame: Frame) -> StixObject:
    """Return a note with the words of the report."""
    content = "\n".join(lines)
    if len(content) > MOST_CHARACTERS:
        content = f"{content[:MOST_CHARACTERS]}…"
    made = frame.told("note", abstract, *references)
    return {**made, "abstract": abstract, "content": content or "-", "object_refs": list(references)}


def report_object(report: Report, references: Sequence[str], frame: Frame) -> StixObject:
    """Return the report itself; each hunt is a report of its own."""
    assessment = report.assessment
    version = f" {decodable(report.run.version)}" if report.run.version else ""
    made_by = f"Found by webshellhunt{version} in {decodable(report.location)}."
    return {
        **frame.told("report", utc(report.run.started_utc) or "", *references[:1]),
        "name": f"webshellhunt: {decodable(frame.where) or 'a host'}",
        "description": f"{decodable(assessment.sentence)} {made_by}",
        "report_types": ["threat-report"],
        "published": stix_time(max(frame.hunted, CREATED)),
        "labels": [assessment.state.value.replace("_", "-")],
        "object_refs": list(references),
    }


def _period(shown: ShownVerdict, frame: Frame) -> tuple[datetime, datetime] | None:
    """Return the first and the last time of a subject: of planting and use, and of the hunt if it was present then."""
    planting, use = shown.verdict.planting, shown.verdict.use
    times: list[Any] = [None if planting is None else planting.when_utc]
    times += [] if use is None else [use.first_utc, use.last_utc]
    times += [frame.hunted] if shown.subject.presence is Presence.PRESENT else []
    known = [aware(each) for each in times if each is not None]
    return (min(known), max(known)) if known else None


def _confidence(shown: ShownVerdict) -> int:
    best = max((each.finding.confidence for each in shown.findings if not each.finding.accepted), default=None)
    return CONFIDENCE["low" if best is None else best.label]
