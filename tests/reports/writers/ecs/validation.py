"""Documents checked with the field list of ECS: the name, the type and the shape of each field."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from webshellhunt.model.report import Report
from webshellhunt.reports import render

_ROWS = [line.split("\t") for line in Path(__file__).with_name("fields.tsv").read_text(encoding="utf-8").splitlines()]
FIELDS = {row[0]: (row[1], row[2] == "array") for row in _ROWS if not row[0].startswith("# ")}

KINDS = {"alert", "event", "state"}
TYPES_OF_CATEGORIES = {
    "configuration": {"access", "change", "creation", "deletion", "info"},
    "file": {"access", "change", "creation", "deletion", "info"},
    "host": {"access", "change", "end", "info", "start"},
    "intrusion_detection": {"allowed", "denied", "info"},
    "malware": {"info"},
    "web": {"access", "error", "info"},
}
"""The values of ``event.type`` that ECS expects for each value of ``event.category`` that the format uses."""

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")


def _is_date(value: object) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None and datetime.fromisoformat(value) is not None


def _is_ip(value: object) -> bool:
    return isinstance(value, str) and str(ipaddress.ip_address(value)) == value


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != "" and value.encode() != b""


def _is_long(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


CHECKS: Mapping[str, Callable[[object], bool]] = {
    "date": _is_date,
    "ip": _is_ip,
    "keyword": _is_text,
    "wildcard": _is_text,
    "match_only_text": _is_text,
    "long": _is_long,
    "float": lambda value: isinstance(value, float),
}


def documents(report: Report, *, show_all: bool = False) -> list[dict[str, Any]]:
    """Return the documents of a report, each checked."""
    text = render(report, "ecs", show_all=show_all)
    assert text is not None
    assert text.isascii()
    found = [json.loads(line) for line in text.split("\n")[:-1]]
    for document, line in zip(found, text.split("\n"), strict=False):
        check(document)
        assert line == json.dumps(document, sort_keys=True)
    return found


def check(document: dict[str, Any]) -> None:
    """Check each field outside our own namespace, and the values that ECS allows."""
    for name, value in _fields({key: value for key, value in document.items() if key != "webshellhunt"}):
        kind, is_list = FIELDS[name]
        assert isinstance(value, list) == is_list, name
        assert all(map(CHECKS[kind], value if is_list else [value])), (name, value)
    event = document["event"]
    assert event["kind"] in KINDS
    for category in event["category"]:
        assert set(event["type"]) <= TYPES_OF_CATEGORIES[category]
    technique = document.get("threat", {}).get("technique", {})
    assert len({len(technique.get(name, ())) for name in ("id", "name", "reference")}) == 1


def _fields(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        yield name, value
        return
    for key, each in value.items():
        yield from _fields(each, f"{name}.{key}" if name else key)
