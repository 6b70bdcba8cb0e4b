"""Acceptance records: the user's entries as plain dictionaries, as ``schema.json`` describes them."""

from __future__ import annotations

from typing import Any

from webshellhunt.model.acceptance import Acceptance, AcceptanceUse
from webshellhunt.reports.printable import decodable

MOST_PATHS = 100
"""So many paths of an entry are named; each accepted verdict is a record of its own."""


def acceptance_record(entry: Acceptance) -> dict[str, Any]:
    """Return one entry."""
    return {
        "file": decodable(entry.file),
        "entry": entry.number,
        "sha256": entry.sha256,
        "path": None if entry.path is None else decodable(entry.path),
        "rule": None if entry.rule is None else decodable(entry.rule),
        "reason": decodable(entry.reason),
        "by": decodable(entry.by),
        "until": entry.until.isoformat(),
        "expired": entry.expired,
    }


def use_record(use: AcceptanceUse) -> dict[str, Any]:
    """Return one entry with what came of it."""
    return {
        **acceptance_record(use.acceptance),
        "state": use.state.value,
        "findings": use.findings,
        "subjects": len(use.paths),
        "paths": [decodable(path) for path in use.paths[:MOST_PATHS]],
    }
