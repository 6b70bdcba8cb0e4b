"""Attributes, objects and tags of MISP.

Source: MISP core format (draft-dulaunoy-misp-core-format-18), sections 2.4 (attribute), 2.6 (object), 2.8 (tag); object
template ``file`` of misp-objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from webshellhunt.knowledge.attack_techniques import load_techniques
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.content.subjects import ShownVerdict
from webshellhunt.reports.events.file_names import file_name
from webshellhunt.reports.identity import stable_id
from webshellhunt.reports.printable import decodable, printable, verbatim
from webshellhunt.reports.times import server_times, utc

FILE_TEMPLATE: Final = "688c46fb-5edb-40a3-8273-1af7923e2215"
FILE_VERSION: Final = "25"
FILE_DESCRIPTION: Final = "File object describing a file with meta-information"

MOST_CHARACTERS: Final = 6_000
"""The longest text of one subject."""

_CATEGORIES: Final = {
    "filename": "Payload installation",
    "sha256": "Payload installation",
    "ip-src": "Network activity",
    "vulnerability": "External analysis",
}

_CORRELATED: Final = frozenset({"sha256", "fullpath"})
"""The relations that MISP correlates with other events; names and sizes are those of many honest files."""

Record = dict[str, Any]


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
    made: Record = {
        "uuid": shown.id,
        "name": "file",
        "meta-category": "file",
        "description": FILE_DESCRIPTION,
        "template_uuid": FILE_TEMPLATE,
        "template_version": FILE_VERSION,
        "timestamp": timestamp,
        "distribution": "5",
        "comment": printable(f"{shown.verdict.disposition.label}: {shown.what}"),
        "Attribute": [{**each, "timestamp": timestamp} for each in _attributes(shown, path)],
    }
    if references:
        made["ObjectReference"] = list(references)
    return made | period(_seen(shown))


def reference(owner: str, target: str, comment: str) -> Record:
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


def period(times: Iterable[datetime | None]) -> Record:
    """Return the first and the last of some times, as MISP names them; nothing if none is known."""
    known = [each if each.tzinfo is not None else each.replace(tzinfo=UTC) for each in times if each is not None]
    if not known:
        return {}
    return {"first_seen": _precise(min(known)), "last_seen": _precise(max(known))}


def _attributes(shown: ShownVerdict, path: str) -> Iterator[Record]:
    """Yield the attributes of a file; a line is one without control characters, as MISP demands."""
    subject, times = shown.subject, server_times(shown.subject.times)
    parts = file_name(path)
    is_convicted = shown.verdict.disposition is Disposition.MALICIOUS
    tags = technique_tags(shown.techniques)

    def of(kind: str, value: str, relation: str, *, to_ids: bool = False) -> Record:
        return attribute(kind, value, shown.id, to_ids=to_ids, relation=relation)

    yield of("filename", verbatim(parts.name) or "unnamed", "filename") | ({"Tag": tags} if tags else {})
    yield of("text", verbatim(path) or "unnamed", "fullpath")
    if subject.sha256 is not None:
        digest = of("sha256", subject.sha256, "sha256", to_ids=is_convicted)
        yield digest | ({"Tag": tags} if tags else {})
    if subject.size_bytes is not None:
        yield of("size-in-bytes", str(subject.size_bytes), "size-in-bytes")
    for when, relation in ((times.created_utc, "creation-time"), (times.modified_utc, "modification-time")):
        if when is not None:
            yield of("datetime", _precise(when), relation)
    if is_convicted:
        yield of("text", "Malicious", "state")
    text = "\n".join(_words(shown)).strip()
    if text:
        cut = f"{text[:MOST_CHARACTERS]}…" if len(text) > MOST_CHARACTERS else text
        yield of("text", cut, "text")


def _words(shown: ShownVerdict) -> Iterator[str]:
    """Yield the reasons of a verdict, and each finding with its excerpts."""
    yield from map(printable, shown.reasons)
    for each in shown.findings:
        weight = f"{each.finding.severity.label}, {each.finding.confidence.label}"
        yield printable(f"{each.rule_id} ({weight}): {each.message}")
        for evidence, excerpt in each.places:
            yield f"  {printable(decodable(evidence.path))}, line {evidence.line}: {excerpt.rstrip()}"


def _seen(shown: ShownVerdict) -> Iterator[datetime | None]:
    planting, use = shown.verdict.planting, shown.verdict.use
    if planting is not None:
        yield planting.when_utc
    if use is not None:
        yield from (use.first_utc, use.last_utc)


def _precise(when: datetime) -> str:
    return f"{(utc(when) or '').removesuffix('Z')}+00:00"
