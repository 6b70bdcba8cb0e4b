"""Places of the registry that start code or decide about a protection: the table, and the reader of its places.

Each entry names keys, values and the data that Windows, IIS and Exchange ship; whether other data accuse is for the
detectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from webshellhunt.host.machine.registry_hive import Key, Registry, Value
from webshellhunt.lazy_pattern import lazy_pattern

_TABLE: Final = "autostart_places.toml"
_MACRO: Final = "Software:"
_MOST_KEYS: Final = 4_096
_MOST_ITEMS: Final = 64
_LONGEST: Final = 2_048
_WINDOWS = lazy_pattern(r"(?:(?<![^\s\"])|(?<=\?\\))(?:%systemroot%|%windir%|[a-z]:\\windows|\\systemroot)(?=\\)")


class AutostartPlace(NamedTuple):
    """One entry of the table; its file explains the fields."""

    id: str
    rule: str
    keys: tuple[tuple[str, str], ...]
    values: tuple[str, ...]
    form: str
    weight: str
    effect: str
    stock: tuple[re.Pattern[str], ...]
    odd: frozenset[int]
    split: str
    by_name: bool
    needed: bool
    expected_with: str
    source: str

    def is_stock(self, item: str) -> bool:
        """Return True if an item is one that Windows, or a product that the table names, ships."""
        text = plain_item(item)
        return any(pattern.fullmatch(text) is not None for pattern in self.stock)


class PlacedItem(NamedTuple):
    """One item at a place: the key, the name of the value, and the item as written; a number as ``number``."""

    place: AutostartPlace
    key: Key
    value: str
    item: str
    number: int | None = None


def plain_item(item: str) -> str:
    r"""Return an item in lower case, with ``%windir%`` for the folder of Windows, for comparison with a table."""
    return _WINDOWS.sub("%windir%", item[:_LONGEST].strip().lower())


@lru_cache(maxsize=1)
def load_places() -> tuple[AutostartPlace, ...]:
    """Return the entries of the table."""
    import tomllib  # a hunt without a hive never needs it

    document = tomllib.loads(Path(__file__).with_name(_TABLE).read_text(encoding="utf-8"))
    return tuple(_place(row) for row in document["place"])


def _place(row: Mapping[str, Any]) -> AutostartPlace:
    return AutostartPlace(
        id=row["id"],
        rule=row["rule"],
        keys=tuple(each for text in row["keys"] for each in _keys(text)),
        values=tuple(row["values"]),
        form=row["form"],
        weight=row["weight"],
        effect=row["effect"],
        stock=tuple(re.compile(each, re.IGNORECASE) for each in row.get("stock", ())),
        odd=frozenset(row.get("odd", ())),
        split=row.get("split", ""),
        by_name=row.get("by_name", False),
        needed=row.get("needed", False),
        expected_with=row.get("expected_with", ""),
        source=row["source"],
    )


def _keys(text: str) -> Iterator[tuple[str, str]]:
    """Yield the hive and the path of a key; the macro stands for four."""
    hive, _, path = text.partition(":")
    if not text.startswith(_MACRO):
        yield hive, path
        return
    for inner in (path, f"Wow6432Node\\{path}"):
        yield "SOFTWARE", inner
        yield "USER", f"Software\\{inner}"


def iter_items(registry: Registry, hive: str) -> Iterator[PlacedItem]:
    """Yield each item at the places of one hive, stock items too.

    ``hive``: its name in the table: ``SYSTEM``, ``SOFTWARE``, ``USER`` or ``CLASSES``.
    """
    for place in load_places():
        if place.expected_with and any(of_hive == hive for of_hive, _ in place.keys):
            place = place._replace(weight="question" if registry.find(place.expected_with) else place.weight)
        for of_hive, path in place.keys:
            if of_hive == hive:
                top = f"CurrentControlSet\\{path}" if hive == "SYSTEM" and path.partition("\\")[0] != "Setup" else path
                for key in islice(find_keys(registry, top), _MOST_KEYS):
                    yield from _items(registry, key, place)


def find_keys(registry: Registry, pattern: str) -> Iterator[Key]:
    """Yield the keys at a path in which ``*`` stands for any characters of one name."""
    names = pattern.split("\\")
    fixed = next((at for at, name in enumerate(names) if "*" in name), len(names))
    key = registry.find("\\".join(names[:fixed]))
    if key is not None:
        yield from _below(registry, key, [_name_pattern(name) for name in names[fixed:]])


def _name_pattern(name: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, name.split("*"))), re.IGNORECASE)


def _below(registry: Registry, key: Key, names: Sequence[re.Pattern[str]]) -> Iterator[Key]:
    """Yield the keys below a key whose names match, one pattern for each level."""
    if not names:
        yield key
        return
    for child in registry.iter_keys(key):
        if names[0].fullmatch(child.name) is not None:
            yield from _below(registry, child, names[1:])


def _items(registry: Registry, key: Key, place: AutostartPlace) -> Iterator[PlacedItem]:
    if place.form == "key":
        yield PlacedItem(place, key, "", key.name)
    if not key.value_count:
        return
    if place.values == ("*",):
        values = registry.iter_values(key)
    else:
        found = (registry.find_value(key, name) for name in place.values)
        values = (value for value in found if value is not None)
    for value in values:
        if place.form == "number":
            number = _number(value)
            if number is not None:
                yield PlacedItem(place, key, value.name, str(number), number)
        elif place.by_name:
            yield PlacedItem(place, key, value.name, value.name)
        else:
            yield from (PlacedItem(place, key, value.name, item) for item in islice(_split(value, place), _MOST_ITEMS))


def _number(value: Value) -> int | None:
    """Return the number of a value; some programs write numbers as text."""
    if value.number is None and value.text is not None and value.text.strip().isdecimal():
        return int(value.text.strip()[:10])
    return value.number


def texts_of(value: Value) -> tuple[str, ...]:
    """Return the texts of a value, also of one that has the type of bytes.

    An entry of the Winsock catalogue starts with the path of its library, in one byte for each character.
    """
    raw = value.raw
    if not raw:
        return value.texts
    if not any(raw[1:_LONGEST:2]):
        return tuple(each for each in raw.decode("utf-16-le", "replace").split("\0") if each)
    return (raw.partition(b"\0")[0].decode("latin-1"),)


def _split(value: Value, place: AutostartPlace) -> Iterator[str]:
    for text in texts_of(value):
        parts = re.split(f"[{re.escape(place.split)}]", text) if place.split else [text]
        yield from (part.strip() for part in parts if part.strip(" \0"))
