"""A bundle of STIX 2.1: a malware object for each family, indicators, their relationships, and a report.

The identifiers are UUIDs of version 5 of the content, so that two bundles from the same report are equal.

Source: OASIS STIX 2.1, sections 2.9 (identifiers), 4.7 (indicator), 4.11 (malware), 4.16 (report), 9 (patterns).
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from webshellhunt.pivot.case import Case, Product, plain_text, uuid_of
from webshellhunt.pivot.families import Family
from webshellhunt.pivot.observables import Observable, ObservableKind, observables_of

FILE: Final = "indicators.stix.json"

_CONFIDENCE: Final[Mapping[str, int]] = {"high": 85, "medium": 50, "low": 15}
_NAMES: Final[Mapping[ObservableKind, str]] = {
    ObservableKind.SHA256: "SHA-256 of a web shell",
    ObservableKind.PATH: "Path of a web shell",
    ObservableKind.FILE_NAME: "File name of a web shell",
    ObservableKind.URL_PATH: "Address of a web shell",
    ObservableKind.ADDRESS: "Client of a web shell",
    ObservableKind.AGENT: "Program that used a web shell",
}
_REQUEST: Final = "network-traffic:extensions.'http-request-ext'"

Object = dict[str, Any]


def stix_bundle(case: Case) -> Product:
    """Return the bundle of a case."""
    found = [each for each in observables_of(case) if _pattern(each) is not None]
    if not found:
        return Product({}, 0, "objects of STIX")
    families = {family.name: family for family in case.families}
    malware = {name: _malware(family, case) for name, family in families.items() if _has(found, name)}
    pairs = [(each, _indicator(each, case)) for each in found]
    relations = [
        _relation(indicator["id"], malware[each.family]["id"], case)
        for each, indicator in pairs
        if each.family in malware
    ]
    objects: list[Object] = [_identity(case), *malware.values(), *(indicator for _, indicator in pairs), *relations]
    objects.append(_report(objects, case))
    bundle = {"type": "bundle", "id": f"bundle--{uuid_of('bundle', *(each['id'] for each in objects))}"}
    text = json.dumps({**bundle, "objects": objects}, indent=1) + "\n"
    return Product({FILE: text}, len(objects), "objects of STIX")


def _has(found: Sequence[Observable], family: str) -> bool:
    return any(each.family == family for each in found)


def _common(kind: str, case: Case, *parts: str) -> Object:
    made = _time(case.made_utc)
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{uuid_of(kind, made, *parts)}",
        "created": made,
        "modified": made,
    }


def _identity(case: Case) -> Object:
    return {**_common("identity", case, "webshellhunt"), "name": "webshellhunt", "identity_class": "system"}


def _malware(family: Family, case: Case) -> Object:
    return {
        **_common("malware", case, family.name),
        "name": family.name,
        "description": f"Web shell convicted by {plain_text(', '.join(family.rules), 300)}. Made by {case.origin}.",
        "malware_types": ["webshell"],
        "is_family": True,
    }


def _indicator(each: Observable, case: Case) -> Object:
    first = each.first if each.first is not None and each.first <= case.made_utc else case.made_utc
    return {
        **_common("indicator", case, each.kind, each.value),
        "name": _NAMES[each.kind],
        "description": f"{plain_text(each.about, 500)}. Made by {case.origin}.",
        "indicator_types": ["malicious-activity"],
        "pattern": _pattern(each),
        "pattern_type": "stix",
        "valid_from": _time(first),
        "confidence": _CONFIDENCE[each.confidence],
    }


def _relation(source: str, target: str, case: Case) -> Object:
    return {
        **_common("relationship", case, source, target),
        "relationship_type": "indicates",
        "source_ref": source,
        "target_ref": target,
    }


def _report(objects: Sequence[Object], case: Case) -> Object:
    references = [each["id"] for each in objects]
    return {
        **_common("report", case, *references),
        "name": "Web shells found by webshellhunt",
        "description": f"Made by {case.origin}.",
        "report_types": ["indicator", "malware"],
        "published": _time(case.made_utc),
        "object_refs": references,
    }


def _pattern(each: Observable) -> str | None:
    """Return the pattern of an observable; ``None`` if STIX has none for it."""
    value = _quoted(each.value)
    if each.kind is ObservableKind.SHA256:
        return f"[file:hashes.'SHA-256' = {value}]"
    if each.kind is ObservableKind.PATH:
        separator = "\\" if "\\" in each.value else "/"
        folder, _, name = each.value.rpartition(separator)
        if not folder or not name:
            return None
        return f"[file:name = {_quoted(name)} AND file:parent_directory_ref.path = {_quoted(folder)}]"
    if each.kind is ObservableKind.FILE_NAME:
        return f"[file:name = {value}]" if each.value else None
    if each.kind is ObservableKind.URL_PATH:
        return f"[{_REQUEST}.request_value = {value}]"
    if each.kind is ObservableKind.ADDRESS:
        return f"[ipv{ipaddress.ip_address(each.value).version}-addr:value = {value}]"
    if each.kind is ObservableKind.AGENT:
        return f"[{_REQUEST}.request_header.'User-Agent' = {value}]"
    return None


def _quoted(text: str) -> str:
    plain = plain_text(text) if not text.isprintable() else text
    return "'" + plain.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _time(when: datetime) -> str:
    return f"{when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
