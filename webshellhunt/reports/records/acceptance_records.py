"""The entries of the user's acceptance files as plain dictionaries, described by ``schema.json``."""

from __future__ import annotations

from typing import Final

from webshellhunt.model.acceptance import Acceptance, AcceptanceUse
from webshellhunt.reports.records.plain import Record, plain_record

MOST_PATHS: Final = 100
"""Largest number of paths listed in an entry; each accepted verdict has its own record."""


def acceptance_record(entry: Acceptance) -> Record:
    """Return the record of an entry."""
    return plain_record(entry, "number", entry=entry.number)


def acceptance_use_record(use: AcceptanceUse) -> Record:
    """Return an entry with its state and the findings and subjects that it matched."""
    counts = plain_record(use, "acceptance", state=use.state, subjects=len(use.paths), paths=use.paths[:MOST_PATHS])
    return {**acceptance_record(use.acceptance), **counts}
