"""Hunts of hives alone, for the detectors of autostarts."""

from __future__ import annotations

from tests.persistence.plants import Change
from webshellhunt.model.findings import Finding
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource


def findings(rule: str, *changes: Change) -> list[Finding]:
    """Return the findings of a rule in the hives that some changes make."""
    files: dict[str, bytes] = {}
    for change in changes:
        change(files)
    report = hunt(MemorySource(files))
    return [each for verdict in report.verdicts for each in verdict.findings if each.rule.id == rule]


def finding(rule: str, *changes: Change) -> Finding:
    """Return the one finding of a rule."""
    (found,) = findings(rule, *changes)
    return found
