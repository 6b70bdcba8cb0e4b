"""Knowledge as data: `library.toml`, read once when a page has code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from webshellhunt.analysis.domain.values import Value


class Names(NamedTuple):
    """Names of functions, of classes all of whose functions count, of methods and of properties."""

    functions: frozenset[str]
    owners: frozenset[str]
    members: frozenset[str]
    properties: frozenset[str]


class Knowledge(NamedTuple):
    """Functions that return numbers, truth values, and the value that they belong to; constants, and letters.

    ``words`` are constants of one name, ``constants`` those of two. ``counts`` are functions whose numbers are no codes
    of letters.
    """

    numbers: Names
    booleans: Names
    same: Names
    words: Mapping[str, Value]
    constants: Mapping[str, Value]
    enumerations: frozenset[str]
    makers_of_letters: frozenset[str]
    counts: frozenset[str]


@cache
def knowledge() -> Knowledge:
    """Return the tables of `library.toml`."""
    import tomllib  # A file without code never needs it.

    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("library.toml").read_text(encoding="utf-8"))
    return Knowledge(
        _names(raw["numbers"]),
        _names(raw["booleans"]),
        _names(raw["same"]),
        raw["words"],
        {**raw["members"], "dbnull.value": None},
        frozenset(raw["enumerations"]["types"]),
        frozenset(raw["letters"]["makers"]),
        frozenset(raw["letters"]["counts"]),
    )


def _names(table: dict[str, Any]) -> Names:
    return Names(*(frozenset(table.get(name, ())) for name in Names._fields))
