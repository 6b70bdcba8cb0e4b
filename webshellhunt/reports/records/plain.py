"""Plain values: the model as dictionaries and lists, by the names of its fields, for JSON."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import day, utc

Record = dict[str, Any]


def plain_record(value: object, *leave_out: str, **named: object) -> Record:
    """Return the fields of a value of the model by name, without some, and with others or other values."""
    names = [each.name for each in fields(value)] if is_dataclass(value) else getattr(value, "_fields", ())
    own = {name: getattr(value, name) for name in names if name not in (*leave_out, *named)}
    return {name: plain(each) for name, each in {**own, **named}.items()}


def plain(value: Any) -> Any:  # noqa: ANN401 - any value of the model, one line for each kind
    """Return a value of the model as JSON has it: times in UTC, words of enumerations, and texts that decode."""
    if isinstance(value, Disposition):
        return value.label
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return decodable(value)
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Mapping):
        return {decodable(name): plain(each) for name, each in value.items()}
    if is_dataclass(value) or hasattr(value, "_fields"):
        return plain_record(value)
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value
