"""The fields of an event, in each form in which programs write it as JSON or XML.

::

    evtx, evtx_dump     {"Event": {"System": {"EventID": 1102, …}, "EventData" or "UserData": {…}}}
    winlogbeat          {"@timestamp": …, "message": …, "winlog": {"event_id": 1102, "event_data": {…}}}
    flat (Mordor)       {"EventID": 1102, "SourceName": …, "Channel": …, "Message": …, <name of a value>: …}
    EvtxECmd            {"EventId": 1102, "Provider": …, "Channel": …, "Payload": <text: {"EventData": {"Data": …}}>}
    Get-WinEvent        {"Id": 1102, "ProviderName": …, "LogName": …, "Message": …, "Properties": [{"Value": …}]}

The result is always that of ``model.traffic.Record``: ``event_id``, ``provider``, ``channel``, ``computer``, ``time``
in UTC, ``number``, ``user``, and the values under ``data.<name>`` or ``data.<number>``; the text that Windows shows is
``data.message``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from webshellhunt.lazy_pattern import lazy_pattern

LONGEST_VALUE: Final = 64 * 1024
MOST_VALUES: Final = 128
_DEEPEST: Final = 6

_HEAD: Mapping[str, tuple[str, ...]] = {
    "event_id": ("EventID", "event_id", "EventId", "Id"),
    "provider": ("SourceName", "provider_name", "ProviderName", "source_name", "Provider"),
    "channel": ("Channel", "channel", "LogName", "log_name"),
    "computer": ("Hostname", "computer_name", "MachineName", "Computer"),
    "time": ("TimeCreated", "@timestamp", "EventTime"),
    "number": ("RecordNumber", "record_id", "RecordId", "record_number"),
    "user": ("UserID", "UserId", "AccountName"),
    "data.message": ("Message", "message"),
}
_HEADS = frozenset(name for names in _HEAD.values() for name in names)
_DATE = lazy_pattern(r"/Date\((\d{1,14})(?:[+-]\d{4})?\)/")
_NUMBER = lazy_pattern(r"\d{1,6}")
_FRACTION = lazy_pattern(r"(\.\d{6})\d+")


def read_json_event(document: object) -> dict[str, str] | None:
    """Return the fields of an event as JSON; ``None`` if it is none.

    Raises:
        ValueError: The values are JSON as text, and can't be read.
    """
    if not isinstance(document, Mapping):
        return None
    payload = document.get("Payload")
    if isinstance(payload, str) and payload.startswith("{"):
        document = {**document, "Payload": None, **_payload(json.loads(payload))}
    event = document.get("Event")
    if isinstance(event, Mapping):
        fields = _nested(event)
    elif isinstance(document.get("winlog"), Mapping):
        fields = _flat({**document, **document["winlog"]})
    else:
        fields = _flat(document)
    return completed(fields)


def _payload(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values that EvtxECmd writes as text; it joins those without a name by commas."""
    data = payload.get("EventData")
    joined = data.get("Data") if isinstance(data, Mapping) else None
    if not isinstance(joined, str):
        return {**payload, "user_data": payload.get("UserData")}
    values: list[list[str]] = []
    is_quoted = False
    for part in joined.split(", "):
        if is_quoted:
            values[-1].append(part)
        else:
            values.append([part])
        is_quoted ^= part.count('"') % 2 == 1
    return {"EventData": {"Data": [", ".join(parts) for parts in values]}}


def completed(fields: dict[str, str]) -> dict[str, str] | None:
    """Return fields with the time in UTC; ``None`` without a number of the event."""
    if _NUMBER.fullmatch(fields.get("event_id", "")) is None:
        return None
    fields["event_id"] = str(int(fields["event_id"]))
    when = utc_text(fields.get("time", ""))
    fields.pop("time", None)
    return fields if not when else {**fields, "time": when}


def utc_text(text: str) -> str:
    """Return a time in UTC as ISO text; one without a zone is UTC. Empty if it can't be read."""
    old = _DATE.fullmatch(text)
    try:
        if old is not None:
            when = datetime.fromtimestamp(int(old[1]) / 1000, UTC)
        else:
            when = datetime.fromisoformat(_FRACTION.sub(r"\1", text.strip()[:40].replace(" UTC", "Z")))
            when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return when.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".") + "Z"


def _nested(event: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of the form that ``evtx`` writes."""
    system = event.get("System")
    system = system if isinstance(system, Mapping) else {}
    found = {
        "event_id": _text(system.get("EventID")),
        "provider": _attribute(system, "Provider", "Name"),
        "channel": _text(system.get("Channel")),
        "computer": _text(system.get("Computer")),
        "time": _attribute(system, "TimeCreated", "SystemTime"),
        "number": _text(system.get("EventRecordID")),
        "user": _attribute(system, "Security", "UserID"),
    }
    fields = {name: value for name, value in found.items() if value}
    for name in ("EventData", "UserData"):
        _add_values(fields, event.get(name))
    return fields


def _flat(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of a form with the values next to the head."""
    found = {name: _first_text(document, names) for name, names in _HEAD.items()}
    fields = {name: value for name, value in found.items() if value}
    for name in ("event_data", "user_data", "EventData"):
        _add_values(fields, document.get(name))
    properties = document.get("Properties")
    if isinstance(properties, list):
        _add_values(fields, {"Data": [each.get("Value") if isinstance(each, Mapping) else each for each in properties]})
    if "winlog" not in document:
        rest = {name: value for name, value in document.items() if name not in _HEADS and not isinstance(value, dict)}
        _add_values(fields, {name: value for name, value in rest.items() if name != "Properties"})
    return fields


def _first_text(document: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := _text(document.get(name)))), "")


def _attribute(system: Mapping[str, Any], element: str, name: str) -> str:
    """Return an attribute of an element, in any of the ways in which JSON has them."""
    inner = system.get(element)
    found = inner.get("#attributes", inner) if isinstance(inner, Mapping) else system.get(f"{element}_attributes")
    return _text(found.get(name)) if isinstance(found, Mapping) else ""


def _add_values(fields: dict[str, str], values: object) -> None:
    """Add the values of an event under their names or numbers."""
    for name, value in _iter_values(values, _DEEPEST):
        if len(fields) >= MOST_VALUES:
            return
        key = f"data.{name}"
        if key not in fields:
            fields[key] = value


def _iter_values(values: object, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the names and the texts of values; those without a name are counted from 0."""
    if not isinstance(values, Mapping) or depth == 0:
        return
    for name, value in values.items():
        if name in ("#attributes", "Binary") or str(name).endswith("_attributes"):
            continue
        inner = value.get("#text") if isinstance(value, Mapping) and "#text" in value else value
        if name == "Data" and not isinstance(inner, Mapping):
            items = inner if isinstance(inner, list) else [value]
            yield from ((_name(item) or str(at), _text(item)) for at, item in enumerate(items[:MOST_VALUES]))
        elif isinstance(inner, Mapping):
            yield from _iter_values(inner, depth - 1)
        elif text := _text(inner):
            yield str(name)[:100].lower(), text


def _name(value: object) -> str:
    """Return the name that a value has as an attribute, in lower case; empty for none."""
    return _text(value.get("@Name"))[:100].lower() if isinstance(value, Mapping) else ""


def _text(value: object) -> str:
    """Return a value as text, bounded; empty for none."""
    if isinstance(value, Mapping):
        value = value.get("#text")
    if isinstance(value, list):
        value = " ".join(map(str, value[:MOST_VALUES]))
    return "" if value is None else str(value)[:LONGEST_VALUE]
