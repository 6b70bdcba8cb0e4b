"""Capabilities: the powers of code by itself, as the table in ``capabilities.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

OF_CAPABILITY = "can:"
"""The prefix of the kinds of sinks that are uses of a capability."""


class Weight(StrEnum):
    """The meaning of a capability, as it says of a file by itself."""

    CONVICTS = "convicts"
    SUSPECTS = "suspects"
    SECOND = "second"
    NOTHING = "nothing"


class Capability(NamedTuple):
    """One row of the table.

    ``says`` completes the sentence "the page …"; ``kinds`` are the kinds of sinks that are uses of it,
    ``spared`` the names in those that say nothing. The four weights
    are those in pages of ASP.NET and of classic ASP, in source code outside the page, and in compiled applications;
    ``honest`` are its measured uses in honest files, by kind of file. ``is_asked``: what the calls are given matters.
    """

    name: str
    says: str
    reason: str
    aspnet: Weight
    classic: Weight
    code_behind: Weight
    compiled: Weight
    kinds: frozenset[str]
    spared: frozenset[str]
    honest: Mapping[str, str]
    is_asked: bool


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    import tomllib  # A file without code never needs it.

    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("capabilities.toml").read_text(encoding="utf-8"))
    return raw


@lru_cache(maxsize=1)
def capabilities() -> Mapping[str, Capability]:
    """Return all capabilities by their names."""
    return {
        row["name"]: Capability(
            name=row["name"],
            says=row["says"],
            reason=row["reason"],
            aspnet=Weight(row["aspnet"]),
            classic=Weight(row["classic"]),
            code_behind=Weight(row["code_behind"]),
            compiled=Weight(row["compiled"]),
            kinds=frozenset((OF_CAPABILITY + row["name"], *row.get("kinds", ()))),
            spared=frozenset(row.get("spared", ())),
            honest=row.get("honest", {}),
            is_asked=row.get("asked", False),
        )
        for row in _table()["capabilities"]
    }


def capability_sinks() -> list[dict[str, Any]]:
    """Return the uses in the form of the groups of sinks in ``vocabulary.toml``."""
    rows = _table()["capabilities"]
    return [{**row, "kind": OF_CAPABILITY + row["name"], "spared": row.get("classes_spared", ())} for row in rows]


def capability_types() -> dict[str, str]:
    """Return the types that only capabilities need, by the names of their classes."""
    return dict(_table()["types"]["names"])
