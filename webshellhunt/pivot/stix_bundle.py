"""A bundle of STIX 2.1: a malware object for each family, indicators, their relationships, and a report.

The identifiers are UUIDs of version 5 of the content, so that two bundles from the same report are equal.

Source: OASIS STIX 2.1, sections 2.9 (identifiers), 4.7 (indicator), 4.11 (malware), 4.16 (report), 9 (patterns).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from webshellhunt.pivot.case import Case, Product, uuid_of
from webshellhunt.pivot.families import Family
from webshellhunt.pivot.observables import Observable, ObservableKind, observables_of
from webshellhunt.reports.printable import plain_text
from webshellhunt.reports.stix_values import (
    CONFIDENCE,
    StixObject,
    address_pattern,
    agent_pattern,
    content_pattern,
    name_pattern,
    path_pattern,
    registry_pattern,
    request_pattern,
    stix_time,
)

FILE: Final = "indicators.stix.json"

_NAMES: Final[Mapping[ObservableKind, str]] = {
    ObservableKind.SHA256: "SHA-256 of a web shell",
    ObservableKind.PATH: "Path of a web shell",
    ObservableKind.REGISTRY_KEY: "Key of the registry that starts a back door",
    ObservableKind.FILE_NAME: "File name of a web shell",
    ObservableKind.URL_PATH: "Address of a web shell",
    ObservableKind.ADDRESS: "Client of a web shell",
    ObservableKind.AGENT: "Program that used a web shell",
}
_PATTERNS: Final[Mapping[ObservableKind, Callable[[str], str | None]]] = {
    ObservableKind.SHA256: content_pattern,
    ObservableKind.PATH: path_pattern,
    ObservableKind.REGISTRY_KEY: registry_pattern,
    ObservableKind.FILE_NAME: name_pattern,
    ObservableKind.URL_PATH: request_pattern,
    ObservableKind.ADDRESS: address_pattern,
    ObservableKind.AGENT: agent_pattern,
}


def stix_bundle(case: Case) -> Product:
    """Return the bundle of a case."""
    found = [each for each in observables_of(case) if _pattern(each) is not None]
    if not found:
        return Product({}, 0, "objects of STIX")
    families = {family.name: family for family in case.families}
    named = {each.family for each in found}
    malware = {name: _malware(family, case) for name, family in families.items() if name in named}
    pairs = [(each, _indicator(each, case)) for each in found]
    relations = [
        _relation(indicator["id"], malware[each.family]["id"], case)
        for each, indicator in pairs
        if each.family in malware
    ]
    objects: list[StixObject] = [_identity(case), *malware.values(), *(indicator for _, indicator in pairs), *relations]
    objects.append(_report(objects, case))
    bundle = {"type": "bundle", "id": f"bundle--{uuid_of('bundle', *(each['id'] for each in objects))}"}
    text = json.dumps({**bundle, "objects": objects}, indent=1) + "\n"
    return Product({FILE: text}, len(objects), "objects of STIX")


def _common(kind: str, case: Case, *parts: str) -> StixObject:
    made = stix_time(case.made_utc)
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{uuid_of(kind, made, *parts)}",
        "created": made,
        "modified": made,
    }


def _identity(case: Case) -> StixObject:
    return {**_common("identity", case, "webshellhunt"), "name": "webshellhunt", "identity_class": "system"}


def _malware(family: Family, case: Case) -> StixObject:
    return {
        **_common("malware", case, family.name),
        "name": family.name,
        "description": f"Web shell convicted by {plain_text(', '.join(family.rules), 300)}. Made by {case.origin}.",
        "malware_types": ["webshell"],
        "is_family": True,
    }


def _indicator(each: Observable, case: Case) -> StixObject:
    first = each.first if each.first is not None and each.first <= case.made_utc else case.made_utc
    return {
        **_common("indicator", case, each.kind, each.value),
        "name": _NAMES[each.kind],
        "description": f"{plain_text(each.about, 500)}. Made by {case.origin}.",
        "indicator_types": ["malicious-activity"],
        "pattern": _pattern(each),
        "pattern_type": "stix",
        "valid_from": stix_time(first),
        "confidence": CONFIDENCE[each.confidence],
    }


def _relation(source: str, target: str, case: Case) -> StixObject:
    return {
        **_common("relationship", case, source, target),
        "relationship_type": "indicates",
        "source_ref": source,
        "target_ref": target,
    }


def _report(objects: Sequence[StixObject], case: Case) -> StixObject:
    references = [each["id"] for each in objects]
    return {
        **_common("report", case, *references),
        "name": "Web shells found by webshellhunt",
        "description": f"Made by {case.origin}.",
        "report_types": ["indicator", "malware"],
        "published": stix_time(case.made_utc),
        "object_refs": references,
    }


def _pattern(each: Observable) -> str | None:
    """Return the pattern of an observable; ``None`` if STIX has none for it."""
    make = _PATTERNS.get(each.kind)
    return None if make is None else make(each.value)
