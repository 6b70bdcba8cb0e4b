"""Plain data: nouns of the model as dictionaries, lists and scalars that JSON has, and back.

The annotations of a class decide how each of its fields is written and read, so that a new field needs no code here.
Equal values give equal data, and reading returns an equal value.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum, IntEnum
from functools import cache
from typing import Any, NamedTuple, TypeVar

from webshellhunt.errors import UsageError, WebShellHuntError

T = TypeVar("T")

Plain = Any
"""``None``, a bool, an int, a str, a list of such, or a dict from str to such."""

_SCALARS = (bool, int, str, type(None))
_MOST_BITS = 64


class _Field(NamedTuple):
    """A field of a class: its name, its annotation, and whether it has a default."""

    name: str
    kind: Any
    optional: bool


def to_plain(value: object) -> Plain:
    """Return a value of the model as plain data."""
    kind: Any = type(value)
    if isinstance(value, Enum):
        return _word(value)
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: to_plain(value[name]) for name in sorted(value)}
    if is_dataclass(value) or hasattr(value, "_fields"):
        return {field.name: to_plain(getattr(value, field.name)) for field in _fields(kind)}
    if isinstance(value, tuple):
        return [to_plain(each) for each in value]
    raise TypeError(f"no plain data for {type(value).__name__}")


def from_plain(kind: type[T], data: object, where: str = "") -> T:
    """Return a value from its plain data.

    ``data``: the result of ``to_plain``. Names that the class doesn't have are ignored. ``where``: the name of the
    value in error messages.

    Raises:
        UsageError: The data is not that of such a value; the text names the place.
    """
    read: T = _read(kind, data, where or kind.__name__)
    return read


def _read(kind: Any, data: object, where: str) -> Any:  # noqa: ANN401 - an annotation, and a value of it
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _read_union(typing.get_args(kind), data, where)
    if origin is tuple:
        item, *_ = typing.get_args(kind)
        return tuple(_read(item, each, f"{where}[{at}]") for at, each in enumerate(_require(list, data, where)))
    if origin is not None:
        _, item = typing.get_args(kind)
        pairs = _require(dict, data, where).items()
        return {_require(str, name, where): _read(item, each, f"{where}.{name}") for name, each in pairs}
    if kind is int and type(data) is int and data.bit_length() > _MOST_BITS:
        raise UsageError(f"{where} is a number of more than {_MOST_BITS} bits; pass the result of to_dict")
    if kind in _SCALARS:
        return _require(kind, data, where)
    if issubclass(kind, date):
        return _read_time(kind, _require(str, data, where), where)
    if issubclass(kind, Enum):
        return _read_word(kind, _require(str, data, where), where)
    return _read_object(kind, _require(dict, data, where), where)


def _read_union(kinds: tuple[Any, ...], data: object, where: str) -> Any:  # noqa: ANN401 - a value of one of them
    if data is None and type(None) in kinds:
        return None
    others = [kind for kind in kinds if kind is not type(None)]
    fitting = [kind for kind in others if kind is type(data) or (typing.get_origin(kind) is tuple and _is_list(data))]
    return _read((fitting or others)[0], data, where)


def _is_list(data: object) -> bool:
    return isinstance(data, list)


def _read_object(kind: Any, data: dict[str, Any], where: str) -> Any:  # noqa: ANN401 - an instance of the class
    values = {}
    for field in _fields(kind):
        if field.name in data:
            values[field.name] = _read(field.kind, data[field.name], f"{where}.{field.name}")
        elif not field.optional:
            raise UsageError(f"{where} has no '{field.name}'; pass the result of to_dict")
    try:
        return kind(**values)
    except WebShellHuntError as error:
        raise UsageError(f"{where}: {error.message}") from error


def _read_time(kind: Any, text: str, where: str) -> Any:  # noqa: ANN401 - a date or a datetime
    try:
        found = kind.fromisoformat(text)
        if not isinstance(found, datetime):
            return found
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{where} is {text[:80]!r}; pass a {kind.__name__} in ISO 8601") from error
    raise UsageError(f"{where} is {text[:80]!r}, which has no time zone; pass a time in UTC, with Z at its end")


def _read_word(kind: type[Enum], word: str, where: str) -> Enum:
    found = next((member for member in kind if _word(member) == word), None)
    if found is None:
        accepted = ", ".join(_word(member) for member in kind)
        raise UsageError(f"{where} is {word[:80]!r}; pass one of {accepted}")
    return found


def _require(kind: type[T], data: object, where: str) -> T:
    """Return data of exactly this type: a bool is no number here."""
    if type(data) is not kind:
        raise UsageError(f"{where} is of type {type(data).__name__}, not {kind.__name__}; pass the result of to_dict")
    return data


def _word(member: Enum) -> str:
    return member.name.lower() if isinstance(member, IntEnum) else str(member.value)


@cache
def _fields(kind: Any) -> tuple[_Field, ...]:  # noqa: ANN401 - a dataclass or named tuple
    """Return the fields of a dataclass or named tuple that its constructor takes."""
    hints = typing.get_type_hints(kind)
    if is_dataclass(kind):
        made = [field for field in fields(kind) if field.init]
        required = {field.name for field in made if field.default is field.default_factory}
        return tuple(_Field(field.name, hints[field.name], field.name not in required) for field in made)
    names: tuple[str, ...] = kind._fields
    defaults: dict[str, object] = kind._field_defaults
    return tuple(_Field(name, hints[name], name in defaults) for name in names)
