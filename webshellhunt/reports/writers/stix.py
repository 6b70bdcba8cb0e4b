"""The STIX format, version 2.1: one bundle of the findings of all reports, with stable identifiers.

The same shell at the same path of the same host has the same identifiers in each report; a later report is a later
version of the objects (``modified``). When an object was first made is unknown, so ``created`` is a fixed day.
``webshellhunt pivot`` writes indicators for a search on other machines; this is the report itself.

Source: OASIS STIX 2.1, sections 2.9 (identifiers of observables: UUID version 5 of their contributing properties in
canonical JSON, RFC 8785), 3.6 (versions), 4 (domain objects), 5 (relationships), 6 (observables).
"""

from __future__ import annotations

import ipaddress
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from webshellhunt.knowledge.attack_techniques import load_techniques, tactics_of
from webshellhunt.model.log_results import Client
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Subject, SubjectKind, Verdict
from webshellhunt.reports import platforms
from webshellhunt.reports.content.subjects import ShownVerdict, shown_verdicts
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.identity import report_key, stable_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.stix_values import CONFIDENCE, StixObject, content_pattern, stix_time
from webshellhunt.reports.times import aware, server_times, utc

ABOUT = "a bundle of STIX 2.1, for threat intelligence platforms"
EXTENSIONS = ("stix.json", "stix")

CREATED: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""The ``created`` of each object whose identifier is stable: STIX forbids another one for the same identifier."""

MOST_CHARACTERS: Final = 6_000
"""The longest note."""

_MOST_OBSERVED: Final = 999_999_999
_MOST_URLS: Final = 5
_METHODS: Final = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "trace"})
_NAMESPACE: Final = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_CONTRIBUTING: Final[Mapping[str, tuple[str, ...]]] = {
    "directory": ("path",),
    "file": ("hashes", "name", "parent_directory_ref"),
    "ipv4-addr": ("value",),
    "ipv6-addr": ("value",),
    "network-traffic": ("src_ref", "protocols", "extensions"),
    "url": ("value",),
    "windows-registry-key": ("key", "values"),
}


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the bundle, an object a line, the objects of each report as soon as its hunt ends.

    Objects that several reports share are written once. The identifier of the bundle depends on all of them, so that it
    comes last.
    """
    part = FleetPart(options)
    seen = {TOOL["id"]}
    yield f'{{\n"type": "bundle",\n"objects": [\n{json.dumps(TOOL)}'
    for report in part.through(reports):
        for each in _objects(report, options):
            if each["id"] not in seen:
                seen.add(each["id"])
                yield f",\n{json.dumps(each)}"
    part.fleet()
    yield f'\n],\n"id": "bundle--{stable_id("stix", "bundle", *sorted(seen))}"\n}}\n'


def _objects(report: Report, options: Options) -> Iterator[StixObject]:
    """Yield the objects of one report; the report object, which refers to them, is the last."""
    name, hunted = report.host.name, platforms.hunt_time(report, unknown=CREATED)
    host = None if name is None else host_identity(name, hunted)
    frame = Frame(report_key(report), decodable(name or report.location), hunted, None if host is None else host["id"])
    if host is not None:
        yield host
    references = [TOOL["id"] if host is None else host["id"]]
    for each in _content(report, options, frame, references[0]):
        references.append(each["id"])
        yield each
    yield report_object(report, list(dict.fromkeys(references)), frame)


def _content(report: Report, options: Options, frame: Frame, host: str) -> Iterator[StixObject]:
    """Yield the objects that a report is about; a note without another object refers to ``host``."""
    observed: dict[str, list[str]] = defaultdict(list)
    for shown in shown_verdicts(report, options):
        yield from _about(shown, frame, host, observed)
    for client in () if report.traffic is None else report.traffic.clients:
        for text in [] if client.is_proxy else platforms.ip_addresses([client.address]):
            place = address(text)
            yield place
            yield client_data(client, place["id"], frame)
    for technique in sorted(observed):
        pattern = attack_pattern(technique)
        yield pattern
        yield sighting(pattern["id"], list(dict.fromkeys(observed[technique])), frame)
    for cve in platforms.open_waves(report):
        yield vulnerability(cve, frame)
    if report.assessment.next_steps:
        steps = (f"{number}. {step}" for number, step in enumerate(platforms.step_lines(report), 1))
        yield note("next steps", steps, [host], frame)
    if report.gaps:
        gaps = [decodable(f"{'matters: ' if gap.matters else ''}{gap}") for gap in report.gaps]
        yield note("not examined", gaps, [host], frame)


def _about(shown: ShownVerdict, frame: Frame, host: str, observed: dict[str, list[str]]) -> Iterator[StixObject]:
    """Yield the objects of one verdict, and add its observation to those of its techniques."""
    path, verdict = platforms.path_of_file(shown.verdict), shown.verdict
    seen = observables(shown, path)
    yield from seen
    subject = host
    if seen:
        data = observed_data(shown, [each["id"] for each in seen], frame)
        yield data
        subject = data["id"]
        for technique in shown.techniques if platforms.is_alert(verdict) else ():
            observed[technique].append(subject)
        if verdict.disposition is Disposition.MALICIOUS and path:
            samples = [seen[0]["id"]] if shown.subject.kind is not SubjectKind.REGISTRATION else []
            yield from _convicted(shown, platforms.file_name(path).name, samples, subject, frame)
    yield note(f"{verdict.disposition.label}: {shown.path}", platforms.words_of(shown), [subject], frame)


def _convicted(shown: ShownVerdict, name: str, samples: list[str], data: str, frame: Frame) -> Iterator[StixObject]:
    """Yield the malware of a convicted subject, its indicator, and their relationships."""
    made = malware(shown, name, samples, frame)
    yield made
    yield sighting(made["id"], [data], frame)
    for pattern in map(attack_pattern, shown.techniques):
        yield pattern
        yield relationship("uses", made["id"], pattern["id"], frame)
    if shown.subject.sha256 is not None and samples:
        sign = indicator(shown, shown.subject.sha256, frame)
        yield sign
        yield relationship("indicates", sign["id"], made["id"], frame)
        yield relationship("based-on", sign["id"], data, frame)


# observables


def observables(shown: ShownVerdict, path: str) -> list[StixObject]:
    """Return the observables of a verdict; the first is its file, if ``path`` is not empty, or its registry key."""
    made = list(_file(path, shown.subject)) if path else list(_registry_key(shown.verdict))
    # A host of "*" means any.
    known = dict.fromkeys(each.text for each in platforms.page_addresses(shown.subject) if each.host)
    made += [observable("url", value=each) for each in islice(known, _MOST_URLS)]
    if shown.verdict.use is not None:
        made += _requests(shown.subject, shown.verdict.use)
    return list({each["id"]: each for each in made}.values())


def address(text: str) -> StixObject:
    """Return the observable of an IP address."""
    return observable(f"ipv{ipaddress.ip_address(text).version}-addr", value=text)


def observable(kind: str, **properties: Any) -> StixObject:  # noqa: ANN401 - values of JSON
    """Return an observable with its identifier."""
    known = {name: value for name, value in properties.items() if value is not None}
    told = {name: known[name] for name in _CONTRIBUTING[kind] if name in known}
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid.uuid5(_NAMESPACE, canonical)}", **known}


def _file(path: str, subject: Subject) -> Iterator[StixObject]:
    """Yield a file and its folder."""
    parts, times = platforms.file_name(path), server_times(subject.times)
    folder = observable("directory", path=parts.directory) if parts.directory else None
    yield observable(
        "file",
        hashes=None if subject.sha256 is None else {"SHA-256": subject.sha256},
        size=subject.size_bytes,
        name=parts.name,
        ctime=None if times.created_utc is None else stix_time(times.created_utc),
        mtime=None if times.modified_utc is None else stix_time(times.modified_utc),
        parent_directory_ref=None if folder is None else folder["id"],
    )
    if folder is not None:
        yield folder


def _registry_key(verdict: Verdict) -> Iterator[StixObject]:
    """Yield the key of the registry that a verdict is about."""
    key, when = platforms.registry_key(verdict), server_times(verdict.subject.times).modified_utc
    if key is not None:
        value = {"name": key.value, "data": key.data} if key.data else {"name": key.value}
        yield observable(
            "windows-registry-key",
            key=key.full,
            values=[value] if key.value else None,
            modified_time=None if when is None else stix_time(when),
        )


def _requests(subject: Subject, use: Use) -> Iterator[StixObject]:
    """Yield the clients of a page, and the requests of each for its first address, if the logs tell the method.

    A use counts methods and clients apart: of a page with several of both, nobody knows who used which.
    """
    path = next((each.path for each in platforms.page_addresses(subject)), "")
    methods = [each.value.lower() for each in use.methods]
    if len(methods) > 1 and use.client_count != 1:
        methods = []
    for text in platforms.ip_addresses(use.clients):
        client = address(text)
        yield client
        for method in methods if path else ():
            if method in _METHODS:
                request = {"http-request-ext": {"request_method": method, "request_value": path}}
                yield observable("network-traffic", src_ref=client["id"], protocols=["tcp", "http"], extensions=request)


# domain objects and relationships


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
    use = shown.verdict.use
    labels = [shown.verdict.disposition.label, shown.subject.presence.value]
    labels += ["clients-claimed-by-header"] if use is not None and use.claimed else []
    return frame.made("observed-data", shown.id) | _observed(_period(shown, frame), 1, labels, references)


def client_data(client: Client, reference: str, frame: Frame) -> StixObject:
    """Return the observation of a client that used accused pages or exploits."""
    first = aware(client.first_utc or frame.hunted)
    period = first, max(first, aware(client.last_utc or first))
    number = min(max(client.requests, 1), _MOST_OBSERVED)
    labels = ["client-of-exploit" if client.exploits else "client-of-accused-page"]
    labels += ["claimed-by-header"] if client.is_claimed else []
    return frame.told("observed-data", "client", reference) | _observed(period, number, labels, [reference])


def _observed(
    period: tuple[datetime, datetime], number: int, labels: list[str], references: Sequence[str]
) -> StixObject:
    return {
        "first_observed": stix_time(period[0]),
        "last_observed": stix_time(period[1]),
        "number_observed": number,
        "labels": labels,
        "object_refs": list(references),
    }


def malware(shown: ShownVerdict, name: str, samples: Sequence[str], frame: Frame) -> StixObject:
    """Return the malware that a convicted subject is."""
    period = platforms.seen_times(shown.verdict, frame.hunted)
    made = {
        **frame.made("malware", shown.id),
        "name": name,
        "description": shown.what,
        "malware_types": ["webshell" if platforms.WEB_SHELL in shown.techniques else "backdoor"],
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
        "valid_from": stix_time(_period(shown, frame)[0]),
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


def _period(shown: ShownVerdict, frame: Frame) -> tuple[datetime, datetime]:
    return platforms.seen_times(shown.verdict, frame.hunted) or (frame.hunted, frame.hunted)


def _confidence(shown: ShownVerdict) -> int:
    best = max((each.finding.confidence for each in shown.findings if not each.finding.accepted), default=None)
    return CONFIDENCE["low" if best is None else best.label]
