"""The MISP format: an event for each report, with an object for each file, for import as JSON.

The document is ``{"response": [{"Event": …}]}`` for any number of events, as MISP exports them. The distribution is
that of the organisation alone, and no TLP tag is set: both are for the user to decide.

Source: MISP core format (draft-dulaunoy-misp-core-format-18), sections 2.4 (attribute), 2.6 (object), 2.8 (tag); object
template ``file`` of misp-objects.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from webshellhunt.knowledge.attack_techniques import load_techniques
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import platforms
from webshellhunt.reports.content.subjects import ShownVerdict, shown_verdicts
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.identity import report_key, stable_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable, one_line, printable, verbatim
from webshellhunt.reports.times import server_times

ABOUT = "an event for MISP"
EXTENSIONS = ("misp.json",)

FILE_TEMPLATE: Final = "688c46fb-5edb-40a3-8273-1af7923e2215"
FILE_VERSION: Final = "25"
FILE_DESCRIPTION: Final = "File object describing a file with meta-information"
KEY_TEMPLATE: Final = "8b3228ad-6d82-4fe6-b2ae-05426308f1d5"
KEY_VERSION: Final = "5"
KEY_DESCRIPTION: Final = "Registry key object describing a Windows registry key with value and last-modified timestamp"

MOST_CHARACTERS: Final = 6_000
"""The longest text of one subject."""

_LONGEST_TITLE: Final = 300
_THREATS: Final = {Disposition.MALICIOUS: "1", Disposition.SUSPICIOUS: "2", Disposition.UNEXPLAINED: "3"}
_CATEGORIES: Final = {
    "filename": "Payload installation",
    "sha256": "Payload installation",
    "ip-src": "Network activity",
    "regkey": "Persistence mechanism",
    "vulnerability": "External analysis",
}
_CORRELATED: Final = frozenset({"sha256", "fullpath", "key"})
"""The relations that MISP correlates with other events; names and sizes are those of many honest files."""

Record = dict[str, Any]


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the events in pieces, each as soon as its hunt ends."""
    part = FleetPart(options)
    events = (json.dumps({"Event": _event(report, options)}, indent=1) for report in part.through(reports))
    yield from platforms.list_pieces(events, '{"response": [\n', "\n]}\n")
    part.fleet()


def _event(report: Report, options: Options) -> Record:
    where, started = decodable(report.host.name or report.location), platforms.hunt_time(report)
    event_id = stable_id("misp", "event", *report_key(report))
    verdicts = list(_own_verdicts(report, options, event_id))
    timestamp = str(max(0, (platforms.milliseconds(started) or 0) // 1000))
    worst = max((shown.verdict.disposition for shown in verdicts), default=Disposition.BENIGN)
    techniques = sorted({each for shown in verdicts if platforms.is_alert(shown.verdict) for each in shown.techniques})
    clients = _clients(report, verdicts, event_id)
    attributes = {each["uuid"]: each for each in (*clients.values(), *_others(report, event_id))}
    return {
        "uuid": event_id,
        "info": one_line(decodable(f"{where}: {report.assessment.sentence}"), _LONGEST_TITLE) or "webshellhunt",
        "date": started.date().isoformat(),
        "timestamp": timestamp,
        "threat_level_id": _THREATS.get(worst, "4"),
        "analysis": "1",
        "published": False,
        "distribution": "0",
        "Tag": technique_tags(techniques),
        "Attribute": [{**each, "timestamp": timestamp} for each in attributes.values()],
        "Object": list(_objects(verdicts, clients, timestamp)),
    }


def _own_verdicts(report: Report, options: Options, event_id: str) -> Iterator[ShownVerdict]:
    """Yield the verdicts, each subject once, with identifiers of this event: MISP takes an object into one event."""
    once: dict[str, ShownVerdict] = {}
    for shown in shown_verdicts(report, options):
        once.setdefault(shown.id, shown)
    for shown in once.values():
        yield replace(shown, key=stable_id("misp", "object", event_id, shown.id))


def _objects(verdicts: Iterable[ShownVerdict], clients: Mapping[str, Record], timestamp: str) -> Iterator[Record]:
    """Yield an object for each subject that is, or was, a file, and for each key of the registry."""
    for shown in verdicts:
        path, use = platforms.path_of_file(shown.verdict), shown.verdict.use
        if path:
            callers = [] if use is None else [clients[each] for each in platforms.ip_addresses(use.clients)]
            references = [_reference(shown.id, each["uuid"], _use_words(use)) for each in callers if use is not None]
            yield file_object(shown, path, timestamp, references)
        elif (key := platforms.registry_key(shown.verdict)) is not None:
            yield key_object(shown, key, timestamp)


def _use_words(use: Use) -> str:
    return f"{use.answered:,} answered requests of {use.requests:,} for this page in all"


def _clients(report: Report, verdicts: Iterable[ShownVerdict], event_id: str) -> dict[str, Record]:
    """Return an attribute for each client of a listed page or an exploit.

    A sign is no client of the victim's network, no proxy, none that a mere header names, none of a page that
    ordinary users request, and none that only tried the page of others.
    """
    clients = () if report.traffic is None else report.traffic.clients
    told = {text: client for client in clients for text in platforms.ip_addresses([client.address])}
    uses = [
        (shown.verdict.use, platforms.is_alert(shown.verdict)) for shown in verdicts if shown.verdict.use is not None
    ]
    claimed = {text for use, _ in uses for text in platforms.ip_addresses(use.claimed)}
    callers = {text: text not in claimed for text in told}
    for use, is_accused in uses:
        users = set() if use.visited else {*platforms.ip_addresses(use.users)}
        for text in platforms.ip_addresses(use.clients):
            is_sign = is_accused and text in users and text not in claimed
            callers[text] = callers.get(text, False) or is_sign
    made = {}
    for text, is_sign in callers.items():
        known = told.get(text)
        to_ids = is_sign and platforms.is_foreign(text) and not (known is not None and known.is_proxy)
        comment = "requested a page of this event" if known is None else printable(platforms.client_line(known))
        comment += "; named only by a header of a proxy" if text in claimed else ""
        times = () if known is None else (known.first_utc, known.last_utc)
        each = attribute("ip-src", text, event_id, to_ids=to_ids, comment=comment)
        made[text] = each | _period(platforms.span_of(times))
    return made


def _others(report: Report, event_id: str) -> Iterator[Record]:
    """Yield the open vulnerabilities of waves, the next steps and the gaps."""
    for cve, names in platforms.open_waves(report).items():
        yield attribute("vulnerability", cve, event_id, comment=printable(f"open: {', '.join(names)}"))
    for step in platforms.step_lines(report):
        yield _comment(step, event_id, "a next step")
    for gap in report.gaps:
        yield _comment(str(gap), event_id, "not examined, and it matters" if gap.matters else "not examined")


def _comment(text: str, event_id: str, words: str) -> Record:
    line = one_line(decodable(text), MOST_CHARACTERS)
    return attribute("comment", line or "-", event_id, words, comment=words)


def attribute(
    kind: str, value: str, *owner: str, to_ids: bool = False, comment: str = "", relation: str = ""
) -> Record:
    """Return an attribute; ``owner`` are the identifiers that make its own one unique."""
    made: Record = {
        "uuid": stable_id("misp", "attribute", *owner, relation or kind, value),
        "type": kind,
        "category": _CATEGORIES.get(kind, "Other"),
        "value": value,
        "to_ids": to_ids,
        "distribution": "5",
        "comment": comment,
    }
    if not relation:
        return made
    return {**made, "object_relation": relation, "disable_correlation": relation not in _CORRELATED}


def file_object(shown: ShownVerdict, path: str, timestamp: str, references: Sequence[Record]) -> Record:
    """Return the object of a file with its verdict."""
    template = ("file", FILE_DESCRIPTION, FILE_TEMPLATE, FILE_VERSION)
    made = _object(shown, template, _attributes(shown, path), timestamp)
    if references:
        made["ObjectReference"] = list(references)
    return made


def key_object(shown: ShownVerdict, key: platforms.RegistryKey, timestamp: str) -> Record:
    """Return the object of a registry key with its verdict."""
    template = ("registry-key", KEY_DESCRIPTION, KEY_TEMPLATE, KEY_VERSION)
    return _object(shown, template, _key_attributes(shown, key), timestamp)


def _object(
    shown: ShownVerdict, template: tuple[str, str, str, str], attributes: Iterable[Record], timestamp: str
) -> Record:
    name, description, template_uuid, version = template
    made: Record = {
        "uuid": shown.id,
        "name": name,
        "meta-category": "file",
        "description": description,
        "template_uuid": template_uuid,
        "template_version": version,
        "timestamp": timestamp,
        "distribution": "5",
        "comment": printable(f"{shown.verdict.disposition.label}: {shown.what}"),
        "Attribute": [{**each, "timestamp": timestamp} for each in attributes],
    }
    return made | _period(platforms.seen_times(shown.verdict))


def _key_attributes(shown: ShownVerdict, key: platforms.RegistryKey) -> Iterator[Record]:
    """Yield the attributes of a registry key; a line is one without control characters, as MISP demands."""
    when = server_times(shown.subject.times).modified_utc
    tags = technique_tags(shown.techniques)
    parts = (("regkey", key.full, "key"), ("text", key.value, "name"), ("text", key.data, "data"))
    for kind, value, relation in parts:
        if value:
            tagged: Record = {"Tag": tags} if tags and relation == "key" else {}
            yield attribute(kind, verbatim(value), shown.id, to_ids=False, relation=relation) | tagged
    if when is not None:
        yield attribute("datetime", platforms.with_offset(when), shown.id, to_ids=False, relation="last-modified")


def _reference(owner: str, target: str, comment: str) -> Record:
    """Return the reference of an object to the address of a client."""
    return {
        "uuid": stable_id("misp", "reference", owner, target),
        "object_uuid": owner,
        "referenced_uuid": target,
        "relationship_type": "communicates-with",
        "comment": comment,
    }


def technique_tags(techniques: Iterable[str]) -> list[Record]:
    """Return the tags of techniques as the galaxy of ATT&CK names them: the last part of the name, and the id."""
    names = load_techniques()
    known = [(names[each].rpartition(": ")[2], each) for each in techniques if each in names]
    return [{"name": f'misp-galaxy:mitre-attack-pattern="{name} - {each}"'} for name, each in known]


def _period(period: tuple[datetime, datetime] | None) -> Record:
    """Return the first and the last time as MISP names them; nothing if none is known."""
    return (
        {}
        if period is None
        else {"first_seen": platforms.with_offset(period[0]), "last_seen": platforms.with_offset(period[1])}
    )


def _attributes(shown: ShownVerdict, path: str) -> Iterator[Record]:
    """Yield the attributes of a file; a line is one without control characters, as MISP demands."""
    subject, times = shown.subject, server_times(shown.subject.times)
    is_convicted = shown.verdict.disposition is Disposition.MALICIOUS
    tags = technique_tags(shown.techniques)
    tagged: Record = {"Tag": tags} if tags else {}

    def of(kind: str, value: str, relation: str, *, to_ids: bool = False) -> Record:
        return attribute(kind, value, shown.id, to_ids=to_ids, relation=relation)

    yield of("filename", verbatim(platforms.file_name(path).name) or "unnamed", "filename") | tagged
    yield of("text", verbatim(path) or "unnamed", "fullpath")
    if subject.sha256 is not None:
        yield of("sha256", subject.sha256, "sha256", to_ids=is_convicted) | tagged
    if subject.size_bytes is not None:
        yield of("size-in-bytes", str(subject.size_bytes), "size-in-bytes")
    for when, relation in ((times.created_utc, "creation-time"), (times.modified_utc, "modification-time")):
        if when is not None:
            yield of("datetime", platforms.with_offset(when), relation)
    if is_convicted:
        yield of("text", "Malicious", "state")
    text = "\n".join(platforms.words_of(shown, printable)).strip()
    if text:
        yield of("text", f"{text[:MOST_CHARACTERS]}…" if len(text) > MOST_CHARACTERS else text, "text")
