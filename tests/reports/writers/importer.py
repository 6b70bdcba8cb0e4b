"""The rules of Timesketch's importer for a line of JSONL and for a table, as its guide and its code have them."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

REQUIRED = {"message", "datetime", "timestamp_desc"}
_REMOVED = {"_id", "_type", "_index", "_source", "__ts_timeline_id", "label"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def imported_lines(text: str) -> list[dict[str, Any]]:
    """Return the events of JSONL that Timesketch stores; none may be refused."""
    return [_checked(json.loads(line)) for line in text.split("\n")[:-1]]


def imported_table(text: str) -> list[dict[str, Any]]:
    """Return the events of CSV that Timesketch stores; none may be refused."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert set(reader.fieldnames or ()) >= REQUIRED
    rows = [{name: value for name, value in row.items() if value != ""} for row in reader]
    return [_checked(row | {"timestamp": int(row["timestamp"]), "tag": _tags(row["tag"])}) for row in rows]


def _tags(text: str) -> list[str]:
    """Return tags as the importer splits them: a JSON list in brackets, or texts with commas."""
    tags: list[str] = json.loads(text) if text.startswith("[") and text.endswith("]") else text.split(",")
    return tags


def _checked(event: dict[str, Any]) -> dict[str, Any]:
    assert event.keys() >= REQUIRED
    assert not event.keys() & _REMOVED
    assert not any(name.startswith("_") for name in event)
    assert all(isinstance(event[name], str) and event[name] for name in REQUIRED)
    when = datetime.fromisoformat(event["datetime"])
    assert event["datetime"].endswith("+00:00")
    assert 1700 <= when.year < 2262
    since = when - _EPOCH
    assert event["timestamp"] == (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    assert event["tag"]
    assert all(isinstance(tag, str) for tag in event["tag"])
    return event
