"""Knowledge as data: `library.toml`, read once when a page has code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple


class Names(NamedTuple):
    """Names of functions, of classes all of whose functions count, of methods and of properties."""

    functions: frozenset[str]
    owners: frozenset[str]
    members: frozenset[str]
    properties: frozenset[str]


class Knowledge(NamedTuple):
    """Functions that return numbers, truth values, and the value that they belong to."""

    numbers: Names
    booleans: Names
    same: Names


@cache
def knowledge() -> Knowledge:
    """Return the tables of `library.toml`."""
    import tomllib  # A file without code never needs it.

    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("library.toml").read_text(encoding="utf-8"))
    return Knowledge(*(_names(raw[name]) for name in Knowledge._fields))


def _names(table: dict[str, Any]) -> Names:
    return Names(*(frozenset(table.get(name, ())) for name in Names._fields))
