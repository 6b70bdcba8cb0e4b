"""The entries of the user's acceptance files as plain dictionaries, described by ``schema.json``."""

from __future__ import annotations

from typing import Any

from webshellhunt.model.acceptance import Acceptance, AcceptanceUse
from webshellhunt.reports.printable import decodable

MOST_PATHS = 100
"""Largest number of paths listed in an entry; each accepted verdict has its own record."""


def acceptance_record(entry: Acceptance) -> dict[str, Any]:
    """Return the record of an entry."""
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
    """Return an entry with its state and the findings and subjects that it matched."""
    return {
        **acceptance_record(use.acceptance),
        "state": use.state.value,
        "findings": use.findings,
        "subjects": len(use.paths),
        "paths": [decodable(path) for path in use.paths[:MOST_PATHS]],
    }
