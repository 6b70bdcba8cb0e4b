"""The notation of an event: one JSON object on one line, in ASCII, with sorted keys and without empty fields."""

from __future__ import annotations

import json
from typing import Any


def event_line(event: dict[str, Any]) -> str:
    """Return the line of an event. Its fields without a value are left out, so that a platform has no empty columns."""
    return json.dumps(compact(event), sort_keys=True) + "\n"


def compact(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields without ``None``, empty texts, empty lists and empty objects, at any depth."""
    kept = ((name, _compact(value)) for name, value in fields.items() if value is not None and value != "")
    return {name: value for name, value in kept if value is not None}


def _compact(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """Return a value without its empty parts; ``None`` if it is empty."""
    if isinstance(value, dict):
        return compact(value) or None
    if isinstance(value, list | tuple):
        return [each for each in map(_compact, value) if each is not None and each != ""] or None
    return value
