"""The notation of an event: one JSON object on one line, in ASCII, with sorted keys and without empty fields."""

from __future__ import annotations

import json
from typing import Any


def event_line(event: dict[str, Any]) -> str:
    """Return the line of an event. Its fields without a value are left out, so that a platform has no empty columns."""
    return json.dumps(compact(event), sort_keys=True) + "\n"


def compact(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """Return a value without ``None``, empty texts, empty lists and empty objects, at any depth."""
    if isinstance(value, dict):
        kept = ((name, compact(each)) for name, each in value.items())
        return {name: each for name, each in kept if not _is_empty(each)}
    if isinstance(value, list | tuple):
        return [each for each in map(compact, value) if not _is_empty(each)]
    return value


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)
